"""The table of a module: columns as the user left them, one selected record that stays selected."""

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QEvent, QItemSelection, QItemSelectionModel, QModelIndex, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QMenu, QTableView, QWidget

from citymanager.errors import ReadOnly
from citymanager.schema import STATUS, Field, Kind, Module
from citymanager.store import Profile
from citymanager.store.due_order import DUE
from widgets.numbered_rows import Index
from widgets.record_cells import MARKS, RECORD
from widgets.record_delegate import DueDelegate, StatusDelegate
from widgets.record_model import RecordModel
from widgets.record_nearest import COLUMN, columns
from widgets.theme import Appearance

ROW_HEIGHT = 34
MARK_WIDTH = 26
_WIDTHS: Mapping[Kind, int] = {
    "text": 160, "long_text": 420, "number": 100, "date": 110, "moment": 150, "flag": 90, "choice": 140,
    "person": 190, "reference": 200, "address": 164, "files": 140,
}  # fmt: skip
"""What suits a kind of field, in pixels: no column is made wider by itself, but where the table has room to spare."""
_WALKS = (Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_PageDown, Qt.Key.Key_PageUp)
STATUS_WIDTH = 270
"""Every status of a module can be read whole, up to this width."""
DUE_WIDTH = 262
"""«просрочено на 2 дня 14 ч» can be read whole."""
NAME_WIDTH = 420
"""An address that names a record can be read whole, to the house's number."""
TEXT_WIDTH = 200
"""A long text gives way down to this width where the whole table then fits."""
USUAL = 16
"""The size of the text, in pixels, that these widths were drawn for."""
NARROWEST = 64
ENOUGH = 30
"""Rows from which the widths of the columns can be told."""


class RecordTable(QTableView):
    """Shows a `RecordModel`. `chosen` carries the id that the user has selected, `opened` the one he has entered."""

    chosen = Signal(str)
    opened = Signal(str)
    picked = Signal(int)
    """So many rows are chosen now."""

    def __init__(
        self, model: RecordModel, profile: Profile, appearance: Appearance, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._records, self._profile, self._current = model, profile, ""
        self._many = 0
        self._setting = f"table.{model.module.key}"
        self._top = -1
        self._behave()
        self.setModel(model)
        if (column := model.column_of(STATUS)) > 0:
            self.setItemDelegateForColumn(column, StatusDelegate(model.module, appearance, self))
        if (column := model.column_of(DUE)) > 0:
            self.setItemDelegateForColumn(column, DueDelegate(appearance, self))
        self._set_columns(model.module)
        self._keep = QTimer(self, singleShot=True, interval=500)
        self._keep.timeout.connect(self._remember_columns)
        self._wire()

    def _behave(self) -> None:
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerItem)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setAlternatingRowColors(True)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        rows = self.verticalHeader()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(self._row_height())
        rows.hide()

    def _row_height(self) -> int:
        return max(ROW_HEIGHT, self.fontMetrics().height() + 12)

    def changeEvent(self, event: QEvent) -> None:
        """Larger text takes higher rows and, if nobody has drawn them, wider columns."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.verticalHeader().setDefaultSectionSize(self._row_height())
            self._fits = not self._drawn
            QTimer.singleShot(0, self, self._fit_columns)  # when the header has got its font, too

    def _wire(self) -> None:
        header = self.horizontalHeader()
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.customContextMenuRequested.connect(self._offer_columns)
        header.sortIndicatorChanged.connect(self._sort)
        header.sectionResized.connect(self._resized)
        for changed in (header.sectionMoved, header.sortIndicatorChanged):
            changed.connect(lambda: self._keep.start())
        self.verticalScrollBar().valueChanged.connect(self._look)
        self.doubleClicked.connect(self._open)
        self._records.layoutAboutToBeChanged.connect(self._note_top)
        self._records.layoutChanged.connect(self._return_to_top)
        self._records.listed.connect(self._reselect)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._records.follow_time(True)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._records.follow_time(False)

    # the selected record

    def choose(self, ident: str) -> None:
        """Select a record by its id, wherever it stands now or will stand when the list has come."""
        if ident != self._current:
            self._current = ident
            self._reselect(scroll=True)

    @property
    def picked_numbers(self) -> list[int]:
        """The store's numbers of the chosen rows, from the top down."""
        return [self._records.number_at(row) for row in sorted(row for one in self._spans() for row in one)]

    def show_as(self, sort: str, columns: Sequence[str]) -> None:
        """Sort by this, and show these columns from left to right; what is empty or unknown stays as it is."""
        header = self.horizontalHeader()
        known = [column for key in columns if (column := self._records.column_of(key)) > 0]
        for place, column in enumerate(known, 1):
            header.moveSection(header.visualIndex(column), place)
        for column in range(1, header.count()) if known else ():
            self.setColumnHidden(column, column not in known)
        if (column := self._records.column_of(sort.lstrip("-"))) > 0:
            order = Qt.SortOrder.DescendingOrder if sort.startswith("-") else Qt.SortOrder.AscendingOrder
            header.setSortIndicator(column, order)

    @property
    def shown_columns(self) -> tuple[str, ...]:
        """The keys of the columns that are shown, from left to right, the nearest due time among them."""
        header, keys = self.horizontalHeader(), self._records.keys
        places = [one for one in range(1, len(keys) + 1) if not self.isColumnHidden(one)]
        return tuple(keys[one - 1] for one in sorted(places, key=header.visualIndex))

    def _spans(self) -> list[range]:
        """The chosen rows: a million that are chosen at once are one span."""
        chosen = self.selectionModel().selection()
        return [range(one.top(), one.bottom() + 1) for one in map(chosen.at, range(chosen.count()))]

    @property
    def current(self) -> str:
        return self._current

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        super().selectionChanged(selected, deselected)
        self._take()

    def dataChanged(self, first: Index, last: Index, roles: Sequence[int] = ()) -> None:
        super().dataChanged(first, last, roles)
        self._take()  # the page of a row that was walked to has come
        self._fit_columns()

    def _take(self) -> None:
        """One chosen row shows its card; with many chosen, the card stays what it is."""
        spans = self._spans()
        count = sum(map(len, spans))
        if count != self._many:
            self._many = count
            self.picked.emit(count)
        record = self._records.record(spans[0].start) if count == 1 else None
        if record is not None and record.id != self._current:
            self._current = record.id
            self.chosen.emit(record.id)

    def _reselect(self, *, scroll: bool = False) -> None:
        row = self._records.row_of(self._current) if self._current else -1
        selection = self.selectionModel()
        if row < 0:
            selection.clear()
        elif selection.currentIndex().row() != row or not selection.hasSelection():
            column = max(selection.currentIndex().column(), 1)
            index = self._records.index(row, column)
            flags = QItemSelectionModel.SelectionFlag
            selection.setCurrentIndex(index, flags.ClearAndSelect | flags.Rows)
            if scroll:
                self.scrollTo(index, QAbstractItemView.ScrollHint.PositionAtCenter)

    def _open(self, index: QModelIndex) -> None:
        record = index.data(RECORD)
        if record is not None:
            self.opened.emit(record.id)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self._open(self.currentIndex())
        elif event.key() in _WALKS and not self.selectionModel().hasSelection() and self._records.rowCount():
            self.selectRow(max(self.currentIndex().row(), 0))  # the first key chooses, it does not step over
        else:
            super().keyPressEvent(event)

    # the rows on the screen

    def _look(self) -> None:
        first = max(self.rowAt(0), 0)
        count = self.viewport().height() // self._row_height() + 2
        self._records.visible = range(first, first + count)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._look()

    def _note_top(self) -> None:
        """Whoever has scrolled away from the start keeps the row that he reads; at the start, new rows come in."""
        bar = self.verticalScrollBar()
        self._top = self._records.number_at(bar.value()) if bar.value() > 0 else -1

    def _return_to_top(self) -> None:
        row = self._records.row_of_number(self._top) if self._top >= 0 else -1
        if row >= 0:
            self.verticalScrollBar().setValue(row)

    # columns

    def _set_columns(self, module: Module) -> None:
        header = self.horizontalHeader()
        header.setSectionsMovable(True)
        header.setHighlightSections(False)
        header.setMinimumSectionSize(MARK_WIDTH)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSortIndicatorShown(True)
        header.setStretchLastSection(True)
        header.resizeSection(MARKS, MARK_WIDTH)
        header.setSectionResizeMode(MARKS, QHeaderView.ResizeMode.Fixed)
        for place, field in enumerate(columns(module), 1):
            header.resizeSection(place, _width(field))
        self._show_sort(module.sort)
        self._drawn = self._restore_columns()
        self._fits = not self._drawn
        self._records.listed.connect(self._fit_columns)

    def _resized(self, column: int) -> None:
        """Somebody has set a width; the last column only follows the table's own."""
        header = self.horizontalHeader()
        if header.visualIndex(column) < header.count() - 1:
            self._drawn, self._fits = True, False
            self._keep.start()

    def _fit_columns(self) -> None:
        """Nobody has set the columns yet: as wide as the first rows need, up to what suits the kind of field."""
        known = sum(self._records.record(row) is not None for row in range(min(ENOUGH, self._records.rowCount())))
        if not self._fits or not known:
            return
        self._fits = known < ENOUGH  # the first load comes in pieces
        self.ensurePolished()
        header = self.horizontalHeader()
        header.blockSignals(True)
        spare, cut = self.viewport().width() - MARK_WIDTH, {}
        for column, field in enumerate(columns(self._records.module), 1):
            wanted = max(self.sizeHintForColumn(column) + 10, header.sectionSizeHint(column) + 8, NARROWEST)
            named = field.key == self._records.module.named_by
            widest = (NAME_WIDTH if named else _width(field)) * max(self.font().pixelSize(), USUAL) // USUAL
            if field.key == STATUS:
                wanted = max(wanted, self._statuses_width())
            if field.key == DUE:  # what stands there while it is counted says nothing of how long it will be
                wanted = widest
            given = min(wanted, max(widest, header.sectionSizeHint(column)))
            header.resizeSection(column, given)
            if not self.isColumnHidden(column):
                spare, cut[column] = spare - given, wanted - given
        self._squeeze_text()
        self._ease(spare, cut)
        header.blockSignals(False)
        self.updateGeometries()
        self.viewport().update()

    def _statuses_width(self) -> int:
        delegate = self.itemDelegateForColumn(self._records.column_of(STATUS))
        return delegate.widest(self.fontMetrics()) if isinstance(delegate, StatusDelegate) else 0

    def _squeeze_text(self) -> None:
        """Spare the user a scroll bar if a narrower long text is all that it takes."""
        header = self.horizontalHeader()
        over = header.length() - self.viewport().width()
        for column, field in enumerate(columns(self._records.module), 1):
            width = header.sectionSize(column) - over
            if over > 0 and field.kind == "long_text" and width >= TEXT_WIDTH:
                header.resizeSection(column, width)
                return

    def _ease(self, spare: int, cut: Mapping[int, int]) -> None:
        """Show what is cut as far as the table has room to spare: of each column so many pixels."""
        header = self.horizontalHeader()
        for column, lacking in cut.items():
            last = header.visualIndex(column) == header.count() - 1  # it takes what is left anyhow
            more = 0 if last else max(0, min(lacking, spare))
            header.resizeSection(column, header.sectionSize(column) + more)
            spare -= more

    def _show_sort(self, sort: str) -> None:
        order = Qt.SortOrder.DescendingOrder if sort.startswith("-") else Qt.SortOrder.AscendingOrder
        self.horizontalHeader().setSortIndicator(self._records.column_of(sort.lstrip("-")), order)

    def _sort(self, column: int, order: Qt.SortOrder) -> None:
        if column == MARKS:  # not a column of the store: the sign goes back to where it was
            self._show_sort(self._records.query.sort or self._records.module.sort)
        else:
            self._records.sort(column, order)

    def _offer_columns(self, place: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for column, field in enumerate(columns(self._records.module), 1):
            act = menu.addAction(field.title)
            act.setCheckable(True)
            act.setChecked(not self.isColumnHidden(column))
            act.toggled.connect(lambda shown, column=column: self._show_column(column, shown=shown))
        menu.popup(self.horizontalHeader().mapToGlobal(place))

    def _show_column(self, column: int, *, shown: bool) -> None:
        visible = [one for one in range(1, self.model().columnCount()) if not self.isColumnHidden(one)]
        if shown or len(visible) > 1:
            self.setColumnHidden(column, not shown)
            self._keep.start()

    def _remember_columns(self) -> None:
        header, keys = self.horizontalHeader(), self._records.keys
        order = sorted(range(1, len(keys) + 1), key=header.visualIndex)
        kept = [[keys[one - 1], self._shown_width(one), self.isColumnHidden(one)] for one in order]
        try:
            self._profile.set(self._setting, {"columns": kept})
        except ReadOnly as error:
            self._records.failed.emit(str(error))

    def _shown_width(self, column: int) -> int:
        return self.columnWidth(column) or _width(columns(self._records.module)[column - 1])

    def _restore_columns(self) -> bool:
        kept: Any = self._profile.setting(self._setting)
        columns = kept.get("columns", []) if isinstance(kept, dict) else []
        header = self.horizontalHeader()
        for place, (key, width, hidden) in enumerate(columns, 1):
            column = self._records.column_of(key)
            if column > 0:  # a column of an earlier declaration may be gone
                header.moveSection(header.visualIndex(column), min(place, header.count() - 1))
                header.resizeSection(column, max(int(width), 40))
                self.setColumnHidden(column, bool(hidden))
        return bool(columns)

    def closing(self) -> None:
        """Keep at once what would have been kept in a moment."""
        if self._keep.isActive():
            self._keep.stop()
            self._remember_columns()


def _width(field: Field) -> int:
    if field is COLUMN:
        return DUE_WIDTH
    return STATUS_WIDTH if field.key == STATUS else _WIDTHS.get(field.kind, 160)
