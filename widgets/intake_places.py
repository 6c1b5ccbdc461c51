"""What a desk knows of the city's places without a line: addresses from the map, territories from the cache."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QObject, Signal

from citymanager.addresses import MOST, Address, AddressBook
from citymanager.delegation import delegable, delegation
from citymanager.schema import Module
from citymanager.store import Query, Reader
from citymanager.tasks import Tasks
from citymanager.territory import Finding, Place, territory_fields
from citymanager.text import words

LOOKED_AT = 200
"""Records that are looked at for addresses used before."""


class CityPlaces(QObject):
    """Suggests addresses, finds houses, and says whose a place is. Everything longer runs on a reader's thread."""

    changed = Signal()
    """The city's addresses are known now."""

    def __init__(self, tasks: Tasks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self.book = AddressBook((), ())

    def take_addresses(self, table: Mapping[str, Any]) -> None:
        """Take the addresses of a city pack: {"streets": …, "houses": …, …} as `AddressBook` wants them."""
        parts = [table.get(name, ()) for name in ("streets", "houses", "crossings")]
        self._tasks.read(lambda reader: AddressBook(*parts), self._take, owner=self)

    def _take(self, book: AddressBook) -> None:
        self.book = book
        self.changed.emit()

    def suggest(self, module: str, typed: str, owner: QObject, done: Callable[[list[Address]], None]) -> None:
        book = self.book
        self._tasks.read(
            lambda reader: book.suggest(typed) or used_before(reader, module, typed),
            done,
            owner=owner,
            newest=f"addresses:{id(owner)}",
        )

    def find(self, address: str) -> Address | None:
        return self.book.find(address)

    def nearest(self, lon: float, lat: float) -> tuple[Address, float] | None:
        """The nearest house and its distance in metres, if one is near."""
        return self.book.nearest(lon, lat)

    def territories(
        self, module: Module, places: Sequence[Place], owner: QObject, done: Callable[[list[list[Finding]]], None]
    ) -> None:
        """Hand over what follows for the module's fields from each of these places."""
        if territory_fields(module) or delegable(module):
            self._tasks.read(
                lambda reader: delegation(reader, module, places),
                done,
                owner=owner,
                newest=f"territories:{id(owner)}",
            )


def used_before(reader: Reader, module: str, typed: str) -> list[Address]:
    """Addresses of the module's records that hold these words, with the points that those records have."""
    declared, wanted = reader.modules[module], words(typed)
    keys = [one.key for one in declared.fields if one.kind == "address"]
    found: dict[str, Address] = {}
    for record in reader.first_page(Query(module, text=typed), LOOKED_AT) if wanted else ():
        for text in (str(record.data[key]) for key in keys if record.data.get(key)):
            known = words(text)
            if len(text) <= 200 and all(any(one.startswith(word) for one in known) for word in wanted):
                found.setdefault(text, _as_used(text, record.data.get("geometry")))
    return list(found.values())[:MOST]


def _as_used(text: str, geometry: Any) -> Address:
    """A used address as a house: whether its point is known or not, it is the whole text."""
    return Address("", text, point_of(geometry))


def point_of(geometry: Any) -> tuple[float, float] | None:
    """Longitude and latitude of a GeoJSON point; None for whatever is none."""
    if not isinstance(geometry, dict) or geometry.get("type") != "Point":
        return None
    lon, lat = geometry["coordinates"][:2]
    return float(lon), float(lat)
