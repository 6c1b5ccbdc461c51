"""The real window with its map, which is dragged, filtered and changed, and says when the map has painted.

`python -m bench.map_window PROFILE`: as `bench.window`, with the acts of the map besides.
"""

import os
import signal
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWebEngineWidgets import QWebEngineView
from PySide6.QtWidgets import QDockWidget

from bench.watched_page import WatchedPage, pause
from bench.window import Watched, run, say
from citymanager.modules import BY_KEY
from layers.style import marks

QUEUE = "reports"
VIEW, PICTURE = "probe.view()", "probe.picture()"
ASIDE = 0.0005
"""Degrees that a changed record has moved by."""
STILL = 400
"""Milliseconds after which nothing of an act is under way any more."""


class WatchedMap(Watched):
    """Does what a line asks of the map, and answers with what it took."""

    def __init__(self, station: Any) -> None:
        super().__init__(station)
        self.map, self.page = station.map, WatchedPage(station.map.findChild(QWebEngineView))
        self.aside = False

    def look(self, lat: str, lon: str, zoom: str) -> None:
        """Look at a place, over the page's shoulder from now on; records of all values are shown."""
        self.page.peep()
        for mark in marks(BY_KEY[QUEUE]):
            self.map.switches.set_value_shown(QUEUE, mark.value, True)
        self.map.go_to(float(lat), float(lon), float(zoom))
        self.map.when_painted(lambda: say({"ms": 0, "size": [self.map.width(), self.map.height()]}))

    def spread(self, width: str, height: str) -> None:
        """The map as a window of its own, of this size."""
        dock = self._dock()
        if not dock.isFloating():
            self.station.desk.window.docks.float("map")
        dock.resize(int(width), int(height))
        pause(STILL)
        dock.resize(dock.width() + int(width) - self.map.width(), dock.height() + int(height) - self.map.height())
        pause(STILL)
        self.map.when_painted(lambda: say({"ms": 0, "size": [self.map.width(), self.map.height()]}))

    def _dock(self) -> QDockWidget:
        found = self.map.parentWidget()
        while not isinstance(found, QDockWidget):
            found = found.parentWidget()
        return found

    def layer(self) -> None:
        """The layer is switched on: its points are in memory, and on the screen they are not."""
        self._painted_by(partial(self.map.set_shown, QUEUE, False))
        self._tell(partial(self.map.set_shown, QUEUE, True))

    def anew(self) -> None:
        """Nothing is in memory: the whole layer is read from the cache."""
        self._tell(partial(self.map.refresh, QUEUE, None))

    def halve(self) -> None:
        """A filter of the table has left every other record."""
        self._there_and_back(
            partial(self.station.hub.filtered.emit, QUEUE, self.model.numbers[::2]),
            partial(self.station.hub.filtered.emit, QUEUE, None),
        )

    def chip(self, key: str) -> None:
        """A click on the chip of a status in the table, whose filter the map follows."""
        click = partial(QTest.mouseClick, self.panel.bar.status_chips[key], Qt.MouseButton.LeftButton)
        self._there_and_back(click, click)

    def change(self, *idents: str) -> None:
        """These records have moved on the server, and their change has come into the cache."""
        self.aside = not self.aside
        changes = [self._moved(one) for one in idents]
        self.page.begin(VIEW)
        began: list[float] = []

        def come(_: Any) -> None:
            began.append(time.time() * 1000)
            self.station.hub.changed.emit(QUEUE, list(idents))

        self.station.tasks.write(lambda writer: writer.absorb(changes, datetime.now(UTC), {}), come)
        painted = self.page.outcome()
        pause(STILL)
        say({"ms": painted - began[0]})

    def _moved(self, ident: str) -> dict[str, Any]:
        record = self.station.tasks.glance.get(QUEUE, ident)
        lon, lat = record.data["geometry"]["coordinates"]
        place = {"type": "Point", "coordinates": [lon + (ASIDE if self.aside else -ASIDE), lat]}
        data = {**record.data, "geometry": place}
        return {"seq": 1, "module": QUEUE, "id": ident, "version": record.version + 1, "deleted": False, "data": data,
                "by": "bench", "at": ""}  # fmt: skip

    def base(self, pack: str) -> None:
        """The base map is read and drawn anew from its pack."""
        self._tell(partial(self.map.show_pack, Path(pack)), PICTURE)

    def drag(self) -> None:
        """Drags there and back."""
        say({"ms": 0, "drags": self.page.drags()})

    def renderer(self) -> None:
        say({"ms": 0, "mb": self.page.memory()})

    def kill(self) -> None:
        """The page's renderer is killed: how long until all that it had shown is painted again."""
        began = time.perf_counter()
        once = Qt.ConnectionType.SingleShotConnection
        self.map.ready.connect(lambda: say({"ms": (time.perf_counter() - began) * 1000}), once)
        os.kill(self.map.page.page.renderProcessPid(), signal.SIGKILL)

    def _tell(self, act: Callable[[], object], promise: str = VIEW) -> None:
        say({"ms": self._painted_by(act, promise)})

    def _there_and_back(self, act: Callable[[], object], back: Callable[[], object]) -> None:
        spent = self._painted_by(act)
        self._painted_by(back)
        say({"ms": spent})

    def _painted_by(self, act: Callable[[], object], promise: str = VIEW) -> float:
        spent = self.page.painted(act, promise)
        pause(STILL)
        return spent


def _end(*trouble: Any) -> None:
    """Who waits for an answer must not wait for ever: Qt would only print what an act has failed of."""
    sys.__excepthook__(*trouble)
    os._exit(1)


if __name__ == "__main__":
    sys.excepthook = _end
    run(Path(sys.argv[1]), "", WatchedMap)
