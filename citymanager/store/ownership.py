"""Whose a record is, in SQL: one of some fields names a person, an organisation or a login."""

from collections.abc import Mapping
from typing import Any

from citymanager.schema import TEXT_KINDS, Module
from citymanager.store.records import sorted_by
from citymanager.store.tables import sort_column


def holding(module: Module, wanted: Mapping[str, str], *, along: bool) -> tuple[str, list[Any]]:
    """One of these fields holds its value. `along`: each row of a list is looked at, no index is to be used."""
    told = [_equal(module, key, value) for key, value in wanted.items()]
    values = [one for _, some in told for one in some]
    if along:
        return f"({' OR '.join(f'(+{text})' for text, _ in told)})", values
    return f'"{module.key}"._row IN ({" UNION ".join(_rows(module, text) for text, _ in told)})', values


def each_holding(module: Module, wanted: Mapping[str, str]) -> str:
    """A SELECT of the rows of those, some of them twice; its values are those of `holding`."""
    return " UNION ALL ".join(_rows(module, _equal(module, key, value)[0]) for key, value in wanted.items())


def _rows(module: Module, text: str) -> str:
    return f'SELECT _row FROM "{module.key}" WHERE {text}'


def _equal(module: Module, key: str, value: str) -> tuple[str, list[Any]]:
    """A text of the table has its index over the folded text."""
    column = f'"{module.field(key).key}"'
    if module.field(key).kind in TEXT_KINDS and key in module.table:
        return f'"{sort_column(module.field(key))}" = ? AND {column} = ?', [sorted_by(value), value]
    return f"{column} = ?", [value]
