"""Which rows hold a condition, as its index tells: a sign for each row of the table.

Of what stands behind IN, SQLite makes a tree: 90 ms for 350,000 numbers. As text they come out of the index in 14, and
into an array in 5; arrays are put together at no cost, and tell how many there are. Of a row that is passed on the way
along an order, SQLite looks its sign up in 30 ns.
"""

from typing import TYPE_CHECKING, TypeAlias

from citymanager.schema import Module
from citymanager.store.connection import Connection
from citymanager.store.narrowing import Part

if TYPE_CHECKING:  # late: a command without conditions has no time for it
    import numpy as np
    import numpy.typing as npt

Signs: TypeAlias = "npt.NDArray[np.bool_]"
"""Of each row of a table, by its number, whether it holds something."""
SIGNED = "substr(?, {0} + 1, 1) = x'01'"
"""SQL: whether a row, whose number has the place {0}, is one of those that a BLOB of signs tells."""
MANY = 40_000
"""Rows that a condition is counted up to, to know which has the fewest: 1.5 ms."""
KEPT = 24
"""Conditions whose rows are remembered: a megabyte each, of a million rows."""


class RowSets:
    """Answers questions about a table as long as it stays as it is: each index is gone through once for them."""

    def __init__(self, connection: Connection, module: Module) -> None:
        self.connection, self.module = connection, module
        self.many: int = connection.value(f'SELECT max(_row) FROM "{module.key}"') or 0
        """Rows that the table has, if none were taken out."""
        self._known: dict[tuple[object, ...], Signs] = {}
        self._counted: dict[tuple[object, ...], tuple[int, int]] = {}
        """How many rows a condition has, and up to how many they were counted."""

    def of(self, part: Part) -> "Signs":
        """Of a condition that an index knows."""
        known = _named(part)
        if known not in self._known:
            signs = None if part.rows and self.size(part) < MANY else self._all_but(part)
            self._keep(part, self._read(part.rows, part.values) if signs is None else signs)
        return self._known[known]

    def knows(self, part: Part) -> bool:
        """Whether its rows are known already."""
        return _named(part) in self._known

    def are_few(self, part: Part, most: int) -> bool:
        """Whether a condition has no more rows than this: then they are known, and those that words find in any case,
        as the full text puts all together before it gives the first."""
        known = _named(part)
        if known not in self._known and self._counted.get(known, (0, 0))[0] <= most:
            self._counted[known] = most + 1, most + 1
            self._keep(part, self._read(part.rows, part.values, None if part.words else most))
        return known in self._known and self._counted[known][0] <= most

    def size(self, part: Part, most: int = MANY) -> int:
        """How many rows a condition has; of more than so many, only that they are, as of those that no index knows."""
        if not part.rows:
            return most
        known = _named(part)
        count, up_to = self._counted.get(known, (0, 0))
        if count == up_to < most:
            asked = f"SELECT count(*) FROM ({part.rows} LIMIT {most})"
            count = int(self.connection.value(asked, part.values))
            self._counted[known] = count, most
        return min(count, most)

    def _all_but(self, part: Part) -> "Signs | None":
        """By those that do not hold it, if there is no other way or they are fewer."""
        most = max(MANY, self.many * 2 // 5) if part.rows else None
        others = self._read(part.but, part.values, most) if part.but else None
        return None if others is None else ~others

    def _keep(self, part: Part, signs: "Signs | None") -> None:
        if signs is not None:
            if len(self._known) >= KEPT:
                del self._known[next(iter(self._known))]
            self._known[_named(part)] = signs
            count = how_many(signs)
            self._counted[_named(part)] = count, count + 1

    def _read(self, rows: str, values: tuple[object, ...], most: int | None = None) -> "Signs | None":
        """None: they are more than so many."""
        import numpy as np

        some = "these" if most is None else f"(SELECT _row FROM these LIMIT {most + 1})"
        told = self.connection.value(f"WITH these(_row) AS ({rows}) SELECT group_concat(_row) FROM {some}", values)
        numbers = np.fromstring(told or "", dtype=np.int64, sep=",")
        if most is not None and len(numbers) > most:
            return None
        signs = np.zeros(self.many + 1, dtype=np.bool_)
        signs[numbers[numbers <= self.many]] = True  # whoever asks for rows may know some that are gone
        return signs


def how_many(signs: "Signs") -> int:
    import numpy as np

    return int(np.count_nonzero(signs))


def numbers_of(signs: "Signs") -> list[int]:
    """The numbers of the rows that have the sign."""
    found: list[int] = signs.nonzero()[0].tolist()
    return found


def _named(part: Part) -> tuple[object, ...]:
    return part.rows, part.but, *part.values
