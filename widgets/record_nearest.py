"""The column of the nearest due time: what a cell says now of what the cache holds of the record's clocks."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import NamedTuple

from citymanager.clocks import State
from citymanager.schema import Choice, Field, Module
from citymanager.store.due_order import DUE, STATES
from citymanager.store.nearest import Nearest
from citymanager.text import span
from citymanager.values import CITY_ZONE, parse_moment
from widgets.theme import Level

COLUMN = Field(DUE, "Ближайший срок", "moment")
STATE = Field(DUE, COLUMN.title, "choice", choices=tuple(Choice(key, title) for key, title in STATES.items()))
"""What a filter on it is set with."""
TICK_MS = 10_000
"""How often what the cells say is told anew."""
LEVELS: Mapping[State, Level] = {
    "running": "info", "amber": "warning", "red": "error", "paused": "info", "met": "good",
}  # fmt: skip
DAY_END = timedelta(seconds=1)
"""A term in days ends at midnight: it is shown as the last second of its last day, as people count."""
DAY, FEW_DAYS = 86_400, 3
COUNTED, STANDS = "считается…", "срок не идёт"


class Cell(NamedTuple):
    """What a cell says, the words behind it, and how urgent that is; None: it is not urgent and not told as such."""

    text: str
    tip: str
    level: Level | None


def columns(module: Module) -> tuple[Field, ...]:
    """The columns of a module's table; where it has clocks, the nearest due time stands behind the first of them."""
    found = [module.field(key) for key in module.table]
    return tuple([*found[:1], COLUMN, *found[1:]] if module.clocks else found)


def cell(module: Module, nearest: Nearest | None, now: datetime) -> Cell:
    """None: the record is closed."""
    if nearest is None:
        return Cell("", "", None)
    if not nearest.judged:
        return Cell(COUNTED, "Срок этой записи ещё не пересчитан", None)
    if not nearest.due:
        return Cell(STANDS, "Ни один срок сейчас не идёт: приостановлен, выполнен или для него нет нормы", None)
    at, amber = parse_moment(nearest.due), parse_moment(nearest.amber)
    state: State = "red" if now >= at else "amber" if now >= amber else "running"
    rest = _rough(abs((at - now).total_seconds()))
    title = next((one.title for one in module.clocks if one.key == nearest.clock), nearest.clock)
    words = f"просрочено на {rest}" if state == "red" else f"осталось {rest}"
    return Cell(words, f"{title}: до {told(at):%d.%m.%Y %H:%M}", LEVELS[state])


def _rough(seconds: float) -> str:
    """Hours are of interest while there are few days."""
    return span(seconds - seconds % DAY if seconds >= FEW_DAYS * DAY else seconds)


def told(at: datetime) -> datetime:
    """A due time in the city; the end of a day as people count it."""
    here = at.astimezone(CITY_ZONE)
    return here - DAY_END if here.time() == time.min else here
