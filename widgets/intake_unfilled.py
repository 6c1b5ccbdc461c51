"""A report that another system has brought in knows its place, and nobody has said what follows from it: whose the
place is, who is to do it. Its card offers to fill that in; opening a card changes nothing by itself.
"""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from citymanager.delegation import EXECUTOR, delegable
from citymanager.schema import Module
from citymanager.territory import Finding, Place, territory_fields
from widgets.intake_offer import Offer
from widgets.intake_places import CityPlaces
from widgets.record_field import FieldLine

FILL = "Заполнить"


class Unfilled(QObject):
    """Looks at the card that has just been shown; only fields that are empty are filled in, each with its reason."""

    def __init__(self, module: Module, lines: Mapping[str, FieldLine], places: CityPlaces, parent: QWidget) -> None:
        super().__init__(parent)
        self._module, self._places = module, places
        keys = [*territory_fields(module), *([EXECUTOR] if delegable(module) else [])]
        self._lines = {key: lines[key] for key in keys if key in lines}
        self._asked: Place | None = None
        self.offer = Offer("Не нужно", parent)

    def look(self, place: Place | None) -> None:
        """Another card is shown, of a report at this place; None: it has no place."""
        self._asked = place
        self.offer.withdraw()
        if place is not None and self._empty():
            self._places.territories(self._module, [place], self, lambda told: self._told(place, told[0]))

    def _empty(self) -> list[str]:
        return [key for key, line in self._lines.items() if line.open and not line.touched and line.stored is None]

    def _told(self, place: Place, told: Sequence[Finding]) -> None:
        empty = self._empty()
        found = [one for one in told if one.ident and one.field in empty]
        if place is self._asked and found:
            named = "; ".join(f"{self._lines[one.field].field.title} — {one.caption}" for one in found)
            self.offer.ask(f"По точке и категории. {named}", FILL, lambda: self._fill(told))

    def _fill(self, told: Sequence[Finding]) -> None:
        for one in told:
            if one.field in self._empty():
                self._put(self._lines[one.field], one)

    def _put(self, line: FieldLine, finding: Finding) -> None:
        if finding.ident:
            line.fill(finding.ident, f"Заполнено программой: {finding.reason}")
        else:
            line.explain(f"Не заполнено: {finding.reason}")
