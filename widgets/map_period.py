"""The time range of one map alone: the tables and the other map keep theirs."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from citymanager.hub import Hub
from citymanager.schema import Module
from citymanager.store import Query
from citymanager.tasks import Tasks
from widgets.period import ROLLING, Period, time_of
from widgets.period_bar import PeriodBar
from widgets.period_link import RENEW_MS

CALM_MS = 400
"""Records come in bursts: the rows are looked up once for each."""


class MapPeriod(QObject):
    """Says which rows of each module lie in the range, and says it again when records come or time passes."""

    narrowed = Signal(str, object)
    """Module and the store's row numbers; None: all."""

    def __init__(
        self, bar: PeriodBar, modules: Sequence[Module], tasks: Tasks, hub: Hub, clock: Callable[[], datetime]
    ) -> None:
        super().__init__(bar)
        self._bar, self._tasks, self._clock = bar, tasks, clock
        self._modules = {one.key: field for one in modules if (field := time_of(one)) is not None}
        self._stale: set[str] = set()
        self.period = Period()
        self._calm = QTimer(self, singleShot=True, interval=CALM_MS)
        self._calm.timeout.connect(self._look_again)
        self._renewing = QTimer(self, interval=RENEW_MS)
        self._renewing.timeout.connect(self.renew)
        hub.changed.connect(self._hear)
        bar.chosen.connect(self.choose)

    def choose(self, period: Period) -> None:
        """Show this time on the map."""
        self.period = period
        self._renewing.start() if period.days else self._renewing.stop()
        self._bar.show_period(period, self._words())
        self.renew()

    def renew(self) -> None:
        """Look anew which records lie in the range."""
        self._stale.clear()
        for key in self._modules:
            self._narrow(key)

    def _words(self) -> str:
        """What the buttons do not say by themselves."""
        if self.period in self._bar.chips or not self._modules:
            return ""
        condition = self.period.condition(next(iter(self._modules.values())), self._clock())
        return condition.words if condition is not None else ""

    def _hear(self, module: str, idents: list[str]) -> None:
        if module in self._modules and not self.period.everything:
            self._stale.add(module)
            if not self._calm.isActive():
                self._calm.start()

    def _look_again(self) -> None:
        stale, self._stale = self._stale, set()
        for key in stale:
            self._narrow(key)

    def _narrow(self, key: str) -> None:
        asked, field = self.period, self._modules[key]
        condition = asked.condition(field, self._clock())
        if condition is None:
            self.narrowed.emit(key, None)
            return
        query = Query(key, between={field.key: condition.between})
        self._tasks.read(
            lambda reader: reader.rows(query),
            lambda numbers: self.narrowed.emit(key, numbers) if self.period == asked else None,
            owner=self,
            newest=f"map period:{key}:{id(self)}",
        )


def saved(period: Period) -> list[Any]:
    """As JSON."""
    return [period.days, period.low, period.high]


def read(found: Any) -> Period:
    """What `saved` gave once; all time for whatever is not sound."""
    if not isinstance(found, list) or len(found) != 3:
        return Period()
    days, low, high = found
    if type(days) is int and days in ROLLING:
        return Period(days)
    return Period(0, low, high) if days == 0 and _is_day(low) and _is_day(high) else Period()


def _is_day(text: Any) -> bool:
    """Whether it bounds a range: a day, or None for an open end."""
    try:
        return text is None or bool(date.fromisoformat(text))
    except (TypeError, ValueError):
        return False
