"""What the map shows of the city's modules: their points, filters and shapes, asked for by the page view by view.

Changes are noted on the GUI thread and taken in by the reader thread that answers the page's next view.
"""

import json
import math
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import copy
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from citymanager.schema import Module
from citymanager.store.features import Point
from citymanager.store.reader import Reader
from layers import density
from layers.changes import MANY, Changes
from layers.columns import looked_up
from layers.due_times import DueTimes
from layers.elsewhere import Bounds, notice
from layers.members import Members, Rows
from layers.points import PointLayer, Tally, row_table
from layers.scheme import Answer, Compute, Query
from layers.shape_view import ShapeView
from layers.slices import slices_of
from layers.state import CLOSEST
from layers.style import marks, over
from layers.window import Window

SAMPLE = 1_000
"""Records of a layer that say where the city is."""
AT_ONCE = 100
"""So many due times are found at a time, and together with the changes that they belong to: in some milliseconds."""
SPOT = 48
"""Pixels at the closest zoom within which records stand at one place: looking closer does not part them well."""
LISTED = 100
"""Records of a pile that are told at once."""
CAPTION = 300
"""Letters of a caption that a tooltip shows."""

_NONE = np.empty(0, np.int64)


class Atlas:
    """The modules' points in memory. Its answers may be asked for on any thread, one at a time each."""

    def __init__(self, modules: Sequence[Module], clock: Callable[[], datetime]) -> None:
        self.modules: Mapping[str, Module] = {one.key: one for one in modules if one.geometry}
        self._layers = {key: PointLayer([mark.value for mark in marks(one)[:-1]]) for key, one in self.modules.items()}
        self.slices = {one.key: one for one in slices_of(self.modules)}
        self._layers |= {
            key: self._layers[one.module] if one.dense else self._layers[one.module].part()
            for key, one in self.slices.items()
        }
        self._members = Members(self.slices)
        self._held: dict[str, tuple[int, Rows]] = {}
        """By slice: what its points were made of, the turn of its module and the rows."""
        self._turns = dict.fromkeys(self.modules, 0)
        """How often the points of each module have changed, or when they are due."""
        self._shapes = ShapeView({key: one for key, one in self.modules.items() if one.geometry != "point"})
        self._changes = Changes(list(self.modules))
        self._filters: dict[str, Sequence[int] | None] = {}
        self._refiltered: set[str] = set()
        self._off: dict[str, frozenset[str]] = {}
        self._ticks_hold = False
        self._clock = clock
        self._due = DueTimes()
        self._unjudged: dict[str, NDArray[np.int64]] = {}
        """Rows of each layer that has been read whose due times are not known yet."""
        self._taken = dict.fromkeys(self.modules, 0)
        """How often each layer has taken news in: due times that were read before are not to replace newer ones."""
        self.unjudged: Callable[[str], None] = lambda module: None
        """Called on any thread when a layer has rows to be judged."""
        self.bounds: Bounds | None = None
        """Where the base map is, once there is one."""
        self._lock = threading.Lock()
        self._noting = threading.Lock()
        self._tables: dict[str, tuple[Sequence[int], NDArray[np.bool_]]] = {}
        """By module: the rows chosen last, and by row number whether it is."""

    def beside(self) -> "Atlas":
        """The same records for another map: read, kept and judged once; what is chosen or left out there is its own.

        News are noted here, for both. Values that are off there stay away also from what is chosen.
        """
        other = copy(self)
        other._layers = {key: layer.beside() for key, layer in self._layers.items()}
        other._layers |= {key: other._layers[one.module] for key, one in self.slices.items() if one.dense}
        other._filters, other._refiltered, other._off, other._tables = {}, set(), {}, {}
        other._ticks_hold = True
        return other

    def answers(self) -> dict[str, Compute]:
        """What the page may ask, by names in its address space."""
        return {"view": self.view, "pile": self.pile, "shapes": self.shapes, "caption": self.caption}

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
                self._refiltered.update((module, *(key for key, one in self.slices.items() if one.module == module)))

    def switch_off(self, module: str, values: Iterable[str]) -> None:
        """Leave records of these values out as long as no records are chosen. Returns at once."""
        if module in self.modules:
            with self._noting:
                self._off[module] = frozenset(values)
                self._refiltered.add(module)

    # due times

    def judge(self, reader: Reader, module: str) -> bool:
        """Find some of a layer's due times, while views are answered; whether there are more to be found."""
        with self._lock:
            heap, taken = self._unjudged.get(module, _NONE)[:AT_ONCE], self._taken[module]
        due = self._due.of(reader, self.modules[module], heap, self._clock())
        with self._lock:
            if self._taken[module] == taken:
                self._layers[module].set_due(heap, due)
                self._turns[module] += 1
                self._unjudged[module] = self._unjudged.get(module, _NONE)[AT_ONCE:]
            return len(self._unjudged[module]) > 0

    def judge_anew(self) -> list[str]:
        """The norms have changed: forget what was found by them; the modules that have to be judged again."""
        with self._lock:
            self._due.forget_norms()
            for module in self._unjudged:
                self._leave_unjudged(module)
            return list(self._unjudged)

    def overdue(self, now: datetime) -> dict[str, NDArray[np.int64]]:
        """The rows of the overdue records of each layer that has been read."""
        with self._lock:
            return {key: self._layers[key].overdue(now.timestamp()) for key in self._unjudged}

    def passed(self, reader: Reader, now: datetime) -> dict[str, Rows]:
        """What time alone changes: the rows of the overdue records of each layer, and of slices that somebody sees."""
        with self._lock:
            slices = self._members.passed(reader, now)
        return self.overdue(now) | slices

    def _leave_unjudged(self, module: str) -> None:
        self._unjudged[module] = self._layers[module].running(over(self.modules[module]))
        self._taken[module] += 1

    # what the page asks

    def view(self, reader: Reader, query: Query) -> Answer | None:
        """The points and clusters of the layers asked for in a window, and where the selected record is."""
        window = _window(query)
        if window is None:
            return None
        wanted = self._known(query)
        selected = query.get("module", "")
        with self._lock:
            for key in {*wanted, selected} & self._layers.keys():
                self._take_in(reader, key)
            found: dict[str, Any] = {"layers": {}}
            now = self._clock().timestamp()
            for key in wanted:
                view = self._layers[key].view(window, self._late_by(key, now))
                found["layers"][key] = {"points": view.points, "clusters": view.clusters, "overdue": view.overdue}
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

    def pile(self, reader: Reader, query: Query) -> Answer | None:
        """What the cluster at a place is made of, from the record `first` on; `apart`: looking closer parts it."""
        window, module, numbers = _window(query), query.get("layers", ""), _numbers(query, ("x", "y", "first", "count"))
        if window is None or module not in self._layers or numbers is None:
            return None
        x, y, first, count = numbers
        part = slice(max(0, int(first)), max(0, int(first)) + min(max(LISTED, int(count)), MANY))
        with self._lock:
            self._take_in(reader, module)
            found = self._layers[module].pile(window, (x, y), self._late_by(module, self._clock().timestamp()), part)
        if found is None:
            return _json({"total": 0, "records": []})
        if window.zoom < CLOSEST and found.width * 256 * 2**CLOSEST > SPOT:
            return _json({"apart": True})
        captions = reader.captions(self.module_of(module), [ident for *_, ident, _ in found.points])
        records = [(*one, captions.get(one[3], "")[:CAPTION]) for one in found.points]
        return _json({"total": found.total, "records": records})

    def counts(self, reader: Reader, window: Window, keys: Sequence[str]) -> dict[str, list[int]]:
        """Of each layer how many records of each of its marks a window shows."""
        found: dict[str, list[int]] = {}
        with self._lock:
            for key in keys:
                self._take_in(reader, key)
                found[key] = self._layers[key].counts(window)
        return found

    def late(self, reader: Reader, window: Window, keys: Sequence[str]) -> bool:
        """Whether a window shows an exclamation mark."""
        now = self._clock().timestamp()
        with self._lock:
            for key in keys:
                self._take_in(reader, key)
            return any(sum(self._layers[key].view(window, self._late_by(key, now)).overdue) for key in keys)

    def shapes(self, reader: Reader, query: Query) -> Answer | None:
        """The lines and polygons of the layers asked for in a window (`ShapeView.view`)."""
        window = _window(query)
        wanted = query.get("layers", "").split(",")
        if window is None or not self._layers.keys() >= set(wanted):
            return None
        lying = {key: self.module_of(key) for key in wanted if self.modules[self.module_of(key)].geometry != "point"}
        dense = [key for key in wanted if key in self.slices and self.slices[key].dense]
        with self._lock:
            for key in (*(lying.keys() & self.slices.keys()), *dense):
                self._take_in(reader, key)
            rows = {key: self._held[key][1] for key in lying if key in self.slices}
            cells = {key: density.features(self._layers[key], window) for key in dense}
        told = self._shapes.view(reader, window, lying, lambda key: self._chosen(key, rows))
        told["layers"] |= cells  # the last is the lowest
        return _json(told)

    def caption(self, reader: Reader, query: Query) -> Answer | None:
        """The line that names a record, and what of it is overdue."""
        layer, ident = query.get("module", ""), query.get("id", "")
        module = self.module_of(layer)
        if module not in self.modules:
            return None
        if layer in self.slices and self.slices[layer].dense:
            return _json({"text": f"Записей в клетке: {ident[:CAPTION]}"})
        text = reader.captions(module, [ident]).get(ident)
        record = reader.get(module, ident)
        if text is None or record is None:
            return None
        late = self._due.words(reader, self.modules[module], record.data, self._clock())
        return _json({"text": f"{text[:CAPTION]}\n{late}".strip()})

    def module_of(self, key: str) -> str:
        """The module whose records a layer has."""
        return self.slices[key].module if key in self.slices else key

    def _late_by(self, key: str, now: float) -> float:
        """What is due by then has an exclamation mark; not in an overdue slice, whose own mark says it, or a cell."""
        one = self.slices.get(key)
        return -math.inf if one and (one.due or one.dense) else now

    def _known(self, query: Query) -> list[str]:
        """The layers that are asked for; slices come last, so that they are drawn above the layers of their modules."""
        wanted = [key for key in query.get("layers", "").split(",") if key in self._layers]
        return sorted(wanted, key=lambda key: key in self.slices)

    def _chosen(self, key: str, rows: Mapping[str, Rows]) -> tuple[NDArray[np.bool_] | None, frozenset[str]]:
        """Which records of a layer are shown, by row numbers, None for all; and the values that are left out then."""
        if key not in rows:
            return self._chosen_of(key)
        table, _ = self._chosen_of(self.module_of(key))
        some = rows[key] if table is None else rows[key][looked_up(table, rows[key], False)]
        return row_table(some.tolist()), frozenset()

    def _chosen_of(self, module: str) -> tuple[NDArray[np.bool_] | None, frozenset[str]]:
        numbers, off = self._filters.get(module), self._off.get(module, frozenset())
        if numbers is None:
            return None, off
        kept = self._tables.get(module)
        if kept is None or kept[0] is not numbers:
            self._tables[module] = kept = numbers, row_table(numbers)
        return kept[1], off if self._ticks_hold else frozenset()

    def _elsewhere(self) -> str:
        places = [self._layers[key].sample(SAMPLE) for key in self.modules]
        return notice(self.bounds, np.concatenate([x for x, _ in places]), np.concatenate([y for _, y in places]))

    def _take_in(self, reader: Reader, key: str) -> None:
        """What has changed of a layer; of a slice, after that of its module. A density has the points of its module."""
        key = self.module_of(key) if key in self.slices and self.slices[key].dense else key
        self._take_news(reader, self.module_of(key))
        if key in self.slices:
            self._hold(reader, key)
        with self._noting:
            refiltered = key in self._refiltered
            self._refiltered.discard(key)
        if refiltered:
            self._layers[key].choose(self._filters.get(self.module_of(key)))
            self._layers[key].switch_off(self._off.get(key, ()))

    def _hold(self, reader: Reader, key: str) -> None:
        """Its points are made anew when other records belong to it, or any of its module stands otherwise."""
        module = self.slices[key].module
        made = self._turns[module], self._members.rows(reader, key, self._clock())
        before = self._held.get(key)
        if before is None or before[0] != made[0] or before[1] is not made[1]:
            self._layers[key].hold(self._layers[module], made[1])
            self._held[key] = made

    def _take_news(self, reader: Reader, key: str) -> None:
        changed, layer = self._changes.take(key), self._layers[key]
        if changed is None or changed:
            self._turns[key] += 1
            self._members.change(key, changed)
        try:
            if changed is None:
                layer.load(reader.features.points(key))
                self._judge_later(key)
            elif changed:
                found = list(reader.features.points(key, sorted(changed)))
                layer.change(changed, found)
                self._judge_changed(reader, key, found)
        except BaseException:
            self._changes.note(key, changed)  # the next view tries again
            raise

    def _judge_later(self, key: str) -> None:
        if self.modules[key].clocks:
            self._leave_unjudged(key)
            self.unjudged(key)

    def _judge_changed(self, reader: Reader, key: str, found: Sequence[Point]) -> None:
        if not self.modules[key].clocks:
            return
        self._taken[key] += 1
        numbers = np.array([one.number for one in found], np.int64)
        if len(numbers) <= AT_ONCE:
            self._layers[key].set_due(numbers, self._due.of(reader, self.modules[key], numbers, self._clock()))
        else:
            self._unjudged[key] = np.union1d(self._unjudged.get(key, _NONE), numbers)
            self.unjudged(key)


def _near(window: Window, place: tuple[float, float, int] | None) -> tuple[float, float, int] | None:
    """A place beyond the antimeridian where the window has it."""
    return place and (place[0] + float(window.turns(place[0])), place[1], place[2])


def _window(query: Query) -> Window | None:
    numbers = _numbers(query, Window._fields)
    return Window(*numbers) if numbers is not None and 0 <= numbers[4] <= 24 else None


def _numbers(query: Query, names: Sequence[str]) -> list[float] | None:
    try:
        numbers = [float(query[name]) for name in names]
    except (KeyError, ValueError):
        return None
    return numbers if all(map(math.isfinite, numbers)) else None


def _json(found: Any) -> Answer:
    return Answer(json.dumps(found, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace"))
