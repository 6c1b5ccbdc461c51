"""Which rows lack a value, of the fields that have no index which tells it.

Nearly all rows have most of these fields, or nearly none has: an index for each would be large, and without one the
whole table is read. So one index holds for every row which of all these fields are empty, as the bits of a number. Of
such numbers there are some dozens in a city; they are stepped through.
"""

from collections.abc import Sequence

from citymanager.store.stepping import steps


def bits(keys: Sequence[str]) -> str:
    """SQL: what is indexed of a row, the first key the lowest bit."""
    return " + ".join(f'("{key}" IS NULL) * {1 << bit}' for bit, key in enumerate(keys))


def rows(table: str, keys: Sequence[str], key: str, *, empty: bool) -> str:
    """A SELECT of the numbers of the rows that lack this field, or that have it."""
    told, bit = bits(keys), 1 << keys.index(key)
    kinds = f"WITH RECURSIVE {steps(table, told)} SELECT value FROM step WHERE value & {bit} = {bit if empty else 0}"
    return f'SELECT _row FROM "{table}" WHERE {told} IN ({kinds})'
