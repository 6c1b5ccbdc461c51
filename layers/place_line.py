"""The line that says where: coordinates of the place under the pointer or of one that was asked for, to be copied."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from layers.coordinates import decimal, sexagesimal
from layers.projections import Grid, Metres

LEAST = 60
"""Pixels that a place does not give up; a narrow map is not widened for the sake of its coordinates."""
WGS, MSK = "WGS 84", "МСК-74"
HELD = "• "
"""Before a place that stays wherever the pointer goes."""
BEFORE = "Наведите указатель на карту. Правая кнопка мыши отмечает место."
UNVERIFIED = (
    "Параметры пересчёта в МСК-74 не проверены: по ним можно узнать место,"
    " но нельзя размечать землю и готовить документы."
)


class PlaceLine(QWidget):
    """Two systems of coordinates of one place; a click copies."""

    copied = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._grid: Grid | None = None
        self._place: tuple[float, float] | None = None
        self._held = False
        self.degrees, self.metres = QToolButton(), QToolButton()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        for button in (self.degrees, self.metres):
            button.setProperty("role", "place")
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            button.setMinimumWidth(LEAST)
            row.addWidget(button)
        row.addStretch(1)
        self.degrees.clicked.connect(lambda: self._copy(self._told_degrees()))
        self.metres.clicked.connect(lambda: self._copy(self._told_metres()))
        self._show()

    def take_grid(self, grid: Grid) -> None:
        """From now on places are told in metres, too."""
        self._grid = grid
        self._show()

    def show_pointer(self, lat: float, lon: float) -> None:
        """The place under the pointer; a place that is held stays."""
        if not self._held:
            self._place = (lat, lon)
            self._show()

    def hold(self, place: tuple[float, float] | None) -> None:
        """Keep to this place wherever the pointer goes; None: follow the pointer again."""
        self._held = place is not None
        self._place = place or self._place
        self._show()

    @property
    def held(self) -> tuple[float, float] | None:
        return self._place if self._held else None

    def _told_degrees(self) -> str:
        return decimal(*self._place) if self._place else ""

    def _told_metres(self) -> str:
        there = self._there()
        return str(there) if there else ""

    def _there(self) -> Metres | None:
        return self._grid.metres(*self._place) if self._grid and self._place else None

    def _copy(self, text: str) -> None:
        if text:
            QGuiApplication.clipboard().setText(text)
            self.copied.emit(text)

    def _show(self) -> None:
        degrees, metres, there = self._told_degrees(), self._told_metres(), self._there()
        shown = "{:.5f}, {:.5f}".format(*self._place) if self._place else f"{WGS} —"
        self.degrees.setText((HELD if self._held else "") + shown)
        self.metres.setText(f"X {there.north:.1f}  Y {there.east:.1f}" if there else f"{MSK} —")
        for button, told in ((self.degrees, degrees), (self.metres, metres)):
            button.setEnabled(bool(told))
        self.degrees.setToolTip(self._degrees_tip())
        self.metres.setToolTip(self._metres_tip(metres))
        self.degrees.setAccessibleName(f"Скопировать координаты {WGS}: {degrees or 'места ещё нет'}")
        self.metres.setAccessibleName(f"Скопировать координаты {MSK}: {metres or 'места ещё нет'}")

    def _degrees_tip(self) -> str:
        if self._place is None:
            return BEFORE
        where = "Отмеченное место" if self._held else "Место под указателем"
        return f"{where}, {WGS}: широта, долгота\n{sexagesimal(*self._place)}\nЩёлкните, чтобы скопировать"

    def _metres_tip(self, metres: str) -> str:
        if not metres:
            return f"Это место вне зон {MSK}, которые знает программа" if self._place and self._grid else BEFORE
        doubt = "" if self._grid is None or self._grid.verified else f"\n{UNVERIFIED}"
        return f"{metres}\nX — на север, Y — на восток, метры. Щёлкните, чтобы скопировать.{doubt}"
