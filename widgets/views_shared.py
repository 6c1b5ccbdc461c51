"""Views of a table that people have offered to all: records of the register `views`, as the cache has them."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QObject, Signal

from citymanager.errors import CityError
from citymanager.hub import Hub
from citymanager.modules.views import LONGEST, VIEWS
from citymanager.roles import is_others
from citymanager.schema import Module
from citymanager.store import Query, Reader, Writer
from citymanager.store.reader import PEOPLE
from citymanager.tasks import Tasks
from widgets.plain import one_line
from widgets.seat import Seat
from widgets.views_kept import View, understood, written

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

    @property
    def told(self) -> str:
        """Its line in a menu: one's own may have the same name."""
        return f"{self.view.name} — {self.who}"

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


class SharedViews(QObject):
    """`now`: those of one module, by name; read anew whenever the register changes."""

    told = Signal(str, str)
    """What has come of an act, and its level."""

    def __init__(
        self, module: Module, tasks: Tasks, hub: Hub, seat: Seat, clock: Callable[[], datetime], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._module, self._tasks, self._hub, self._seat = module, tasks, hub, seat
        self._clock = clock
        self.now: list[Shared] = []
        hub.changed.connect(self._changed)
        self._read()

    @property
    def offering(self) -> bool:
        """Whether this person may offer a view."""
        return not self._seat.why_not_make(VIEWS)

    @property
    def own(self) -> list[Shared]:
        """Those that this person may rename and withdraw."""
        seat = self._seat
        if seat.why_not_edit(VIEWS):
            return []
        return [
            one
            for one in self.now
            if seat.role is None or not is_others(seat.role, seat.login, VIEWS, {VIEWS.author: one.author})
        ]

    def offer(self, view: View) -> None:
        """Offer it to all; one that the same person has offered under this name is replaced."""
        if why := self._personal(view):
            self.told.emit(why, "warning")
            return
        login, role, now = self._seat.login, self._seat.role, self._clock()
        named, content = {"name": view.name, "module": self._module.key, VIEWS.author: login}, written(view)
        change = {"content": json.dumps(content, ensure_ascii=False)}

        def act(writer: Writer) -> str:
            """Looked up here: the button may be pressed again before the table has read what it has made."""
            before = writer.first_page(Query(VIEWS.key, among={key: (one,) for key, one in named.items()}), 1)
            ident = before[0].id if before else None
            return writer.save(VIEWS.key, ident, change if before else {**named, **change}, login, role, now).id

        self._write(act, f"Вид «{view.name}» предложен всем.")

    def rename(self, shared: Shared, name: str) -> None:
        login, role, now = self._seat.login, self._seat.role, self._clock()
        self._write(
            lambda writer: writer.save(VIEWS.key, shared.ident, {"name": name}, login, role, now).id,
            f"Общий вид теперь называется «{name}».",
        )

    def withdraw(self, shared: Shared) -> None:
        """Nobody is shown it any more; what people have saved of it as their own stays."""
        login, role, now = self._seat.login, self._seat.role, self._clock()
        self._write(
            lambda writer: writer.delete(VIEWS.key, shared.ident, login, role, now).id,
            f"Общий вид «{shared.view.name}» отозван.",
        )

    def _personal(self, view: View) -> str:
        """Why it may not be offered: what is looked for in personal data would be read by all."""
        known = self._module.columns
        keys = [one for one in view.filter.conditions if one in known and known[one].personal]
        titles = ", ".join(f"«{known[one].title}»" for one in keys)
        return f"Вид отбирает по личным данным ({titles}): такой всем не предлагают." if keys else ""

    def _write(self, act: Callable[[Writer], str], done: str) -> None:
        def finished(ident: str) -> None:
            self._hub.outbox_changed.emit()
            self._hub.changed.emit(VIEWS.key, [ident])
            self.told.emit(done, "good")

        def failed(error: CityError) -> None:
            self.told.emit(str(error), "error")

        if self._seat.read_only:
            self.told.emit(self._seat.why_not_edit(VIEWS), "error")
        else:
            self._tasks.write(act, finished, failed, self)

    def _changed(self, module: str, idents: list[str]) -> None:
        if module in (VIEWS.key, PEOPLE):
            self._read()

    def _read(self) -> None:
        module = self._module
        self._tasks.read(lambda reader: _shared(reader, module), self._take, owner=self, newest=f"views:{id(self)}")

    def _take(self, found: list[Shared]) -> None:
        self.now = found


def _shared(reader: Reader, module: Module) -> list[Shared]:
    """On a reader's thread."""
    if VIEWS.key not in reader.modules:
        return []
    records = reader.first_page(Query(VIEWS.key, among={"module": (module.key,)}), MOST)
    logins = tuple({str(one.data.get(VIEWS.author, "")) for one in records})
    people = reader.each(Query(PEOPLE, among={"login": logins})) if PEOPLE in reader.modules and logins else ()
    names = {one.data["login"]: str(one.data.get("name", "")) for one in people}
    found = []
    for one in records:
        name, author = one_line(str(one.data.get("name", "")), LONGEST), str(one.data.get(VIEWS.author, ""))
        view, strange = understood(name, str(one.data.get("content", "")), module)
        who = one_line(names.get(author) or author or "автор неизвестен", LONGEST)
        found.append(Shared(one.id, author, who, view, tuple(strange)))
    return found
