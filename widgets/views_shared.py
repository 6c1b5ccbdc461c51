"""Views of a table that people have offered to all: records of the register `views`, as the cache has them."""

import json
from collections.abc import Callable, Sequence
from datetime import datetime

from PySide6.QtCore import QObject, Signal

from citymanager.errors import CityError
from citymanager.hub import Hub
from citymanager.modules.views import VIEWS
from citymanager.role_views import FIRST_FOR, KNOWN, claims, given_up
from citymanager.roles import is_others, may_fill
from citymanager.schema import Module
from citymanager.store import Query, Writer
from citymanager.store.reader import PEOPLE
from citymanager.tasks import Tasks
from widgets.seat import Seat
from widgets.views_kept import View, written
from widgets.views_offered import MOST, Shared, offered, titles


class SharedViews(QObject):
    """`now`: those of one module, by name; read anew whenever the register changes."""

    told = Signal(str, str)
    """What has come of an act, and its level."""
    read = Signal()
    """`now` is as the cache has it."""

    def __init__(
        self, module: Module, tasks: Tasks, hub: Hub, seat: Seat, clock: Callable[[], datetime], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._module, self._tasks, self._hub, self._seat = module, tasks, hub, seat
        self._clock = clock
        self.now: list[Shared] = []
        self.known = False
        """Whether they have been read."""
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

    @property
    def of_role(self) -> Shared | None:
        """The one that the table begins with for the role of this person."""
        key = self._seat.role.key if self._seat.role else ""
        return next((one for one in self.now if key in one.begins), None)

    @property
    def of_role_told(self) -> str:
        """With what the role of this person begins: «Как у роли «Модератор»: Не разобранные»."""
        role = f" «{self._seat.role.title}»" if self._seat.role else ""
        return f"Как у роли{role}: {self.of_role.view.name if self.of_role else 'все записи'}"

    @property
    def setting(self) -> bool:
        """Whether this person may say what roles begin with."""
        role = self._seat.role
        return not self._seat.why_not_edit(VIEWS) and (role is None or may_fill(role, VIEWS.field(FIRST_FOR)))

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

    def begin_with(self, shared: Shared, roles: Sequence[str]) -> None:
        """Let the table begin with it for these roles and no others; what they began with gives way."""
        login, role, now, module = self._seat.login, self._seat.role, self._clock(), self._module.key

        def act(writer: Writer) -> str:
            """The chosen one first: should the program die before the others have given way, it is the later one."""
            views = writer.first_page(Query(VIEWS.key, among={"module": (module,)}), MOST)
            more = [key for one in views if one.id == shared.ident for key in claims(one) if key not in KNOWN]
            writer.save(VIEWS.key, shared.ident, {FIRST_FOR: [*roles, *more] or None}, login, role, now)
            for one, left in given_up(views, shared.ident, roles):
                writer.save(VIEWS.key, one.id, {FIRST_FOR: left}, login, role, now)
            return shared.ident

        who = f"начинают: {titles(roles)}" if roles else "больше никто не начинает"
        self._write(act, f"С вида «{shared.view.name}» {who}.")

    def withdraw(self, shared: Shared) -> None:
        """Nobody is shown it any more; what people have saved of it as their own stays."""
        login, role, now = self._seat.login, self._seat.role, self._clock()
        self._write(
            lambda writer: writer.delete(VIEWS.key, shared.ident, login, role, now).id,
            f"Общий вид «{shared.view.name}» отозван.{shared.lost}",
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
        self._tasks.read(lambda reader: offered(reader, module), self._take, owner=self, newest=f"views:{id(self)}")

    def _take(self, found: list[Shared]) -> None:
        self.now, self.known = found, True
        self.read.emit()
