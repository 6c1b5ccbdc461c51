"""The lines and polygons of a view: which of them, how fine, with what label, and what a person should know of it."""

import math
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from citymanager.schema import Module
from citymanager.store.features import Outlined
from citymanager.store.query import Box
from citymanager.store.reader import Reader
from citymanager.text import plural
from citymanager.values import show
from layers.borders import borders
from layers.changes import Changes
from layers.columns import looked_up
from layers.mercator import unproject
from layers.shapes import Outline, ShapeLayer
from layers.style import label_field
from layers.thinning import Drawn, thinned
from layers.window import Window

LIMIT = 3_000
"""Shapes of a module in one view at most."""
LONGEST = 40
"""Letters of a label."""

Chosen = Callable[[str], tuple[NDArray[np.bool_] | None, frozenset[str]]]
"""What a person wants to see of a layer: which records by row numbers, None for all, and which values not."""
Met = tuple[Outlined, Outline]


class ShapeView:
    """Keeps the shapes of all modules. Its answers may be asked for on any thread, one at a time."""

    def __init__(self, modules: Mapping[str, Module]) -> None:
        self._modules = modules
        self._layers = {key: ShapeLayer() for key in modules}
        self._changes = Changes(list(modules))
        self._lock = threading.Lock()

    def change(self, module: str, ids: Iterable[str] | None) -> None:
        """Note that these records, or all, are not as they were. Returns at once."""
        self._changes.note(module, ids)

    def view(self, reader: Reader, window: Window, layers: Mapping[str, str], chosen: Chosen) -> dict[str, Any]:
        """Features by layer, the largest first, then borders, and a notice if something is not as the records have it.

        `layers`: of each the module whose records it has.
        """
        found: dict[str, list[Met]] = {}
        notices = _Notices()
        with self._lock:
            for key, module in layers.items():
                found[key] = self._met(reader, module, window, chosen(key), notices)
            geometries = [shape.at(window.zoom) for some in found.values() for _, shape in some]
        drawn, notices.coarse = thinned(geometries, window)
        coming = iter(drawn)
        told = {
            key: self._features(layers[key], [(one, next(coming)) for one, _ in some]) for key, some in found.items()
        }
        return {"layers": told, "notice": notices.text()}

    def _met(self, reader: Reader, key: str, window: Window, chosen: Any, notices: "_Notices") -> list[Met]:
        layer, label = self._layers[key], label_field(self._modules[key])
        layer.forget(self._changes.take(key))
        numbers, left_out = _largest(reader, key, window, *chosen)
        told = reader.features.outlines(key, numbers, label.key if label else "")
        lying = [told[number] for number in numbers if number in told]
        ids = [one.id for one in lying]
        layer.take(reader.features.geometries(key, layer.missing(ids)))
        met = [(one, shape) for one, shape in zip(lying, layer.get(ids), strict=True) if shape is not None]
        notices.left_out += left_out
        notices.unsound += len(ids) - len(met)
        notices.crossed += sum(shape.crossed for _, shape in met)
        return met

    def _features(self, key: str, drawn: Sequence[tuple[Outlined, Drawn | None]]) -> list[dict[str, Any]]:
        label = label_field(self._modules[key])
        features = []
        for one, shape in drawn:
            if shape is None:
                continue
            told: dict[str, Any] = {"id": one.id, "value": one.value}
            text = " ".join(show(label, one.label).split()) if label and shape.label[2] else ""
            if text:
                told |= {"label": text if len(text) <= LONGEST else text[: LONGEST - 1] + "…", "at": shape.label}
            features.append({"type": "Feature", "properties": told, "geometry": shape.geometry})
        return [*features, *self._borders(key, [shape.shape for _, shape in drawn if shape])]

    def _borders(self, key: str, areas: Sequence[Any]) -> list[dict[str, Any]]:
        """Of areas with dashed borders these lines, above them."""
        found = borders(areas) if self._modules[key].look.dash else None
        told = {"id": "", "value": "", "border": True}
        return [{"type": "Feature", "properties": told, "geometry": found}] if found else []


class _Notices:
    """What is not drawn as the records have it."""

    def __init__(self) -> None:
        self.left_out = self.unsound = self.crossed = 0
        self.coarse = False

    def text(self) -> str:
        told = []
        if self.left_out:
            many = plural(self.left_out, "контур", "контура", "контуров")
            told.append(f"Показаны самые крупные: ещё {many} не показано. Приблизьте карту.")
        elif self.coarse:
            told.append("Контуры показаны упрощённо. Приблизьте карту, чтобы увидеть их точно.")
        if self.unsound:
            many = plural(self.unsound, "контур не показан", "контура не показаны", "контуров не показано")
            told.append(f"{many}: координаты повреждены.")
        if self.crossed:
            many = "пересекают сами себя и показаны исправленными"
            words = ("контур пересекает сам себя и показан исправленным", f"контура {many}", f"контуров {many}")
            told.append(f"{plural(self.crossed, *words)}.")
        return "\n".join(told)


def _largest(
    reader: Reader, key: str, window: Window, table: NDArray[np.bool_] | None, off: frozenset[str]
) -> tuple[list[int], int]:
    """Row numbers of the largest shapes that are wanted, and how many more there are."""
    sizes: dict[int, float] = {}
    for box in boxes(window):
        sizes |= zip(*reader.features.lying(key, box, off), strict=True)
    numbers = np.fromiter(sizes, np.int64, len(sizes))
    size = np.fromiter(sizes.values(), np.float64, len(sizes))
    if table is not None:
        wanted = looked_up(table, numbers, False)
        numbers, size = numbers[wanted], size[wanted]
    largest = np.argsort(-size, kind="stable")[:LIMIT]
    return numbers[largest].tolist(), len(numbers) - len(largest)


def boxes(window: Window) -> list[Box]:
    """The window in degrees; beyond the antimeridian it is two boxes."""
    (west, east), (north, south) = unproject([window.west, window.east], [window.north, window.south])
    turn = 360 * math.floor((west + east) / 720 + 0.5)
    west, east = west - turn, east - turn
    found = [(max(west, -180.0), south, min(east, 180.0), north)]
    if west < -180:
        found.append((west + 360, south, 180.0, north))
    if east > 180:
        found.append((-180.0, south, east - 360, north))
    return [(float(one[0]), float(one[1]), float(one[2]), float(one[3])) for one in found]
