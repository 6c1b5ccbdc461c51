"""Whose a record is, in SQL: one of some fields names a person, an organisation or a login."""

from collections.abc import Mapping
from typing import Any

from citymanager.schema import TEXT_KINDS, Module
from citymanager.store.connection import Connection
from citymanager.store.records import SORTED
from citymanager.store.tables import sort_column
from citymanager.text import sort_key

CROWDED = 5_000
"""More records than these are not fetched and sorted for the head of a list."""


def holding(module: Module, wanted: Mapping[str, str], *, along: bool) -> tuple[str, list[Any]]:
    """One of these fields holds its value. `along`: each row of a list is looked at, no index is to be used."""
    told = [_equal(module, key, value) for key, value in wanted.items()]
    values = [one for _, some in told for one in some]
    if along:
        return f"({' OR '.join(f'(+{text})' for text, _ in told)})", values
    return f'"{module.key}"._row IN ({" UNION ".join(_rows(module, text) for text, _ in told)})', values


def own_rows(module: Module, wanted: Mapping[str, str]) -> tuple[str, list[Any]]:
    """The rows of those, as a table with the column `_own`: what a join begins with."""
    told = [_equal(module, key, value) for key, value in wanted.items()]
    rows = " UNION ".join(f"SELECT _row AS _own {_rows(module, text, '')}" for text, _ in told)
    return f"({rows})", [one for _, some in told for one in some]


def crowded(connection: Connection, module: Module, wanted: Mapping[str, str]) -> bool:
    """Whether so many records are held that the head of a list is found sooner along the list."""
    told = [_equal(module, key, value) for key, value in wanted.items()]
    every = " UNION ALL ".join(_rows(module, text) for text, _ in told)
    few = f"SELECT count(*) FROM (SELECT 1 FROM ({every}) LIMIT {CROWDED + 1})"
    return bool(connection.value(few, [one for _, some in told for one in some]) > CROWDED)


def _rows(module: Module, text: str, select: str = "SELECT _row ") -> str:
    return f'{select}FROM "{module.key}" WHERE {text}'


def _equal(module: Module, key: str, value: str) -> tuple[str, list[Any]]:
    """A text of the table has its index over the folded text."""
    column = f'"{module.field(key).key}"'
    if module.field(key).kind in TEXT_KINDS and key in module.table:
        return f'"{sort_column(module.field(key))}" = ? AND {column} = ?', [sort_key(value[:SORTED]), value]
    return f"{column} = ?", [value]
