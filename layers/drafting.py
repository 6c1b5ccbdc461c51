"""Drawing on the map as it goes: what hand and keys do comes to the drawing, what stands then is told to the page."""

import json
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import partial
from typing import Any, Protocol

from PySide6.QtCore import QObject, Signal

from citymanager.errors import Refused
from citymanager.schema import Module
from citymanager.store.reader import Reader
from citymanager.tasks import Tasks
from layers.basemap.pack import Pack
from layers.bridge import Message
from layers.drawing_words import hint, measured
from layers.editing import Drawing, Stage
from layers.figure import Figure, Spot, rounded
from layers.snapping import Edges, apart, edges_of_pack, edges_of_shapes, snapped
from layers.state import MapState, Place

CLOSING, DOUBLE = 10.0, 5.0
"""Pixels from the first spot in which a click closes a ring, and from the last in which it is a double click."""
MUCH = 3
"""More steps than these are not thrown away without a question."""
AROUND = 1_500
"""Pixels around the pointer within which records are read to be snapped to."""
MANY = 5_000
"""Records of one module that are snapped to at once."""
FEW_FROM = 14.0
"""The zoom below which it would be half the city."""


class Tell(Protocol):
    """Says a word to the page."""

    def __call__(self, word: str, **content: Any) -> None: ...


class Drafting(QObject):
    """One drawing after another, at most one at a time. It lives in the map's state: a new page is told of it."""

    drafted = Signal(object)
    """The drawing after each step (`Drawing.saved`): to be kept where no crash reaches it."""
    drawn = Signal(object)
    """The finished shape as GeoJSON; the drawing is over."""
    left = Signal()
    """The user has given the drawing up; there is none any more."""
    turned = Signal()
    """Something about it has changed: what can be done now is another thing, or it is over."""
    asked = Signal()
    """Much would be lost by leaving: the user must say so (`leave`)."""

    def __init__(self, state: MapState, modules: Sequence[Module], tasks: Tasks, tell: Tell, parent: QObject) -> None:
        super().__init__(parent)
        self._state, self._tasks, self._tell = state, tasks, tell
        self._modules = {one.key: one for one in modules}
        self._module, self._ident = "", ""
        self._held: tuple[int, int, bool] | None = None
        """Path, vertex, and whether the middle of the side behind it, while the mouse drags it."""
        self._trouble = ""
        """Why the last act was refused."""
        self._pack: Edges | None = None
        self._near: Edges | None = None
        self._read: tuple[float, float, float, float] | None = None
        """West, south, east, north of where records are snapped to."""

    @property
    def drawing(self) -> Drawing | None:
        return self._state.drawing

    # its beginning and end

    def begin(self, module: str, ident: str, shape: Any, draft: Any) -> None:
        """Draw the shape of a record, from what it has and what was drawn of it before. Raises Refused.

        What is under the hand already stays there, with its way back.
        """
        if self.drawing is not None and (module, ident, draft) == (self._module, self._ident, self.drawing.saved()):
            self.tell_all(look=True)
            return
        made = Drawing(self._modules[module].geometry, shape)
        if draft is not None:
            made.load(draft)
        self._module, self._ident = module, ident
        self._state.drawing, self._held, self._trouble = made, None, ""
        self._near = self._read = None
        self._sketch(None)
        self.turned.emit()
        self.tell_all(look=True)

    def stop(self) -> None:
        """End the drawing without a word to anybody: what was drawn is kept elsewhere."""
        if self._state.drawing is not None:
            self._state.drawing = self._held = None
            self._tell("drawing", drawing=None, look=None)
            self.turned.emit()

    def finish(self) -> None:
        """End what is being drawn now; with nothing begun, hand the shape over."""
        drawing = self.drawing
        if drawing is None:
            return
        whole = drawing.now.tool in ("", "draw")
        if drawing.now.run and not self.do(drawing.end):
            return
        if whole and self.do(drawing.result):
            shape, changed = drawing.result(), drawing.changed
            self.stop()
            if changed:
                self.drawn.emit(shape)
                self._sketch(drawing.now.figure)
            else:
                self.left.emit()

    def cancel(self) -> None:
        """Put a tool away; with none in the hand, leave, but not without a question if much was drawn."""
        drawing = self.drawing
        if drawing is None:
            return
        if drawing.now.tool and drawing.now.figure.parts:
            self.do(partial(drawing.take, ""))
        elif drawing.steps > MUCH:
            self.asked.emit()
        else:
            self.leave()

    def leave(self) -> None:
        """Give the drawing up."""
        if self.drawing is not None:
            self.stop()
            self.left.emit()

    def forget(self) -> None:
        """What was drawn last is saved by now, or wanted no more: it is not shown any longer."""
        if self._state.sketch is not None:
            self._sketch(None)

    def changed(self, module: str, ids: Collection[str]) -> None:
        """Records of a module have changed, or all: what was drawn for one of them is in its layer now."""
        if module == self._module and (not ids or not self._ident or self._ident in ids):
            self.forget()

    def _sketch(self, figure: Figure | None) -> None:
        """Show what was drawn until its card is saved and its layer has it."""
        self._state.sketch = figure
        self._tell_sketch()

    def _tell_sketch(self) -> None:
        figure = self._state.sketch
        closed = figure is not None and figure.kind == "polygon"
        self._tell("sketch", paths=figure.paths if figure else [], closed=closed)

    def tell_all(self, look: bool = False) -> None:
        """Tell the page what is drawn; `look`: and bring it into view."""
        if (drawing := self.drawing) is not None:
            spots = [list(spot) for path in drawing.now.paths for spot in path] if look else []
            self._tell("drawing", drawing=self._content(drawing.now), look=spots or None)
        elif self._state.sketch is not None:
            self._tell_sketch()

    # what the user does

    def do(self, act: Callable[[], object]) -> bool:
        """Let something be done to the drawing; whether it was not refused. The page and the card are told."""
        drawing = self.drawing
        if drawing is None:
            return False
        before, self._trouble, self._held = (drawing.now.figure, drawing.now.run), "", None
        try:
            act()
        except Refused as error:
            self._trouble = str(error)
        self.tell_all()
        if (drawing.now.figure, drawing.now.run) != before:
            self.drafted.emit(drawing.saved())
        self.turned.emit()
        return not self._trouble

    def act(self, name: str, *given: object) -> None:
        """An act of the drawing (`Drawing`), by its name."""
        if self.drawing is not None:
            self.do(partial(getattr(self.drawing, name), *given))

    def put_in_the_middle(self) -> None:
        """Put a vertex without a mouse: where the map's middle is, which the page knows."""
        self._tell("put")

    def nudge(self, across: int, down: int) -> None:
        """Move the chosen vertex by pixels."""
        self._tell("nudge", across=across, down=down)

    def hear(self, word: str, message: Message) -> None:
        """What the hand has done on the page."""
        drawing = self.drawing
        if drawing is None or ("lat" in message and not Place(message["lat"], message["lon"], message["zoom"]).sound()):
            return
        if word == "held":
            self._hold(drawing, message["path"], message["vertex"], message["middle"])
        elif word == "let_go":
            self._held = None
        elif word == "aimed":
            self._aim(drawing, message)
        elif word == "dropped" and self._held is not None:
            (path, vertex, middle), self._held = self._held, None
            act = drawing.insert if middle else drawing.move
            self.do(partial(act, path, vertex, *self._meant(message)[0]))
        elif word == "put":
            self._put(drawing, message)

    def _hold(self, drawing: Drawing, path: int, vertex: int, middle: bool) -> None:
        if vertex >= 0 and self.do(partial(drawing.choose, path, vertex)):
            self._held = path, vertex, middle

    def _put(self, drawing: Drawing, message: Message) -> None:
        """A click: with a tool in the hand the next vertex, or the end of what is drawn; else it chooses a part."""
        if not drawing.now.tool:
            self.do(partial(drawing.choose_at, message["lon"], message["lat"]))
        elif self._ends(drawing.now, message):
            self.do(drawing.end)
        else:
            self.do(partial(drawing.put, *self._meant(message)[0]))

    def _ends(self, stage: Stage, message: Message) -> bool:
        """Whether a click ends what is drawn: a double one, or one on the first spot of a ring."""
        run, spot, zoom = stage.run, (message["lon"], message["lat"]), message["zoom"]
        if len(run) < (3 if stage.closed else 2):
            return False
        return apart(run[-1], spot, zoom) <= DOUBLE or (stage.closed and apart(run[0], spot, zoom) <= CLOSING)

    def _aim(self, drawing: Drawing, message: Message) -> None:
        """Where the pointer means, and what would stand if it were clicked or let go now."""
        spot, held = self._meant(message)
        stage = self._would_be(drawing.now, spot)
        fault = stage.fault()
        self._tell(
            "aim", at=spot, held=held, measure=measured(stage), wrong=fault.text if fault else "",
            spot=fault.spot if fault else None,
        )  # fmt: skip

    def _would_be(self, stage: Stage, spot: Spot) -> Stage:
        if self._held is not None:
            path, vertex, middle = self._held
            return stage.with_inserted(path, vertex, spot) if middle else stage.with_moved(path, vertex, spot)
        return stage.with_next(spot) if stage.tool and stage.run else stage

    # what is near

    def know(self, pack: Pack) -> None:
        """Snap to the houses and streets of this city."""
        self._tasks.read(lambda _: edges_of_pack(pack), self._know_pack, owner=self)

    def _know_pack(self, edges: Edges) -> None:
        self._pack = edges

    def _meant(self, message: Message) -> tuple[Spot, str]:
        """The spot that a place on the map means, and by what it is held: vertex, edge, start or nothing."""
        lon, lat, zoom = message["lon"], message["lat"], message["zoom"]
        stage = self.drawing.now if self.drawing else None
        if stage and stage.closed and len(stage.run) > 2 and apart(stage.run[0], (lon, lat), zoom) <= CLOSING:
            return stage.run[0], "start"
        self._look_around(lon, lat, zoom)
        among = [edges for edges in (self._pack, self._near) if edges is not None]
        found = None if message["free"] else snapped(lon, lat, zoom, among)
        return (found.spot, found.held) if found else (rounded(lon, lat), "")

    def _look_around(self, lon: float, lat: float, zoom: float) -> None:
        """Read the records around a place, once for as long as the pointer stays there."""
        box = self._read
        if zoom < FEW_FROM or (box and box[0] <= lon <= box[2] and box[1] <= lat <= box[3]):
            return
        reach = AROUND * 360 / 256 / 2**zoom
        self._read = (lon - reach, lat - reach / 2, lon + reach, lat + reach / 2)
        self._tasks.read(partial(self._records, self._read), partial(self._know_records, self._read), owner=self)

    def _records(self, box: tuple[float, float, float, float], reader: Reader) -> Edges:
        """The shapes that the map shows there, but for the one that is drawn. On a reader's thread."""
        shown = [one.key for one in self._modules.values() if one.geometry != "point"]
        return edges_of_shapes(
            json.loads(geometry)
            for module in shown
            if module not in self._state.hidden
            for geometry in self._geometries(module, box, reader)
        )

    def _geometries(self, module: str, box: tuple[float, float, float, float], reader: Reader) -> Iterable[str]:
        """Of one module; where there are very many, of the first."""
        numbers, _ = reader.features.lying(module, box, self._state.off.get(module, ()))
        found = {one.id for one in reader.features.outlines(module, numbers[:MANY]).values()}
        found -= {self._ident} if module == self._module else set()
        return reader.features.geometries(module, sorted(found)).values()

    def _know_records(self, box: tuple[float, float, float, float], edges: Edges) -> None:
        if box == self._read:
            self._near = edges

    # what the page is told

    def _content(self, stage: Stage) -> dict[str, Any]:
        fault = stage.fault()
        wrong = self._trouble or (f"{fault.text[0].upper()}{fault.text[1:]}" if fault else "")
        return {
            "paths": [list(path) for path in stage.paths],
            "closed": [stage.is_closed(number) for number in range(len(stage.paths))],
            "run": len(stage.figure.paths) if stage.run else None,
            "tool": stage.tool,
            "chosen": stage.chosen,
            "hint": hint(stage),
            "measure": measured(stage),
            "wrong": wrong,
            "spot": fault.spot if fault else None,
        }
