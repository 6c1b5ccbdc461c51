"""Sends records that were put off on their way again, in the name of who sits here; another station may be first."""

from collections.abc import Sequence

from PySide6.QtCore import QObject

from citymanager.errors import CityError, Refused
from citymanager.schema import Module
from citymanager.store import Writer
from citymanager.text import plural
from widgets.alarm_watch import AlarmWatch
from widgets.panels.stand import Stand


class BackOnTheDay(QObject):
    """Nobody is logged in, or may not do it: then it is done by the next one who may, here or elsewhere."""

    def __init__(self, watch: AlarmWatch, modules: Sequence[Module], stand: Stand) -> None:
        super().__init__(watch)
        self._modules = {one.key: one for one in modules}
        self._tasks, self._hub, self._seat, self._clock = stand.tasks, stand.hub, stand.seat, stand.clock
        watch.returned.connect(self._send)

    def _send(self, key: str, idents: list[str]) -> None:
        module, seat = self._modules[key], self._seat
        if not seat.login or seat.read_only or seat.why_not_edit(module):
            return
        login, role, now = seat.login, seat.role, self._clock()

        def write(writer: Writer) -> list[str]:
            """Those that are on their way now; one that can't be does not stop the others."""
            done = []
            for ident in idents:
                try:
                    if writer.bring_back(key, ident, login, role, now).op:
                        done.append(ident)
                except Refused:
                    continue
            return done

        self._tasks.write(write, lambda done: self._sent(module, done), self._failed, self)

    def _sent(self, module: Module, done: list[str]) -> None:
        if not done:
            return
        count = plural(len(done), "запись возвращена", "записи возвращены", "записей возвращено")
        self._hub.notice.emit(f"{module.title}: отложенное до сегодня снова в работе — {count}.", "info")
        self._hub.changed.emit(module.key, done)
        self._hub.outbox_changed.emit()

    def _failed(self, error: CityError) -> None:
        self._hub.notice.emit(f"Отложенное не возвращено: {error}", "warning")
