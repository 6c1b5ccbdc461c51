"""The bar over a table: search, counters of statuses as quick filters, chips of the other conditions."""

from collections.abc import Iterable
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QMenu, QPushButton, QVBoxLayout, QWidget

from citymanager.schema import Field, Module
from citymanager.store.query import Box
from citymanager.tasks import Tasks
from widgets.filter_popup import FilterPopup
from widgets.filters import Condition, Filter, filterable
from widgets.flow import FlowLayout
from widgets.marks import mark_icon
from widgets.plain import one_line, tip
from widgets.record_nearest import STATE
from widgets.theme import Appearance, set_role

ICON = 12
LONGEST_CHIP = 48
ON_MAP, ON_MAP_NOW = "Только на карте", "Только видимое на карте  ✕"


class SearchBox(QLineEdit):
    """Words to look for; ↓ and Enter go to the table."""

    left_down = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setPlaceholderText("Поиск по тексту и адресу  (Ctrl+F)")
        self.setAccessibleName("Поиск")
        self.setClearButtonEnabled(True)
        self.setMaxLength(200)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.left_down.emit()
        else:
            super().keyPressEvent(event)


class FilterBar(QWidget):
    """Holds the table's `filter`; `changed` when the user has changed it."""

    changed = Signal()

    def __init__(self, module: Module, tasks: Tasks, appearance: Appearance) -> None:
        super().__init__()
        self.filter = Filter()
        self._counters: dict[str, int] = {}
        self._folded = False
        self._module, self._tasks, self._appearance = module, tasks, appearance
        self.search = SearchBox()
        self._pause = QTimer(self, singleShot=True, interval=0)  # keys that came together make one search
        self._pause.timeout.connect(self._take_search)
        self.search.textChanged.connect(lambda: self._pause.start())
        self.add_button = QPushButton("Фильтр")
        self.add_button.setToolTip("Отобрать записи по любому полю")
        self.add_button.setMenu(self._field_menu())
        set_role(self.add_button, "menu")
        self.unsent = self._chip("Неотправленные")
        self.unsent.setCheckable(True)
        self.unsent.toggled.connect(lambda on: self._set(replace(self.filter, unsent=on)))
        self.on_map = self._chip(ON_MAP)
        self.on_map.setCheckable(True)
        self.on_map.toggled.connect(self._follow_map)
        self._seen: Box | None = None
        self.clear_button = QPushButton("Сбросить всё")
        set_role(self.clear_button, "quiet")
        self.clear_button.clicked.connect(self.clear)
        self.status_chips = {one.key: self._status_chip(one.key, one.title) for one in module.statuses}
        self.condition_chips: dict[str, QPushButton] = {}
        self._lay_out()
        appearance.changed.connect(self._dress)
        self._dress()
        self._show()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self._top = QHBoxLayout()
        self._top.addWidget(self.search, 1)
        self._top.addWidget(self.add_button)
        column.addLayout(self._top)
        self._flow = FlowLayout(gap=5)
        column.addLayout(self._flow)
        for chip in (*self.status_chips.values(), self.unsent, self.on_map, self.clear_button):
            self._flow.addWidget(chip)

    def take_in(self, views: QWidget, act: QWidget, count: QWidget, more: QWidget) -> None:
        """Give the panel's own buttons a place after the search, and its count one after the chips."""
        self._top.addWidget(views)
        self._top.addSpacing(8)
        self._top.addWidget(act)
        self._top.addWidget(more)
        count.setMinimumHeight(self.clear_button.sizeHint().height())  # on the chips' middle line
        self._flow.addWidget(count)

    def _field_menu(self) -> QMenu:
        menu = QMenu(self)
        if self._module.clocks:
            menu.addAction(STATE.title).triggered.connect(partial(self.ask, STATE))
            menu.addSeparator()
        for field in filterable(self._module):
            menu.addAction(field.title).triggered.connect(partial(self.ask, field))
        return menu

    def ask(self, field: Field, _checked: bool = False) -> FilterPopup:
        """Open the window in which a filter on this field is set."""
        popup = FilterPopup(field, self._module, self._tasks, self)
        popup.ready.connect(self.put)
        popup.open_below(self.add_button)
        return popup

    def put(self, condition: Condition) -> None:
        """Narrow the table by a condition; an earlier one on the field is replaced."""
        self._set(replace(self.filter, conditions={**self.filter.conditions, condition.key: condition}))

    def drop(self, key: str) -> None:
        """Take the condition on a field away."""
        left = {one: condition for one, condition in self.filter.conditions.items() if one != key}
        self._set(replace(self.filter, conditions=left))

    def clear(self) -> None:
        """Show everything again."""
        self._pause.stop()
        chips = (self.unsent, self.on_map, *self.status_chips.values())
        for widget in (self.search, *chips):
            widget.blockSignals(True)
        self.search.clear()
        for chip in chips:
            chip.setChecked(False)
        for widget in (self.search, *chips):
            widget.blockSignals(False)
        self._set(Filter())

    def show_filter(self, wanted: Filter) -> None:
        """Narrow the table to this, whatever it was narrowed to."""
        self._pause.stop()
        for widget in (self.search, self.unsent, self.on_map, *self.status_chips.values()):
            widget.blockSignals(True)
        self.search.setText(wanted.text)
        self.unsent.setChecked(wanted.unsent)
        self.on_map.setChecked(wanted.box is not None)
        for key, chip in self.status_chips.items():
            chip.setChecked(key in wanted.statuses)
        for widget in (self.search, self.unsent, self.on_map, *self.status_chips.values()):
            widget.blockSignals(False)
        self._set(wanted)

    def look(self, box: Box) -> None:
        """The map shows this now: a table that follows it is narrowed to it."""
        self._seen = box
        self._show_quick()
        if self.on_map.isChecked():
            self._set(replace(self.filter, box=box))

    def _follow_map(self, on: bool) -> None:
        self._set(replace(self.filter, box=self._seen if on else None))

    def show_counters(self, counters: dict[str, int]) -> None:
        """Say how many records stand in each status; empty statuses are not shown unless they are chosen."""
        self._counters = counters
        self._add_strange(key for key in counters if key and key not in self.status_chips)
        for key, chip in self.status_chips.items():
            status = self._module.status(key)
            chip.setText(f"{status.title if status else one_line(key, 40)}  {counters.get(key, 0)}".replace("&", "&&"))
        self._show_quick()

    def _add_strange(self, keys: Iterable[str]) -> None:
        """Statuses of a newer program are filtered by like any other, under their own key."""
        for key in keys:
            self.status_chips[key] = self._status_chip(key, one_line(key, 40))
            self._flow.addWidget(self.status_chips[key])

    def fold(self, on: bool) -> None:
        """Where there is hardly room for the table, leave of the quick filters those that are chosen."""
        if on != self._folded:
            self._folded = on
            self._show_quick()

    def _show_quick(self) -> None:
        for key, chip in self.status_chips.items():
            chip.setVisible(chip.isChecked() or (bool(self._counters.get(key)) and not self._folded))
        self.unsent.setVisible(self.unsent.isChecked() or not self._folded)
        mapped = bool(self._module.geometry) and self._seen is not None
        self.on_map.setVisible(self.on_map.isChecked() or (mapped and not self._folded))
        self._flow.invalidate()

    def _take_search(self) -> None:
        self._set(replace(self.filter, text=self.search.text().strip()))

    def choose_statuses(self, keys: Iterable[str]) -> None:
        """Show these statuses only; none of them: all."""
        wanted = set(keys)
        for key, chip in self.status_chips.items():
            chip.blockSignals(True)
            chip.setChecked(key in wanted)
            chip.blockSignals(False)
        self._take_statuses()
        self._show_quick()

    def _take_statuses(self) -> None:
        chosen = tuple(key for key, chip in self.status_chips.items() if chip.isChecked())
        self._set(replace(self.filter, statuses=chosen))

    def _set(self, wanted: Filter) -> None:
        if wanted != self.filter:
            self.filter = wanted
            self._show()
            self.changed.emit()

    def _show(self) -> None:
        for chip in self.condition_chips.values():
            self._flow.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        self.condition_chips = {one.key: self._condition_chip(one) for one in self.filter.conditions.values()}
        for chip in self.condition_chips.values():
            self._flow.addWidget(chip)
        self._flow.removeWidget(self.clear_button)
        self._flow.addWidget(self.clear_button)
        self.clear_button.setVisible(not self.filter.empty)
        following = self.on_map.isChecked()
        self.on_map.setText(ON_MAP_NOW if following else ON_MAP)
        why = "Таблица следует за картой. Нажмите, чтобы показать и то, чего на карте не видно."
        self.on_map.setToolTip(why if following else "Показать в таблице только то, что видно на карте")
        self.on_map.setAccessibleName(ON_MAP)
        self._show_quick()

    def _condition_chip(self, condition: Condition) -> QPushButton:
        words = condition.words
        chip = self._chip(f"{words if len(words) <= LONGEST_CHIP else words[:LONGEST_CHIP] + '…'}  ✕")
        chip.setToolTip(tip(f"{words}\nНажмите, чтобы убрать этот фильтр."))
        chip.setAccessibleName(f"Убрать фильтр: {words}")
        chip.clicked.connect(lambda: self.drop(condition.key))
        return chip

    def _status_chip(self, key: str, title: str) -> QPushButton:
        chip = self._chip(title)
        chip.setCheckable(True)
        chip.setToolTip(tip(f"Показать только «{title}»"))
        chip.toggled.connect(self._take_statuses)
        chip.hide()
        return chip

    def _chip(self, text: str) -> QPushButton:
        chip = QPushButton(text.replace("&", "&&"))
        set_role(chip, "chip")
        return chip

    def _dress(self) -> None:
        for status in self._module.statuses:
            mark = self._appearance.theme.tones[status.tone]
            self.status_chips[status.key].setIcon(mark_icon(mark, ICON, self.devicePixelRatioF()))
            self.status_chips[status.key].setIconSize(QSize(ICON, ICON))
