"""Panels brought to the places that an arrangement has for them, without the window getting wider."""

from collections.abc import Mapping, Sequence, Set
from itertools import pairwise

from PySide6.QtWidgets import QDockWidget, QMainWindow

from widgets.docks_panels import AREAS, Arrangement, Panel


def arrange(
    window: QMainWindow,
    docks: Mapping[str, QDockWidget],
    panels: Sequence[Panel],
    wanted: Arrangement,
    withheld: Set[str],
) -> None:
    """Put every panel where the arrangement has it; one that it has not, or that is withheld, is hidden."""
    places = {place: list(wanted.places.get(place, ())) for place in AREAS}
    shown = {key for keys in places.values() for key in keys}
    for panel in panels:
        if panel.key not in shown:
            places[panel.place].append(panel.key)
        docks[panel.key].setFloating(False)
    for place, keys in places.items():
        standing = [docks[key] for key in keys if key in docks]
        for dock in standing[:1]:
            window.addDockWidget(AREAS[place], dock)
        for earlier, later in pairwise(standing):  # one by one: side by side, all of them would widen the window
            window.addDockWidget(AREAS[place], later)
            window.tabifyDockWidget(earlier, later)
    for key, dock in docks.items():
        dock.setVisible(key in shown and key not in withheld)
    _raise_first(docks, wanted)


def _raise_first(docks: Mapping[str, QDockWidget], wanted: Arrangement) -> None:
    for place in AREAS:
        first = next((key for key in wanted.places.get(place, ()) if key in docks), "")
        if first and not docks[first].isHidden():
            docks[first].raise_()
