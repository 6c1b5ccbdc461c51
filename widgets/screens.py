"""The screens of a workstation: which set of them is there, and how a window is kept where it can be seen."""

from collections.abc import Sequence

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QGuiApplication

LEAST = QSize(240, 140)
"""No panel is smaller than this, whatever was saved."""


def screen_set() -> str:
    """The screens that are there, by name and size: layouts are kept per set."""
    screens = QGuiApplication.screens()
    return "; ".join(sorted(f"{one.name()} {one.size().width()}×{one.size().height()}" for one in screens))


def fitted(found: QRect, screens: Sequence[QRect]) -> QRect:
    """The rectangle itself if at least half of it can be seen; else one of a usable size, wholly on a screen."""
    size = found.size().expandedTo(LEAST)
    seen = sum(_area(found.intersected(screen)) for screen in screens)
    if size == found.size() and 2 * seen >= _area(found):
        return found
    home = max(screens, key=lambda screen: _area(found.intersected(screen)))
    size = size.boundedTo(home.size())
    left = min(max(found.left(), home.left()), home.right() + 1 - size.width())
    top = min(max(found.top(), home.top()), home.bottom() + 1 - size.height())
    return QRect(left, top, size.width(), size.height())


def _area(rectangle: QRect) -> int:
    return max(0, rectangle.width()) * max(0, rectangle.height())
