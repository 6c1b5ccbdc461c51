"""The second map while its window is open: its parts are made here, and connected with each other and with the desk."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from widgets import map_period
from widgets.city_search import CitySearch
from widgets.desk import Desk
from widgets.map_period import MapPeriod
from widgets.period_bar import PeriodBar
from widgets.second_view import OWN_KEYS, SecondView
from widgets.second_window import SecondWindow
from widgets.station_parts import Parts, SecondParts


@dataclass(frozen=True)
class Opened:
    """All that there is of it; everything goes with the window."""

    parts: SecondParts
    period: MapPeriod
    view: SecondView
    window: SecondWindow

    def state(self) -> dict[str, Any]:
        """What it shows, and where, as JSON."""
        return {
            "place": self.window.place(),
            "map": self.parts.map.state(),
            "period": map_period.saved(self.period.period),
            "view": self.view.state(),
        }

    def restore(self, kept: Mapping[str, Any]) -> None:
        """Show what `state` told once; whatever is not sound stays as it is. Where it stands is for the window."""
        view, shown = kept.get("view"), kept.get("map")
        self.view.restore(view if isinstance(view, dict) else {})
        if isinstance(shown, dict):
            self.parts.map.restore(shown)
        self.period.choose(map_period.read(kept.get("period")))


def open_beside(parts: Parts, desk: Desk) -> Opened:
    """Make the second map of a desk."""
    made, bar = parts.second(), PeriodBar(parts.modules[0], parts.tasks)
    period = MapPeriod(bar, parts.modules, parts.tasks, parts.hub, parts.clock)
    search = CitySearch(parts.modules, parts.tasks, parts.hub, parts.seat, parts.appearance, desk.places)
    view = SecondView(made, search, bar)
    opened = Opened(made, period, view, SecondWindow(desk.aged(view), desk.window))
    _connect_inside(opened)
    _connect_with_desk(opened, parts, desk)
    return opened


def _connect_inside(opened: Opened) -> None:
    city_map, view, window = opened.parts.map, opened.view, opened.window
    opened.period.narrowed.connect(city_map.set_filter)
    view.search.went.connect(city_map.mark)
    city_map.hand.busy.connect(view.spare_escape)
    window.filled.connect(view.fill)
    view.closing.connect(window.close)
    for wish in (opened.parts.panel.full_screen, view.full_screen):
        wish.connect(window.toggle_full_screen)


def _connect_with_desk(opened: Opened, parts: Parts, desk: Desk) -> None:
    """What outlives the window is connected with methods only: Qt lets go of them, of a lambda it would not."""
    city_map, layers = opened.parts.map, opened.parts.layers
    parts.hub.selected.connect(city_map.highlight)
    city_map.selected.connect(parts.hub.selected)
    city_map.selected.connect(desk.show_selected)
    layers.wanted_in_table.connect(desk.show_values)
    layers.resaved.connect(parts.layers.take_sets)
    parts.layers.resaved.connect(layers.take_sets)
    opened.window.touched.connect(desk.window.docks.memory.touched)
    desk.window.lend_keys(opened.view, OWN_KEYS)
