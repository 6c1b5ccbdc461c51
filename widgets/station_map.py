"""What the cards at a desk and the map ask of each other: a place, a shape, where a clash lies, a view by its link."""

from collections.abc import Callable

from citymanager.clashes import Clash, on_the_ground
from citymanager.errors import Refused
from citymanager.hub import Hub
from widgets.desk import Desk
from widgets.parts import CityMap, MapPanel
from widgets.record_place import CardPlace


class MapLink:
    """Carries what is asked to the map, and what comes of it to the card that has asked."""

    def __init__(self, city_map: CityMap, panel: MapPanel, desk: Desk, hub: Hub) -> None:
        self._map, self._panel, self._desk, self._hub = city_map, panel, desk, hub
        self._picking = self._drawing = ""
        """The module whose card waits for a place or a shape from the map."""
        wide = desk.window.docks.full_screen("map")
        panel.full_screen.connect(wide.toggle)
        city_map.hand.busy.connect(wide.spare_escape)
        hub.linked.connect(self._show_view)
        self._hear_map()
        self._hear_desk()

    def _hear_map(self) -> None:
        self._map.selected.connect(self._desk.show_selected)
        self._map.hand.picked.connect(self._picked)
        self._map.asked.connect(self._desk.point_at)
        self._map.hand.drafted.connect(self._drafted)
        self._map.hand.undrawn.connect(self._undrawn)
        self._map.hand.drawn.connect(self._drawn)
        self._map.addressed.connect(self._desk.places.take_addresses)

    def _hear_desk(self) -> None:
        self._desk.placed.connect(self._map.mark)
        self._desk.outlined.connect(self._outline)
        self._desk.pick_requested.connect(self._pick)
        self._desk.draw_requested.connect(self._draw)
        self._desk.draw_left.connect(self._undraw)

    def _show_view(self, link: str) -> None:
        """A text on the screen has a link to a view, and it was clicked."""
        self._desk.window.docks.show("map")
        self._panel.go(link)

    def _outline(self, clash: Clash | None) -> None:
        """Where both lie is seen on the map as long as somebody looks at their clash."""
        self._map.outline(clash.shape if clash else None, on_the_ground(clash) if clash else "")

    def _pick(self, module: str) -> None:
        """A card wants its place: the next click on the map tells it."""
        self._picking = module
        self._desk.window.docks.show("map")
        self._map.hand.pick()

    def _picked(self, latitude: float, longitude: float) -> None:
        if self._picking:
            self._desk.take_point(self._picking, latitude, longitude)
        self._picking = ""

    def _draw(self, module: str, ident: str, shape: object, begun: object) -> None:
        """A card wants its shape drawn. What is drawn for another one stays in that one's draft."""
        self._desk.window.docks.show("map")
        try:
            self._map.hand.draw(module, ident, shape, begun)
            self._drawing = module
        except Refused as error:
            self._hub.notice.emit(str(error), "warning")

    def _undraw(self, module: str) -> None:
        """Another card came, or its shape changed: what is drawn lies in the draft."""
        if module == self._drawing:
            self._map.hand.stop_drawing()

    def _drafted(self, drawing: object) -> None:
        if self._drawing:
            self._desk.record(self._drawing).form.place.keep(drawing)

    def _drawn(self, geometry: dict[str, object]) -> None:
        self._take_shape(lambda place: place.put(geometry))

    def _undrawn(self) -> None:
        self._take_shape(CardPlace.leave)

    def _take_shape(self, take: Callable[[CardPlace], None]) -> None:
        """A drawing is over: its card takes what came of it, and the keyboard."""
        if self._drawing:
            place = self._desk.record(self._drawing).form.place
            take(place)
            self._desk.window.docks.show(self._drawing)
            place.go_to()
