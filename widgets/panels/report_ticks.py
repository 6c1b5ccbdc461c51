"""A list of reports in which some are ticked: a line each, and nothing personal in it."""

from collections.abc import Sequence, Set

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QListWidget, QListWidgetItem

from citymanager.answer_many import Addressed
from citymanager.modules.reports import REPORTS
from citymanager.schema import STATUS
from citymanager.values import show
from widgets.plain import one_line, tip

SHOWN = ("number", "received", STATUS, "address", "text")
"""Fields of a report in its line."""


class ReportTicks(QListWidget):
    """Space ticks, Enter opens. `ticked` says that others are ticked now, `opened` carries a report's id."""

    ticked = Signal()
    opened = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._reports: Sequence[Addressed] = ()
        self.setAccessibleName("Сообщения")
        self.itemChanged.connect(lambda _: self.ticked.emit())
        self.itemActivated.connect(lambda item: self.opened.emit(self._reports[self.row(item)].record.id))

    @property
    def chosen(self) -> list[Addressed]:
        """Those that are ticked."""
        states = (self.item(at).checkState() for at in range(self.count()))
        return [one for one, state in zip(self._reports, states, strict=True) if state == Qt.CheckState.Checked]

    def show_reports(self, reports: Sequence[Addressed]) -> None:
        """List these, all ticked."""
        self.blockSignals(True)
        self.clear()
        self._reports = reports
        for one in reports:
            self.addItem(_item(one))
        self.blockSignals(False)
        self.setCurrentRow(0)
        self.ticked.emit()

    def tick_all(self) -> None:
        self._set(Qt.CheckState.Checked, {one.record.id for one in self._reports})

    def untick(self, idents: Set[str] | None = None) -> None:
        """These, or all."""
        self._set(Qt.CheckState.Unchecked, {one.record.id for one in self._reports} if idents is None else idents)

    def _set(self, state: Qt.CheckState, idents: Set[str]) -> None:
        self.blockSignals(True)
        for at, one in enumerate(self._reports):
            if one.record.id in idents:
                self.item(at).setCheckState(state)
        self.blockSignals(False)
        self.ticked.emit()


def _item(one: Addressed) -> QListWidgetItem:
    data = one.record.data
    told = " · ".join(filter(None, (show(REPORTS.field(key), data.get(key)) for key in SHOWN)))
    item = QListWidgetItem(one_line(told))
    item.setToolTip(tip(told))
    item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
    item.setCheckState(Qt.CheckState.Checked)
    return item
