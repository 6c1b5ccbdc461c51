"""What the window is told of its panels: which there are, and which stands where."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

RECORDS = 70
"""The records' share of the window's width, in hundredths; the map has the rest, until the user gives it another."""

Place = Literal["main", "side", "below"]

AREAS: dict[Place, Qt.DockWidgetArea] = {
    "main": Qt.DockWidgetArea.LeftDockWidgetArea,
    "side": Qt.DockWidgetArea.RightDockWidgetArea,
    "below": Qt.DockWidgetArea.BottomDockWidgetArea,
}


@dataclass(frozen=True)
class Panel:
    """One panel as the window is given it; panels of one place are tabs of each other."""

    key: str
    title: str
    widget: QWidget | Callable[[], QWidget]
    """What stands in it, or how to make that when it is first seen: of twenty panels a shift looks at four."""
    place: Place
    shown: bool = True
    group: str = ""
    """Under which heading the menu has it."""


@dataclass(frozen=True)
class Arrangement:
    """Which panels stand where; those of one place are tabs, the first one on top. The others are put away."""

    places: Mapping[Place, tuple[str, ...]]
    records: int = RECORDS
    """The share of the window's width for the place `main`, in hundredths."""


def usual(panels: Sequence[Panel]) -> Arrangement:
    """Records beside the map, what is not sent below, hidden."""
    return Arrangement({place: tuple(one.key for one in panels if one.place == place and one.shown) for place in AREAS})


class Beside(Protocol):
    """A window beside the main one that belongs to its layout."""

    @property
    def windows(self) -> Sequence[QWidget]:
        """The window, while it is open."""

    def capture(self) -> Any: ...
    def apply(self, kept: Any, *, moved: bool) -> None: ...
    def cover(self, on: bool) -> None: ...
    def rescue(self) -> None: ...
