"""A view that somebody has offered to all: as far as this program knows it, and which roles begin with it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from citymanager.modules.views import LONGEST, VIEWS
from citymanager.role_views import FIRST_SINCE, first_for
from citymanager.roles import role
from citymanager.schema import Module
from citymanager.store import Query, Reader, Record
from citymanager.store.reader import PEOPLE
from widgets.plain import one_line
from widgets.views_kept import View, understood

MOST = 100
"""Of one table."""


@dataclass(frozen=True)
class Shared:
    """A view that somebody has offered to all."""

    ident: str
    author: str
    who: str
    """What he is called."""
    view: View
    """As far as this program knows it."""
    strange: tuple[str, ...]
    """What it does not know of it."""
    since: str = ""
    """When it was said which roles begin with it."""
    begins: tuple[str, ...] = ()
    """Roles whose tables begin with it."""
    behind: tuple[tuple[str, str], ...] = ()
    """Roles that were to begin with it, each with the view that was set for it later."""

    @property
    def told(self) -> str:
        """Its line in a menu: one's own may have the same name."""
        return f"{self.view.name} — {self.who}"

    @property
    def line(self) -> str:
        """The same with the roles that begin with it."""
        return f"{self.told} · начинают: {titles(self.begins)}" if self.begins else self.told

    @property
    def note(self) -> str:
        """What there is to say beside its line."""
        later = [f"Роль «{titles([key])}» начинает с вида «{other}»: он назначен позже." for key, other in self.behind]
        return " ".join([f"Автор: {self.who}.", *later, *([self.warning] if self.warning else [])])

    @property
    def lost(self) -> str:
        """What its withdrawal takes from whom; empty if nobody begins with it."""
        return f" С него больше не начинают: {titles(self.begins)}." if self.begins else ""

    @property
    def warning(self) -> str:
        """Why it is not shown as it was meant; empty if it is."""
        if not self.strange:
            return ""
        left = "; ".join(one_line(one, 60) for one in self.strange[:5])
        more = "…" if len(self.strange) > 5 else ""
        return (
            f"Общий вид «{self.view.name}» сделан в другой версии программы, эта не знает: {left}{more}. Показано без"
            " этого. Обновите программу или попросите автора сохранить вид заново."
        )


def offered(reader: Reader, module: Module) -> list[Shared]:
    """The views of a table by name; on a reader's thread."""
    if VIEWS.key not in reader.modules:
        return []
    records = reader.first_page(Query(VIEWS.key, among={"module": (module.key,)}), MOST)
    logins = tuple({str(one.data.get(VIEWS.author, "")) for one in records})
    people = reader.each(Query(PEOPLE, among={"login": logins})) if PEOPLE in reader.modules and logins else ()
    names = {str(one.data["login"]): str(one.data.get("name", "")) for one in people}
    known = {one.id: _plain(one, names, module) for one in records}
    first = first_for(records)
    return [_placed(known[one.id], first, known) for one in records]


def _plain(record: Record, names: dict[str, str], module: Module) -> Shared:
    name, author = one_line(str(record.data.get("name", "")), LONGEST), str(record.data.get(VIEWS.author, ""))
    view, strange = understood(name, str(record.data.get("content", "")), module)
    who = one_line(names.get(author) or author or "автор неизвестен", LONGEST)
    return Shared(record.id, author, who, view, tuple(strange), str(record.data.get(FIRST_SINCE) or ""))


def _placed(view: Shared, first: dict[str, list[Record]], known: dict[str, Shared]) -> Shared:
    """With the roles that begin with it, and those that begin with a later one."""
    begins = tuple(key for key, ranked in first.items() if ranked[0].id == view.ident)
    behind = tuple(
        (key, known[ranked[0].id].told)
        for key, ranked in first.items()
        if view.ident in {one.id for one in ranked[1:]}
    )  # fmt: skip
    return replace(view, begins=begins, behind=behind)


def titles(keys: Sequence[str]) -> str:
    """«Модератор, Оператор»; a role of a newer program by its key."""
    return ", ".join(known.title if (known := role(one)) else one_line(one, 30) for one in keys)
