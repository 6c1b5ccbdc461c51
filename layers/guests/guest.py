"""One layer that was laid on the map for a while: what of it a view shows, and what its features say."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from citymanager.exchange.source import Row, Source
from layers.guests import kept
from layers.guests.kept import Head
from layers.mercator import unproject
from layers.window import Window

MOST = 2_000
"""Features that one view gets: the same as of the modules' points."""
CELL = 6.0
"""Pixels: of points that lie closer together one is drawn."""
TIP_LINES, TIP_LETTERS = 12, 80
ZOOMS_KEPT = 4


@dataclass(frozen=True, slots=True)
class Origin:
    """Whence a layer comes."""

    file: Path
    folder: Path
    """Where the reading process has left it."""
    number: int
    system: str = ""
    """The coordinates that a person has named for the file."""


class Guest:
    """Its shapes in memory, its properties in the file. Made and asked on readers' threads."""

    def __init__(self, key: str, head: Head, origin: Origin) -> None:
        import shapely

        self._key, self.head, self.origin = key, head, origin
        self._lines = kept.lines(origin.folder, origin.number)
        shapes, self._texts = [], []
        for wkb, properties in kept.features(self._lines):
            shapes.append(wkb)
            self._texts.append(properties)
        self._shapes: NDArray[Any] = shapely.from_wkb(np.array(shapes, dtype=object))
        self._drawn = self._shapes.copy()
        """Outlines that cross themselves are mended: simplifying would lose half of them."""
        crossing = ~shapely.is_valid(self._shapes)
        self._drawn[crossing] = shapely.make_valid(self._shapes[crossing])
        self._bounds = shapely.bounds(self._shapes)
        self._simplifying = threading.Lock()
        self._simple: dict[int, NDArray[Any]] = {}

    @property
    def key(self) -> str:
        return self._key

    @property
    def title(self) -> str:
        return self.head.title

    def view(self, window: Window) -> str:
        """The features in a window as GeoJSON, each with its number only; fewer where they could not be told apart."""
        import shapely

        (west, east), (north, south) = unproject([window.west, window.east], [window.north, window.south])
        box, bounds = (west, south, east, north), self._bounds
        seen = (bounds[:, 0] <= east) & (bounds[:, 2] >= west) & (bounds[:, 1] <= north) & (bounds[:, 3] >= south)
        rows = self._told_apart(np.flatnonzero(seen), window)
        shapes = shapely.clip_by_rect(self._simplified(round(window.zoom))[rows], *box)
        points = shapely.get_type_id(self._shapes[rows]) == 0
        shapes = np.where(points, self._shapes[rows], shapes)
        texts = shapely.to_geojson(shapes)
        made = ",".join(
            f'{{"type":"Feature","id":{row},"properties":{{}},"geometry":{text}}}'
            for row, text, empty in zip(rows.tolist(), texts, shapely.is_empty(shapes), strict=True)
            if not empty
        )
        return f'{{"type":"FeatureCollection","features":[{made}]}}'

    def seen(self, window: Window) -> bool:
        """Whether any of its features lies in a window."""
        (west, east), (north, south) = unproject([window.west, window.east], [window.north, window.south])
        bounds = self._bounds
        over = (bounds[:, 0] <= east) & (bounds[:, 2] >= west) & (bounds[:, 1] <= north) & (bounds[:, 3] >= south)
        return bool(over.any())

    def words(self, row: int) -> list[tuple[str, str]]:
        """What a feature says of itself: names and values, as text."""
        if not 0 <= row < len(self._texts):
            return []
        return [(name, _word(value)) for name, value in json.loads(self._texts[row]).items()]

    def tip(self, row: int) -> str:
        """The first of its words, for a tooltip."""
        words = self.words(row)
        shown = [f"{name[:TIP_LETTERS]}: {value[:TIP_LETTERS]}" for name, value in words[:TIP_LINES]]
        return "\n".join([self.title, *shown, *(["…"] if len(words) > TIP_LINES else [])])

    def source(self) -> Source:
        """Its features whole, in degrees, as an import reads them."""
        return Source(self.head.fields, self._rows(), shapes=True)

    def _rows(self) -> Iterator[Row]:
        import shapely

        for number, (shape, text) in enumerate(zip(self._shapes, self._texts, strict=True), 1):
            yield Row(number, json.loads(text), json.loads(shapely.to_geojson(shape)))

    def _told_apart(self, rows: NDArray[np.int64], window: Window) -> NDArray[np.int64]:
        """Of those that are smaller than a cell one for each cell; of the rest the largest."""
        cell = 360 / 256 / 2**window.zoom * CELL
        bounds = self._bounds[rows]
        size = np.maximum(bounds[:, 2] - bounds[:, 0], bounds[:, 3] - bounds[:, 1])
        across, down = np.floor((bounds[:, :2].T + 360) / cell).astype(np.int64)
        cells = np.where(size < cell, across << 32 | down, -1 - rows)  # what is large is in a cell of its own
        _, first = np.unique(cells, return_index=True)
        order = first[np.argsort(-size[first], kind="stable")][:MOST]
        return np.asarray(np.sort(rows[order]))

    def _simplified(self, zoom: int) -> NDArray[Any]:
        """All shapes as fine as a zoom shows them; what would vanish stays as a point."""
        import shapely

        with self._simplifying:
            if zoom not in self._simple:
                pixel = 360 / 256 / 2.0**zoom
                made = shapely.simplify(self._drawn, pixel / 2, preserve_topology=False)
                lost = shapely.is_empty(made) | ~shapely.is_valid(made)
                made[lost] = shapely.make_valid(shapely.simplify(self._drawn[lost], pixel / 2))
                if len(self._simple) >= ZOOMS_KEPT:
                    self._simple.pop(next(iter(self._simple)))
                self._simple[zoom] = made
            return self._simple[zoom]


def _word(value: Any) -> str:
    if isinstance(value, bool):
        return "да" if value else "нет"
    return str(value)
