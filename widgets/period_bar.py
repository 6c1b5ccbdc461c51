"""The time range over the map: buttons for the last days, all time, and from … to."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QPushButton, QVBoxLayout, QWidget

from citymanager.schema import Field, Module
from citymanager.tasks import Tasks
from widgets.filter_popup import FilterPopup
from widgets.filters import Condition
from widgets.flow import FlowLayout
from widgets.period import ROLLING, Period
from widgets.plain import ElidedLabel
from widgets.theme import set_role

TIME = Field("period", "Время", "date")
"""What from … to is asked for as."""


class PeriodBar(QFrame):
    """Says which time the map and the tables show; `chosen` when the user wants another."""

    chosen = Signal(object)

    def __init__(self, module: Module, tasks: Tasks) -> None:
        """`module`: any; a date is read by the rules of its fields."""
        super().__init__()
        self._module, self._tasks = module, tasks
        set_role(self, "bar")
        self.chips = {
            Period(): self._chip("Всё", "Записи за всё время"),
            **{
                Period(days): self._chip(words.capitalize(), f"Записи за {words}: последние {days} сут. и предстоящее")
                for days, words in ROLLING.items()
            },
        }
        self.chips[Period(7)].setText("Неделя")
        self.between = self._chip("От–до…", "Записи от одного дня до другого")
        self.words = ElidedLabel("caption", least=0)
        whole, row = QVBoxLayout(self), FlowLayout(gap=5)
        whole.setContentsMargins(8, 6, 8, 6)
        whole.addLayout(row)
        for period, chip in self.chips.items():
            chip.clicked.connect(lambda _=False, period=period: self.chosen.emit(period))
            row.addWidget(chip)
        row.addWidget(self.between)
        row.addWidget(self.words)
        self.between.clicked.connect(self.ask)
        self.show_period(Period(), "")

    def ask(self) -> FilterPopup:
        """Open the window in which the days are set."""
        popup = FilterPopup(TIME, self._module, self._tasks, self)
        popup.ready.connect(self._take)
        popup.open_below(self.between)
        self.show_period(self._period, self._told)
        return popup

    def show_period(self, period: Period | None, words: str) -> None:
        """The range that all share; None: the tables differ. `words`: what is to be said of it beside the buttons."""
        self._period, self._told = period, words
        for one, chip in self.chips.items():
            chip.setChecked(one == period)
        self.between.setChecked(period is not None and period not in self.chips)
        self.words.show_text(words)
        self.words.setVisible(bool(words))

    def _take(self, condition: Condition) -> None:
        self.chosen.emit(Period(0, *condition.between))

    @staticmethod
    def _chip(text: str, tip: str) -> QPushButton:
        chip = QPushButton(text)
        chip.setCheckable(True)
        chip.setToolTip(tip)
        chip.setAccessibleName(tip)
        set_role(chip, "chip")
        return chip


def above(bar: PeriodBar, city_map: QWidget) -> QWidget:
    """The map with the bar over it."""
    whole = QWidget()
    whole.setFocusProxy(city_map)
    column = QVBoxLayout(whole)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    column.addWidget(bar)
    column.addWidget(city_map, 1)
    return whole
