"""The state of the panels as Qt tells and takes it: sealed, because Qt trusts what it restores.

A panel that floated on a screen that is gone, or that was saved with no size, is brought onto a screen that is there.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QByteArray
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDockWidget, QMainWindow, QWidget

from widgets.docks_kept import seal
from widgets.docks_panels import AREAS, Panel
from widgets.screens import fitted

VERSION = 1
"""Of the layout: raised when the panels' names change their meaning; an older layout is then not restored."""


def captured(window: QMainWindow, docks: Iterable[str]) -> dict[str, Any]:
    """The layout as it stands, to be kept as JSON."""
    parts = [_text(window.saveGeometry()), _text(window.saveState(VERSION))]
    return {"parts": parts, "panels": list(docks), "seal": seal(parts)}


def restored(window: QMainWindow, panels: Sequence[Panel], docks: Mapping[str, QDockWidget], kept: Any) -> bool:
    """Show a captured layout; False if it can't be used."""
    parts = kept.get("parts") if isinstance(kept, dict) else None
    if not isinstance(parts, list) or len(parts) != 2 or kept.get("seal") != seal(parts):
        return False
    geometry, state = (QByteArray.fromBase64(part.encode()) for part in parts)
    window.restoreGeometry(geometry)  # Qt declines it on a screen of quite another width: no harm
    if not window.restoreState(state, VERSION):
        return False
    for panel in panels:
        if panel.key not in kept.get("panels", ()):  # a panel that this layout has never met
            window.addDockWidget(AREAS[panel.place], docks[panel.key])
            docks[panel.key].setVisible(panel.shown)
    return any(not dock.isHidden() for dock in docks.values())


def rescue(widgets: Iterable[QWidget]) -> None:
    """Bring windows onto a screen that is there, with a size that can be used."""
    screens = [screen.availableGeometry() for screen in QGuiApplication.screens()]
    for widget in widgets:
        if screens and not widget.isFullScreen() and not widget.isMaximized():
            widget.setGeometry(fitted(widget.geometry(), screens))


def _text(state: QByteArray) -> str:
    return bytes(state.toBase64().data()).decode()
