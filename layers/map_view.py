"""The map as a widget: it owns the page's state, tells the page what to show, and brings it back when it dies."""

import logging
import os
import signal
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent, QKeySequence, QPixmap, QShortcut, QShowEvent
from PySide6.QtWebEngineCore import QWebEnginePage
from PySide6.QtWebEngineWidgets import QWebEngineView
from PySide6.QtWidgets import QStackedLayout, QWidget

from citymanager.errors import CityError
from citymanager.schema import Module
from citymanager.store.reader import Reader
from citymanager.tasks import Tasks
from layers.atlas import Atlas
from layers.banner import Banner
from layers.basemap import pack as packs
from layers.basemap.pack import Pack
from layers.bridge import Bridge, Message, connect
from layers.heart import Heart, Restarts
from layers.interceptor import Interceptor
from layers.page import CityPage, closed_profile
from layers.scheme import Answer, CityScheme, Query, assets
from layers.shell import Shell, shell
from layers.state import MapState, Place
from layers.style import SHAPES, marks, palette

log = logging.getLogger(__name__)

ASSETS = Path(__file__).parent.parent / "resources" / "map"
PACK = "city.pack"
NO_PACK = "Подложка карты не загружена. Импортируйте карту города командой import-basemap."
WHOLE_COUNTRY = {"lat": 60.0, "lon": 80.0, "zoom": 9.0}


class MapView(QWidget):
    """The city's map. `folder` is the profile's folder of the base map; `modules` are those that the user may read."""

    selected = Signal(str, str)
    """Module and id of the record that the user has clicked."""
    picked = Signal(float, float)
    """Latitude and longitude of the place that was asked for by `pick_point`."""
    moved = Signal(float, float, float)
    """Latitude, longitude and zoom of what is looked at now."""
    ready = Signal()
    """The page has painted all that it was told at its start; also after each restart."""

    def __init__(self, modules: Sequence[Module], tasks: Tasks, folder: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tasks, self._folder = tasks, folder
        self._modules = [one for one in modules if one.geometry]
        self._atlas = Atlas(self._modules)
        self._state = MapState(hidden={one.key for one in self._modules if not one.look.visible})
        self._colours = palette({}, dark=False)
        self._pack: Pack | None = None
        self._trouble: str | None = None
        self._loaded = False
        self._number = 0
        self._waiting: dict[int, Callable[[], None]] = {}
        self._restarts = Restarts()
        self._build()
        self.show_pack(folder / PACK)
        self._page.start()

    def _build(self) -> None:
        self._view = QWebEngineView(self)
        self._view.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self._banner = Banner(self)
        self._banner.again.connect(self.restart)
        self._layout = QStackedLayout(self)
        self._layout.addWidget(self._view)
        self._layout.addWidget(self._banner)
        self._scheme = CityScheme(assets(ASSETS), self._answers(), self._tasks, self)
        self.interceptor = Interceptor(self)
        self._bridge = Bridge(self._hear, self)
        self._heart = Heart(self)
        self._heart.stopped.connect(self._kill)
        self._escape = QShortcut(QKeySequence(Qt.Key.Key_Escape), self, self.cancel_picking)
        self._escape.setEnabled(False)
        profile = closed_profile(self._scheme, self.interceptor, self)  # after the view: it must outlive the page
        self._page = CityPage(profile, self._view)
        self._page.renderProcessTerminated.connect(self._terminated)
        connect(self._page, self._bridge, (ASSETS / "bridge.js").read_text(encoding="utf-8"))
        self._view.setPage(self._page)

    def _answers(self) -> Mapping[str, Callable[[Reader, Query], Answer | None]]:
        def of_shell(kind: str, part: Callable[[Shell], str]) -> Callable[[Reader, Query], Answer | None]:
            return lambda reader, query: Answer(part(shell(self._folder / "shell.json")).encode(), kind)

        return {
            "index.html": of_shell("text/html", lambda one: one.html),
            "shell.js": of_shell("text/javascript", lambda one: one.script),
            "shell.css": of_shell("text/css", lambda one: one.style),
            "view": self._atlas.view,
            "shapes": self._atlas.shapes,
            "caption": self._atlas.caption,
        }

    # what others ask of the map

    def select(self, module: str, ident: str, *, centre: bool = True) -> None:
        """Highlight a record, and bring it into view if it is out of it. An empty id selects nothing."""
        self._state.selected = (module, ident) if ident else None
        self._tell("select", selected=self._selection(), centre=centre)

    def set_filter(self, module: str, ids: Iterable[str] | None) -> None:
        """Show only these records of a module; None shows all."""
        self._atlas.choose(module, ids)
        self._tell_changed(module)

    def refresh(self, module: str, ids: Iterable[str] | None = None) -> None:
        """These records have changed in the cache; None or none: any of them."""
        self._atlas.change(module, list(ids or ()) or None)
        self._tell_changed(module)

    def set_shown(self, module: str, shown: bool) -> None:
        """Switch a module's layer on or off."""
        (self._state.hidden.discard if shown else self._state.hidden.add)(module)
        self._tell("hide", hidden=sorted(self._state.hidden))

    def shown(self, module: str) -> bool:
        return module not in self._state.hidden

    def set_theme(self, colours: Mapping[str, str], dark: bool) -> None:
        """Take the theme's named colours (#rrggbb); those that the map needs and the theme lacks are the map's own."""
        self._colours = palette(colours, dark)
        self._tell("theme", colours=self._colours)

    def show_pack(self, path: Path) -> None:
        """Draw the base map from this city pack."""
        self._scheme.serve(PACK, path)
        self._tasks.read(
            lambda reader: packs.read(path) if path.exists() else None, self._got_pack, self._no_pack, owner=self
        )

    def go_to(self, lat: float, lon: float, zoom: float) -> None:
        place = Place(lat, lon, zoom)
        if place.sound():
            self._state.place = place
            self._tell("look", lat=lat, lon=lon, zoom=zoom)

    def pick_point(self) -> None:
        """Let the user choose a place: his next click comes as `picked`; Esc cancels."""
        self._pick(True)

    def cancel_picking(self) -> None:
        self._pick(False)

    def state(self) -> dict[str, Any]:
        """What the map shows, to be kept until the next start."""
        return self._state.saved()

    def restore(self, saved: Mapping[str, Any]) -> None:
        """Show what `state` told once; anything unsound in it is left out."""
        self._state.load(saved)
        if self._state.place:
            self.go_to(self._state.place.lat, self._state.place.lon, self._state.place.zoom)
        self._tell("hide", hidden=sorted(self._state.hidden))

    def grab_when_ready(self, done: Callable[[QPixmap], None]) -> None:
        """Hand over a picture of the map once everything told so far is painted."""
        self.when_painted(lambda: done(self.grab()))

    def when_painted(self, done: Callable[[], None]) -> None:
        """Call back once everything told so far is painted."""
        self._number += 1
        self._waiting[self._number] = done
        self._tell("report", number=self._number)

    def restart(self) -> None:
        """A new page with the old state, at a person's wish."""
        self._restarts.forget()
        self._revive()

    # the talk with the page

    def _tell(self, word: str, **content: Any) -> None:
        """What is told before the page listens is in the state, which it is told at its start."""
        if self._loaded:
            self._bridge.tell(word, **content)

    def _tell_changed(self, module: str) -> None:
        shape = any(one.key == module and one.geometry != "point" for one in self._modules)
        self._tell("changed", shape=shape)

    def _hear(self, word: str, message: Message) -> None:
        acts: Mapping[str, Callable[[Message], None]] = {
            "loaded": self._page_loaded,
            "painted": self._page_painted,
            "clicked": self._page_clicked,
            "picked": self._page_picked,
            "moved": self._page_moved,
            "beat": lambda message: self._heart.beat(),
        }
        acts[word](message)

    def _page_loaded(self, message: Message) -> None:
        self._loaded = True
        self._layout.setCurrentWidget(self._view)
        if self.isVisible():
            self._heart.watch()
        self._start()

    def _start(self) -> None:
        """Tell a new page everything, once it listens and it is known what pack there is."""
        if not self._loaded or self._trouble is None:
            return
        self._number += 1
        self._waiting[self._number] = self.ready.emit
        self._bridge.tell(
            "start",
            colours=self._colours,
            outlines=SHAPES,
            layers=[_layer(one) for one in self._modules],
            hidden=sorted(self._state.hidden),
            selected=self._selection(),
            view=self._look(),
            pack=PACK if self._pack else None,
            trouble=self._trouble,
            number=self._number,
        )
        for number in [one for one in self._waiting if one < self._number]:
            self._bridge.tell("report", number=number)

    def _look(self) -> dict[str, Any]:
        place = self._state.place
        if place is not None:
            return {"lat": place.lat, "lon": place.lon, "zoom": place.zoom}
        return {"bounds": self._pack.bounds} if self._pack else dict(WHOLE_COUNTRY)

    def _selection(self) -> dict[str, str] | None:
        chosen = self._state.selected
        return {"module": chosen[0], "id": chosen[1]} if chosen else None

    def _page_painted(self, message: Message) -> None:
        done = self._waiting.pop(message["n"], None)
        if done is not None:
            done()

    def _page_clicked(self, message: Message) -> None:
        if message["module"] not in self._atlas.modules:
            return
        self.select(message["module"], message["id"], centre=False)
        self.selected.emit(message["module"], message["id"])

    def _page_picked(self, message: Message) -> None:
        if self._escape.isEnabled():
            self._pick(False)
            self.picked.emit(message["lat"], message["lon"])

    def _page_moved(self, message: Message) -> None:
        place = Place(float(message["lat"]), float(message["lon"]), float(message["zoom"]))
        if place.sound():
            self._state.place = place
            self.moved.emit(place.lat, place.lon, place.zoom)

    def _pick(self, wanted: bool) -> None:
        self._escape.setEnabled(wanted)
        self._tell("pick", wanted=wanted)

    # the pack

    def _got_pack(self, found: Pack | None) -> None:
        self._take_pack(found, "" if found else NO_PACK)

    def _no_pack(self, error: CityError) -> None:
        self._take_pack(None, str(error))

    def _take_pack(self, found: Pack | None, trouble: str) -> None:
        first, self._pack, self._trouble = self._trouble is None, found, trouble
        if first:
            self._start()
        else:
            self._tell("pack", pack=PACK if found else None, trouble=trouble)

    # life and death of the page

    def showEvent(self, event: QShowEvent) -> None:
        if self._loaded:
            self._heart.watch()
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        self._heart.rest()
        super().hideEvent(event)

    def _kill(self) -> None:
        """The page is silent: end its process; `_terminated` hears of it."""
        log.warning("map: the page does not answer, its renderer is ended")
        process = self._page.renderProcessPid()
        if process > 0:
            os.kill(process, signal.SIGKILL)
        else:
            self._revive()

    def _terminated(self, status: QWebEnginePage.RenderProcessTerminationStatus, code: int) -> None:
        log.warning("map: renderer ended, %s, code %d", status.name, code)
        self._loaded = False
        self._heart.rest()
        if status != QWebEnginePage.RenderProcessTerminationStatus.NormalTerminationStatus:
            self._revive()

    def _revive(self) -> None:
        self._loaded = False
        if self._restarts.allowed():
            self._page.start()
        else:
            self._layout.setCurrentWidget(self._banner)


def _layer(module: Module) -> dict[str, Any]:
    return {
        "key": module.key,
        "title": module.title,
        "geometry": module.geometry,
        "from": module.look.from_zoom,
        "marks": [
            {"value": one.value, "title": one.title, "colour": one.colour, "shape": one.shape} for one in marks(module)
        ],
    }
