"""A page with a map that is measured: what it is asked through the probe, and how a hand drags it."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import psutil
from PySide6.QtCore import QEvent, QEventLoop, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QMouseEvent
from PySide6.QtWebEngineWidgets import QWebEngineView
from PySide6.QtWidgets import QApplication, QWidget

from bench.rows import Times

PROBE = (Path(__file__).parent / "probe.js").read_text(encoding="utf-8")
ASKED = """(() => {
  try { return JSON.stringify({ is: %s }) } catch (error) { return JSON.stringify({ failed: String(error) }) }
})()"""
OFTEN, STEP = 20, 8
"""Milliseconds between two looks for an outcome, and between two movements of a hand."""
STEPS, WAY, REST = 70, 0.3, 400
"""Movements of one drag, which share of the view it goes, and for how long what it leads to is watched."""
WAYS = ((1, 0), (0, 1), (-1, 0), (0, -1))


class Drag(NamedTuple):
    """One drag, until the last picture stood; milliseconds."""

    p95: float
    """What 95 of 100 frames took at most."""
    work: float
    """Processor time of a frame, of the program and all its processes together: other work does not spoil it."""


class WatchedPage:
    """What a view shows, with the probe in it: `peep` puts it there, or the page has brought it."""

    def __init__(self, view: QWebEngineView) -> None:
        self._view = view

    def peep(self) -> None:
        self._view.page().runJavaScript(PROBE)

    def begin(self, promise: str) -> None:
        """Let the page wait for something, from now on."""
        self.told(f"probe.keep({promise})")

    def outcome(self) -> Any:
        """What has come of it, however long that takes."""
        while (found := self.told("probe.outcome()")) is None:
            pause(OFTEN)
        return _sound(found)

    def painted(self, act: Callable[[], object], promise: str) -> float:
        """Milliseconds from an act of the program until what the page waits for is painted."""
        self.begin(promise)
        begun = time.time() * 1000
        act()
        return float(self.outcome()) - begun

    def drags(self) -> list[Drag]:
        """Drags there and back."""
        return [self._dragged(*way) for way in WAYS]

    def _dragged(self, right: int, down: int) -> Drag:
        self.told("probe.watch()")
        before = _worked()
        _drag(self._view.focusProxy() or self._view, right, down)
        pause(REST)
        gaps = self.told("probe.gaps()")
        return Drag(Times(gaps).p95, (_worked() - before) / len(gaps))

    def memory(self) -> float:
        """MB that the renderer has in memory for itself and, in equal parts, with others (PSS)."""
        return float(psutil.Process(self._view.page().renderProcessPid()).memory_full_info().pss) / 2**20

    def told(self, code: str) -> Any:
        """What an expression says in the page's own world."""
        loop = QEventLoop()
        found: list[str] = []

        def take(text: str) -> None:
            found.append(text)
            loop.quit()

        self._view.page().runJavaScript(ASKED % code, 0, take)
        while not found:
            loop.exec()
        return _sound(json.loads(found[0]))


def _sound(found: dict[str, Any]) -> Any:
    if "failed" in found:
        raise RuntimeError(found["failed"])
    return found.get("is")


def _worked() -> float:
    """Milliseconds of processor time that this process and all that it has started have had."""
    whole = [psutil.Process(), *psutil.Process().children(recursive=True)]
    return sum(one.cpu_times().user + one.cpu_times().system for one in whole) * 1000


def pause(milliseconds: int) -> None:
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def _drag(target: QWidget, right: int, down: int) -> None:
    """Press, go evenly across the middle, let go. No two begin at one place: that would be a double click."""
    whole = QPointF(right * target.width() * WAY, down * target.height() * WAY)
    start = QPointF(target.width() / 2, target.height() / 2) - whole / 2
    button, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
    _mouse(target, QEvent.Type.MouseButtonPress, start, button, button)
    for step in range(1, STEPS + 1):
        pause(STEP)
        _mouse(target, QEvent.Type.MouseMove, start + whole * (step / STEPS), none, button)
    _mouse(target, QEvent.Type.MouseButtonRelease, start + whole, button, none)


def _mouse(target: QWidget, kind: QEvent.Type, at: QPointF, button: Qt.MouseButton, held: Qt.MouseButton) -> None:
    whole = QPointF(target.mapToGlobal(QPoint(0, 0)))
    QApplication.sendEvent(target, QMouseEvent(kind, at, at + whole, button, held, Qt.KeyboardModifier.NoModifier))
