"""A real workstation in which somebody draws the contour of a new order on the map until the process is killed.

Each line on stdout is a moment of the monotonic clock and how many vertices stood in the card then.
"""

import math
import sys
import time
from pathlib import Path

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from layers import scheme
from layers.map_view import MapView
from main import open_station
from widgets.application import application

CLICK_MS = 150
RADIUS = 90

scheme.register_scheme()
station = open_station(application(), Path(sys.argv[1]), None, keeps_layout=False, keeps_token=False)
station.start("", "", "", False)
station.window.show()
assert isinstance(station.map, MapView) and station.desk is not None
city_map, panel = station.map, station.desk.record("earthworks")
editor = panel.form.lines["geometry"].editor
turns = iter(range(100_000))


def begin() -> None:
    city_map.ready.disconnect(begin)
    station.desk.window.docks.show("earthworks")
    city_map.go_to(56.085, 60.732, 17)
    panel.open_new()
    editor.draw.click()
    timer.start()


def click() -> None:
    """The next corner of a round contour, which does not cross itself for thirty of them."""
    view = city_map._view.focusProxy()
    turn = next(turns)
    reach, angle = RADIUS + turn, turn * 0.2
    at = QPoint(view.width() // 2, view.height() // 2) + QPoint(
        round(reach * math.cos(angle)), round(reach * math.sin(angle))
    )
    QTest.mouseMove(view, at)
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=at)
    begun = editor.state()[1] or {"run": []}
    print(time.monotonic(), len(begun["run"]), flush=True)


timer = QTimer(interval=CLICK_MS)
timer.timeout.connect(click)
city_map.ready.connect(begin)
QApplication.exec()
