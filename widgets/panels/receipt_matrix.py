"""The receipt matrix in a telephonogram's card: who has been told, who has not, whom to ring up next.

It stands over the fields, shows what is stored, and writes each step at once: nothing in it waits for «Сохранить».
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from citymanager.calendar import WorkCalendar
from citymanager.hub import Hub
from citymanager.schema import Values
from citymanager.store import Record
from citymanager.tasks import Tasks
from widgets.city_norms import CityNorms
from widgets.flow import FlowLayout
from widgets.panels.dictation import Dictation
from widgets.panels.receipt_lines import Call, Delivery, Line, delivery
from widgets.panels.receipt_table import STEPS, ReceiptTable
from widgets.panels.receipt_writing import ReceiptWriting
from widgets.panels.receiver_strip import ReceiverStrip
from widgets.plain import plain_label
from widgets.record_due import left
from widgets.seat import Seat
from widgets.theme import Appearance, set_role

TICK_MS, SOON_MS = 10_000, 150
READS = ("receipts", "telephonograms", "organisations", "duty", "people")
TO_ALL, TO_ALL_KEYS = "Передать всем", "Ctrl+Shift+T"
SOMEBODY: Values = {"receiver_name": "?"}
"""Who has received it is asked for later."""
NOBODY = "Передавать некому: все адресаты уже обзвонены."


class ReceiptMatrix(QWidget):
    """Shows one telephonogram's addressees; keys 1–4 and 0 take the steps of the current one."""

    def __init__(
        self,
        tasks: Tasks,
        hub: Hub,
        seat: Seat,
        appearance: Appearance,
        norms: CityNorms,
        clock: Callable[[], datetime],
    ) -> None:
        super().__init__()
        self._tasks, self._hub, self._seat, self._norms, self._clock = tasks, hub, seat, norms, clock
        self._record: Record | None = None
        self._writing = ReceiptWriting(tasks, hub, seat, clock, self)
        self._asked: Line | None = None
        """Of whom it is asked who has received it."""
        self._read_upto = 0
        """How many of the steps that were asked for here are in what is shown."""
        self._all_asked = False
        """The key that passes it to all was quicker than the first reading of who they are."""
        self._calendar = WorkCalendar()
        self.shown = Delivery("")
        """What is read of it."""
        self.table, self.receiver = ReceiptTable(appearance), ReceiverStrip()
        self.summary, self.call = plain_label("", "section", wrap=True), plain_label("", "refusal", wrap=True)
        self.message = plain_label("", "note", wrap=True)
        self.to_all = QPushButton(TO_ALL)
        self.steps = {status: QPushButton(f"{key}  {word}") for key, (status, word) in STEPS.items()}
        self.dictation = QPushButton("5  Диктовать…")
        self._tick = QTimer(self, interval=TICK_MS)
        self._soon = QTimer(self, singleShot=True, interval=SOON_MS)
        self._lay_out()
        self._wire()
        self.show_record(None)

    def show_record(self, record: Record | None) -> None:
        """Show the addressees of this telephonogram; of a new one there are none yet."""
        before, self._record = self._record, record
        if record is None or before is None or record.id != before.id:
            self.receiver.hide()
            self._all_asked = False
            self._say("")
            self._take(Delivery(record.id if record else ""))
        self._read()

    # reading

    def _read(self) -> None:
        record = self._record
        if record is None:
            return
        login, name, now, upto = self._seat.login, self._seat.name, self._clock(), self._writing.done
        self._tasks.read(
            lambda reader: delivery(reader, reader.get(record.module, record.id) or record, login, name, now),
            lambda found: self._took(found, upto), owner=self, newest=f"receipts:{id(self)}",
        )  # fmt: skip

    def _took(self, found: Delivery, upto: int) -> None:
        self._read_upto = upto
        self._take(found)
        if self._all_asked and self.shown.lines:
            self._all_asked = False
            self.pass_to_all()

    def _take(self, found: Delivery) -> None:
        if found.telephonogram and (self._record is None or found.telephonogram != self._record.id):
            return
        self.shown = found
        self.setVisible(bool(found.lines))
        self.table.show_lines(found.lines, self._norms.now, self._clock())
        self._tell()

    def _tell(self) -> None:
        """What the clock changes: how late everybody is, and whom to ring up."""
        now, norms = self._clock(), self._norms.now
        self.table.tell(norms, now)
        self.summary.setText(_summary(self.shown.lines))
        call = self.shown.next_call(norms, self._calendar, now)
        self.call.setText(_call(call, now) if call else "")
        self.call.setVisible(call is not None)
        self._show_steps()
        self._tick.start() if self.shown.lines else self._tick.stop()

    def _changed(self, module: str, idents: list[str]) -> None:
        if module in READS and self._record is not None:
            self._soon.start()

    # steps

    def take_step(self, target: str) -> None:
        """Take the current addressee a step on; who has received it is asked for first."""
        line = self.table.current
        if line is None:
            return
        if target == "received" and not (why := self._why_not(line, target, SOMEBODY)):
            self._asked = line
            self.receiver.ask(line.name, line.officer)
        elif target == "received" or (why := self._why_not(line, target, {})):
            self._say(why)
        else:
            self._writing.write(self.shown, [line], target)

    def _why_not(self, line: Line, target: str, more: Values) -> str:
        """Why the key can't be taken; one that is quicker than the disk is judged where it is written, in its turn."""
        return "" if self._read_upto < self._writing.asked else self._writing.why_not(line, target, more)

    def pass_to_all(self) -> None:
        """All who have not been spoken to, in one go."""
        waiting = [one for one in self.shown.lines if one.status in ("prepared", "unreached")]
        if self._record is not None and self._record.data.get("addressees") and not self.shown.lines:
            self._all_asked = True
        elif not waiting:
            self._say(NOBODY)
        elif why := self._writing.why_not(waiting[0], "sent", {}):
            self._say(why)
        else:
            self._writing.write(self.shown, waiting, "sent")

    def dictate(self) -> None:
        """Show the text in large type for a call to the current addressee; who takes it is recorded there."""
        line, record = self.table.current, self._record
        if line is None or record is None:
            return
        if line.status not in ("prepared", "unreached", "sent"):
            self._say(f"{line.name}: телефонограмма уже принята.")
        elif why := self._writing.why_not(line, "sent" if line.status != "sent" else "received", SOMEBODY):
            self._say(why)
        else:
            number, text = (str(record.data.get(key, "")) for key in ("number", "text"))
            opened = Dictation(number, text, line, self.window())
            opened.told.connect(partial(self._taken_down, self.shown, line))
            opened.show()

    def _taken_down(self, read: Delivery, line: Line, values: Values, read_back: bool) -> None:
        """Of the telephonogram that was read out, whichever card is open by now."""
        self._writing.take_down(read, line, values, read_back=read_back)
        self.table.setFocus()

    def _received(self, values: Values, read_back: bool) -> None:
        if self._asked is not None:
            self._taken_down(self.shown, self._asked, values, read_back)

    # showing

    def _answered(self, telephonogram: str, why: str) -> None:
        """What came of a step; of another card than the open one it is told at the window's edge."""
        if telephonogram == self.shown.telephonogram:
            self._say(why)
        elif why:
            self._hub.notice.emit(f"Телефонограмма: {why}", "error")

    def _say(self, text: str) -> None:
        self.message.setText(text)
        self.message.setVisible(bool(text))

    def _show_steps(self) -> None:
        line = self.table.current
        for status, button in self.steps.items():
            why = self._writing.why_not(line, status, SOMEBODY) if line else ""
            set_role(button, "closed" if why else "")
            button.setToolTip(why)
            button.setAccessibleDescription(why)

    def _wire(self) -> None:
        self.table.stepped.connect(self.take_step)
        self.table.itemSelectionChanged.connect(self._chosen)
        for status, button in self.steps.items():
            button.clicked.connect(partial(self.take_step, status))
        self.to_all.clicked.connect(self.pass_to_all)
        self.dictation.clicked.connect(self.dictate)
        self.table.dictated.connect(self.dictate)
        self.receiver.told.connect(self._received)
        self.receiver.left.connect(self.table.setFocus)
        self._tick.timeout.connect(self._tell)
        self._soon.timeout.connect(self._read)
        self._norms.changed.connect(self._tell)
        self._hub.changed.connect(self._changed)
        self._writing.told.connect(self._answered)
        self._seat.changed.connect(self._show_steps)
        self._seat.changed.connect(self._read)

    def _chosen(self) -> None:
        line = self.table.current
        if self._asked is None or line is None or line.addressee != self._asked.addressee:
            self.receiver.hide()
        self._show_steps()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self.summary, 1)
        head.addWidget(self.to_all)
        self.to_all.setToolTip(TO_ALL_KEYS)
        buttons = QWidget()
        flow = FlowLayout(buttons)
        for button in (*self.steps.values(), self.dictation):
            flow.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 8)
        column.setSpacing(6)
        column.addLayout(head)
        for widget in (self.call, self.table, buttons, self.receiver, self.message):
            column.addWidget(widget)


def _summary(lines: Sequence[Line]) -> str:
    told = sum(one.status in ("received", "read", "done") for one in lines)
    silent = sum(one.status == "unreached" for one in lines)
    words = f"Приняли {told} из {len(lines)}"
    return f"{words}, не дозвонились: {silent}" if silent else words


def _call(call: Call, now: datetime) -> str:
    """Whom to ring up, why, and where the number stands if it is not known."""
    whom = str(call.officer or "") or "в разделе «Дежурства» никого нет, телефон не указан"
    why = f"{call.due.clock.title}: {left(call.due, now)}."
    if call.stage == 1:
        return f"Позвонить: {call.line.name} — {whom}. {why}"
    return f"Доложить ответственному: {whom}. Не ознакомлен адресат: {call.line.name}. {why}"
