"""Russian working days, moved days off included: what terms in working days are counted by."""

import tomllib
from datetime import date, timedelta
from functools import cache
from importlib.resources import files

SATURDAY = 5


class WorkCalendar:
    """Tells working days from days off. `official(year)` says whether the year's moved days off are decreed."""

    def __init__(self) -> None:
        declared = tomllib.loads(files("resources").joinpath("calendar", "russia.toml").read_text(encoding="utf-8"))
        self._official = frozenset(declared["official"])
        self._off, self._worked = frozenset(declared["off"]), frozenset(declared["worked"])

    def official(self, year: int) -> bool:
        return year in self._official

    def works(self, day: date) -> bool:
        """Whether this is a working day."""
        if day in self._off or day in self._worked:
            return day in self._worked
        free, worked = _year(day.year)
        return day in worked or (day.weekday() < SATURDAY and day not in free)

    def between(self, day: date, last: date) -> int:
        """How many working days lie after this day, up to the last one with it."""
        return sum(self.works(day + timedelta(days=n)) for n in range(1, (last - day).days + 1))

    def after(self, day: date, count: int) -> date:
        """The working day that lies `count` working days after this day."""
        while count > 0:
            day += timedelta(days=1)
            count -= self.works(day)
        return day


@cache
def _year(year: int) -> tuple[frozenset[date], frozenset[date]]:
    """Days off and worked week-end days of a year."""
    from holidays.countries.russia import Russia  # 0.2 s to import: only who counts days pays for it

    found = Russia(years=year)  # type: ignore[no-untyped-call]
    return frozenset(found), frozenset(found.weekend_workdays)
