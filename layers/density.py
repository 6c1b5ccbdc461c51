"""How densely records lie: the cells of an even grid that is fixed to the ground, each with what lies in it."""

from typing import Any, NamedTuple

import numpy as np

from layers.points import PointLayer
from layers.style import Mark
from layers.thinning import STEPS
from layers.window import Window

SIDE = 48
"""Pixels of a cell, at the zooms at which a map stands still."""
SHARES = (0.04, 0.16, 0.36, 0.64)
"""Of the fullest cell in view: squares of fifths, so that few records are told from none, and many from most."""
LEVELS = (
    Mark("1", "До 4 % от самой полной клетки", "density_1", "square"),
    Mark("2", "4–16 %", "density_2", "square"),
    Mark("3", "16–36 %", "density_3", "square"),
    Mark("4", "36–64 %", "density_4", "square"),
    Mark("5", "64–100 %", "density_5", "square"),
)


class Cell(NamedTuple):
    """A square of the grid on the unit square: its left upper corner, its side, and how many records lie in it."""

    x: float
    y: float
    side: float
    records: int


def features(layer: PointLayer, window: Window) -> list[dict[str, Any]]:
    """What a view draws of it: squares in quarters of a pixel from the window's corner."""
    cells = [Cell(*one) for one in layer.cells(window, SIDE)]
    most = max((one.records for one in cells), default=0)
    scale = STEPS * 256 * 2.0**window.zoom
    return [_feature(one, int(np.searchsorted(SHARES, one.records / most, "right")), window, scale) for one in cells]


def _feature(cell: Cell, level: int, window: Window, scale: float) -> dict[str, Any]:
    left, top = round((cell.x - window.west) * scale), round((cell.y - window.north) * scale)
    right, bottom = (round((one + cell.side) * scale) for one in (cell.x - window.west, cell.y - window.north))
    ring = [[left, top], [right, top], [right, bottom], [left, bottom], [left, top]]
    told = {"id": str(cell.records), "value": LEVELS[level].value}
    return {"type": "Feature", "properties": told, "geometry": {"type": "Polygon", "coordinates": [ring]}}
