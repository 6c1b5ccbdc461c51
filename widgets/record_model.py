"""The rows of a module's table, as many as there are, at once: numbers in memory, records in pages behind.

The first page is read by the sort index and shown; then the numbers of all rows; records follow as they are looked
at. What is on the screen stays there until something newer has come: the table never blinks empty.
"""

from array import array
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, QTimer, Signal

from citymanager.errors import CityError
from citymanager.hub import Hub
from citymanager.schema import STATUS, Field, Module
from citymanager.store import Query, Reader, Record
from citymanager.store.lists import PAGE
from citymanager.store.nearest import Nearest
from citymanager.tasks import Tasks
from citymanager.text import plural
from citymanager.values import moment, show
from widgets.personal import masked
from widgets.plain import one_line, tip
from widgets.record_nearest import COLUMN, TICK_MS, cell, columns
from widgets.record_page import FIRST, Listing, Page, first_listing, idents, linked, read_page, whole_listing

RECORD = Qt.ItemDataRole.UserRole
"""The whole record of a row; None while it is on its way."""
STATUS_KEY = Qt.ItemDataRole.UserRole + 1
"""The status of a row, in the status column."""
LEVEL = Qt.ItemDataRole.UserRole + 2
"""How urgent the nearest due time of a row is, in its column."""
KEPT = 40 * PAGE
"""Records held in memory."""
MARKS = 0
"""The first column: whether the row holds edits that were not sent."""
TO_THE_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
TO_THE_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
GATHER_MS = 40
"""Changes that come together are shown together."""
BEHIND_MS = 60
"""The rest of a list is read when its first page stands on the screen: whoever types on never waits for it."""
ANSWERED = frozenset(
    (
        Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.TextAlignmentRole,
        Qt.ItemDataRole.AccessibleTextRole, RECORD, STATUS_KEY, LEVEL,
    )
)  # fmt: skip
"""What there is to say of a cell: a view asks for as many roles again at each paint, a thousand times."""

Index = QModelIndex | QPersistentModelIndex


class RecordModel(QAbstractTableModel):
    """A module's records by a query. Reads on the readers' threads only."""

    listed = Signal()
    """The list has changed: `rowCount`, `complete` and `counters` say what it is now."""
    failed = Signal(str)

    def __init__(
        self,
        module: Module,
        tasks: Tasks,
        hub: Hub,
        parent: QObject | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        super().__init__(parent)
        self._clock = clock
        self.module, self.query, self.complete = module, Query(module.key), False
        self.counters: dict[str, int] = {}
        self._tasks = tasks
        self.unjudged = 0
        """Records of the module whose due time is not known yet."""
        self._columns = columns(module)
        self.keys = tuple(one.key for one in self._columns)
        """Of the columns behind the first, which has the marks."""
        self._linked = linked(module)
        self._numbers: array[int] = array("q")
        self._records: dict[int, Record] = {}
        self._dues: dict[int, Nearest] = {}
        self._captions: dict[tuple[str, str], str] = {}
        self._changes = self._everything = 0
        self._changed: dict[str, int] = {}
        """When a record was last said to have changed, counted in `_changes`; `_everything`: all of them."""
        self._read_at: dict[int, int] = {}
        """When the reading of each record here began: one that began before a change does not know it."""
        self._asked: set[int] = set()
        self._loads = 0
        self._busy = self._again = False
        self._gather = QTimer(self, singleShot=True, interval=GATHER_MS)
        self._gather.timeout.connect(self._refresh)
        self._behind = QTimer(self, singleShot=True, interval=BEHIND_MS)
        self._behind.timeout.connect(lambda: self._read_whole([]))  # what is on the screen has just been read
        self.visible: range = range(0)
        """The rows on the screen: read first when something has changed."""
        hub.changed.connect(self._take_change)
        self._tick = QTimer(self, interval=TICK_MS)
        self._tick.timeout.connect(self._time_has_passed)
        if module.clocks:
            hub.recounted.connect(self._take_recount)

    def follow_time(self, on: bool) -> None:
        """Whether somebody looks at what is left of due times."""
        if on and self.module.clocks:
            self._time_has_passed()
            self._tick.start()
        else:
            self._tick.stop()

    # what the view asks

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self._numbers)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._columns) + 1

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is Qt.Orientation.Vertical or not 0 <= section <= len(self._columns):
            return None
        if section == MARKS:
            return tip("Правки, ещё не отправленные на сервер") if role == Qt.ItemDataRole.ToolTipRole else None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._columns[section - 1].title
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._alignment(self._columns[section - 1])
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role not in ANSWERED:
            return None
        record = self.record(index.row())
        if role == RECORD or record is None:
            return record
        if index.column() == MARKS:
            return self._mark(record, role)
        field = self._columns[index.column() - 1]
        if field is COLUMN:
            return self._due(self._numbers[index.row()], role)
        if role == Qt.ItemDataRole.DisplayRole:
            return one_line(self.text(record, field))
        if role == Qt.ItemDataRole.ToolTipRole:
            return tip(self.text(record, field))
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._alignment(field)
        return record.data.get(STATUS) if role == STATUS_KEY and field.key == STATUS else None

    def _due(self, number: int, role: int) -> Any:
        said = cell(self.module, self._dues.get(number), self._clock())
        known: dict[int, Any] = {
            Qt.ItemDataRole.DisplayRole: said.text,
            Qt.ItemDataRole.ToolTipRole: tip(said.tip),
            Qt.ItemDataRole.AccessibleTextRole: f"{said.text} {said.tip}".strip(),
            Qt.ItemDataRole.TextAlignmentRole: TO_THE_LEFT,
            LEVEL: said.level,
        }
        return known.get(role)

    def text(self, record: Record, field: Field) -> str:
        """A value as the table shows it: references by their captions, personal data never."""
        other = self._linked.get(field.key)
        if other is None:
            return masked(field, show(field, record.data.get(field.key)))
        return "; ".join(self._captions.get((other, ident), "…") for ident in idents(record, field.key))

    def record(self, row: int) -> Record | None:
        """The record of a row; asks for its page if it is not here, or not as it is now."""
        if not 0 <= row < len(self._numbers):
            return None
        number = self._numbers[row]
        found = self._records.get(number)
        if found is None or self._stale(number):
            self._ask(row)
        return found

    def row_of(self, ident: str) -> int:
        """Where a record stands in the list; -1 if it is not in it (or not yet)."""
        number = self._tasks.glance.row_number(self.module.key, ident)
        return self.row_of_number(number) if number is not None else -1

    def row_of_number(self, number: int) -> int:
        return _places(self._numbers, [number]).get(number, -1)

    def number_at(self, row: int) -> int:
        """The store's number of a row; -1 if there is none."""
        return self._numbers[row] if 0 <= row < len(self._numbers) else -1

    @property
    def numbers(self) -> "array[int]":
        """The store's numbers of all rows, in their order. Never changed in place: another list is another array."""
        return self._numbers

    def column_of(self, key: str) -> int:
        return self.keys.index(key) + 1 if key in self.keys else -1

    def _mark(self, record: Record, role: int) -> Any:
        if not record.unsent:
            return None
        words = "Не отправлено на сервер: " + plural(record.unsent, "правка", "правки", "правок")
        known: dict[int, Any] = {
            Qt.ItemDataRole.DisplayRole: "↑",
            Qt.ItemDataRole.AccessibleTextRole: words,
            Qt.ItemDataRole.ToolTipRole: tip(words),
            Qt.ItemDataRole.TextAlignmentRole: Qt.AlignmentFlag.AlignCenter,
        }
        return known.get(role)

    @staticmethod
    def _alignment(field: Field) -> Qt.AlignmentFlag:
        return TO_THE_RIGHT if field.kind == "number" else TO_THE_LEFT

    # loading

    def load(self, query: Query) -> None:
        """Show another list: its first page at once, the rest behind."""
        query = self._at_present(query)
        self.query, self.complete, self._busy = query, False, True
        self._loads += 1
        self._behind.stop()
        began = self._changes
        self._list(lambda reader: first_listing(reader, query), lambda listing: self._show_first(listing, began))

    def _at_present(self, query: Query) -> Query:
        """A list by due times is asked of the present moment, whenever it is read."""
        return replace(query, now=moment(self._clock())) if query.due else query

    def _list(self, act: Callable[[Reader], Listing], done: Callable[[Listing], None]) -> None:
        """Read a list in place of the one that is being read."""
        self._tasks.read(act, done, self._fail, self, newest=f"list:{id(self)}")

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        if 0 < column <= len(self._columns):
            sign = "-" if order is Qt.SortOrder.DescendingOrder else ""
            self.load(replace(self.query, sort=sign + self._columns[column - 1].key))

    def _show_first(self, listing: Listing, began: int) -> None:
        self._asked.clear()
        whole = len(listing.numbers) < FIRST
        self._take_listing(listing, began, complete=whole)
        if whole:
            self._rest()
        else:
            self._behind.start()

    def _refresh(self) -> None:
        """Read the list anew where it stands, without going through its first page."""
        if self._busy:
            self._again = True  # what is under way may have read before the change
        elif self._loads:
            self._read_whole(self._wanted())

    def _read_whole(self, wanted: Sequence[int]) -> None:
        query = self.query = self._at_present(self.query)
        began, self._busy = self._changes, True

        def done(listing: Listing) -> None:
            self._take_listing(listing, began, complete=True)
            self._rest()

        self._list(lambda reader: whole_listing(reader, query, wanted), done)

    def _rest(self) -> None:
        self._busy = False
        if self._again:
            self._again = False
            self._gather.start()

    def _wanted(self) -> list[int]:
        """What is not known on the screen and in a page around it, at most two pages."""
        middle = (self.visible.start + self.visible.stop) // 2
        first = max(0, middle - PAGE)
        return self._unknown(self._numbers[first : first + 2 * PAGE])

    def _unknown(self, numbers: Iterable[int]) -> list[int]:
        """Those whose records are not here as they are now: of a page, one edit changes one."""
        return [one for one in numbers if one not in self._records or self._stale(one)]

    def _stale(self, number: int) -> bool:
        changed = self._changed.get(self._records[number].id, 0)
        return self._read_at[number] < max(changed, self._everything)

    def _take_listing(self, listing: Listing, began: int, *, complete: bool) -> None:
        self.complete, self.counters, self.unjudged = complete, dict(listing.counters), listing.unjudged
        self._keep(listing.page, began)
        self._arrange(listing.numbers)
        self.listed.emit()
        self._repaint(listing.page)

    def _fail(self, error: CityError) -> None:
        self._rest()
        self.failed.emit(str(error))

    def _ask(self, row: int) -> None:
        page = row // PAGE
        if page in self._asked:
            return
        self._asked.add(page)
        began = self._changes
        numbers = self._unknown(self._numbers[page * PAGE : (page + 1) * PAGE])

        def done(found: Page) -> None:
            self._asked.discard(page)
            self._keep(found, began)
            self._repaint(found)

        def failed(error: CityError) -> None:
            self._asked.discard(page)
            self.failed.emit(str(error))

        self._tasks.read(lambda reader: read_page(reader, self.module.key, numbers), done, failed, self)

    def _keep(self, page: Page, began: int) -> None:
        """Take in what a reading that began then has found; nothing goes back to what it was before."""
        self._captions.update(page.captions)
        for number, record in page.records.items():
            known = self._records.get(number)
            if known is not None and began < self._read_at[number]:
                continue
            self._records.pop(number, None)
            if found := record or known:  # one that is gone stays until the list comes without it
                self._records[number], self._read_at[number] = found, began  # last in, last out
                self._dues.pop(number, None)
                if number in page.dues:
                    self._dues[number] = page.dues[number]
        for number in list(self._records)[: max(0, len(self._records) - KEPT)]:
            del self._records[number], self._read_at[number]
            self._dues.pop(number, None)

    def _repaint(self, page: Page) -> None:
        """Paint the rows anew that have come and are on the screen; the others are painted when they are looked at."""
        shown = self._numbers[self.visible.start : self.visible.stop]
        rows = [row for row, number in enumerate(shown, self.visible.start) if number in page.records]
        if rows:
            self.dataChanged.emit(self.index(rows[0], 0), self.index(rows[-1], len(self._columns)))

    # in place

    def _arrange(self, numbers: "array[int]") -> None:
        """Bring the rows into a new order. Selected rows go with their records; no reset, so nothing blinks."""
        if numbers == self._numbers:
            return
        missing = len(numbers) - len(self._numbers)
        if missing > 0:
            self.beginInsertRows(QModelIndex(), len(self._numbers), len(numbers) - 1)
            self._numbers = self._numbers + array("q", [-1]) * missing
            self.endInsertRows()
        if numbers != self._numbers:
            self._permute(numbers + array("q", [-1]) * max(0, -missing))
        if missing < 0:
            self.beginRemoveRows(QModelIndex(), len(numbers), len(self._numbers) - 1)
            self._numbers = numbers
            self.endRemoveRows()

    def _permute(self, numbers: "array[int]") -> None:
        self.layoutAboutToBeChanged.emit()
        before = [index for index in self.persistentIndexList() if index.isValid()]
        places = _places(numbers, {self._numbers[index.row()] for index in before})
        moved = [places.get(self._numbers[index.row()], -1) for index in before]
        self._numbers = numbers
        after = [
            self.index(row, index.column()) if row >= 0 else QModelIndex()
            for row, index in zip(moved, before, strict=True)
        ]
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()

    def _take_change(self, module: str, changed: Sequence[str]) -> None:
        if module != self.module.key and module not in self._linked.values():
            return
        self._changes += 1
        if module == self.module.key and changed and len(self._changed) < KEPT:
            self._changed.update(dict.fromkeys(changed, self._changes))
        else:
            self._changed.clear()
            self._everything = self._changes
        for row in self.visible:  # what is on the screen is read anew at once, where it stands; the list follows
            self.record(row)
        if not self._gather.isActive():
            self._gather.start()

    def _take_recount(self, module: str) -> None:
        """Other due times may be known of any row than before."""
        if module == self.module.key:
            self._take_change(module, [])

    def _time_has_passed(self) -> None:
        """What is left is less now; a list of states may be another one."""
        if self.query.due:
            self._refresh()
        if self._numbers and self.visible:
            column = self.column_of(COLUMN.key)
            last = min(self.visible.stop, len(self._numbers)) - 1
            if last >= self.visible.start:
                self.dataChanged.emit(self.index(self.visible.start, column), self.index(last, column))


def _places(numbers: "array[int]", wanted: Iterable[int]) -> dict[int, int]:
    found = {}
    for number in wanted:
        try:
            found[number] = numbers.index(number)
        except ValueError:
            continue
    return found
