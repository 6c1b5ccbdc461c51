"""What stands in the window of the second map: its search and time above, the map, and its layers beside it."""

from typing import Any, cast

from PySide6.QtCore import QEvent, QObject, Qt, Signal
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
WIDE = 330
"""Pixels of the layers, until the user gives them others; the map has the rest."""


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
        self.halves, self._wide = QSplitter(Qt.Orientation.Horizontal), WIDE
        self._lay_out()
        self.lead.toggled.connect(self.led)
        self.paper.clicked.connect(self.print_requested)
        self.show_layers.toggled.connect(self._layers.setVisible)
        self.show_layers.setChecked(True)
        self.halves.splitterMoved.connect(self._drawn)
        self.halves.installEventFilter(self)
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
        return {"layers": self.show_layers.isChecked(), "leads": self.lead.isChecked(), "wide": self._wide}

    def restore(self, kept: dict[str, Any]) -> None:
        """Take what `state` told once; whatever is not sound stays as it is."""
        self.show_layers.setChecked(kept.get("layers") is not False)
        self.lead.setChecked(kept.get("leads") is True)
        wide = kept.get("wide")
        if type(wide) is int and 0 < wide < 10 * WIDE:
            self._wide = wide
            self._share()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._share()
        return False

    def _share(self) -> None:
        whole = self.halves.width()
        wide = min(self._wide, whole // 2)
        self.halves.setSizes([whole - wide, wide])

    def _drawn(self) -> None:
        """Where the user leaves the separator, it stays."""
        self._wide = self.halves.sizes()[1] or self._wide

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
