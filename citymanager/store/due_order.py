"""What a list asks of the nearest due time: the states it may be in, and how SQL says so."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta

from citymanager.schema import Module
from citymanager.values import CITY_ZONE, moment

DUE = "_due"
"""The key of the nearest due time where others have a field's."""
NONE, UNDATED = "none", "undated"
"""Open, and no clock runs; `UNDATED`: no due time is known, open or closed."""
STATES: Mapping[str, str] = {
    "overdue": "просрочено", "soon": "истекает (80 %)", "today": "сегодня", NONE: "без срока",
}  # fmt: skip
"""What a list may be narrowed to. `today`: at any time of the city's day, also if that is past."""


def states(wanted: Sequence[str], now: str) -> tuple[str, list[str]]:
    """In SQL, of a line of `_dues`: its state is one of these."""
    parts: list[str] = []
    values: list[str] = []
    for one in wanted:
        text, moments = _state(one, now)
        parts.append(text)
        values += moments
    return f"({' OR '.join(parts)})", values


def lines(module: Module, wanted: Sequence[str], now: str) -> tuple[str, tuple[str, ...]]:
    """A SELECT of the rows of a module whose state is one of these, row by row: in the order of due times, which the
    sign rules out, it takes four times as long to put their numbers together."""
    text, moments = states(wanted, now)
    text = text.replace("_due", "+_due")
    return f"SELECT _of FROM _dues WHERE _module = ? AND {text}", (module.key, *moments)


def dated(module: Module) -> tuple[str, tuple[str, ...]]:
    """The same of those whose due time is known."""
    return "SELECT _of FROM _dues WHERE _module = ? AND _due IS NOT NULL", (module.key,)


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
