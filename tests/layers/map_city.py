"""A real profile with a real map over it, as the map's tests drive them."""

import json
import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from PySide6.QtCore import QEventLoop, QTimer
from pytestqt.qtbot import QtBot
from throwaway import NOW

from citymanager.store import Profile
from citymanager.store.writer import Writer
from citymanager.tasks import Tasks
from layers.map_view import MapView

CENTRE = (56.0850, 60.7320)
"""Latitude and longitude of Снежинск's middle."""

WRITTEN = """(() => {
  const { fillText, setTransform } = CanvasRenderingContext2D.prototype;
  const ours = ({ canvas }) => canvas.parentNode?.className.includes("shape_labels");
  window.written = [];
  CanvasRenderingContext2D.prototype.setTransform = function (...way) {
    if (ours(this)) window.written = [];
    return setTransform.apply(this, way);
  };
  CanvasRenderingContext2D.prototype.fillText = function (text, x, y) {
    const half = this.measureText(text).width / 2;
    if (ours(this)) window.written.push([text, x - half, y - 6, x + half, y + 6]);
    return fillText.call(this, text, x, y);
  };
})()"""
"""From now on the page keeps what the last drawing of labels has written, and where."""


@dataclass
class Watch:
    """The clock that the map goes by."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now


@dataclass
class City:
    """A profile with its tasks, and a map over it."""

    profile: Profile
    writer: Writer
    tasks: Tasks
    map: MapView
    bot: QtBot
    watch: "Watch"

    def put(self, module: str, *rows: dict[str, Any]) -> list[str]:
        """Records as if they came from the server; an id may be given."""
        ids = [str(row.pop("id", uuid.uuid4())) for row in rows]
        changes = [
            {"seq": 1, "module": module, "id": ident, "version": 1, "deleted": False, "data": row, "by": "", "at": ""}
            for ident, row in zip(ids, rows, strict=True)
        ]
        self.writer.absorb(changes, NOW, {})
        return ids

    def js(self, code: str) -> Any:
        """What an expression says in the page's own world."""
        found: list[Any] = []
        self.map.page.page.runJavaScript(f"JSON.stringify({code})", 0, found.append)
        self.bot.waitUntil(lambda: bool(found), timeout=10_000)
        return found[0] and json.loads(found[0])

    def js_later(self, code: str) -> Any:
        """What a promise in the page's own world comes to."""
        self.js(f"(window.outcome = null, Promise.resolve({code}).then((one) => (window.outcome = [one])), 0)")
        self.bot.waitUntil(lambda: self.js("window.outcome") is not None, timeout=60_000)
        return self.js("window.outcome")[0]

    def settle(self) -> None:
        """Wait until all that was told is painted and shown."""
        with self.bot.waitCallback(timeout=20_000) as done:
            self.map.grab_when_ready(done)


def pause(milliseconds: int) -> None:
    """Let the screen catch up: nothing says when the compositor has shown a frame."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def report(lat: float = CENTRE[0], lon: float = CENTRE[1], **more: Any) -> dict[str, Any]:
    """A report at a place."""
    place = {"type": "Point", "coordinates": [lon, lat]}
    return {"number": "К1-1", "text": "Не горит фонарь", "status": "new", "geometry": place, **more}
