"""Records by the number that they bear, along the index that their table is sorted by: at once in a million."""

from collections.abc import Iterator

from citymanager.schema import Module
from citymanager.store.blocks import LAST, blocks
from citymanager.store.connection import Connection, Row
from citymanager.store.records import Codec
from citymanager.store.tables import sort_column
from citymanager.text import sort_key


def rows_numbered(connection: Connection, codec: Codec, typed: str, limit: int) -> Iterator[Row]:
    """Rows as `Codec.numbered` reads them, up to `limit` for each way to take what was typed; one may come twice."""
    key = codec.module.key
    for column in _columns(codec.module):
        for low in _begins(connection, key, column, typed):
            whole = f'"{column}" = ?', (low,)
            longer = f'"{column}" > ? AND "{column}" < ?', (low, low + LAST)
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
        for block in blocks(connection, module, column):
            yield block + key
