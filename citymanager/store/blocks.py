"""The blocks of numbers that the stations give: «т-» of «т-0000001234», as a table is sorted by them."""

from collections.abc import Iterator

from citymanager.store.connection import Connection

BLOCKS = 64
"""As many are looked for."""
LAST = "\U0010ffff"
"""Sorted behind whatever a number goes on with."""
AFTER_DIGITS = ":"
"""Sorted behind every digit."""


def blocks(connection: Connection, table: str, column: str) -> Iterator[str]:
    """Those that occur, up to `BLOCKS`; one step along the index for each."""
    asked, after = f'SELECT "{column}" FROM "{table}" WHERE "{column}" > ? ORDER BY "{column}" LIMIT 1', ""
    for _ in range(BLOCKS):
        found = connection.value(asked, (after,))
        if found is None:
            return
        block = str(found)[: str(found).rfind("-") + 1]
        after = block + LAST if block else AFTER_DIGITS if str(found)[0] < AFTER_DIGITS else str(found)
        if block:
            yield block
