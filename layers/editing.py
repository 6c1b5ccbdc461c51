"""Drawing by hand: what each act does to a figure, and the way back from it. Pure: no screen, no page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

import shapely
from shapely.ops import split

from citymanager.errors import Refused
from citymanager.schema import Geometry
from layers.figure import (
    CROSSED,
    LEAST,
    MOST,
    UNREADABLE,
    Fault,
    Figure,
    Kind,
    Part,
    Path,
    Spot,
    crossing,
    figure_of,
    polygons_of,
    rounded,
)

Tool = Literal["", "draw", "hole", "split"]
"""What a click does: choose, or put a vertex of a new part, of a hole, of a line that cuts."""
KINDS: Mapping[Geometry, tuple[Kind, ...]] = {"line": ("line",), "polygon": ("polygon",), "shape": ("polygon", "line")}
"""What may be drawn for a module's geometry, the usual first."""
WHOLE = -1
"""In a vertex's place: the whole path."""
STEPS = 500
"""So many steps can be taken back."""


@dataclass(frozen=True, slots=True)
class Stage:
    """One moment of a drawing."""

    figure: Figure
    tool: Tool = ""
    run: Path = ()
    """The spots of what is being drawn now and is no part yet."""
    chosen: tuple[int, int] | None = None
    """A path and a vertex in it, or WHOLE; the run counts as the last path."""

    @property
    def paths(self) -> tuple[Path, ...]:
        return (*self.figure.paths, self.run) if self.run else self.figure.paths

    def is_run(self, path: int) -> bool:
        return bool(self.run) and path == len(self.figure.paths)

    @property
    def closed(self) -> bool:
        """Whether what is being drawn now will be a ring."""
        return self.tool == "hole" or (self.tool == "draw" and self.figure.kind == "polygon")

    def is_closed(self, path: int) -> bool:
        return self.closed if self.is_run(path) else self.figure.kind == "polygon"

    def fault(self) -> Fault | None:
        """What is wrong with it as it stands; the side that would close what is drawn is not judged yet."""
        if self.closed and len(self.run) > 2 and not shapely.is_simple(shapely.LineString(self.run)):
            return Fault(CROSSED.replace("контур", "вырез") if self.tool == "hole" else CROSSED, crossing(self.run))
        return self.figure.fault()

    def with_next(self, spot: Spot) -> "Stage":
        """With one more spot of what is being drawn; the same spot twice is once."""
        return self if self.run[-1:] == (spot,) else replace(self, run=(*self.run, spot), chosen=None)

    def with_moved(self, path: int, vertex: int, spot: Spot) -> "Stage":
        spots = self.paths[path]
        return self.with_path(path, (*spots[:vertex], spot, *spots[vertex + 1 :]), vertex)

    def with_inserted(self, path: int, vertex: int, spot: Spot) -> "Stage":
        """With a new vertex on the side behind this one."""
        spots = self.paths[path]
        return self.with_path(path, (*spots[: vertex + 1], spot, *spots[vertex + 1 :]), vertex + 1)

    def with_path(self, path: int, spots: Path, vertex: int | None) -> "Stage":
        """With another path in this one's place, one of its vertices chosen."""
        chosen = None if vertex is None or not spots else (path, vertex)
        if self.is_run(path):
            return replace(self, run=spots, chosen=chosen)
        figure = self.figure.with_path(path, spots)
        return replace(self, figure=figure, tool=self.tool if figure.parts else "draw", chosen=chosen)


class Drawing:
    """A figure under the hand. An act that can't be done raises Refused and changes nothing; `undo` takes one back."""

    def __init__(self, geometry: Geometry, shape: Any = None) -> None:
        """`geometry`: what the module has; `shape`: what the record has, as GeoJSON. Raises Refused."""
        self.kinds = KINDS[geometry]
        figure = figure_of(shape, self.kinds[0])
        if figure.kind not in self.kinds:
            raise Refused("Здесь нужна фигура другого вида: уберите прежнюю и нарисуйте заново.")
        self._shape = shape
        self._past: list[Stage] = []
        self._future: list[Stage] = []
        self.now = self._first = Stage(figure, "" if figure.parts else "draw")

    @property
    def steps(self) -> int:
        """How many steps can be taken back."""
        return len(self._past)

    @property
    def can_redo(self) -> bool:
        return bool(self._future)

    @property
    def changed(self) -> bool:
        return (self.now.figure, self.now.run) != (self._first.figure, self._first.run)

    # what is drawn anew

    def take(self, tool: Tool) -> None:
        """Take a tool into the hand; what was being drawn with another one is let go."""
        if tool in ("hole", "split") and (self.now.figure.kind == "line" or not self.now.figure.parts):
            raise Refused("Сначала нарисуйте контур.")
        if tool in ("hole", "split"):
            self._must_be_sound()
        if tool == "draw" and (end := self._chosen_end()):
            figure = self.now.figure.with_path(end[0], ())
            self._go(Stage(figure, "draw", end[1]))
        elif tool != self.now.tool:
            self._go(replace(self.now, tool=tool, run=(), chosen=None))

    def be(self, kind: Kind) -> None:
        """Draw a line or a polygon, where the module leaves the choice."""
        if kind not in self.kinds:
            raise Refused("Здесь рисуют другую фигуру.")
        if kind != self.now.figure.kind:
            if self.now.figure.parts:
                raise Refused("Фигура другого вида уже нарисована: сначала уберите её.")
            self._go(Stage(Figure(kind), "draw", self.now.run))

    def put(self, lon: float, lat: float) -> None:
        """The next vertex of what is being drawn."""
        if not self.now.tool:
            raise Refused("Сначала выберите, что рисовать.")
        spot = self._spot(lon, lat)
        if self.now.figure.corners + len(self.now.run) >= MOST:
            raise Refused(f"На карте рисуют фигуры до {MOST} вершин.")
        self._go(self.now.with_next(spot))

    def end(self) -> None:
        """End what is being drawn: it becomes a part, a hole, a cut."""
        stage = self.now
        least = LEAST["polygon"] if stage.closed else LEAST["line"]
        if len(set(stage.run)) < least:
            raise Refused(f"Мало вершин: нужно не меньше {least}.")
        {"draw": self._end_part, "hole": self._end_hole, "split": self._end_split}[stage.tool]()

    def _end_part(self) -> None:
        alone = Figure(self.now.figure.kind, ((self.now.run,),))
        if fault := alone.fault():
            raise Refused(_sentence(fault.text))
        figure = replace(self.now.figure, parts=(*self.now.figure.parts, (self.now.run,)))
        self._go(Stage(figure))

    def _end_hole(self) -> None:
        alone = Figure("polygon", ((self.now.run,),))
        if fault := alone.fault():
            raise Refused(_sentence(fault.text.replace("контур", "вырез")))
        hole = alone.shape()
        if shapely.intersection(self.now.figure.shape(), hole).area == 0:
            raise Refused("Вырез не задевает контур: обведите его внутри контура.")
        self._cut([_without(part, hole) for part in self.now.figure.parts])

    def _end_split(self) -> None:
        line = shapely.LineString(self.now.run)
        if not shapely.is_simple(line):
            raise Refused("Линия разреза пересекает сама себя.")
        parts = [_pieces(part, line) for part in self.now.figure.parts]
        if all(len(pieces) == 1 for pieces in parts):
            raise Refused("Линия должна пересечь контур от края до края.")
        self._cut(parts)
        self.choose(_smallest(self.now.figure, parts), WHOLE)

    def _cut(self, parts: Sequence[tuple[Part, ...]]) -> None:
        """Take what a cut has left of each polygon."""
        pieces = tuple(piece for some in parts for piece in some)
        if not pieces:
            raise Refused("Вырез закрывает весь контур: ничего не осталось бы.")
        if any(Figure("polygon", (piece,)).fault() for piece in pieces):
            raise Refused("Разрез прошёл слишком близко к краю: отступите от него.")
        self._go(Stage(Figure("polygon", pieces)))

    # what is there already

    def choose(self, path: int, vertex: int) -> None:
        """Choose a vertex; WHOLE: the whole path. No step: there is nothing to take back."""
        if vertex != WHOLE or not 0 <= path < len(self.now.paths):
            self._reach(path, vertex)
        self.now = replace(self.now, chosen=(path, vertex))

    def choose_at(self, lon: float, lat: float) -> None:
        """Choose the hole or the outline that a place lies in; outside all of them nothing is chosen."""
        place, chosen = shapely.Point(lon, lat), None
        rings = self.now.figure.paths if self.now.figure.kind == "polygon" else ()
        for number, path in enumerate(rings):
            if len(set(path)) >= LEAST["polygon"] and shapely.Polygon(path).buffer(0).contains(place):
                chosen = (number, WHOLE)  # holes come after their outline
        self.now = replace(self.now, chosen=chosen)

    def next_vertex(self, step: int) -> None:
        """Choose the vertex before or behind the chosen one, over all paths."""
        places = [(number, place) for number, path in enumerate(self.now.paths) for place in range(len(path))]
        if not places:
            return
        chosen = self.now.chosen
        if chosen in places:
            self.choose(*places[(places.index(chosen) + step) % len(places)])
        else:
            self.choose(*(places[0] if step > 0 else places[-1]))

    def move(self, path: int, vertex: int, lon: float, lat: float) -> None:
        """Move a vertex; it is chosen then."""
        self._reach(path, vertex)
        self._go(self.now.with_moved(path, vertex, self._spot(lon, lat)))

    def insert(self, path: int, vertex: int, lon: float, lat: float) -> None:
        """A new vertex on the side behind this one; it is chosen then."""
        self._reach(path, vertex)
        if self.now.figure.corners + len(self.now.run) >= MOST:
            raise Refused(f"На карте рисуют фигуры до {MOST} вершин.")
        self._go(self.now.with_inserted(path, vertex, self._spot(lon, lat)))

    def halve(self) -> None:
        """A new vertex in the middle of the side behind the chosen one."""
        path, vertex = self._chosen()
        spots = self.now.paths[path]
        one, other = spots[vertex], spots[(vertex + 1) % len(spots)]
        if vertex == len(spots) - 1 and not self.now.is_closed(path):
            raise Refused("За последней вершиной линии нет отрезка.")
        self.insert(path, vertex, (one[0] + other[0]) / 2, (one[1] + other[1]) / 2)

    def delete(self) -> None:
        """Take away what is chosen: a vertex, or a whole hole, outline, line."""
        if self.now.chosen is None:
            raise Refused("Сначала выберите вершину или часть щелчком.")
        path, vertex = self.now.chosen
        spots = self.now.paths[path]
        if vertex == WHOLE:
            self._go(self.now.with_path(path, (), None))
            return
        if len(spots) <= LEAST[self.now.figure.kind] and not self.now.is_run(path):
            raise Refused(
                "У контура не меньше трёх вершин. Убрать его целиком: щёлкните внутри него и нажмите Delete."
                if self.now.is_closed(path)
                else "У линии не меньше двух вершин. Убрать её целиком: кнопка «Убрать»."
            )
        rest = (*spots[:vertex], *spots[vertex + 1 :])
        self._go(self.now.with_path(path, rest, min(vertex, len(rest) - 1)))

    def delete_whole(self) -> None:
        """Take away the hole, outline or line in which something is chosen, or the only one."""
        if self.now.chosen is None and len(self.now.paths) == 1:
            self.choose(0, WHOLE)
        if self.now.chosen is None:
            raise Refused("Сначала выберите часть: щёлкните внутри неё или её вершину.")
        self.choose(self.now.chosen[0], WHOLE)
        self.delete()

    # the way back

    def undo(self) -> None:
        """Take the last step back, exactly."""
        if not self._past:
            raise Refused("Отменять больше нечего.")
        self._future.append(self.now)
        self.now = self._past.pop()

    def redo(self) -> None:
        """Do again what was taken back."""
        if not self._future:
            raise Refused("Возвращать нечего.")
        self._past.append(self.now)
        self.now = self._future.pop()

    # what comes of it

    def result(self) -> Any:
        """The finished shape as GeoJSON; what was not changed comes back as it was. Raises Refused."""
        if self.now.run:
            raise Refused("Сначала закончите начатое: Enter.")
        if not self.now.figure.parts:
            raise Refused("Ничего не нарисовано. Убрать фигуру совсем можно в карточке.")
        self._must_be_sound()
        return self.now.figure.geometry() if self.changed else self._shape

    def saved(self) -> dict[str, Any]:
        """What outlives the program, as JSON: where the drawing stands, without the way back."""
        stage = self.now
        parts = [[[list(spot) for spot in path] for path in part] for part in stage.figure.parts]
        return {"kind": stage.figure.kind, "parts": parts, "tool": stage.tool, "run": [list(one) for one in stage.run]}

    def load(self, saved: Any) -> None:
        """Go on from what `saved` gave once, as one step; whatever is not sound is refused."""
        try:
            kind, tool = saved["kind"], saved["tool"]
            parts = tuple(tuple(map(_kept, part)) for part in saved["parts"])
            run = _kept(saved["run"])
        except UNREADABLE as error:
            raise Refused("Начатый рисунок не читается.") from error
        figure = Figure(kind, parts)
        known = kind in self.kinds and tool in get_args(Tool) and all(parts) and all(map(all, parts))
        if not known or figure.corners + len(run) > MOST:
            raise Refused("Начатый рисунок не читается.")
        self._go(Stage(figure, tool, run))

    # within

    def _go(self, stage: Stage) -> None:
        """Another stage; it is a step if something was drawn."""
        drawn = (stage.figure, stage.run) != (self.now.figure, self.now.run)
        if not drawn:
            self.now = stage
            return
        self._past.append(self.now)
        del self._past[:-STEPS]
        self._future.clear()
        self.now = stage

    def _reach(self, path: int, vertex: int) -> None:
        if not (0 <= path < len(self.now.paths) and 0 <= vertex < len(self.now.paths[path])):
            raise Refused("Этой вершины уже нет.")

    def _chosen(self) -> tuple[int, int]:
        if self.now.chosen is None or self.now.chosen[1] == WHOLE:
            raise Refused("Сначала выберите вершину: щёлкните её или нажмите PgDn.")
        return self.now.chosen

    def _chosen_end(self) -> tuple[int, Path] | None:
        """A finished line whose end is chosen, from its other end to it: it can be drawn on."""
        if self.now.figure.kind != "line" or self.now.chosen is None or self.now.run:
            return None
        path, vertex = self.now.chosen
        spots = self.now.figure.paths[path]
        if vertex == len(spots) - 1:
            return path, spots
        return (path, tuple(reversed(spots))) if vertex == 0 else None

    def _must_be_sound(self) -> None:
        if fault := self.now.figure.fault():
            raise Refused(_sentence(fault.text))

    def _spot(self, lon: float, lat: float) -> Spot:
        try:
            return rounded(lon, lat)
        except ValueError as error:
            raise Refused("Здесь карта кончается.") from error


def _kept(path: Any) -> Path:
    return tuple(rounded(float(lon), float(lat)) for lon, lat in path)


def _without(part: Part, hole: Any) -> tuple[Part, ...]:
    """A polygon less a hole: in one piece, in several, or nothing. One that the hole does not touch stays as it is."""
    whole = _polygon(part)
    return polygons_of(shapely.difference(whole, hole)) if shapely.intersects(whole, hole) else (part,)


def _pieces(part: Part, line: Any) -> tuple[Part, ...]:
    """What a line leaves of a polygon; the polygon as it is where it does not cut it."""
    pieces = polygons_of(split(_polygon(part), line))
    return pieces if len(pieces) > 1 else (part,)


def _smallest(figure: Figure, parts: Sequence[tuple[Part, ...]]) -> int:
    """The outline of the smallest new piece: the one that most likely was to be cut off."""
    fresh = [piece for pieces in parts if len(pieces) > 1 for piece in pieces]
    place = figure.parts.index(min(fresh, key=_area))
    return sum(map(len, figure.parts[:place]))


def _area(part: Part) -> float:
    return float(_polygon(part).area)


def _polygon(part: Part) -> Any:
    return shapely.Polygon(part[0], part[1:])


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}. Исправьте вершины или вернитесь на шаг назад: Backspace."
