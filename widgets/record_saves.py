"""Which cards are being saved, and which move each is to make as soon as that is done: a press is never lost."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial

from PySide6.QtCore import QObject

from citymanager.clashes import refuse_banned
from citymanager.errors import CityError
from citymanager.hub import Hub
from citymanager.roles import Role
from citymanager.schema import STATUS, Module
from citymanager.store import Saved, Writer
from citymanager.tasks import Tasks


@dataclass
class _Save:
    target: str
    """Where it takes the record; empty: it leaves it in its status."""
    then: str = ""
    """Where the user wants it next."""


class CardSaves(QObject):
    """Cards by their ids; a card is saved once at a time."""

    def __init__(self, module: Module, tasks: Tasks, hub: Hub, parent: QObject) -> None:
        super().__init__(parent)
        self._module, self._tasks, self._hub = module, tasks, hub
        self._under_way: dict[str, _Save] = {}

    def __contains__(self, ident: str) -> bool:
        return ident in self._under_way

    def begin(self, ident: str, target: str) -> None:
        self._under_way[ident] = _Save(target)

    def follow(self, ident: str, target: str) -> bool:
        """Let a move follow the save; False if that save makes it itself: the button was pressed twice."""
        save = self._under_way[ident]
        save.then = target if target != save.target else ""
        return bool(save.then)

    def over(self, ident: str) -> str:
        """The save has been answered; where the user wants the record next, if anywhere."""
        return self._under_way.pop(ident).then

    def move_behind(self, ident: str, target: str, login: str, role: Role | None, now: datetime) -> None:
        """Make the move of a record whose card the user has left by now."""

        def act(writer: Writer) -> Saved:
            refuse_banned(writer, self._module.key, ident, {STATUS: target}, now)
            return writer.save(self._module.key, ident, {STATUS: target}, login, role, now)

        self._tasks.write(act, self._moved, partial(self._stays, ident, target), self)

    def _moved(self, saved: Saved) -> None:
        self._hub.outbox_changed.emit()
        self._hub.changed.emit(self._module.key, [saved.id])

    def _stays(self, ident: str, target: str, error: CityError) -> None:
        record, status = self._tasks.glance.get(self._module.key, ident), self._module.status(target)
        name = self._tasks.glance.name(self._module.key, record.data) if record else ""
        told = f"{name or self._module.title}: сохранено, но не «{status.title if status else target}»."
        self._hub.notice.emit(f"{told} {error}", "error")
