"""Over an order's fields, until it is issued: how many have agreed, who is waited for until when, who is against."""

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFrame, QVBoxLayout

from citymanager.agreement import AGREED, ASKED, BEFORE_ISSUE, Party, agreed, agreement
from citymanager.calendar import WorkCalendar
from citymanager.modules.approvals import APPROVALS
from citymanager.roles import may_read
from citymanager.schema import STATUS
from widgets.panels.stand import Stand
from widgets.plain import plain_label
from widgets.record_due import left
from widgets.record_form import RecordForm
from widgets.record_nearest import told
from widgets.theme import set_role

TICK_MS, SOON_MS = 10_000, 150
READS = ("approvals", "organisations", "earthworks")
NOBODY = "Согласующие не указаны: добавьте их ниже, в «Связанных записях»."
ALL = "Согласовали все: {}"


class AgreementStrip(QFrame):
    """Shows the approvals of the order in the card as they stand here, offline too."""

    def __init__(self, form: RecordForm, stand: Stand) -> None:
        super().__init__()
        self._form, self._stand, self._calendar = form, stand, WorkCalendar()
        self._parties: Sequence[Party] = ()
        self.words, self.rest = plain_label("", "section", wrap=True), plain_label("", "caption", wrap=True)
        set_role(self, "offer")
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 8, 10, 8)
        column.addWidget(self.words)
        column.addWidget(self.rest)
        self._soon = QTimer(self, singleShot=True, interval=SOON_MS)
        self._soon.timeout.connect(self._read)
        self._tick = QTimer(self, interval=TICK_MS)
        self._tick.timeout.connect(self._read)
        form.shown.connect(self._shown)
        stand.hub.changed.connect(self._changed)
        stand.norms.changed.connect(self._soon.start)
        stand.seat.changed.connect(self._soon.start)
        self._shown()

    def _shown(self) -> None:
        """Another card: what was told of the former one goes at once."""
        self.hide()
        self._read()

    def _changed(self, module: str, _idents: list[str]) -> None:
        if module in READS:
            self._soon.start()

    @property
    def _may(self) -> bool:
        """Who may not see approvals has none here, and is not told that there are none."""
        return self._stand.seat.role is not None and may_read(self._stand.seat.role, APPROVALS)

    def _read(self) -> None:
        record = self._form.record
        if record is None or record.data.get(STATUS) not in BEFORE_ISSUE or not self._may:
            self.hide()
            self._tick.stop()
            return
        ident, norms, now = record.id, self._stand.norms.now, self._stand.clock()
        self._stand.tasks.read(
            lambda reader: agreement(reader, ident, norms, self._calendar, now),
            lambda found: self._tell(ident, found, now), owner=self, newest=f"agreement:{id(self)}",
        )  # fmt: skip

    def _tell(self, ident: str, found: Sequence[Party], now: datetime) -> None:
        if self._form.ident != ident:
            return
        self.words.setText(_words(found))
        self.rest.setText(_rest(found, now))
        self.rest.setVisible(bool(self.rest.text()))
        self.show()
        self._tick.start()


def _words(found: Sequence[Party]) -> str:
    if not found:
        return NOBODY
    if agreed(found):
        return ALL.format(len(found))
    return f"Согласовали {sum(one.status == AGREED for one in found)} из {len(found)}"


def _rest(found: Sequence[Party], now: datetime) -> str:
    waited = [_waited(one, now) for one in found if one.status == ASKED]
    against = [f"{one.name} ({one.answer.lower()})" for one in found if one.status not in (AGREED, ASKED)]
    parts = [("Ждём", waited), ("Не согласовали", against)]
    return "\n".join(f"{title}: {'; '.join(names)}." for title, names in parts if names)


def _waited(one: Party, now: datetime) -> str:
    return f"{one.name} — {left(one.due, now)}, до {told(one.due.at):%d.%m.%Y}" if one.due else one.name
