"""The different values of an index, stepped through one by one.

A million reports stand at some thousands of addresses, and lack fields in some dozens of ways: to step from one value
to the next takes as long as to look at five rows, and passes by all that have it.
"""

from collections.abc import Sequence

MOST = 20_000
"""Steps that are taken in vain at most, if nearly all rows differ: 13 ms."""


def steps(table: str, told: str, most: int = 0) -> str:
    """For a WITH RECURSIVE: `step(value)`, the values of an indexed column or expression in their order, and a NULL in
    the end; of very many, the first so many."""
    least, bound = f'SELECT min({told}) FROM "{table}"', f" LIMIT {most}" if most else ""
    more = f"SELECT ({least} WHERE {told} > step.value) FROM step WHERE step.value NOT NULL"
    return f"step(value) AS ({least} UNION ALL {more}{bound})"


def rows(table: str, column: str, told: str, asked: Sequence[str]) -> str:
    """A SELECT of the numbers of the rows of whose value, at {0}, this is told, by what is `asked` under these names.

    Behind `MOST` different values the rest of the index is looked at row by row.
    """
    given = f"asked({', '.join(asked)}) AS (SELECT {', '.join('?' * len(asked))})"
    some = f"SELECT value FROM asked CROSS JOIN step WHERE {told.format('value')}"
    last = f"SELECT value FROM step LIMIT 1 OFFSET {MOST - 1}"
    return (
        f"WITH RECURSIVE {given}, {steps(table, column, MOST)}"
        f' SELECT _row FROM "{table}" WHERE {column} IN ({some}) UNION ALL'
        f' SELECT _row FROM asked CROSS JOIN "{table}" WHERE {column} > ({last}) AND {told.format(column)}'
    )
