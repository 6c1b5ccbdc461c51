"""What a list asks of the nearest due time: the states it may be in, and how SQL says so."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any

from citymanager.schema import Module
from citymanager.store.connection import Connection
from citymanager.values import CITY_ZONE, moment

DUE = "_due"
"""The key of the nearest due time where others have a field's."""
NONE, UNDATED = "none", "undated"
"""Open, and no clock runs; `UNDATED`: no due time is known, open or closed."""
STATES: Mapping[str, str] = {
    "overdue": "просрочено", "soon": "истекает (80 %)", "today": "сегодня", NONE: "без срока",
}  # fmt: skip
"""What a list may be narrowed to. `today`: at any time of the city's day, also if that is past."""
CROWDED = 5_000
"""More records than these are not fetched and sorted for the head of a list."""


def states(wanted: Sequence[str], now: str) -> tuple[str, list[str]]:
    """In SQL, of a line of `_dues`: its state is one of these."""
    parts: list[str] = []
    values: list[str] = []
    for one in wanted:
        text, moments = _state(one, now)
        parts.append(text)
        values += moments
    return f"({' OR '.join(parts)})", values


def in_states(
    connection: Connection, module: Module, wanted: Sequence[str], now: str, *, head: bool
) -> tuple[str, list[Any]]:
    """The same of a row of the module's table. `head`: many of them are looked up along the list's own order."""
    row = f'"{module.key}"._row'
    if tuple(wanted) == (UNDATED,):
        dated = "FROM _dues WHERE _module = ? AND _due IS NOT NULL"
        if head:  # a few rows are looked at: each is looked up, nothing is put together first
            return f"NOT EXISTS (SELECT 1 {dated} AND _of = {row})", [module.key]
        return f"+{row} NOT IN (SELECT _of {dated})", [module.key]
    text, moments = states(wanted, now)
    inside, values = f"FROM _dues WHERE _module = ? AND {text}", [module.key, *moments]
    few = f"SELECT count(*) FROM (SELECT 1 {inside} LIMIT {CROWDED + 1})"
    crowded = head and connection.value(few, values) > CROWDED
    return f"{'+' if crowded else ''}{row} IN (SELECT _of {inside})", values


def _state(key: str, now: str) -> tuple[str, list[str]]:
    if key == NONE:
        return "_due IS NULL", []
    if key == "overdue":
        return "_due <= ?", [now]
    if key == "soon":
        return "(_due > ? AND _amber <= ?)", [now, now]
    begins, ends = _day(now)
    return "(_due > ? AND _due <= ?)", [begins, ends]  # what is due by the end of a day is due at midnight


def _day(now: str) -> tuple[str, str]:
    """Midnight before and after a moment, in the city."""
    day = datetime.fromisoformat(now).astimezone(CITY_ZONE).date()
    first = datetime.combine(day, time(), CITY_ZONE)
    return moment(first), moment(datetime.combine(day + timedelta(days=1), time(), CITY_ZONE))
