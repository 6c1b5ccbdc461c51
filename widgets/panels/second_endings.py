"""Keeps one telephonogram in force about the end of an outage: a desk that sees two lets the second one give way."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, QTimer

from citymanager.errors import CityError
from citymanager.modules.telephonograms import TELEPHONOGRAMS
from citymanager.second_ending import give_way, seconds
from citymanager.store import Record
from widgets.panels.stand import Stand

CALM_MS = 500
MOST = 500
"""Telephonograms that change at once; after more, as in a first load, the latest of all are looked at."""
KEY = TELEPHONOGRAMS.key


class SecondEndings(QObject):
    """Looks at what has changed, and at the latest ones when somebody sits down. Where nobody who may do it sits,
    another desk does.
    """

    def __init__(self, stand: Stand, parent: QObject) -> None:
        super().__init__(parent)
        self._tasks, self._hub, self._seat, self._clock = stand.tasks, stand.hub, stand.seat, stand.clock
        self._waiting: set[str] | None = None
        """None: all of the latest."""
        self._soon = QTimer(self, singleShot=True, interval=CALM_MS)
        self._soon.timeout.connect(self._look)
        self._hub.changed.connect(self._changed)
        self._seat.changed.connect(self._all)
        self._all()

    def _all(self) -> None:
        self._waiting = None
        self._soon.start()

    def _changed(self, module: str, idents: list[str]) -> None:
        if module != KEY:
            return
        if not 0 < len(idents) <= MOST:
            self._waiting = None
        elif self._waiting is not None:
            self._waiting.update(idents)
        if not self._soon.isActive():
            self._soon.start()

    @property
    def _may(self) -> bool:
        """Whether who sits here now may let one give way."""
        return bool(self._seat.login) and not (self._seat.read_only or self._seat.why_not_edit(TELEPHONOGRAMS))

    def _look(self) -> None:
        if not self._may:
            return
        idents, self._waiting, now = self._waiting, set(), self._clock()
        self._tasks.read(lambda reader: seconds(reader, idents, now), self._take, owner=self)

    def _take(self, pairs: Sequence[tuple[Record, Record]]) -> None:
        if pairs and self._may:  # he may have left meanwhile
            idents, login, role, now = [one.id for one, _ in pairs], self._seat.login, self._seat.role, self._clock()
            self._tasks.write(lambda writer: give_way(writer, idents, login, role, now), self._tell, self._failed, self)

    def _tell(self, done: Sequence[tuple[Record, Record]]) -> None:
        for one, first in done:
            told = f"Об окончании отключения сообщили дважды: действует № {first.data.get('number')},"
            self._hub.notice.emit(f"{told} № {one.data.get('number')} сохранена с пометкой об этом.", "info")
        if done:
            self._hub.outbox_changed.emit()
            self._hub.changed.emit(KEY, [one.id for one, _ in done])

    def _failed(self, error: CityError) -> None:
        self._hub.notice.emit(f"Вторая телефонограмма об окончании не отмечена: {error}", "warning")
