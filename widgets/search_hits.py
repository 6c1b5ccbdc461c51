"""What the search box offers, as lines of its list: a place, an address or a record, each with what it is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from citymanager.addresses import Address
from citymanager.record_search import Found
from citymanager.schema import Status

PLACE, NUMBERS, ADDRESSES, RECORDS = "Координаты", "Номера", "Адреса", "Записи"
GROUPS = (PLACE, NUMBERS, ADDRESSES, RECORDS)
"""Headings of the list, in its order."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One line: it leads to an address on the map or to a record's card."""

    group: str
    title: str
    kind: str
    about: str = ""
    when: str = ""
    status: Status | None = None
    status_title: str = ""
    address: Address | None = None
    record: Found | None = None

    @property
    def told(self) -> str:
        """The whole line in words, for who does not see it."""
        return ", ".join(part for part in (self.title, self.kind, self.status_title, self.when, self.about) if part)


def of_place(lat: float, lon: float) -> Hit:
    """Where typed coordinates are."""
    return Hit(PLACE, f"{lat:.6f}, {lon:.6f}", "показать на карте", address=Address("", "", (lon, lat)))


def of_address(one: Address, flat: str = "") -> Hit:
    """`flat`: what was typed behind the house; it stays behind it."""
    kind = "улица" if not one.number else "перекрёсток" if " / " in one.number else "дом"
    title = ", ".join([one.text, flat]) if one.number and flat else one.text
    return Hit(ADDRESSES, title, kind, address=one)


def of_record(one: Found, group: str) -> Hit:
    status = one.module.status(one.status)
    title = status.title if status else one.status
    return Hit(group, one.title, one.module.one, one.about, one.when, status, title, record=one)


def grouped(places: Sequence[Hit], said: Iterable[Found]) -> list[Hit]:
    """All lines in their order; a record that was found by its number is not told again by its words."""
    known = {(one.record.module.key, one.record.id) for one in places if one.record}
    others = [of_record(one, RECORDS) for one in said if (one.module.key, one.id) not in known]
    return sorted([*places, *others], key=lambda one: GROUPS.index(one.group))
