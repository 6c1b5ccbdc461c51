"""What the window needs of the map and of the link, in words: both are built elsewhere and handed to it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from PySide6.QtCore import SignalInstance
from PySide6.QtGui import QColor, QImage, QPainterPath

from citymanager.sync_state import SyncState


class Hand(Protocol):
    """What the user's hand is for on a map."""

    @property
    def picked(self) -> SignalInstance:
        """(latitude, longitude): the place that was asked for."""

    @property
    def drafted(self) -> SignalInstance:
        """(drawing): what has been drawn by now, to be given to `draw` again."""

    @property
    def drawn(self) -> SignalInstance:
        """(geometry): what was asked for by `draw` is finished."""

    @property
    def undrawn(self) -> SignalInstance:
        """It was given up."""

    @property
    def busy(self) -> SignalInstance:
        """(whether): it waits for a click, and Esc ends that."""

    def pick(self) -> None: ...
    def draw(self, module: str, ident: str, shape: Any, draft: Any) -> None: ...
    def stop_drawing(self) -> None: ...


class CityMap(Protocol):
    """The map of the city; a widget, too."""

    @property
    def hand(self) -> Hand: ...

    @property
    def selected(self) -> SignalInstance:
        """(module, record): somebody has clicked on it."""

    @property
    def asked(self) -> SignalInstance:
        """(latitude, longitude): somebody wants to know about this place."""

    @property
    def viewed(self) -> SignalInstance:
        """(west, south, east, north) in degrees: this is what is seen of the city now."""

    @property
    def addressed(self) -> SignalInstance:
        """The city's addresses, once its map has been read: {"streets": …, "houses": …}."""

    @property
    def ready(self) -> SignalInstance:
        """The page is there."""

    def select(self, module: str, ident: str) -> None: ...
    def highlight(self, module: str, ident: str) -> None: ...
    def refresh(self, module: str, ids: Iterable[str] | None = None) -> None: ...
    def set_filter(self, module: str, numbers: Sequence[int] | None) -> None: ...
    def set_shown(self, module: str, shown: bool) -> None: ...
    def set_theme(self, colours: Mapping[str, str], dark: bool) -> None: ...
    def show_afar(self, factor: float, letter: float) -> None: ...
    def go_to(self, lat: float, lon: float, zoom: float) -> None: ...
    def mark(self, spot: tuple[float, float] | None) -> None: ...
    def outline(self, shape: Mapping[str, Any] | None, words: str = "") -> None: ...
    def show_pack(self, path: Path) -> None: ...
    def state(self) -> dict[str, Any]: ...
    def restore(self, saved: Mapping[str, Any]) -> None: ...
    def when_painted(self, done: Callable[[], None]) -> None: ...


class MapPanel(Protocol):
    """The map with a line under it; a widget, too."""

    @property
    def full_screen(self) -> SignalInstance:
        """The whole screen is wanted for the map, or no longer."""

    @property
    def second(self) -> SignalInstance:
        """The second map is wanted."""

    def go(self, text: str) -> None:
        """Show the place or the view that a text names, or say why it can't be."""


class Layers(Protocol):
    """The panel of the map's layers; a widget, too."""

    @property
    def wanted_in_table(self) -> SignalInstance:
        """(module, values): its table is to show these of its values only."""

    @property
    def move_in(self) -> SignalInstance:
        """(title, `Callable[[], Source]`): features of a temporary layer are wanted as records."""

    @property
    def resaved(self) -> SignalInstance:
        """Other sets of layers are kept than before."""

    def set_theme(self, colours: Mapping[str, str], dark: bool) -> None: ...
    def show_age(self, age: str, stale: bool) -> None: ...
    def sit(self, role: str, fresh: bool) -> None: ...
    def offer_to(self, role: str) -> None: ...
    def take_sets(self) -> None: ...


class LegendGroup(Protocol):
    """A layer in the legend of a printed map."""

    @property
    def module(self) -> str: ...
    @property
    def title(self) -> str: ...

    @property
    def records(self) -> int:
        """How many of them stand on the picture."""

    @property
    def marks(self) -> Sequence[tuple[QPainterPath, QColor, str]]:
        """Outlines in a square of side 1, their colours and words."""


class MapPicture(Protocol):
    """The map as it goes to paper, its scale bar and attribution within; may be painted on any thread."""

    @property
    def image(self) -> QImage: ...
    @property
    def legend(self) -> Sequence[LegendGroup]: ...

    @property
    def guests(self) -> Sequence[tuple[QPainterPath, QColor, str]]:
        """Temporary layers that are on it: outlines, colours and words, as of a group's marks."""

    @property
    def signs(self) -> Sequence[tuple[QPainterPath, QColor, str]]:
        """What stands for no value: records together, overdue ones."""

    @property
    def attribution(self) -> str:
        """Whose the base map is, as its licence has it said."""


class Photograph(Protocol):
    """Takes a picture of what the map shows now, for a place of so many millimetres."""

    def __call__(
        self, width: float, height: float, done: Callable[[MapPicture], None], failed: Callable[[str], None]
    ) -> object: ...


class Link(Protocol):
    """The way to the central server, on a thread of its own."""

    @property
    def entered(self) -> SignalInstance:
        """Somebody has tried to log in: empty, or why he can't."""

    @property
    def probed(self) -> SignalInstance:
        """(address, problem): what answers there; an empty problem: a central server of ours."""

    @property
    def state(self) -> SyncState: ...
    def probe(self, server: str) -> None: ...
    def start(self, server: str, login: str = "", password: str = "") -> None: ...
    def log_in(self, server: str, login: str, password: str) -> None: ...
    def log_out(self) -> None: ...
    def sync_now(self) -> None: ...
    def fetch(self, name: str) -> None: ...
    def stop(self) -> bool: ...
