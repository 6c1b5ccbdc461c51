"""Numbers in which some digits stand, found along their index.

A number is sorted by its block and ten digits, «т-0000123777», so those with 777 in the same place lie together for
each way to begin: among a million there are 1,111 such spans, which are looked up in a tenth of the time that it takes
to go through all of them. What is spelt in another way has an index of its own, empty in nearly every city.
"""

import json
from collections.abc import Iterator, Sequence

from citymanager.store.blocks import AFTER_DIGITS, BLOCKS, blocks
from citymanager.store.connection import Connection

MOST = 20_000
"""Spans that are looked up: more take as long as to go through the index."""
PLACES = 10
"""Digits of a number as it is sorted."""
_SPELT = f"'*-{'[0-9]' * PLACES}'"


def odd(column: str) -> str:
    """SQL: a number that is not a block, without a dash in it, and its digits."""
    return f'("{column}" NOT GLOB {_SPELT} OR "{column}" GLOB \'*-*-*\')'


def rows(table: str, column: str, told: str) -> str:
    """A SELECT of the rows that lie in `spans`, the first of its values, and of the odd numbers of which this is told,
    by the values behind."""
    span = (
        "span(block, low, step, wide, last) AS"
        " (SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4 FROM json_each(?)"
        " UNION ALL SELECT block, low + step, step, wide, last FROM span WHERE low + step <= last)"
    )
    low, high = (f"block || printf('%0{PLACES}d', {end})" for end in ("low", "low + wide - 1"))
    return (
        f'WITH RECURSIVE {span} SELECT _row FROM span CROSS JOIN "{table}" WHERE "{column}" BETWEEN {low} AND {high}'
        f' UNION ALL SELECT _row FROM "{table}" WHERE {odd(column)} AND {told}'
    )


def spans(connection: Connection, table: str, column: str, pieces: Sequence[str]) -> str:
    """Where all numbers lie that have these pieces and are not odd, and of several pieces with digits some others, as
    JSON: the block, where the first span begins, how far it is from one to the next, how wide they are, and the last
    number. Empty: these are so many that the index is better gone through."""
    known = list(blocks(connection, table, column))
    found: list[tuple[str, int, int, int, int]] = []
    for block in known:
        left = [one for one in pieces if one not in block]
        if not left:
            found.append((block, 0, 10**PLACES, 10**PLACES, 0))
        elif all(one.isdecimal() for one in left) and (ends := _ends(connection, table, column, block)):
            first, last = ends
            found += [(block, *span, last) for span in _within(max(left, key=len), first)]
    many = sum(last // step - low // step + 1 for _, low, step, _, last in found)
    return json.dumps(found, ensure_ascii=False) if len(known) < BLOCKS and many <= MOST else ""


def _within(digits: str, first: int) -> Iterator[tuple[int, int, int]]:
    """The spans in which these digits stand, for each number of places behind them."""
    for behind in range(PLACES - len(digits) + 1):
        wide, step = 10**behind, 10 ** (behind + len(digits))
        yield first // step * step + int(digits) * wide, step, wide


def _ends(connection: Connection, table: str, column: str, block: str) -> tuple[int, int] | None:
    """The first number of a block and its last one, odd ones as far as they count."""
    asked, span = 'SELECT {}("{}") FROM "{}" WHERE "{}" >= ? AND "{}" < ?', (f"{block}0", block + AFTER_DIGITS)
    told = [connection.value(asked.format(end, column, table, column, column), span) for end in ("min", "max")]
    first, last = (str(one or "")[len(block) :][:PLACES] for one in told)
    return (_counted(first, 0), _counted(last, 10**PLACES - 1)) if told[0] else None


def _counted(digits: str, otherwise: int) -> int:
    return int(digits) if len(digits) == PLACES and digits.isascii() and digits.isdecimal() else otherwise
