"""One time range for the map and all tables: chosen over the map or in a table, shown in both."""

from collections.abc import Callable, Sequence
from datetime import datetime

from PySide6.QtCore import QObject, QTimer

from citymanager.hub import Hub
from citymanager.schema import Field, Module
from citymanager.store import Query
from citymanager.tasks import Tasks
from widgets.period import Period, time_of
from widgets.period_bar import PeriodBar
from widgets.record_panel import RecordPanel

RENEW_MS = 300_000
"""The last day begins later as time passes: so often the lists follow."""


class PeriodLink(QObject):
    """Puts the range of the bar into every table as its date filter; tables not made yet get it when they are.

    What a table's filter becomes by other ways is said in the bar.
    """

    def __init__(
        self, bar: PeriodBar, modules: Sequence[Module], tasks: Tasks, hub: Hub, clock: Callable[[], datetime]
    ) -> None:
        super().__init__(bar)
        self._bar, self._tasks, self._hub, self._clock = bar, tasks, hub, clock
        self._modules = {one.key: (one, field) for one in modules if (field := time_of(one)) is not None}
        self._panels: dict[str, RecordPanel] = {}
        self._period, self._putting = Period(), False
        self._renewing = QTimer(self, interval=RENEW_MS)
        self._renewing.timeout.connect(self.renew)
        bar.chosen.connect(self.choose)

    def adopt(self, panel: RecordPanel) -> None:
        """A table that has just been made."""
        key = panel.module.key
        if key not in self._modules:
            return
        self._panels[key] = panel
        self._put(panel, self._modules[key][1])
        panel.bar.changed.connect(self._show)

    def choose(self, period: Period) -> None:
        """Show this time on the map and in all tables."""
        self._period = period
        self._renewing.start() if period.days else self._renewing.stop()
        self._putting = True
        for key, (module, field) in self._modules.items():
            if key in self._panels:
                self._put(self._panels[key], field)
            else:
                self._narrow_map(module, field)
        self._putting = False
        self._show()

    def renew(self) -> None:
        """Time has passed: the last days are other ones, in those tables that still show them."""
        self._putting, now = True, self._clock()
        for key, (module, field) in self._modules.items():
            if key not in self._panels:
                self._narrow_map(module, field)
            elif self._period.meant_by(self._panels[key].bar.filter.conditions.get(field.key), field, now):
                self._put(self._panels[key], field)
        self._putting = False

    def _put(self, panel: RecordPanel, field: Field) -> None:
        condition = self._period.condition(field, self._clock())
        if condition is not None:
            panel.bar.put(condition)
        elif field.key in panel.bar.filter.conditions:
            panel.bar.drop(field.key)

    def _narrow_map(self, module: Module, field: Field) -> None:
        """For a module whose table nobody has opened, the map is told from here."""
        condition = self._period.condition(field, self._clock())
        if condition is None:
            self._hub.filtered.emit(module.key, None)
            return
        query = Query(module.key, between={field.key: condition.between})
        self._tasks.read(
            lambda reader: reader.rows(query),
            lambda numbers: self._tell(module.key, numbers),
            owner=self,
            newest=f"period:{module.key}:{id(self)}",
        )

    def _tell(self, module: str, numbers: Sequence[int]) -> None:
        if module not in self._panels:  # a table that was made meanwhile has told it itself
            self._hub.filtered.emit(module, numbers)

    def _show(self) -> None:
        if self._putting:
            return
        period, now = self._period, self._clock()
        same, other = [], []
        for key, panel in self._panels.items():
            field = self._modules[key][1]
            condition = panel.bar.filter.conditions.get(field.key)
            words = condition.words if condition is not None else "за всё время"
            if period.meant_by(condition, field, now):
                same.append(words)
            else:
                other.append(f"{panel.module.title}: {words}")
        said = other or ([] if period in self._bar.chips else same[:1])
        self._bar.show_period(None if other else period, "; ".join(said))
