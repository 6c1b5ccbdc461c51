"""Records by the number that they bear, along the index that their table is sorted by: at once in a million."""

from collections.abc import Iterator

from citymanager.schema import Module
from citymanager.store.connection import Connection, Row
from citymanager.store.records import Codec
from citymanager.store.tables import sort_column
from citymanager.text import sort_key

BLOCKS = 64
"""Stations' blocks that a bare number is looked for in."""
_LAST = "\U0010ffff"
"""Sorted behind whatever a number goes on with."""
_AFTER_DIGITS = ":"


def rows_numbered(connection: Connection, codec: Codec, typed: str, limit: int) -> Iterator[Row]:
    """Rows as `Codec.numbered` reads them, up to `limit` for each way to take what was typed; one may come twice."""
    key = codec.module.key
    for column in _columns(codec.module):
        for low in _begins(connection, key, column, typed):
            whole = f'"{column}" = ?', (low,)
            longer = f'"{column}" > ? AND "{column}" < ?', (low, low + _LAST)
            for narrowed, values in (whole, longer):
                yield from connection.all(
                    f'{codec.numbered} FROM "{key}" WHERE {narrowed} ORDER BY "{column}" DESC, _row DESC'
                    f" LIMIT {int(limit)}",
                    values,
                )


def _columns(module: Module) -> list[str]:
    """The indexed columns of the numbers that the program gives."""
    return [sort_column(one) for one in module.fields if one.fill == "number" and one.key in module.table]


def _begins(connection: Connection, module: str, column: str, typed: str) -> Iterator[str]:
    """What the sort keys of numbers begin with that may be meant. Only what has a digit is a number."""
    key = sort_key("".join(typed.split()).lstrip("№#"))
    if not any(letter.isdigit() for letter in key):
        return
    yield key
    if key.isdigit():
        for block in _blocks(connection, module, column):
            yield block + key


def _blocks(connection: Connection, module: str, column: str) -> Iterator[str]:
    """The stations' blocks that occur: «т-» of «т-0000001234»; one step along the index for each."""
    asked, after = f'SELECT "{column}" FROM "{module}" WHERE "{column}" > ? ORDER BY "{column}" LIMIT 1', ""
    for _ in range(BLOCKS):
        found = connection.value(asked, (after,))
        if found is None:
            return
        block = str(found)[: str(found).rfind("-") + 1]
        after = block + _LAST if block else _AFTER_DIGITS if str(found)[0] < _AFTER_DIGITS else str(found)
        if block:
            yield block
