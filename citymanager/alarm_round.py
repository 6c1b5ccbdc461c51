"""A round over all records that are not over: whose alarms are still to be judged, module after module."""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Heap:
    """Some rows of a module that are judged at once."""

    module: str
    at: int
    rows: Sequence[int]
    turn: int
    """Of the round: since another one, something was wanted anew or is finished."""


class Round:
    """What is left of it; a module that is wanted again while it is judged begins anew."""

    def __init__(self) -> None:
        self._waiting: list[str] = []
        """Modules to be judged whole; the first is being judged."""
        self._rows: dict[str, Sequence[int]] = {}
        self._at, self._turn, self._done = 0, 0, 0
        self._seen: set[str] = set()
        self._late: dict[str, set[str]] = {}
        """Records that have changed since their module was wanted: of its rows, read before, they may be none."""

    @property
    def over(self) -> bool:
        return not self._waiting

    @property
    def unknown(self) -> list[str]:
        """Waiting modules of which nobody has said yet which rows there are."""
        return [one for one in self._waiting if one not in self._rows]

    @property
    def turn(self) -> int:
        return self._turn

    @property
    def progress(self) -> tuple[int, int]:
        """How many records are judged, of how many that are known to be in this round."""
        left = sum(len(self._rows.get(one, ())) for one in self._waiting)
        return self._done + self._at, self._done + left

    def want(self, module: str) -> None:
        """Judge all of this module; what was judged of it may be old by now."""
        if self.over:
            self._done = 0
        self._turn += 1
        self._rows.pop(module, None)
        if self._waiting[:1] == [module]:
            self._begin()
        elif module not in self._waiting:
            self._waiting.append(module)

    def know(self, rows: Mapping[str, Sequence[int]], turn: int) -> None:
        """Rows that were read in this turn; those of an earlier one may lack what has come since."""
        if turn == self._turn:
            self._rows |= rows

    def heap(self, most: int) -> Heap:
        """The next rows to be judged, of a module whose rows are known."""
        module = self._waiting[0]
        return Heap(module, self._at, self._rows[module][self._at : self._at + most], self._turn)

    def touched(self, module: str, records: Iterable[str]) -> None:
        """Records have changed, and were judged by themselves."""
        if module in self._waiting:
            self._late.setdefault(module, set()).update(records)

    def took(self, heap: Heap, records: Iterable[str]) -> bool:
        """These records of a heap say something; False: it was taken already, or is to be judged anew."""
        if (heap.turn, heap.at) != (self._turn, self._at):
            return False
        self._seen |= set(records)
        self._at += len(heap.rows)
        return True

    def finished(self) -> tuple[str, Set[str], Set[str]] | None:
        """The module that has just been judged whole, its records that say something, and those that changed since."""
        module = self._waiting[0]
        if self._at < len(self._rows.get(module, range(self._at + 1))):
            return None
        found = module, self._seen, self._late.pop(module, set())
        self._done += self._at
        self._waiting.pop(0)
        del self._rows[module]
        self._begin()
        return found

    def _begin(self) -> None:
        self._turn += 1
        self._at, self._seen = 0, set()
