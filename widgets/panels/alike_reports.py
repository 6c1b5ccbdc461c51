"""Over a report's fields: those that may tell of the same, and outages known at its place, already while it is typed.

It asks at most four times a second, on a reader's thread; a question that a later one outdates is broken off.
"""

from collections.abc import Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QToolButton, QVBoxLayout, QWidget

from citymanager.duplicates import REPORTS, Candidate
from citymanager.errors import CityError
from citymanager.merging import REJECTION, merge
from citymanager.outages import TELEPHONOGRAMS
from citymanager.schema import STATUS, Module
from citymanager.store import Edit
from citymanager.workflow import closed
from widgets.panels.alike_reading import ASKED, Alike, read_alike
from widgets.panels.comparison import Comparison
from widgets.panels.stand import Stand
from widgets.plain import ElidedLabel, one_line
from widgets.record_related import RelatedRow
from widgets.theme import set_role

SOON_MS = 250
"""From a change to the question; not put off by further letters."""
TALLEST = 320
"""Pixels that the unfolded list takes from the fields."""
REPLIES = "replies"
NOT_YET = "Сначала сохраните карточку: объединяются записанные сообщения."


class AlikeReports(QFrame):
    """Stands in a card of a report once there is something to tell; in cards of other modules never."""

    told = Signal()
    """Something else is shown."""

    def __init__(self, module: Module, stand: Stand) -> None:
        super().__init__()
        self._module, self._tasks, self._hub, self._seat = module, stand.tasks, stand.hub, stand.seat
        self._appearance, self._clock = stand.appearance, stand.clock
        self._ident, self._compared = "", ""
        self._data: Mapping[str, Any] = {}
        self._asked: Mapping[str, Any] = {}
        self.found = Alike()
        """What is shown."""
        self._soon = QTimer(self, singleShot=True, interval=SOON_MS)
        self._soon.timeout.connect(self._read)
        self._lay_out()
        if module.key == REPORTS:
            self._hub.changed.connect(self._changed)
            self._seat.changed.connect(self._look_again)
        self.comparison.left.connect(lambda: self._compare(""))
        self.comparison.opened.connect(lambda ident: self._hub.opened.emit(REPORTS, ident))
        self.comparison.merged.connect(self._merge)
        self.comparison.refused.connect(lambda why: self._hub.notice.emit(why, "warning"))
        self.hide()

    def show_data(self, ident: str, data: Mapping[str, Any]) -> None:
        """Of this card, as it stands now; an empty id: it is new."""
        if self._module.key != REPORTS:
            return
        asked = {} if _over(self._module, data) else {key: data.get(key) for key in ASKED}
        new, other = (ident, asked) != (self._ident, self._asked), ident != self._ident
        self._ident, self._data, self._asked = ident, data, asked
        if other or not any(asked.values()):
            self._compared = ""
            self._take(ident, Alike())
        if new and not self._soon.isActive():
            self._soon.start()

    # asking

    def _changed(self, module: str, _idents: list[str]) -> None:
        if module in (REPORTS, TELEPHONOGRAMS):
            self._look_again()

    def _look_again(self) -> None:
        if any(self._asked.values()) and not self._soon.isActive():
            self._soon.start()

    def _read(self) -> None:
        ident, data, now = self._ident, {**self._asked}, self._clock()
        cut_off = self._seat.may_read(self._tasks.glance.modules[TELEPHONOGRAMS])
        self._tasks.read(
            lambda reader: read_alike(reader, ident, data, now, cut_off=cut_off),
            lambda found: self._take(ident, found),
            owner=self,
            newest=f"alike:{id(self)}",
        )

    # showing

    def _take(self, ident: str, found: Alike) -> None:
        if ident == self._ident and found != self.found:
            self.found = found
            self._show()
            self.told.emit()

    def _show(self) -> None:
        candidates, outages = self.found.candidates, self.found.outages
        self.setVisible(bool(candidates or outages))
        _empty(self._outages)
        for outage in outages:
            words = f"Отключение: {outage.what} — {outage.reason}"
            self._row(self._outages, TELEPHONOGRAMS, words, "", outage.record.id)
        _empty(self._rows)
        for one in candidates:
            row = self._row(self._rows, REPORTS, _told(one), str(one.record.data.get(STATUS, "")))
            row.clicked.connect(partial(self._compare, one.record.id))
        self._head.setVisible(bool(candidates))
        self.fold.setText(f"{'▾' if self.fold.isChecked() else '▸'} Похожие сообщения: {len(candidates)}")
        self._area.setVisible(bool(candidates) and self.fold.isChecked())
        self._compare(self._compared)

    def _row(self, into: QVBoxLayout, module: str, words: str, status: str, opens: str = "") -> RelatedRow:
        row = RelatedRow(self._tasks.glance.modules[module], words, status, self._appearance)
        if opens:
            row.clicked.connect(partial(self._hub.opened.emit, module, opens))
        into.addWidget(row)
        return row

    def _compare(self, ident: str) -> None:
        """Show one of the list beside the card; an id that is not in it: the list again."""
        other = next((one for one in self.found.candidates if one.record.id == ident), None)
        self._compared = ident if other else ""
        self._list.setVisible(other is None)
        self.comparison.setVisible(other is not None)
        self._tell(other)
        if other is not None:
            self.comparison.show_pair(self._data, other.record, self.found.names, self._why_not(ident))
        QTimer.singleShot(0, self, self._fit)

    def _tell(self, compared: Candidate | None) -> None:
        """Beside the fold: of the folded list the likeliest, else why the one that is compared is like."""
        if compared is not None and self.fold.isChecked():
            self.likeliest.show_text(compared.likeness.reason)
        else:
            folded = self.found.candidates if not self.fold.isChecked() else ()
            self.likeliest.show_text(_told(folded[0]) if folded else "")

    def _fit(self) -> None:
        """The list, or the two reports, as high as their lines are at this width."""
        inside = self._inside
        wraps = inside.hasHeightForWidth()
        height = inside.heightForWidth(self._area.viewport().width()) if wraps else inside.sizeHint().height()
        self._area.setFixedHeight(min(height + 2, TALLEST))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    # merging

    def _why_not(self, original: str) -> str:
        """Why the card's report can't be called a duplicate now."""
        modules, record = self._tasks.glance.modules, self._tasks.glance.get(REPORTS, self._ident)
        if record is None:
            return NOT_YET
        after = {**record.data, **REJECTION, "duplicate_of": original}
        return (
            self._seat.why_not_edit(self._module)
            or self._seat.why_not_make(modules[REPLIES])
            or (closed(self._module, record.data, after, self._seat.role) or "")
        )

    def _merge(self, original: str) -> None:
        duplicate, login, role, now = self._ident, self._seat.login, self._seat.role, self._clock()
        self._tasks.write(
            lambda writer: merge(writer, duplicate, original, login, role, now), self._merged, self._refused, self
        )

    def _merged(self, edits: list[Edit]) -> None:
        self._hub.outbox_changed.emit()
        for key in (REPORTS, REPLIES):
            self._hub.changed.emit(key, [one.id for one in edits if one.module == key])
        replies = sum(one.module == REPLIES for one in edits)
        told = f"Подготовлено ответов авторам: {replies}, они ждут отправки." if replies else "Ответы уже подготовлены."
        self._hub.notice.emit(f"Сообщение отклонено как дубль. {told}", "info")

    def _refused(self, error: CityError) -> None:
        self._hub.notice.emit(f"Не объединено. {error}", "error")

    # building

    def _lay_out(self) -> None:
        set_role(self, "offer")
        self.fold, self.likeliest = QToolButton(), ElidedLabel("muted", least=80)
        self.fold.setCheckable(True)
        set_role(self.fold, "fold")
        self.fold.toggled.connect(self._show)
        self.comparison = Comparison(self._module)
        self._head, self._list, self._inside = QWidget(), QWidget(), QWidget()
        head, inside, self._rows = QHBoxLayout(self._head), QVBoxLayout(self._inside), QVBoxLayout(self._list)
        for layout in (head, inside, self._rows):
            layout.setContentsMargins(0, 0, 0, 0)
            layout.setSpacing(2)
        head.addWidget(self.fold)
        head.addWidget(self.likeliest, 1)
        self._outages = QVBoxLayout()
        inside.addWidget(self._list)
        inside.addWidget(self.comparison)
        self._area = QScrollArea(widgetResizable=True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setWidget(self._inside)
        set_role(self._inside, "panel")
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 4, 8, 4)
        column.setSpacing(2)
        column.addLayout(self._outages)
        column.addWidget(self._head)
        column.addWidget(self._area)


def _over(module: Module, data: Mapping[str, Any]) -> bool:
    """Whether nothing is to be done about this report any more."""
    status = module.status(str(data.get(STATUS, "")))
    return status is not None and status.tone in ("closed", "refused")


def _told(candidate: Candidate) -> str:
    """Why it is like, and which one it is, in one line."""
    data = candidate.record.data
    told = (candidate.likeness.reason, data.get("number"), data.get("address"), one_line(str(data.get("text", ""))))
    return " · ".join(str(part) for part in told if part)


def _empty(rows: QVBoxLayout) -> None:
    while (item := rows.takeAt(0)) is not None:
        if (old := item.widget()) is not None:
            old.hide()
            old.deleteLater()
