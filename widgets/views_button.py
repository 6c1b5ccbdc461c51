"""The button over a table with its saved views: show one, save what is shown, rename, delete, begin with one."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QMenu, QPushButton, QVBoxLayout, QWidget

from citymanager.errors import ReadOnly
from citymanager.schema import Module
from widgets.plain import plain_label
from widgets.theme import set_role
from widgets.views import LONGEST, OWN, View, Views, shipped

KEYS = tuple(f"Alt+{number}" for number in range(1, 10))
"""Of the first saved views in the menu's order; Ctrl with a digit goes to a panel."""


class ViewsButton(QPushButton):
    """`wanted` carries the `View` that is to be shown, `failed` why a change could not be kept."""

    wanted = Signal(object)
    failed = Signal(str)
    missing = Signal(str)
    """There is no view that was asked for by its key."""

    def __init__(
        self,
        module: Module,
        views: Views,
        login: Callable[[], str],
        shown: Callable[[str], View],
        own: Callable[[], bool] = lambda: True,
    ) -> None:
        """`shown`: the table as it stands, under a name. `own`: whether «Мои» means anything to who sits here."""
        super().__init__("Виды")
        self._module, self._views, self._login, self._shown = module, views, login, shown
        self._own = own
        self.setToolTip("Сохранённые виды таблицы: отбор, сортировка и столбцы под именем")
        set_role(self, "menu")
        menu = QMenu(self)
        menu.aboutToShow.connect(self.fill)
        self.setMenu(menu)

    def fill(self) -> None:
        """The menu as the views are now."""
        menu, saved = self.menu(), self._views.saved(self._login())
        own = [one for one in shipped(self._module) if one.name != OWN or self._own()]
        menu.clear()
        for view in own:
            menu.addAction(_plain(view.name)).triggered.connect(partial(self._want, view))
        menu.addSeparator()
        for place, view in enumerate(saved):
            menu.addAction(_keyed(view.name, place)).triggered.connect(partial(self._want, view))
        menu.addSeparator()
        menu.addAction("Сохранить вид…").triggered.connect(lambda: self.ask_name(self._keep))
        first = menu.addMenu("Открывать таблицу с видом")
        chosen = self._views.first(self._login())
        for name, title in [("", "Все записи"), *((one.name, one.name) for one in [*own, *saved])]:
            act = first.addAction(_plain(title))
            act.setCheckable(True)
            act.setChecked(name == (chosen.name if chosen else ""))
            act.triggered.connect(partial(self._begin_with, name))
        for title, do in (("Переименовать", self._ask_new_name), ("Удалить", self._drop)):
            some = menu.addMenu(title)
            some.setEnabled(bool(saved))
            for view in saved:
                some.addAction(_plain(view.name)).triggered.connect(partial(do, view.name))

    def show_nth(self, place: int) -> None:
        """Show the saved view that has this place in the menu, from 0 on."""
        saved = self._views.saved(self._login())
        if place < len(saved):
            self._want(saved[place])
        else:
            self.missing.emit(f"Сохранённого вида с номером {place + 1} в этой таблице нет: см. кнопку «Виды».")

    def ask_name(self, done: Callable[[str], None], name: str = "") -> "NameSheet":
        """Ask for a view's name."""
        taken = {one.name for one in shipped(self._module)}
        sheet = NameSheet(name, taken, self)
        sheet.named.connect(done)
        sheet.open_below(self)
        return sheet

    def _want(self, view: View, _checked: bool = False) -> None:
        self.wanted.emit(view)

    def _keep(self, name: str) -> None:
        self._change(lambda login: self._views.keep(login, self._shown(name)))

    def _ask_new_name(self, old: str, _checked: bool = False) -> None:
        self.ask_name(lambda new: self._change(lambda login: self._views.rename(login, old, new)), old)

    def _drop(self, name: str, _checked: bool = False) -> None:
        self._change(lambda login: self._views.drop(login, name))

    def _begin_with(self, name: str, _checked: bool = False) -> None:
        self._change(lambda login: self._views.begin_with(login, name))

    def _change(self, act: Callable[[str], None]) -> None:
        try:
            act(self._login())
        except ReadOnly as error:
            self.failed.emit(str(error))


class NameSheet(QFrame):
    """Asks for a name; one of a shipped view is not to be had."""

    named = Signal(str)

    def __init__(self, name: str, taken: set[str], parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        set_role(self, "popup")
        self._taken = taken
        self.line, self.accept = QLineEdit(name), QPushButton("Сохранить")
        self.line.setMaxLength(LONGEST)
        self.line.setAccessibleName("Имя вида")
        self.line.setPlaceholderText("имя вида")
        self.problem = plain_label("", "problem", wrap=True)
        self.problem.hide()
        set_role(self.accept, "primary")
        self.accept.clicked.connect(self._finish)
        self.line.returnPressed.connect(self._finish)
        column, row = QVBoxLayout(self), QHBoxLayout()
        column.setContentsMargins(12, 10, 12, 12)
        row.addWidget(self.line)
        row.addWidget(self.accept)
        column.addLayout(row)
        column.addWidget(self.problem)

    def open_below(self, widget: QWidget) -> None:
        self.adjustSize()
        self.move(widget.mapToGlobal(QPoint(0, widget.height() + 4)))
        self.show()
        self.line.setFocus()

    def _finish(self) -> None:
        name = " ".join(self.line.text().split())
        if not name or name in self._taken:
            self.problem.setText("Это имя занято: назовите иначе." if name else "Назовите вид.")
            self.problem.show()
            self.adjustSize()
            return
        self.named.emit(name)
        self.close()


def _plain(name: str) -> str:
    """A name in a menu: neither a mnemonic nor a key."""
    return " ".join(name.split()).replace("&", "&&")


def _keyed(name: str, place: int) -> str:
    """With the key of its place; the panel has the shortcut itself, so the menu only says it."""
    return f"{_plain(name)}\t{KEYS[place]}" if place < len(KEYS) else _plain(name)
