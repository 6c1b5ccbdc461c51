"""What stands in the window of the second map: its search and time above, the map, and its layers beside it."""

from typing import Any, cast

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QPushButton, QSplitter, QVBoxLayout, QWidget

from widgets.city_search import CitySearch
from widgets.help_panel import about
from widgets.keys import add_key
from widgets.period_bar import PeriodBar
from widgets.station_parts import SecondParts
from widgets.theme import set_role

GROUP = "Вторая карта"
SEARCH, FULL, CLOSE, PRINT = "Ctrl+K", "F11", "Ctrl+W", "Ctrl+Alt+P"
OWN_KEYS = frozenset({SEARCH, FULL, CLOSE, PRINT})
"""They mean here something else than in the main window."""
LEADS = "Таблицы — по этой карте"
WHY_LEADS = "«Только на карте» над таблицами: показывать то, что видно здесь, а не на первой карте"
LAYERS, WHY_LAYERS = "Слои", "Показать слои этой карты или убрать их"
SHARES = [1_200, 330]
"""Pixels of map and layers, until the user gives them others; the map takes what there is more."""

MOST = 100_000
"""No screen has so many pixels."""


class SecondView(QWidget):
    """The parts of one map beside each other; what they do is wired by who opens it."""

    full_screen = Signal()
    closing = Signal()
    print_requested = Signal()
    led = Signal(bool)
    """Whether the tables' «Только на карте» is to follow this map."""

    def __init__(self, parts: SecondParts, search: CitySearch, period: PeriodBar) -> None:
        super().__init__()
        self.search, self.period = search, period
        self._panel, self._layers = cast(QWidget, parts.panel), cast(QWidget, parts.layers)
        self.lead, self.show_layers = _chip(LEADS, WHY_LEADS), _chip(LAYERS, WHY_LAYERS)
        self.paper = _chip("Печать…", "Напечатать эту карту (Ctrl+Alt+P)")
        self.paper.setCheckable(False)
        self.halves = QSplitter(Qt.Orientation.Horizontal)
        self._lay_out()
        self.lead.toggled.connect(self.led)
        self.paper.clicked.connect(self.print_requested)
        self.show_layers.toggled.connect(self._layers.setVisible)
        self.show_layers.setChecked(True)
        self.setFocusProxy(self._panel)
        about(self, "second")
        about(search, "find")
        about(self._layers, "legend")
        add_key(self, GROUP, "Найти в городе на второй карте", SEARCH, self._search)
        add_key(self, GROUP, "Вторая карта во весь экран и обратно", FULL, self.full_screen.emit)
        add_key(self, GROUP, "Закрыть вторую карту", CLOSE, self.closing.emit)
        add_key(self, GROUP, "Печать второй карты", PRINT, self.print_requested.emit)
        self._escape = add_key(self, GROUP, "Вторая карта со всего экрана обратно", "Esc", self.full_screen.emit)
        self._full = self._busy = False
        self.spare_escape(False)

    def spare_escape(self, busy: bool) -> None:
        """While the map has a use for Esc itself, it is not the way back from the whole screen."""
        self._busy = busy
        self._escape.setEnabled(self._full and not busy)

    def fill(self, full: bool) -> None:
        """Its window has the whole screen now, or not."""
        self._full = full
        self.spare_escape(self._busy)

    def state(self) -> dict[str, Any]:
        """What of it is the user's, as JSON."""
        return {"layers": self.show_layers.isChecked(), "leads": self.lead.isChecked(), "halves": self.halves.sizes()}

    def restore(self, kept: dict[str, Any]) -> None:
        """Take what `state` told once; whatever is not sound stays as it is."""
        self.show_layers.setChecked(kept.get("layers") is not False)
        self.lead.setChecked(kept.get("leads") is True)
        sizes = kept.get("halves")
        if isinstance(sizes, list) and len(sizes) == 2 and all(type(one) is int and 0 <= one < MOST for one in sizes):
            self.halves.setSizes(sizes)

    def _search(self) -> None:
        self.search.call(QApplication.focusWidget())

    def _lay_out(self) -> None:
        tools = QFrame()
        set_role(tools, "bar")
        row = QHBoxLayout(tools)
        row.setContentsMargins(0, 6, 8, 6)
        for chip in (self.lead, self.paper, self.show_layers):
            row.addWidget(chip)
        head = QHBoxLayout()
        head.setSpacing(0)
        head.addWidget(self.search, 1)
        head.addWidget(tools)
        self._panel.setParent(self)  # before the box: the keyboard comes to the map first
        self.halves.addWidget(self._panel)
        self.halves.addWidget(self._layers)
        self.halves.setChildrenCollapsible(False)
        self.halves.setSizes(SHARES)
        self.halves.setStretchFactor(0, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.period)
        column.addWidget(self.halves, 1)


def _chip(text: str, why: str) -> QPushButton:
    chip = QPushButton(text)
    chip.setCheckable(True)
    chip.setToolTip(why)
    chip.setAccessibleName(why)
    set_role(chip, "chip")
    return chip
