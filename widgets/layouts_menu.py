"""Вид → Расположение: named layouts as a menu with keys, and the strip in which a name is typed."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QMenu, QPushButton

from citymanager.errors import CityError
from citymanager.hub import Hub
from widgets.keys import add_key
from widgets.layouts import LONGEST_NAME, SHIPPED, Layouts
from widgets.plain import plain_label
from widgets.seat import Seat
from widgets.theme import set_role

KEYS = 9
"""Layouts that have a key."""


class NameStrip(QFrame):
    """Asks for a layout's name in a strip of the window; says inline why a name can't be."""

    named = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        set_role(self, "bar")
        self.words, self.name, self.wrong = plain_label(), QLineEdit(), plain_label("", "problem")
        self.keep, self.cancel = QPushButton("Сохранить"), QPushButton("Отмена")
        self._take: Callable[[str], None] = lambda _: None
        self.name.setMaxLength(LONGEST_NAME)
        self.words.setBuddy(self.name)
        set_role(self.keep, "primary")
        row = QHBoxLayout(self)
        row.addWidget(self.words)
        row.addWidget(self.name, 1)
        for widget in (self.wrong, self.keep, self.cancel):
            row.addWidget(widget)
        self.keep.clicked.connect(self._submit)
        self.name.returnPressed.connect(self._submit)
        self.cancel.clicked.connect(self.hide)
        add_key(self, "Окно", "Не сохранять расположение", "Esc", self.hide)
        self.hide()

    def ask(self, words: str, name: str, take: Callable[[str], None]) -> None:
        """Come up; `take` gets the name and raises CityError if it can't be."""
        self._take = take
        self.words.setText(words)
        self.wrong.setText("")
        self.name.setText(name)
        self.show()
        self.name.setFocus()
        self.name.selectAll()

    def _submit(self) -> None:
        try:
            self._take(self.name.text())
        except CityError as error:
            self.wrong.setText(str(error))
            self.name.setFocus()
        else:
            self.hide()


class LayoutsMenu(QMenu):
    """The layouts, the one in use marked; what can be done with it below."""

    def __init__(self, layouts: Layouts, seat: Seat, hub: Hub, strip: NameStrip) -> None:
        super().__init__("&Расположение")
        self._layouts, self._seat, self._hub, self._strip = layouts, seat, hub, strip
        self._group = QActionGroup(self)
        later = Qt.ConnectionType.QueuedConnection  # the action that was chosen must outlive its own signal
        layouts.changed.connect(self.fill, later)
        seat.changed.connect(self.fill, later)
        self.fill()

    def fill(self) -> None:
        """Make the menu anew."""
        self.clear()
        self._group.deleteLater()
        self._group = QActionGroup(self)
        hints = {one.title: one.hint for one in SHIPPED}
        for number, name in enumerate((*self._layouts.shipped, *self._layouts.own), 1):
            action = self._add(name, partial(self.use, name), f"Ctrl+Alt+{number}" if number <= KEYS else "")
            action.setCheckable(True)
            action.setChecked(name == self._layouts.current)
            action.setToolTip(hints.get(name, ""))
            self._group.addAction(action)
        self.addSeparator()
        self._add("Сохранить &как…", self._save)
        current, own = self._layouts.current, self._layouts.is_own(self._layouts.current)
        named = f"«{current}»".replace("&", "&&") if current else "текущее"
        if own:
            self._add(f"&Переименовать {named}…", self._rename)
            self._add(f"&Удалить {named}", self._delete)
        self._add_first(current, named)

    def _add_first(self, current: str, named: str) -> None:
        role = self._seat.role
        if role is None or not current:
            return
        action = self._add(f"&Открывать {named} при входе", partial(self._begin, role.key, current))
        action.setCheckable(True)
        action.setChecked(self._layouts.first(role.key) == current)

    def _add(self, title: str, act: Callable[[], None], keys: str = "") -> QAction:
        action = self.addAction(title if "&" in title else title.replace("&", "&&"))
        action.setShortcut(QKeySequence(keys))
        action.triggered.connect(lambda _=False: self._guarded(act))
        return action

    def use(self, name: str) -> None:
        self._layouts.use(name)

    def _save(self) -> None:
        current = self._layouts.current
        name = current if self._layouts.is_own(current) else ""
        self._strip.ask("Имя расположения:", name, self._layouts.save_as)

    def _rename(self) -> None:
        old = self._layouts.current
        self._strip.ask(f"Новое имя для «{old}»:", old, lambda new: self._layouts.rename(old, new))

    def _delete(self) -> None:
        name = self._layouts.current
        self._layouts.delete(name)
        self._hub.notice.emit(f"Расположение «{name}» удалено. Панели остались на местах.", "info")

    def _begin(self, role: str, name: str) -> None:
        self._layouts.begin_with(role, "" if self._layouts.first(role) == name else name)

    def _guarded(self, act: Callable[[], None]) -> None:
        try:
            act()
        except CityError as error:
            self._hub.notice.emit(str(error), "warning")
