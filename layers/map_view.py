"""The map as a widget: it owns what is shown, tells the page of it, and passes on what the user does there."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QPixmap
from PySide6.QtWebEngineWidgets import QWebEngineView
from PySide6.QtWidgets import QStackedLayout, QVBoxLayout, QWidget

from citymanager.modules.rules import RULES
from citymanager.schema import Module
from citymanager.tasks import Tasks
from layers.atlas import Atlas
from layers.banner import Banner
from layers.basemap.pack import PACK
from layers.bridge import Message
from layers.draw_strip import DrawStrip
from layers.ground import Ground
from layers.guests.errand import Command
from layers.guests.guests import Guests
from layers.hand import Hand
from layers.living_page import LivingPage
from layers.looking import Looking
from layers.map_layer import map_layers
from layers.overdue import Overdue
from layers.painting import Painting
from layers.pointed import Pointed
from layers.scheme import CityScheme, assets
from layers.shell import answers
from layers.state import MapState, Place
from layers.style import OUTLINES, palette
from layers.switches import Switches

ASSETS = Path(__file__).parent.parent / "resources" / "map"


class MapView(QWidget):
    """The city's map. `folder` is the profile's folder of the base map; `modules` are those that the user may read."""

    selected = Signal(str, str)
    """Module and id of the record that the user has clicked."""
    addressed = Signal(dict)
    """The streets and houses of the city pack that has been read (`layers.basemap.pack.Pack.addresses`)."""
    moved = Signal(float, float, float)
    """Latitude, longitude and zoom of what is looked at now."""
    pointed = Signal(float, float)
    """Latitude and longitude under the pointer."""
    asked = Signal(float, float)
    """Latitude and longitude of the place that somebody wants to know more of."""
    refreshed = Signal(str, list)
    """A module and the records of it that have changed; none: any of them."""
    stirred = Signal()
    """Records have changed, or others are let through: `Atlas.tallies` may say something else."""
    viewed = Signal(tuple)
    """West, south, east, north of what is seen now, in degrees."""
    ready = Signal()
    """The page has painted all that it was told at its start; also after each restart."""

    def __init__(
        self,
        modules: Sequence[Module],
        tasks: Tasks,
        folder: Path,
        parent: QWidget | None = None,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        opens: Command | None = None,
        like: "MapView | None" = None,
        beside: "MapView | None" = None,
    ) -> None:
        """`opens`: the words of the process that reads files dropped here; None: none can be dropped.

        `like`: another map of the same records, whose points, filters and state this one begins with.
        `beside`: the first map of the window: what it has read is shared, what is shown of it is this one's own.
        """
        super().__init__(parent)
        self._tasks, self._folder = tasks, folder
        self._modules = [one for one in modules if one.geometry]
        self._layers = map_layers(self._modules)
        other, self._beside = like or beside, beside
        self.atlas: Atlas = like.atlas if like else beside.atlas.beside() if beside else Atlas(self._modules, clock)
        self._overdue: Overdue = other._overdue if other else Overdue(self.atlas, tasks, clock, self)
        self._state: MapState = (
            other._state.on_paper()
            if other
            else MapState(
                hidden={one.key for one in self._layers if not one.look.visible},
                layers=frozenset(one.key for one in self._layers),
                off={one.key: set(one.off) for one in self._layers if one.part is None},
            )
        )
        self.switches = Switches(self._layers, self._state, self.atlas, self._tell, self._tell_changed, self)
        self.switches.withheld = other.switches.withheld if other else frozenset()
        if like is None:
            self.switches.obey()
        self._looking = Looking(self._state, lambda: self.atlas.bounds, self._tell, self)
        self._colours = palette({}, dark=False)
        self._open = False
        self._letter = 0.0
        self._buttons = True
        self._view, self._banner = QWebEngineView(self), Banner(self)
        self._view.setAcceptDrops(False)  # what is dropped is the program's, never the page's
        self.setAcceptDrops(opens is not None)
        self.guests = Guests(tasks, opens or (lambda words: []), self)
        if like is not None:
            self.guests.show_like(like.guests)
        computed = {**answers(folder / "shell.json"), **self.atlas.answers(), **self.guests.answers()}
        scheme = CityScheme(assets(ASSETS), computed, tasks, self)
        self._ground = Ground(scheme, tasks, self)
        self.page = LivingPage(self._view, scheme, ASSETS / "bridge.js")
        self.hand = Hand(self._state, self._modules, tasks, self._tell, self, self._view)
        self._painting, self._pointed = Painting(self._tell, self), Pointed(self._state, self._tell)
        strip = DrawStrip(self.hand.drafting, self._view, self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(strip)
        self._layout = QStackedLayout()
        column.addLayout(self._layout, 1)
        self._layout.addWidget(self._view)
        self._layout.addWidget(self._banner)
        self._words: Mapping[str, Callable[..., None]] = {
            "painted": self._painting.hear, "clicked": self._clicked, "picked": self.hand.clicks.hear,
            "measured": self.hand.clicks.ruler.add,
            "moved": self._looking.hear_moved, "viewed": self._looking.hear_viewed,
            "pointed": lambda lat, lon: self.pointed.emit(lat, lon),
            "asked": lambda lat, lon: self.asked.emit(lat, lon),
            "guest": self.guests.show_details, "left": self.guests.hide_details,
            "piled": self._piled, "unpiled": self._unpiled,
        }  # fmt: skip
        """What is done at each word of the page; its content are the arguments."""
        self._connect()
        if like is None:
            self._overdue.changed.connect(self._tell_marks)
        if beside is None:
            self.show_pack(folder / PACK)
        else:
            beside.refreshed.connect(self._take_news)
            self._ground.follow(beside._ground)
        self.page.start()

    def _connect(self) -> None:
        self._looking.moved.connect(self.moved)
        self._looking.viewed.connect(self.viewed)
        self.guests.changed.connect(self._tell_guests)
        self.guests.came.connect(self._looking.look_at)
        self._ground.changed.connect(self._grounded)
        self.page.opened.connect(self._opened)
        self.page.said.connect(self._hear)
        self.page.given_up.connect(self._given_up)
        self._banner.again.connect(self.page.restart)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Whatever file it is: one that the map can't read is refused in words, not by a pointer."""
        event.acceptProposedAction()
        self.guests.open(dropped(event))

    # what others ask of the map

    def select(self, module: str, ident: str, *, centre: bool = True) -> None:
        """Highlight a record, and bring it into view if it is out of it. An empty id selects nothing."""
        self._pointed.select(module, ident, centre=centre)

    def highlight(self, module: str, ident: str) -> None:
        """Highlight a record, and look where one looked before."""
        self.select(module, ident, centre=False)

    def set_filter(self, module: str, numbers: Sequence[int] | None) -> None:
        """Show only these records of a module, by their row numbers in the store; None shows all."""
        self.atlas.choose(module, numbers)
        self._tell_changed(module, "filtered")

    def refresh(self, module: str, ids: Iterable[str] | None = None) -> None:
        """These records have changed in the cache; None or none: any of them."""
        if module == RULES.key:
            self._overdue.norms_changed()
        known = list(ids or ())
        self.atlas.change(module, known or None)
        self._take_news(module, known)
        self.refreshed.emit(module, known)

    def _take_news(self, module: str, known: list[str]) -> None:
        """What has changed is noted in the atlas already."""
        self.hand.drafting.changed(module, known)
        self._tell_changed(module)

    def _tell_marks(self, layer: str) -> None:
        """Time has passed: other records are overdue, which is a mark and no shape, or belong to a slice."""
        self.stirred.emit()
        self._tell("changed", shape=layer in self.atlas.slices)

    def set_shown(self, layer: str, shown: bool) -> None:
        """Switch a layer on or off."""
        self.switches.set_shown(layer, shown)

    def show_afar(self, factor: float, letter: float) -> None:
        """Be a display that is read from afar and touched by nobody: to be called before the page is there.

        Everything is drawn so much larger; no letter is smaller than `letter` pixels of the screen.
        """
        self._view.setZoomFactor(factor)
        self._letter, self._buttons = letter / factor, False

    def show_on_paper(self, factor: float) -> None:
        """Be a picture that is drawn so much finer and has no buttons: to be called before the page is there."""
        self._view.setZoomFactor(factor)
        self._buttons = False

    def set_theme(self, colours: Mapping[str, str], dark: bool) -> None:
        """Take the theme's named colours (#rrggbb); those that the map needs and the theme lacks are the map's own."""
        self._colours = palette(colours, dark)
        self._tell("theme", colours=self._colours)
        self.hand.clicks.repaint()

    def show_pack(self, path: Path) -> None:
        """Draw the base map from this city pack, or from the tiles in its folder if there are any."""
        self._ground.read(path)

    def go_to(self, lat: float, lon: float, zoom: float) -> None:
        """Look at a place; one that is no place is ignored."""
        self._looking.go_to(Place(lat, lon, zoom))

    @property
    def place(self) -> Place | None:
        """Where the map looks; None: at the whole city."""
        return self._state.place

    def show_city(self) -> None:
        """Look at the whole city."""
        self._looking.show_city()

    def point_at(self, spot: tuple[float, float] | None) -> None:
        """Show where a place (latitude, longitude) is; None: no more."""
        self._pointed.point_at(spot)

    def outline(self, shape: Mapping[str, Any] | None, words: str = "") -> None:
        """Show where two works meet (GeoJSON) and bring it into view, `words` under the pointer; None: no more."""
        self._pointed.outline(shape, words)

    def _tell_guests(self) -> None:
        self._tell("guests", layers=self.guests.told(), details=self.guests.details)

    def mark(self, spot: tuple[float, float] | None) -> None:
        """Show a place (latitude, longitude) that no record has yet, and bring it into view; None: no more."""
        self.hand.drafting.forget()
        self._pointed.mark(spot)

    def state(self) -> dict[str, Any]:
        """What the map shows, to be kept until the next start."""
        return self._state.saved()

    def restore(self, saved: Mapping[str, Any]) -> None:
        """Show what `state` told once; anything unsound in it is left out."""
        self._state.load(saved)
        self.switches.obey()
        if self._state.place:
            self._looking.tell()
        self.switches.tell()

    def twin(self) -> "MapView":
        """A map of its own window that shows the same, and has no place on the screen yet."""
        made = MapView(self._modules, self._tasks, self._folder, self, like=self)
        made.setWindowFlag(Qt.WindowType.Window)
        return made

    @property
    def page_size(self) -> tuple[float, float]:
        """Width and height of what is seen, in the page's own pixels."""
        factor = self._view.zoomFactor()
        return self._view.width() / factor, self._view.height() / factor

    @property
    def attribution(self) -> str:
        """Whose the base map is: wherever the map goes, this goes with it."""
        return self._ground.attribution

    def when_painted(self, done: Callable[[], None]) -> None:
        """Call back once everything told so far is painted."""
        self._painting.when_painted(done)

    def grab_when_ready(self, done: Callable[[QPixmap], None]) -> None:
        """Hand over a picture of the map once everything told so far is painted and shown."""
        self._painting.grab_when_ready(done)

    # the talk with the page

    def _tell(self, word: str, **content: Any) -> None:
        """What is told before the page listens is in the state, which it is told at its start."""
        if self._open:
            self.page.tell(word, **content)

    def _tell_changed(self, module: str, word: str = "changed") -> None:
        """A person waits for what is `filtered`; what has `changed` comes in bursts.

        The page asks for a layer that is off when it is switched on.
        """
        self.stirred.emit()
        off = self._state.hidden
        lying = (one for one in self._layers if one.lies and one.key not in off)
        self._tell(word, shape=any(one.module.key == module for one in lying))

    def _opened(self) -> None:
        self._layout.setCurrentWidget(self._view)
        self._open = False
        self._tell_all()

    def _tell_all(self) -> None:
        """Tell a new page everything, as soon as it is known what pack there is."""
        if self._ground.trouble is None:
            return
        self._open = True
        self._tell(
            "start",
            colours=self._colours,
            outlines=OUTLINES,
            layers=[one.told_to_page() for one in self._layers],
            hidden=self.switches.unseen,
            opacity=self._state.opacity,
            selected=self._pointed.selection,
            view=self._looking.told(),
            pile=dict(zip(("module", "x", "y"), self._state.pile, strict=True)) if self._state.pile else None,
            **self._ground.told(),
            letter=self._letter,
            buttons=self._buttons,
        )
        self._pointed.tell_all()
        self._tell_guests()
        self.hand.tell_all()
        self._painting.tell_all()
        self.when_painted(self.ready.emit)

    def _hear(self, word: str, message: Message) -> None:
        if not self.hand.hear(word, message) and word in self._words:
            self._words[word](**message)

    def _clicked(self, module: str, id: str) -> None:
        module = self.atlas.module_of(module)
        if module in self.atlas.modules:
            self.select(module, id, centre=False)
            self.selected.emit(module, id)

    def _piled(self, module: str, x: float, y: float) -> None:
        if module in self.switches.layers:
            self._state.pile = (module, float(x), float(y))

    def _unpiled(self) -> None:
        self._state.pile = None

    def _grounded(self) -> None:
        """It is known what lies under the records: a page that listens already has waited for that."""
        ground = self._ground
        self.atlas.bounds = ground.bounds
        if not self._open and self.page.listens:
            self._tell_all()
        self._tell("pack", **ground.told())
        if ground.pack is not None and self._beside is None:  # cards are drawn and addresses told by the first map
            self.hand.drafting.know(ground.pack)
            self.addressed.emit(dict(ground.pack.addresses))

    def _given_up(self) -> None:
        self._layout.setCurrentWidget(self._banner)


def dropped(event: QDropEvent) -> list[Path]:
    """The files that are being dropped; none for anything else, addresses of the net included."""
    urls = event.mimeData().urls() if event.mimeData().hasUrls() else []
    return [Path(url.toLocalFile()) for url in urls if url.isLocalFile()]
