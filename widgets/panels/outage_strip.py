"""Over an outage's card: how long it lasts against its plan, which residents report it, and the keys for both.

It shows what is stored. Linking and the end are written at once, as in the receipt matrix.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QListWidget, QListWidgetItem, QPushButton, QVBoxLayout

from citymanager.hub import Hub
from citymanager.known_outages import Sign, signs
from citymanager.modules.telephonograms import OUTAGES
from citymanager.outage_end import ending_of
from citymanager.outage_span import against_plan, planned
from citymanager.schema import STATUS
from citymanager.store import Reader, Record
from citymanager.tasks import Tasks
from citymanager.text import plural, span
from citymanager.values import parse_moment
from widgets.panels.outage_acts import OutageActs
from widgets.plain import one_line, plain_label, tip
from widgets.record_form import RecordForm
from widgets.theme import set_role

LINK, LINK_KEYS = "Связать отмеченные и подготовить ответы", "Ctrl+Shift+K"
END, SHOW_END, END_KEYS = "Об окончании", "К телефонограмме", "Ctrl+Shift+O"
NOT_YET = "Сначала сохраните телефонограмму об отключении."
NOBODY = "Связывать нечего: отметьте сообщения."
SOON_MS, TICK_MS = 300, 30_000
SHOWN = 5
"""Reports that are seen at once."""


@dataclass(frozen=True)
class Standing:
    """What the cache knows of an outage."""

    outage: str = ""
    signs: Sequence[Sign] = ()
    ending: str = ""
    """The id of the telephonogram about its end."""


class OutageStrip(QFrame):
    """Follows the card that it stands in; of other telephonograms it is not seen."""

    def __init__(
        self, form: RecordForm, acts: OutageActs, tasks: Tasks, hub: Hub, clock: Callable[[], datetime]
    ) -> None:  # fmt: skip
        super().__init__()
        self._form, self._acts, self._tasks, self._hub, self._clock = form, acts, tasks, hub, clock
        self.shown = Standing()
        """What is read of it."""
        self._left: set[str] = set()
        """Reports that the user has unticked."""
        self.time, self.told = plain_label("", "section", wrap=True), plain_label("", "caption", wrap=True)
        self.rows = QListWidget()
        self.link, self.end = QPushButton(LINK), QPushButton(END)
        self._soon = QTimer(self, singleShot=True, interval=SOON_MS)
        self._tick = QTimer(self, interval=TICK_MS)
        self._lay_out()
        self._soon.timeout.connect(self._read)
        self._tick.timeout.connect(self._tell_time)
        self.rows.itemChanged.connect(self._ticked)
        self.link.clicked.connect(self.link_marked)
        self.end.clicked.connect(self.end_it)
        hub.changed.connect(self._changed)
        form.shown.connect(self._another)
        form.saved.connect(lambda _: self._read())
        self._another()

    @property
    def outage(self) -> Record | None:
        """The outage in the card; None: it is none, or not saved yet."""
        record = self._form.record
        return record if record is not None and record.data.get("type") in OUTAGES else None

    def link_marked(self) -> None:
        """Link the ticked reports."""
        outage, marked = self.outage, [one.record.id for one in self.shown.signs if one.record.id not in self._left]
        why = self._acts.why_not() if outage else NOT_YET
        if outage is None or why or not marked:
            self._hub.notice.emit(why or NOBODY, "warning")
        else:
            self._acts.link(outage.id, marked)

    def end_it(self) -> None:
        """End the outage; where its end is told already, go there."""
        outage = self.outage
        if outage is None:
            self._hub.notice.emit(NOT_YET, "warning")
        elif self._form.touched:
            self._hub.notice.emit("Сначала сохраните карточку: Ctrl+S.", "warning")
        elif self.shown.ending and self.shown.outage == outage.id and outage.data.get("ended"):
            self._hub.opened.emit(outage.module, self.shown.ending)
        else:
            self._acts.end(outage.id)

    # reading

    def _another(self) -> None:
        self._left = set()
        self._take(Standing())
        self._read()

    def _changed(self, module: str, _idents: list[str]) -> None:
        if module in ("reports", "telephonograms") and self.outage is not None:
            self._soon.start()

    def _read(self) -> None:
        outage, now = self.outage, self._clock()
        self.setVisible(outage is not None and outage.data.get(STATUS) != "cancelled")
        if outage is None:
            return
        self._tell_time()

        def standing(reader: Reader) -> Standing:
            fresh = reader.get(outage.module, outage.id) or outage
            ending = ending_of(reader, outage.id)
            return Standing(outage.id, signs(reader, fresh, now), ending.id if ending else "")

        self._tasks.read(standing, self._take_read, owner=self, newest=f"outage:{id(self)}")

    def _take_read(self, found: Standing) -> None:
        if self.outage is not None and self.outage.id == found.outage:
            self._take(found)

    # showing

    def _take(self, found: Standing) -> None:
        self.shown = found
        self.rows.blockSignals(True)
        self.rows.clear()
        for one in found.signs:
            self.rows.addItem(self._row(one))
        self.rows.blockSignals(False)
        self._fit()
        self._tell()

    def _row(self, one: Sign) -> QListWidgetItem:
        data = one.record.data
        told = (data.get("number"), data.get("address"), one_line(str(data.get("text", ""))), one.reason)
        row = QListWidgetItem(" · ".join(str(part) for part in told if part))
        row.setToolTip(tip(row.text()))
        row.setFlags(row.flags() | Qt.ItemFlag.ItemIsUserCheckable)
        left = one.record.id in self._left
        row.setCheckState(Qt.CheckState.Unchecked if left else Qt.CheckState.Checked)
        row.setData(Qt.ItemDataRole.UserRole, one.record.id)
        return row

    def _ticked(self, row: QListWidgetItem) -> None:
        ident = str(row.data(Qt.ItemDataRole.UserRole))
        (self._left.discard if row.checkState() == Qt.CheckState.Checked else self._left.add)(ident)
        self._tell()

    def _fit(self) -> None:
        height = self.rows.sizeHintForRow(0) if self.shown.signs else 0
        self.rows.setFixedHeight(height * min(len(self.shown.signs), SHOWN) + 4)
        self.rows.setVisible(bool(self.shown.signs))

    def _tell(self) -> None:
        marked = sum(one.record.id not in self._left for one in self.shown.signs)
        linked = len(self.outage.data.get("reports") or []) if self.outage else 0
        told = f"Связано: {plural(linked, 'сообщение', 'сообщения', 'сообщений')}."
        found = f" Похоже, о нём же: {len(self.shown.signs)}, отмечено {marked} (пробел — снять)."
        self.told.setText(told + (found if self.shown.signs else ""))
        self.link.setVisible(bool(self.shown.signs))
        self.link.setEnabled(bool(marked) and not self._acts.why_not())
        self._tell_time()

    def _tell_time(self) -> None:
        outage = self.outage
        if outage is None:
            self._tick.stop()
            return
        self.time.setText(_lasts(outage, self._clock()))
        over = bool(outage.data.get("ended"))
        self._tick.stop() if over else self._tick.start()
        self.end.setText(SHOW_END if over and self.shown.ending else END)
        self.end.setEnabled(bool(self.shown.ending) or not self._acts.why_not())

    # building

    def _lay_out(self) -> None:
        set_role(self, "offer")
        set_role(self.link, "quiet")
        self.link.setToolTip(LINK_KEYS)
        self.end.setToolTip(END_KEYS)
        self.rows.setAccessibleName("Сообщения об этом отключении")
        self.rows.setUniformItemSizes(True)
        self.rows.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.rows.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.rows.setMinimumSize(QSize(60, 0))
        head = QHBoxLayout()
        head.addWidget(self.time, 1)
        head.addWidget(self.end, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 8, 10, 8)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(self.told)
        column.addWidget(self.rows)
        column.addWidget(self.link, 0, Qt.AlignmentFlag.AlignLeft)


def _lasts(outage: Record, now: datetime) -> str:
    """How long it lasts or has lasted, and how long it was to."""
    data = outage.data
    if not data.get("began"):
        return "Начало отключения не указано"
    if data.get("ended"):
        return against_plan(data)
    gone = (now - parse_moment(str(data["began"]))).total_seconds()
    plan = planned(data)
    told = f"Длится {span(gone)}" if gone >= 0 else f"Начнётся через {span(gone)}"
    return told + (f", по плану {plan}" if plan else ", плановое окончание не указано")
