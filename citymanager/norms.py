"""The norms of the city as its register `rules` has them: which version of which figure judges a term."""

from collections.abc import Mapping
from datetime import date

from citymanager.limits import Limit, shipped
from citymanager.modules.rules import RULES, day_of_year
from citymanager.schema import Values
from citymanager.values import problems

_NAMES = ("key", "name", "limit", "unit", "citation", "verified", "extension", "pauses", "valid_from", "valid_to")


class Norms:
    """Every version of every norm.

    A term is judged by the version that was in force on the day it began, so a card keeps its version when a norm gets
    a new one. Of several in force, one for a season goes before one for all the year, then the one that came into
    force last, then the one whose id is first: two stations never disagree.
    """

    def __init__(self, records: Mapping[str, Values]) -> None:
        """`records`: the register, data by id. For a key that it does not have, what the program comes with holds."""
        known = {str(data.get("key")) for data in records.values()}
        offered = {ident: data for ident, data in shipped().items() if data["key"] not in known}
        self._versions: dict[str, list[Limit]] = {}
        self._judged: dict[tuple[str, date], Limit | None] = {}
        """Answers given before: many records of a city began on one day."""
        for _, data in sorted({**offered, **records}.items()):
            found = read(data)
            if found is not None:
                self._versions.setdefault(found.key, []).append(found)

    def limit(self, key: str, day: date) -> Limit | None:
        """The version that judges what began on this day, in the city's zone; None: there is no such norm then."""
        if (key, day) not in self._judged:
            holding = [one for one in self._versions.get(key, ()) if one.holds(day)]
            newest = max(holding, key=lambda one: (bool(one.season_from), one.valid_from), default=None)
            self._judged[key, day] = newest
        return self._judged[key, day]


def read(data: Values) -> Limit | None:
    """A record of the register as a limit; None if a newer server wrote what we can't read."""
    begins, ends = (day_of_year(data.get(key)) for key in ("season_from", "season_to"))
    if problems(RULES, data) or begins is None or ends is None or bool(begins) != bool(ends):
        return None
    return Limit(**{key: data[key] for key in _NAMES if key in data}, season_from=begins, season_to=ends)
