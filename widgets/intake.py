"""What a card fills in by itself at intake: the point of the chosen house, whose place it is, who is to do it.

What a person has set stays: the program replaces only what is empty or what it would have filled in itself before.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from citymanager.addresses import Address, metres_apart
from citymanager.delegation import CATEGORY, delegable
from citymanager.errors import Refused
from citymanager.schema import Module
from citymanager.territory import RECEIVED, Finding, Place
from citymanager.values import CITY_ZONE
from widgets.editors.address import AddressEditor
from widgets.editors.place import PlaceEditor
from widgets.intake_offer import Offer
from widgets.intake_places import CityPlaces, point_of
from widgets.intake_unfilled import Unfilled
from widgets.record_field import FieldLine

SAME_PLACE = 40.0
"""Metres within which a point set by hand is as good as the house's own."""
PAUSE_MS = 200
"""After the last change of coordinates that are being typed."""
Point = tuple[float, float]


class Intake(QObject):
    """Watches the address and the point of one form."""

    placed = Signal(object)
    """Latitude and longitude of a point just set; None: another card is open."""

    def __init__(
        self,
        module: Module,
        lines: Mapping[str, FieldLine],
        places: CityPlaces,
        clock: Callable[[], datetime],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._module, self._lines, self._places, self._clock = module, lines, places, clock
        self._card = 0
        self._before: Place | None = None
        """Of what the territory was told last, or stood in the card when it was opened."""
        self._own: Point | None = None
        """The point that the program has set in this card."""
        self.move, self.name = Offer("Оставить", parent), Offer("Не нужно", parent)
        self.unfilled = Unfilled(module, lines, places, parent)
        self._soon = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._soon.timeout.connect(self._place_changed)
        self._address = next((one for one in lines.values() if isinstance(one.editor, AddressEditor)), None)
        self._place = lines.get("geometry")
        if module.geometry == "point" and self._address is not None and self._place is not None:
            self._watch(self._address, self._place)

    def start(self) -> None:
        """Another card is shown: its questions are new."""
        self._card += 1
        self._soon.stop()
        self._own, self._before = None, self._here()
        self.move.withdraw()
        self.name.withdraw()
        self.unfilled.look(self._before)
        self.placed.emit(None)

    def begin(self) -> None:
        """A new card has begun at a place that was found elsewhere: it is as good as one that the program has set."""
        self._own = self._point()
        self._place_changed()

    # the address leads to the point

    def _chosen(self, address: Address) -> None:
        self.name.withdraw()
        self.move.withdraw()
        now = self._point()
        if address.point is None:
            self._judge()
        elif now is None or self._is_own(now):
            self._set_point(address)
        elif metres_apart(now, address.point) > SAME_PLACE:
            self.move.ask("Точка стоит в другом месте: перенести?", "Перенести", lambda: self._set_point(address))
            self._judge()
        else:
            self._judge()

    def _is_own(self, point: Point) -> bool:
        """Whether the program has set this point, now or when the address was the former one."""
        house = self._places.find(self._before.address) if self._before else None
        known = [one for one in (self._own, house.point if house else None) if one is not None]
        return any(metres_apart(one, point) < 1 for one in known)

    def _set_point(self, address: Address) -> None:
        if self._place is None or address.point is None or self._place.editor.reading:
            return
        lon, lat = self._own = address.point
        why = f"Заполнено программой: {'дом на карте города' if address.street else 'точка прежней карточки'}"
        self._place.fill({"type": "Point", "coordinates": [lon, lat]}, why)
        self.placed.emit((lat, lon))
        self._judge()

    # the point leads to the address

    def _place_changed(self) -> None:
        """The user has set, typed or taken away the point."""
        self.move.withdraw()
        self.name.withdraw()
        point = self._point()
        if point is None:
            return
        self.placed.emit((point[1], point[0]))
        near = self._places.nearest(*point)
        if near is not None and not self._written():
            house, metres = near
            words = f"Ближайший дом: {house.text} ({metres:.0f} м)"
            self.name.ask(words, "Вписать адрес", lambda: self._name(house))
        self._judge()

    def _name(self, house: Address) -> None:
        if self._address is not None and isinstance(self._address.editor, AddressEditor):
            self._address.editor.put(house)
            self._judge()

    # the point and the address lead to the territory

    def _judge(self) -> None:
        """Ask whose the place is now, and whose it was before: only what the program filled in then may change."""
        here, before, card = self._here(), self._before, self._card
        self.unfilled.offer.withdraw()
        if here is None:
            return
        self._before = here
        places = [here] if before is None else [here, before]
        self._places.territories(self._module, places, self, lambda told: self._told(card, here, told))

    def _told(self, card: int, here: Place, told: Sequence[Sequence[Finding]]) -> None:
        if card != self._card or here != self._here():
            return
        former = {one.field: one.ident for one in told[1]} if len(told) > 1 else {}
        for finding in told[0]:
            self._fill(self._lines[finding.field], finding, former.get(finding.field, ""))

    def _fill(self, line: FieldLine, finding: Finding, former: str) -> None:
        value = _value(line)
        if line.editor.reading or value is ...:
            return
        if value not in (None, former):
            by_hand = finding.ident and finding.ident != value
            line.explain(f"Выбрано вручную. По точке: {finding.caption} ({finding.reason})" if by_hand else "")
        elif finding.ident:
            line.fill(finding.ident, f"Заполнено программой: {finding.reason}")
        elif value is not None:
            line.fill(None, f"Не заполнено: {finding.reason}")
        else:
            line.explain(f"Не заполнено: {finding.reason}")

    # what stands in the card

    def _here(self) -> Place | None:
        point = self._point()
        return Place(*point, self._written(), self._day(), self._category()) if point else None

    def _point(self) -> Point | None:
        return point_of(_value(self._place)) if self._place is not None else None

    def _written(self) -> str:
        return str(self._address.editor.state()).strip() if self._address is not None else ""

    def _category(self) -> str:
        value = _value(self._lines[CATEGORY]) if CATEGORY in self._lines else ""
        return value if isinstance(value, str) else ""

    def _day(self) -> date:
        line = self._lines.get(RECEIVED)
        value = _value(line) if line is not None else None
        moment = datetime.fromisoformat(value) if isinstance(value, str) else self._clock().astimezone(UTC)
        return moment.astimezone(CITY_ZONE).date()

    def _watch(self, address: FieldLine, place: FieldLine) -> None:
        assert isinstance(address.editor, AddressEditor) and isinstance(place.editor, PlaceEditor)
        address.editor.chosen.connect(self._chosen)
        place.editor.edited.connect(lambda: self._soon.start())
        if delegable(self._module):
            self._lines[CATEGORY].editor.edited.connect(self._judge)
        address.below.addWidget(self.move)
        place.below.addWidget(self.name)
        place.below.addWidget(self.unfilled.offer)
        QWidget.setTabOrder(address.editor.line, self.move.accept)
        QWidget.setTabOrder(self.move.accept, self.move.decline)


def _value(line: FieldLine) -> Any:
    """What stands in a line; an ellipsis while it can't be read."""
    try:
        return line.editor.value()
    except Refused:
        return ...
