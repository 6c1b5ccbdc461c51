"""The steps of the receipt matrix on their way to the cache: who may take them, and what came of them."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

from PySide6.QtCore import QObject, Signal

from citymanager.delivery import TELEPHONOGRAMS, Act, pass_on, why_not
from citymanager.errors import CityError
from citymanager.hub import Hub
from citymanager.modules.receipts import RECEIPTS
from citymanager.on_duty import Officer
from citymanager.schema import STATUS, Values
from citymanager.tasks import Tasks
from citymanager.values import moment
from widgets.panels.receipt_lines import Delivery, Line
from widgets.seat import Seat


class ReceiptWriting(QObject):
    """Steps are written in the order they were asked for. `told`: of which telephonogram, and why one was refused;
    an empty text if none was.
    """

    told = Signal(str, str)

    def __init__(self, tasks: Tasks, hub: Hub, seat: Seat, clock: Callable[[], datetime], parent: QObject) -> None:
        super().__init__(parent)
        self._tasks, self._hub, self._seat, self._clock = tasks, hub, seat, clock
        self.asked = self.done = 0
        """How many times steps were asked for, and how many of these have been written or refused."""

    def why_not(self, line: Line, target: str, more: Values) -> str:
        """Why the person at the desk can't take this addressee there, in Russian; empty if he can."""
        ask = self._seat.why_not_edit if line.receipt else self._seat.why_not_make
        return ask(RECEIPTS) or why_not(line.data, {STATUS: target, **more}, self._seat.role)

    def write(self, delivery: Delivery, lines: Sequence[Line], target: str) -> None:
        """Take a step for these addressees."""
        acts = [Act(one.addressee, one.receipt, target, one.phone) for one in lines]
        self._pass_on(delivery.telephonogram, acts, delivery.sender)

    def take_down(self, delivery: Delivery, line: Line, values: Values, *, read_back: bool) -> None:
        """Somebody has received it: in the same call it was passed on to him, if nobody had before."""
        check = {"read_back_at": moment(self._clock()), "read_back_by": delivery.sender.name} if read_back else {}
        sent = [] if line.status == "sent" else [Act(line.addressee, line.receipt, "sent", line.phone)]
        received = Act(line.addressee, line.receipt, "received", more={**values, **check})
        self._pass_on(delivery.telephonogram, [*sent, received], delivery.sender)

    def _pass_on(self, ident: str, acts: Sequence[Act], sender: Officer) -> None:
        login, role, now = self._seat.login, self._seat.role, self._clock()
        self.asked += 1
        self._tasks.write(
            lambda writer: pass_on(writer, ident, acts, sender, login, role, now),
            partial(self._written, ident), partial(self._failed, ident), self,
        )  # fmt: skip

    def _failed(self, ident: str, error: CityError) -> None:
        self.done += 1
        self.told.emit(ident, f"Не записано. {error}")

    def _written(self, ident: str, refused: list[str]) -> None:
        self.done += 1
        self._hub.outbox_changed.emit()
        self.told.emit(ident, " ".join(refused))
        self._hub.changed.emit(RECEIPTS.key, [])
        self._hub.changed.emit(TELEPHONOGRAMS, [ident])
