"""The station's own numbers: the next one of its block, which neither this cache nor any record here has had."""

import re

from citymanager.schema import Module
from citymanager.store.connection import Connection
from citymanager.store.tables import sort_column
from citymanager.text import sort_key

_LONGEST = 9
"""Digits of a number that is still taken for one of ours."""


def counter(module: str, block: str) -> str:
    """Under which key of the cache's facts the last number stands."""
    return f"number:{module}:{block}"


def highest(connection: Connection, module: Module, block: str) -> int:
    """The greatest number of this block among the records here: a cache or a profile that went back reads it there."""
    keys = [one.key for one in module.fields if one.fill == "number" and one.key in module.table]
    return max((_highest(connection, module, key, block) for key in keys), default=0)


def _highest(connection: Connection, module: Module, key: str, block: str) -> int:
    column, begin = sort_column(module.field(key)), sort_key(f"{block}-")
    found = connection.value(
        f'SELECT "{key}" FROM "{module.key}" WHERE "{column}" >= ? AND "{column}" < ? ORDER BY "{column}" DESC LIMIT 1',
        (f"{begin}0", f"{begin}:"),
    )
    number = re.match(r"\d+", str(found or "").removeprefix(f"{block}-"))
    return int(number.group()) if number and len(number.group()) <= _LONGEST else 0
