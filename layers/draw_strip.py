"""What can be done to a drawing: buttons over the map while something is drawn, and the keys inside the map."""

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QStackedLayout, QVBoxLayout, QWidget

from layers.drafting import Drafting
from layers.editing import Tool
from layers.figure import Kind

KINDS: Mapping[Kind, tuple[str, str]] = {
    "polygon": ("Контур", "Рисовать контур"),
    "line": ("Линия", "Рисовать линию"),
}
TOOLS: Mapping[Tool, tuple[str, str]] = {
    "": ("Вершины", "Двигать, добавлять и убирать вершины"),
    "draw": ("Ещё часть", "Нарисовать ещё одну часть; у линии — продолжить с выбранного конца"),
    "hole": ("Вырез", "Вырезать отверстие или край"),
    "split": ("Разрез", "Разрезать контур линией"),
}
GROUP = "Рисование на карте"
FINE, COARSE = 1, 10
"""Pixels that an arrow moves a vertex by, and with Shift."""
LOST = "Выйти? Нарисованное пропадёт."


class DrawStrip(QFrame):
    """The buttons of one drawing after another; not there while nothing is drawn."""

    def __init__(self, drafting: Drafting, view: QWidget, parent: QWidget) -> None:
        """`view`: the map, inside which the keys work; `parent` has both map and strip."""
        super().__init__(parent)
        self._drafting, self._view = drafting, view
        self.setProperty("role", "bar")
        self.setAccessibleName(GROUP)
        self.kinds = {kind: _button(*words, partial(self._act, "be", kind)) for kind, words in KINDS.items()}
        self.tools = {tool: _button(*words, partial(self._act, "take", tool)) for tool, words in TOOLS.items()}
        for button in (*self.kinds.values(), *self.tools.values()):
            button.setCheckable(True)
        self.undo = _button("Шаг назад", "Backspace или Ctrl+Z", partial(self._act, "undo"))
        self.redo = _button("Вернуть", "Ctrl+Y", partial(self._act, "redo"))
        self.remove = _button(
            "Убрать", "Убрать выбранную вершину, часть или вырез: Delete", lambda: self._act("delete")
        )
        self.cancel = _button("Отмена", "Esc", drafting.cancel)
        self.done = _button("Готово", "Enter", drafting.finish)
        self.done.setProperty("role", "primary")
        self._rows = QStackedLayout()
        """What can be done, or the question whether to leave: as high, so that the map stays where it is."""
        self.leave = _button("Выйти", "Выйти, ничего не меняя", drafting.leave)
        self.stay = _button("Рисовать дальше", "Esc", self._stay)
        self._lay_out()
        drafting.turned.connect(self._show)
        drafting.asked.connect(self._ask)
        self._keys = _keys(drafting, view)
        self._arrows = _arrows(drafting, view)
        self._escape = _key(parent, "Esc", "Отмена рисования", self._escaped)
        self._show()

    def _act(self, name: str, *given: object) -> None:
        """An act of the drawing; the keyboard goes back to the map."""
        self._drafting.act(name, *given)
        self._view.setFocus()

    def _ask(self) -> None:
        self._rows.setCurrentIndex(1)
        self.stay.setFocus()

    def _stay(self) -> None:
        self._show()
        self._view.setFocus()

    def _escaped(self) -> None:
        if self._rows.currentIndex():
            self._stay()
        else:
            self._drafting.cancel()

    def _show(self) -> None:
        """What can be done now."""
        drawing = self._drafting.drawing
        self.setVisible(drawing is not None)
        self._rows.setCurrentIndex(0)
        for key in (*self._keys, self._escape):
            key.setEnabled(drawing is not None)
        for key in self._arrows:
            key.setEnabled(drawing is not None and drawing.now.chosen is not None and drawing.now.chosen[1] >= 0)
        if drawing is None:
            return
        stage, polygons = drawing.now, drawing.now.figure.kind == "polygon"
        begun = bool(stage.figure.parts)
        for kind, button in self.kinds.items():
            button.setVisible(len(drawing.kinds) > 1 and not begun)
            button.setChecked(kind == stage.figure.kind)
        for tool, button in self.tools.items():
            button.setVisible(begun and (polygons or tool in ("", "draw")))
            button.setChecked(tool == stage.tool)
        self.undo.setEnabled(drawing.steps > 0)
        self.redo.setEnabled(drawing.can_redo)
        self.remove.setEnabled(stage.chosen is not None)

    def _lay_out(self) -> None:
        text = QLabel(LOST)
        text.setTextFormat(Qt.TextFormat.PlainText)
        rows = QVBoxLayout()
        rows.addLayout(_row(*self.kinds.values(), *self.tools.values(), None))
        rows.addLayout(_row(self.undo, self.redo, self.remove, None, self.cancel, self.done))
        for layout in (rows, _row(text, self.leave, self.stay, None)):
            layout.setContentsMargins(0, 0, 0, 0)
            layout.setSpacing(6)
            page = QWidget()
            page.setLayout(layout)
            self._rows.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 6, 8, 6)
        column.addLayout(self._rows)


def _row(*widgets: QWidget | None) -> QHBoxLayout:
    """Widgets side by side; None: the room between them."""
    row = QHBoxLayout()
    row.setSpacing(6)
    for widget in widgets:
        if widget is None:
            row.addStretch(1)
        else:
            row.addWidget(widget)
    return row


def _button(title: str, told: str, act: Callable[[], object]) -> QPushButton:
    button = QPushButton(title)
    button.setToolTip(told)
    button.clicked.connect(lambda: act())
    return button


def _keys(drafting: Drafting, view: QWidget) -> list[QShortcut]:
    """What the keyboard does inside the map while something is drawn."""
    return [
        _key(view, "Enter", "Закончить рисунок", drafting.finish, "Return"),
        _key(view, "Backspace", "Шаг рисунка назад", partial(drafting.act, "undo"), "Ctrl+Z"),
        _key(view, "Ctrl+Y", "Вернуть шаг рисунка", partial(drafting.act, "redo"), "Ctrl+Shift+Z"),
        _key(view, "Del", "Убрать выбранную вершину или часть", partial(drafting.act, "delete")),
        _key(view, "Shift+Del", "Убрать всю часть или вырез", partial(drafting.act, "delete_whole")),
        _key(view, "Space", "Вершина в середине карты", drafting.put_in_the_middle),
        _key(view, "PgDown", "Следующая вершина", partial(drafting.act, "next_vertex", 1)),
        _key(view, "PgUp", "Предыдущая вершина", partial(drafting.act, "next_vertex", -1)),
        _key(view, "Ins", "Новая вершина за выбранной", partial(drafting.act, "halve")),
    ]


def _arrows(drafting: Drafting, view: QWidget) -> list[QShortcut]:
    """They move the chosen vertex; without one they move the map."""
    steps = {"Left": (-1, 0), "Right": (1, 0), "Up": (0, -1), "Down": (0, 1)}
    return [
        _key(view, before + name, "" if before or name != "Left" else "Стрелки двигают выбранную вершину",
             partial(drafting.nudge, across * far, down * far))
        for name, (across, down) in steps.items()
        for before, far in (("", FINE), ("Shift+", COARSE))
    ]  # fmt: skip


def _key(parent: QWidget, keys: str, title: str, act: Callable[[], object], *more: str) -> QShortcut:
    """A key that works while the keyboard is inside the widget; with a title it stands in the cheat sheet."""
    shortcut = QShortcut(parent)
    shortcut.setKeys([QKeySequence(one) for one in (keys, *more)])
    shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
    shortcut.setProperty("keys", GROUP)
    shortcut.setWhatsThis(title)
    shortcut.activated.connect(lambda: act())
    return shortcut
