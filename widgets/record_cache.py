"""The records of a table that are in memory: those that were read last, and which of them may be others by now."""

from collections.abc import Iterable, Sequence

from citymanager.store import Record
from citymanager.store.lists import PAGE
from citymanager.store.nearest import Nearest
from widgets.record_page import Page

KEPT = 40 * PAGE
"""Records held in memory."""


class RecordCache:
    """Records by row number, with due times and captions; what was read later is never replaced by what was earlier."""

    def __init__(self) -> None:
        self._records: dict[int, Record] = {}
        self._dues: dict[int, Nearest] = {}
        self._captions: dict[tuple[str, str], str] = {}
        self._read_at: dict[int, int] = {}
        """When the reading of each record here began: one that began before a change does not know it."""
        self._everything = 0
        self._changed: dict[str, int] = {}
        """When a record was last said to have changed, counted in `now`; `_everything`: all of them."""
        self.now = 0
        """How many changes have been told of: what a reading that begins now will know."""

    def record(self, number: int) -> Record | None:
        return self._records.get(number)

    def due(self, number: int) -> Nearest | None:
        """The nearest due time of a record; a closed one has none."""
        return self._dues.get(number)

    def caption(self, module: str, ident: str) -> str:
        """A record in one line, as others refer to it."""
        return self._captions.get((module, ident), "…")

    def lacks(self, number: int) -> bool:
        """Whether a record is not here as it is now."""
        found = self._records.get(number)
        return found is None or self._read_at[number] < max(self._changed.get(found.id, 0), self._everything)

    def unknown(self, numbers: Iterable[int]) -> list[int]:
        """Those whose records are not here as they are now: of a page, one edit changes one."""
        return [one for one in numbers if self.lacks(one)]

    def note(self, changed: Sequence[str]) -> None:
        """These records have changed; none named: any of them may have."""
        self.now += 1
        if changed and len(self._changed) < KEPT:
            self._changed.update(dict.fromkeys(changed, self.now))
        else:
            self._changed.clear()
            self._everything = self.now

    def keep(self, page: Page, began: int) -> None:
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
        self._let_go()

    def _let_go(self) -> None:
        for number in list(self._records)[: max(0, len(self._records) - KEPT)]:
            del self._records[number], self._read_at[number]
            self._dues.pop(number, None)
