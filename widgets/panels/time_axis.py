"""The axis of a timeline: which day lies at which pixel, and which days are named at a zoom."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

Zoom = Literal["day", "week", "month"]
ZOOMS: tuple[Zoom, ...] = ("day", "week", "month")
PIXELS: Mapping[Zoom, float] = {"day": 36.0, "week": 12.0, "month": 3.0}
"""Of one day, with text of the usual size."""
MONTHS = ("янв", "фев", "мар", "апр", "май", "июн", "июл", "авг", "сен", "окт", "ноя", "дек")
FARTHEST = timedelta(days=3 * 366)
"""From today: what lies beyond is a slip of the pen, and must not make the axis endless."""
ROOM = 1_000
"""Pixels before the first day and after the last one: today can stand in the middle, whatever there is."""


@dataclass(frozen=True, slots=True)
class Tick:
    """A line across the axis; without words a thin one."""

    day: date
    words: str
    strong: bool


@dataclass(frozen=True, slots=True)
class Axis:
    """Days to pixels and back."""

    first: date
    last: date
    zoom: Zoom = "week"
    scale: float = 1.0

    @property
    def day_width(self) -> float:
        return PIXELS[self.zoom] * self.scale

    @property
    def width(self) -> int:
        return round(((self.last - self.first).days + 1) * self.day_width)

    def x(self, day: date) -> float:
        """Where a day begins."""
        return (day - self.first).days * self.day_width

    def day(self, x: float) -> date:
        return self.first + timedelta(days=int(x // self.day_width))

    def ticks(self, since: date, until: date) -> Iterator[Tick]:
        """What is drawn between two days."""
        day = max(since, self.first)
        while day <= min(until, self.last):
            if (tick := self._tick(day)) is not None:
                yield tick
            day += timedelta(days=1)

    def _tick(self, day: date) -> Tick | None:
        if day.day == 1:
            return Tick(day, f"{MONTHS[day.month - 1]} {day.year}", True)
        if self.zoom == "day":
            return Tick(day, str(day.day), False)
        if self.zoom == "week" and day.weekday() == 0:
            return Tick(day, str(day.day) if 3 < day.day < 29 else "", False)
        return None


def axis(first: date, last: date, today: date, zoom: Zoom, scale: float = 1.0) -> Axis:
    """An axis that shows these days and today, and nothing absurdly far."""
    room = timedelta(days=round(ROOM / PIXELS[zoom]))
    begin = max(min(first, today), today - FARTHEST) - room
    end = min(max(last, today), today + FARTHEST) + room
    return Axis(begin, end, zoom, scale)
