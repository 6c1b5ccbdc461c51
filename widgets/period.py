"""A time range that the map and the tables share: the last days, or from one day to another."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from citymanager.schema import Field, Module
from citymanager.values import CITY_ZONE, moment
from widgets.filters import Condition, between

ROLLING = {1: "сутки", 7: "неделю", 30: "месяц", 365: "год"}
"""Days, and how the range is called."""


@dataclass(frozen=True)
class Period:
    """`days`: so many last days and what is to come; else from `low` to `high`, days of the city; neither: all time."""

    days: int = 0
    low: str | None = None
    high: str | None = None

    @property
    def everything(self) -> bool:
        return self == Period()

    def condition(self, field: Field, now: datetime) -> Condition | None:
        """What it asks of a field of time; None: nothing."""
        if self.everything:
            return None
        if not self.days:
            return between(field, self.low, self.high)
        begins = now - timedelta(days=self.days)
        low = moment(begins) if field.kind == "moment" else begins.astimezone(CITY_ZONE).date().isoformat()
        words = f"{field.title}: за {ROLLING[self.days]}"
        return Condition(field.key, words, between=(low, None), days=self.days)

    def meant_by(self, condition: Condition | None, field: Field, now: datetime) -> bool:
        """Whether a table's filter says the same, be it since a minute ago."""
        mine = self.condition(field, now)
        if mine is None or condition is None:
            return mine is condition
        return mine.days == condition.days and (bool(mine.days) or mine.between == condition.between)


def time_of(module: Module) -> Field | None:
    """The field that says when a record of a module on the map happened: what its newest come first by."""
    field = module.columns.get(module.sort.removeprefix("-"))
    timed = module.geometry and module.sort.startswith("-") and field and field.kind in ("moment", "date")
    return field if timed else None
