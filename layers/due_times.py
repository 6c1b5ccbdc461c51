"""When records of the map are due: as the cache has found for its lists; what it has not, by the norms in force."""

import math
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from citymanager.calendar import WorkCalendar
from citymanager.clocks import Due, asked, dues
from citymanager.norms import Norms
from citymanager.schema import STATUS, Module, Values
from citymanager.store.nearest import Nearest
from citymanager.store.reader import Reader
from citymanager.text import span
from citymanager.values import parse_moment
from layers.style import over


class DueTimes:
    """Judges records by the norms as the cache had them when they were last asked for."""

    def __init__(self) -> None:
        self._calendar = WorkCalendar()
        self._norms: Norms | None = None

    def forget_norms(self) -> None:
        """The register has changed: read it anew."""
        self._norms = None

    def of(self, reader: Reader, module: Module, numbers: NDArray[np.int64], now: datetime) -> NDArray[np.float64]:
        """The nearest due time of the records in these rows, in seconds since 1970; ∞: nothing is waited for.

        Lists are sorted by the same moments, so most are in the cache; only those that it does not know yet are judged.
        """
        rows = numbers.tolist()
        known = reader.lists.due_marks(module.key, rows)
        unjudged = [number for number, one in known.items() if not one.judged]
        facts = reader.columns.by_row(module.key, unjudged, asked(module)) if unjudged else {}
        norms = self._known(reader)
        found = (
            self._nearest(module, facts[number], norms, now) if number in facts else _seconds(known.get(number))
            for number in rows
        )
        return np.fromiter(found, np.float64, len(numbers))

    def words(self, reader: Reader, module: Module, data: Values, now: datetime) -> str:
        """What of a record is overdue, and by how much; empty if nothing is."""
        if not module.clocks or data.get(STATUS) in over(module):
            return ""
        late = [one for one in dues(module, data, self._known(reader), self._calendar, now) if one.state == "red"]
        return "\n".join(f"Просрочено на {span((now - one.at).total_seconds())}: {one.clock.title}" for one in late)

    def _nearest(self, module: Module, data: Values, norms: Norms, now: datetime) -> float:
        """A clock that has done its work or stands still is not waited for."""
        waited: list[Due] = [
            one for one in dues(module, data, norms, self._calendar, now) if one.turns or one.state == "red"
        ]
        return waited[0].at.timestamp() if waited else math.inf

    def _known(self, reader: Reader) -> Norms:
        norms = self._norms
        if norms is None:
            norms = self._norms = reader.norms()
        return norms


def _seconds(known: Nearest | None) -> float:
    """Of a record that is closed nothing is known."""
    return parse_moment(known.due).timestamp() if known and known.judged and known.due else math.inf
