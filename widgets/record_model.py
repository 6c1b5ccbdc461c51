"""The rows of a module's table, as many as there are, at once: numbers in memory, records in pages behind.

The first page is read by the sort index and shown; then the numbers of all rows; records follow as they are looked
at. What is on the screen stays there until something newer has come: the table never blinks empty.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from PySide6.QtCore import QModelIndex, QObject, Qt, QTimer, Signal

from citymanager.errors import CityError
from citymanager.hub import Hub
from citymanager.schema import Field, Module
from citymanager.store import Query, Reader, Record
from citymanager.store.lists import PAGE
from citymanager.tasks import Tasks
from citymanager.values import moment
from widgets.numbered_rows import Index, NumberedRows
from widgets.record_cache import RecordCache
from widgets.record_cells import ANSWERED, RECORD, RecordCells
from widgets.record_nearest import COLUMN, TICK_MS
from widgets.record_page import FIRST, Listing, Page, first_listing, listing_after, read_page, whole_listing

GATHER_MS = 40
"""Changes that come together are shown together."""
BEHIND_MS = 60
"""The rest of a list is read when its first page stands on the screen: whoever types on never waits for it."""


FEW = 8
"""So many records that have changed are looked for in the list that is known; for more of them it is read anew."""


class RecordModel(NumberedRows):
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
        self.clock = clock
        """What the cells tell due times by."""
        self.module, self.query, self.complete = module, Query(module.key), False
        self.counters: dict[str, int] = {}
        self._tasks = tasks
        self.unjudged = 0
        """Records of the module whose due time is not known yet."""
        self._cache = RecordCache()
        self._cells = RecordCells(module, self._cache.caption, clock)
        self.keys = tuple(one.key for one in self._cells.columns)
        """Of the columns behind the first, which has the marks."""
        self._asked: set[int] = set()
        self._changed: set[str] | None = None
        """The records that have changed since the list here was asked for; None: any of them may have."""
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

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.keys) + 1

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is Qt.Orientation.Vertical or not 0 <= section <= len(self.keys):
            return None
        return self._cells.heading(section, role)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role not in ANSWERED:
            return None
        record = self.record(index.row())
        if role == RECORD or record is None:
            return record
        return self._cells.value(record, self._cache.due(self._numbers[index.row()]), index.column(), role)

    def text(self, record: Record, field: Field) -> str:
        """A value as the table shows it: references by their captions, personal data never."""
        return self._cells.text(record, field)

    def record(self, row: int) -> Record | None:
        """The record of a row; asks for its page if it is not here, or not as it is now."""
        if not 0 <= row < len(self._numbers):
            return None
        number = self._numbers[row]
        if self._cache.lacks(number):
            self._ask(row)
        return self._cache.record(number)

    def row_of(self, ident: str) -> int:
        """Where a record stands in the list; -1 if it is not in it (or not yet)."""
        number = self._tasks.glance.row_number(self.module.key, ident)
        return self.row_of_number(number) if number is not None else -1

    def column_of(self, key: str) -> int:
        return self.keys.index(key) + 1 if key in self.keys else -1

    # loading

    def load(self, query: Query) -> None:
        """Show another list: its first page at once, the rest behind."""
        query = self._at_present(query)
        self.query, self.complete, self._busy = query, False, True
        self._loads, self._changed = self._loads + 1, set()
        self._behind.stop()
        began = self._cache.now
        self._list(lambda reader: first_listing(reader, query), lambda listing: self._show_first(listing, began))

    def _at_present(self, query: Query) -> Query:
        """A list by due times is asked of the present moment, whenever it is read."""
        return replace(query, now=moment(self.clock())) if query.due else query

    def _list(self, act: Callable[[Reader], Listing], done: Callable[[Listing], None]) -> None:
        """Read a list in place of the one that is being read."""
        self._tasks.read(act, done, self._fail, self, newest=f"list:{id(self)}")

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        if 0 < column <= len(self.keys):
            sign = "-" if order is Qt.SortOrder.DescendingOrder else ""
            self.load(replace(self.query, sort=sign + self.keys[column - 1]))

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
        began, self._busy = self._cache.now, True

        def done(listing: Listing) -> None:
            self._take_listing(listing, began, complete=True)
            self._rest()

        self._list(self._reading(query, wanted), done)

    def _reading(self, query: Query, wanted: Sequence[int]) -> Callable[[Reader], Listing]:
        """Where a few records have changed since, the list that is known may hold."""
        known, changed, self._changed = self._numbers, self._changed, set()
        if self.complete and not query.due and changed is not None and len(changed) <= FEW:
            return lambda reader: listing_after(reader, query, known, list(changed), wanted)
        return lambda reader: whole_listing(reader, query, wanted)

    def _rest(self) -> None:
        self._busy = False
        if self._again:
            self._again = False
            self._gather.start()

    def _wanted(self) -> list[int]:
        """What is not known on the screen and in a page around it, at most two pages."""
        middle = (self.visible.start + self.visible.stop) // 2
        first = max(0, middle - PAGE)
        return self._cache.unknown(self._numbers[first : first + 2 * PAGE])

    def _take_listing(self, listing: Listing, began: int, *, complete: bool) -> None:
        self.complete, self.counters, self.unjudged = complete, dict(listing.counters), listing.unjudged
        self._cache.keep(listing.page, began)
        self._arrange(listing.numbers)
        self.listed.emit()
        self._repaint(listing.page)

    def _fail(self, error: CityError) -> None:
        self._changed = None
        self._rest()
        self.failed.emit(str(error))

    def _ask(self, row: int) -> None:
        page = row // PAGE
        if page in self._asked:
            return
        self._asked.add(page)
        began = self._cache.now
        numbers = self._cache.unknown(self._numbers[page * PAGE : (page + 1) * PAGE])

        def done(found: Page) -> None:
            self._asked.discard(page)
            self._cache.keep(found, began)
            self._repaint(found)

        def failed(error: CityError) -> None:
            self._asked.discard(page)
            self.failed.emit(str(error))

        self._tasks.read(lambda reader: read_page(reader, self.module.key, numbers), done, failed, self)

    def _repaint(self, page: Page) -> None:
        """Paint the rows anew that have come and are on the screen; the others are painted when they are looked at.

        A record that is gone has not come: its row, painted anew, would ask for it again until the list lacks the row.
        """
        shown = self._numbers[self.visible.start : self.visible.stop]
        rows = [row for row, number in enumerate(shown, self.visible.start) if page.records.get(number)]
        if rows:
            self.dataChanged.emit(self.index(rows[0], 0), self.index(rows[-1], len(self.keys)))

    # what has changed

    def _take_change(self, module: str, changed: Sequence[str]) -> None:
        if module != self.module.key and module not in self._cells.linked.values():
            return
        own = module == self.module.key  # of others, only the captions are shown
        self._cache.note(changed if own else ())
        if own:
            self._changed = self._changed | {*changed} if changed and self._changed is not None else None
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
