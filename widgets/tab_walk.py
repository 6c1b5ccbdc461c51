"""Tab walks through what is seen: by itself Qt would also stop at what is covered, or stands behind a tab."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget


def walk_by_tab(start: QWidget, following: bool, is_seen: Callable[[QWidget], bool]) -> bool:
    """Give the keyboard to the next part, or the one before, that is seen and takes Tab; False if there is none."""
    one = _beside(start, following)
    while one is not None and one is not start:
        if _takes_tab(one) and is_seen(one):
            one.setFocus(Qt.FocusReason.TabFocusReason if following else Qt.FocusReason.BacktabFocusReason)
            return True
        one = _beside(one, following)
    return False


def _beside(one: QWidget, following: bool) -> QWidget | None:
    """Asked so, PySide takes the one beside, be it the window, for a child of `one`: as that goes, all goes for Python.

    To be given the parent that it has changes nothing in Qt, and sets that right.
    """
    found = one.nextInFocusChain() if following else one.previousInFocusChain()
    if found is not None:
        found.setParent(found.parentWidget())
    return found


def _takes_tab(one: QWidget) -> bool:
    return bool(one.focusPolicy() & Qt.FocusPolicy.TabFocus) and one.focusProxy() is None and one.isEnabled()
