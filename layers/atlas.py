"""What the map shows of the city's modules: their points, filters and shapes, asked for by the page view by view.

Changes are noted on the GUI thread and taken in by the reader thread that answers the page's next view.
"""

import json
import math
import threading
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from citymanager.schema import Module
from citymanager.store.reader import Reader
from layers.changes import Changes
from layers.elsewhere import Bounds, notice
from layers.points import PointLayer, Tally, Window, row_table
from layers.scheme import Answer, Compute, Query
from layers.shape_view import ShapeView
from layers.style import marks

SAMPLE = 1_000
"""Records of a layer that say where the city is."""
CAPTION = 300
"""Letters of a caption that a tooltip shows."""


class Atlas:
    """The modules' points in memory. Its answers may be asked for on any thread, one at a time each."""

    def __init__(self, modules: Sequence[Module]) -> None:
        self.modules: Mapping[str, Module] = {one.key: one for one in modules if one.geometry}
        self._layers = {key: PointLayer([mark.value for mark in marks(one)[:-1]]) for key, one in self.modules.items()}
        self._shapes = ShapeView({key: one for key, one in self.modules.items() if one.geometry != "point"})
        self._changes = Changes(list(self.modules))
        self._filters: dict[str, Sequence[int] | None] = {}
        self._refiltered: set[str] = set()
        self._off: dict[str, frozenset[str]] = {}
        self.bounds: Bounds | None = None
        """Where the base map is, once there is one."""
        self._lock = threading.Lock()
        self._noting = threading.Lock()
        self._tables: dict[str, tuple[Sequence[int], NDArray[np.bool_]]] = {}
        """By module: the rows chosen last, and by row number whether it is."""

    def answers(self) -> dict[str, Compute]:
        """What the page may ask, by names in its address space."""
        return {"view": self.view, "shapes": self.shapes, "caption": self.caption}

    def change(self, module: str, ids: Iterable[str] | None) -> None:
        """Note that these records, or all, are not as they were. Returns at once."""
        if module in self.modules:
            known = None if ids is None else set(ids)
            self._changes.note(module, known)
            self._shapes.change(module, known)

    def choose(self, module: str, numbers: Sequence[int] | None) -> None:
        """Show the records in these rows of a module only, or all. Returns at once."""
        if module in self.modules:
            with self._noting:
                self._filters[module] = numbers
                self._refiltered.add(module)

    def switch_off(self, module: str, values: Iterable[str]) -> None:
        """Leave records of these values out as long as no records are chosen. Returns at once."""
        if module in self.modules:
            with self._noting:
                self._off[module] = frozenset(values)
                self._refiltered.add(module)

    def view(self, reader: Reader, query: Query) -> Answer | None:
        """The points and clusters of the layers asked for in a window, and where the selected record is."""
        window = _window(query)
        if window is None:
            return None
        wanted = [key for key in query.get("layers", "").split(",") if key in self.modules]
        selected = query.get("module", "")
        with self._lock:
            for key in {*wanted, selected} & self.modules.keys():
                self._take_in(reader, key)
            found: dict[str, Any] = {"layers": {}}
            for key in wanted:
                view = self._layers[key].view(window)
                found["layers"][key] = {"points": view.points, "clusters": view.clusters}
            if selected in self.modules:
                found["selected"] = _near(window, self._layers[selected].place(query.get("id", "")))
            found["notice"] = self._elsewhere()
        return _json(found)

    def tallies(self, reader: Reader) -> dict[str, Tally]:
        """How many records each layer has. The page's views come between: a layer that is new here may be large."""
        found = {}
        for key, layer in self._layers.items():
            with self._lock:
                self._take_in(reader, key)
                found[key] = layer.tally()
        return found

    def shapes(self, reader: Reader, query: Query) -> Answer | None:
        """The lines and polygons of the layers asked for in a window (`ShapeView.view`)."""
        window = _window(query)
        wanted = query.get("layers", "").split(",")
        if window is None or not self.modules.keys() >= set(wanted):
            return None
        lying = [key for key in wanted if self.modules[key].geometry != "point"]
        return _json(self._shapes.view(reader, window, lying, self._chosen))

    def caption(self, reader: Reader, query: Query) -> Answer | None:
        """The line that names a record."""
        module, ident = query.get("module", ""), query.get("id", "")
        if module not in self.modules:
            return None
        text = reader.captions(module, [ident]).get(ident)
        return None if text is None else _json({"text": text[:CAPTION]})

    def _chosen(self, module: str) -> tuple[NDArray[np.bool_] | None, frozenset[str]]:
        """Which records are shown, by row numbers, None for all; and the values that are left out then."""
        numbers = self._filters.get(module)
        if numbers is None:
            return None, self._off.get(module, frozenset())
        kept = self._tables.get(module)
        if kept is None or kept[0] is not numbers:
            self._tables[module] = kept = numbers, row_table(numbers)
        return kept[1], frozenset()

    def _elsewhere(self) -> str:
        places = [layer.sample(SAMPLE) for layer in self._layers.values()]
        return notice(self.bounds, np.concatenate([x for x, _ in places]), np.concatenate([y for _, y in places]))

    def _take_in(self, reader: Reader, key: str) -> None:
        changed = self._changes.take(key)
        with self._noting:
            refiltered = key in self._refiltered
            self._refiltered.discard(key)
        layer = self._layers[key]
        try:
            if changed is None:
                layer.load(reader.points(key))
            elif changed:
                layer.change(changed, list(reader.points(key, sorted(changed))))
        except BaseException:
            self._changes.note(key, changed)  # the next view tries again
            raise
        if refiltered:
            layer.choose(self._filters.get(key))
            layer.switch_off(self._off.get(key, ()))


def _near(window: Window, place: tuple[float, float, int] | None) -> tuple[float, float, int] | None:
    """A place beyond the antimeridian where the window has it."""
    return place and (place[0] + float(window.turns(place[0])), place[1], place[2])


def _window(query: Query) -> Window | None:
    try:
        numbers = [float(query[name]) for name in Window._fields]
    except (KeyError, ValueError):
        return None
    return Window(*numbers) if all(map(math.isfinite, numbers)) and 0 <= numbers[4] <= 24 else None


def _json(found: Any) -> Answer:
    return Answer(json.dumps(found, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace"))
