"""Silences the receipts of telephonograms that were annulled: whoever annuls one has not to go from card to card."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, QTimer

from citymanager.errors import CityError
from citymanager.modules.receipts import RECEIPTS
from citymanager.modules.telephonograms import TELEPHONOGRAMS
from citymanager.store import Record
from citymanager.withdrawing import vain, withdraw
from widgets.panels.stand import Stand

CALM_MS = 500
READS = (TELEPHONOGRAMS.key, RECEIPTS.key)


class Withdrawals(QObject):
    """Looks when a telephonogram or a receipt has changed, and when somebody sits down; another desk does it where
    nobody who may sits here.
    """

    def __init__(self, stand: Stand, parent: QObject) -> None:
        super().__init__(parent)
        self._tasks, self._hub, self._seat, self._clock = stand.tasks, stand.hub, stand.seat, stand.clock
        self._soon = QTimer(self, singleShot=True, interval=CALM_MS)
        self._soon.timeout.connect(self._look)
        self._hub.changed.connect(self._changed)
        self._seat.changed.connect(self._soon.start)
        self._soon.start()

    def _changed(self, module: str, _idents: list[str]) -> None:
        if module in READS and not self._soon.isActive():
            self._soon.start()

    @property
    def _may(self) -> bool:
        return bool(self._seat.login) and not (self._seat.read_only or self._seat.why_not_edit(RECEIPTS))

    def _look(self) -> None:
        if self._may:
            now = self._clock()
            self._tasks.read(lambda reader: vain(reader, now), self._take, owner=self, newest=f"vain:{id(self)}")

    def _take(self, found: Sequence[Record]) -> None:
        if found and self._may:  # he may have left meanwhile
            login, role, now = self._seat.login, self._seat.role, self._clock()
            self._tasks.write(lambda writer: withdraw(writer, found, login, role, now), self._tell, self._failed, self)

    def _tell(self, done: Sequence[str]) -> None:
        if done:
            self._hub.outbox_changed.emit()
            self._hub.changed.emit(RECEIPTS.key, list(done))

    def _failed(self, error: CityError) -> None:
        self._hub.notice.emit(f"Вручения аннулированной телефонограммы не сняты: {error}", "warning")
