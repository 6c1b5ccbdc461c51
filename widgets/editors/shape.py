"""A line or a polygon: what is drawn, in words, and the way to the map where it is drawn."""

from typing import Any

from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QPushButton

from citymanager.measures import described
from citymanager.schema import Field
from citymanager.store.records import centre
from citymanager.text import plural
from citymanager.values import show
from widgets.editors.editor import Surroundings
from widgets.editors.text import TextEditor

DRAW, CHANGE, GO_ON = "Нарисовать на карте", "Изменить на карте", "Продолжить на карте"
UNFINISHED = f"Рисунок на карте не закончен: нажмите «{GO_ON}» и Enter, или «Убрать»."
STRANGE = "Фигура, которую эта программа не знает"


class ShapeEditor(TextEditor):
    """The map draws, the card keeps: a drawing that was begun there lies in the card's draft until it is finished."""

    def __init__(self, field: Field, surroundings: Surroundings) -> None:
        super().__init__(field, surroundings)
        self._shape: Any = None
        self._begun: Any = None
        """The drawing on the map as it stood after its last step; None: there is none."""
        self._on_map = False
        """Whether it is drawn at this moment."""
        self.line.setPlaceholderText("не нарисовано")
        self.line.setReadOnly(True)
        self.row.setDirection(QBoxLayout.Direction.TopToBottom)
        buttons = QHBoxLayout()
        buttons.setSpacing(6)
        self.row.addLayout(buttons)
        self.draw, self.clear = QPushButton(DRAW), QPushButton("Убрать")
        self.add(self.draw, row=buttons)
        self.add(self.clear, row=buttons)
        buttons.addStretch(1)
        self.setFocusProxy(self.draw)
        self.draw.clicked.connect(self._ask)
        self.clear.clicked.connect(self._clear)
        self.set_reading(False)

    # what the map says

    def take_drawing(self, begun: Any) -> None:
        """A step was drawn on the map."""
        self._begun = begun
        self._tell()
        self.edited.emit()

    def put(self, shape: Any) -> None:
        """Take a finished GeoJSON geometry, or none."""
        self._end()
        self._shape = shape
        self._tell()
        self.edited.emit()

    def leave_drawing(self) -> None:
        """The drawing was given up: the shape stays as it was."""
        self._on_map = False
        if self._begun is not None:
            self.take_drawing(None)

    # what the card asks

    def start(self) -> None:
        self._end()

    def show_value(self, value: Any) -> None:
        if self._begun is not None or value != self._shape:
            self._on_map, self._begun = False, None
            self.draw_left.emit()  # also where the drawing is finished: the map shows it until it is saved
        self._shape = value
        self._tell()

    def value(self) -> Any:
        return self._shape

    def problem(self) -> str:
        return UNFINISHED if self._begun is not None else super().problem()

    def state(self) -> Any:
        return [self._shape, self._begun]

    def restore(self, state: Any) -> None:
        self._shape, begun = state
        self._begun = begun if isinstance(begun, dict) else None  # an earlier program has kept the words there
        self._tell()

    def set_reading(self, reading: bool) -> None:
        self.reading = reading
        if reading:
            self._end(keep=True)
        self.draw.setVisible(not reading and self.surroundings.module.geometry in self.surroundings.drawable)
        self._tell()

    # within

    def _ask(self) -> None:
        self._on_map = True
        self.draw_requested.emit(self._shape, self._begun)

    def _clear(self) -> None:
        """Of a drawing that was begun, only that; else the shape."""
        if self._begun is None:
            self.put(None)
        else:
            self._end()
            self._tell()
            self.edited.emit()

    def _end(self, keep: bool = False) -> None:
        """Nothing is drawn any more; `keep`: but it can be gone on with."""
        if self._on_map:
            self._on_map = False
            self.draw_left.emit()
        if not keep:
            self._begun = None

    def _tell(self) -> None:
        self.line.setText(self._words())
        self.line.setCursorPosition(0)
        middle = centre(self._shape)
        self.line.setToolTip(f"Середина: {middle[1]:.6f}, {middle[0]:.6f}" if middle else "")
        self.draw.setText(GO_ON if self._begun else CHANGE if self._shape else DRAW)
        self.clear.setVisible(not self.reading and bool(self._begun or self._shape))

    def _words(self) -> str:
        if self._begun is not None:
            return f"Рисунок не закончен: {plural(_corners(self._begun), 'вершина', 'вершины', 'вершин')}"
        if not self._shape:
            return ""
        try:
            return show(self.field, self._shape) if self._shape["type"] == "Point" else described(self._shape)
        except (TypeError, ValueError, KeyError, IndexError):
            return STRANGE


def _corners(begun: Any) -> int:
    parts = begun.get("parts") or []
    return len(begun.get("run") or []) + sum(len(path) for part in parts for path in part)
