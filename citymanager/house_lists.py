"""Houses as a dispatcher lists them: «Ленина 1-15 нечётные, 20; Мира 3, 5, 7а», «300 м от Ленина 5»."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from citymanager.address_words import KINDS, Key, house_of, number_key, tokens
from citymanager.addresses import Address, AddressBook
from citymanager.errors import Refused
from citymanager.text import fold

NO_MAP = "Карта города не загружена: дома по улицам не находятся. Впишите адреса по одному."
FARTHEST = 5_000
"""Metres around a house."""
LIKE = 3
"""Streets or houses that are named instead of one that is not there."""
_LETTERED = re.compile(r"[^\W\d_]{3,}")
_HOUSE_BEGINS = re.compile(
    r"(?<![\w/-])(?=\d|(?:не)?ч[её]т|вс[ея]\b|дома?\b|д(?=[.\s]*\d)|№|с(?=\s+\d))", re.IGNORECASE
)
_AROUND = re.compile(r"^\s*(\d{1,5})\s*м(?:етр\w*)?\.?\s+(?:от|вокруг|около)\s+(.+)$", re.IGNORECASE)
_PARITY = re.compile(r"\(?\b(не)?чет(?:н\w*)?\b\.?\)?")
_SPARE = re.compile(r"^(?:дома?\b|д(?=[.\s]*\d)|№|все\b|вся\b|[\s.:,])+")
_RANGE = re.compile(r"^(?:с\s*)?(\d+)\s*(?:-|–|—|по|до)\s*(\d+)$")
_NOT_A_STREET = re.compile(r"^(?:(?:не)?чет\w*|все|вся|дома?|корп\w*|стр\w*|лит\w*|влад\w*)$")
Houses = Mapping[str, Address]


@dataclass
class Listed:
    """The houses that a list names, in its order, and what of it was not understood, in Russian."""

    houses: dict[str, Address] = field(default_factory=dict)
    """By their text."""
    troubles: list[str] = field(default_factory=list)

    def take(self, found: list[Address]) -> None:
        self.houses.update({one.text: one for one in found})


def listed(typed: str, book: AddressBook) -> Listed:
    """Read a list. What is understood of it is found, whatever else stands there."""
    found = Listed()
    if typed.strip() and not len(book):
        found.troubles.append(NO_MAP)
        return found
    for part in re.split(r"[;\n]", typed):
        near = _AROUND.match(part)
        acts = _near(int(near[1]), near[2], book) if near else _of_part(part, book)
        for act in acts:
            if isinstance(act, str):
                found.troubles.append(act)
            else:
                found.take(act)
    return found


def _near(metres: int, address: str, book: AddressBook) -> Iterator[list[Address] | str]:
    house = book.find(address) or next((one for one in book.suggest(address) if one.number), None)
    if house is None or house.point is None:
        yield f"«{address.strip()}»: такого дома на карте нет."
    elif metres > FARTHEST:
        yield f"{metres} м — слишком далеко: не больше {FARTHEST} м."
    else:
        yield book.around(*house.point, metres)


def _of_part(part: str, book: AddressBook) -> Iterator[list[Address] | str]:
    """Pieces between commas: each a street, houses of the street before it, or both."""
    street: tuple[Address, Houses] | None = None
    lost, named = False, True
    for piece in filter(None, (one.strip() for one in part.split(","))):
        try:
            begun, rest = _split(piece, book)
            if begun is not None:
                if not named and street is not None:
                    yield _no_houses(street[0])
                street, lost, named = begun, False, False
            if rest and street is not None and not lost:
                named = True
                yield _houses(rest, *street)
            elif rest and not lost:
                yield f"«{piece}»: сначала улица, потом дома."
        except Refused as error:
            named = True
            lost = lost or street is None or bool(_street_words(piece))
            yield str(error)
    if street is not None and not named:
        yield _no_houses(street[0])


def _no_houses(street: Address) -> str:
    return f"{street.street}: укажите дома, например «1-15 нечётные, 20» или «все»."


def _split(piece: str, book: AddressBook) -> tuple[tuple[Address, Houses] | None, str]:
    """The street that a piece begins with, if it does, and the rest. Raises Refused for a street that is none."""
    ends = [at.start() for at in _HOUSE_BEGINS.finditer(piece) if _street_words(piece[: at.start()])]
    if not ends and not _street_words(piece):
        return None, piece
    guesses = [(book.streets(piece[:end]), end) for end in (*ends, len(piece))]
    fitting = [(found, end) for found, end in guesses if found]
    if not fitting:
        raise Refused(_unknown(piece[: ends[0]] if ends else piece, book))
    sure = [(found, end) for found, end in fitting if len(found) == 1]
    if not sure:
        names = " или ".join(one.street for one, _ in fitting[0][0][:LIKE])
        raise Refused(f"«{piece[: fitting[0][1]].strip(' ,')}» — какая улица: {names}? Напишите её целиком.")
    found, end = sure[0]
    return found[0], piece[end:]


def _street_words(text: str) -> list[str]:
    """Words that may be a street's name."""
    return [one for one in tokens(text) if _LETTERED.search(one) and not _NOT_A_STREET.match(one) and one not in KINDS]


def _unknown(name: str, book: AddressBook) -> str:
    like = list(dict.fromkeys(one.street for one in book.suggest(name) if one.street))[:LIKE]
    hint = f" Похожие: {', '.join(like)}." if like else " Проверьте, так ли написано."
    return f"Улицы «{name.strip(' ,.')}» на карте нет.{hint}"


def _houses(rest: str, street: Address, houses: Houses) -> list[Address]:
    """The houses that one piece names. Raises Refused."""
    text = fold(rest).strip()
    parity = _PARITY.search(text)
    bare = _SPARE.sub("", _PARITY.sub(" ", text).strip()).strip(" .")
    if not bare:
        return _between(houses, 0, 10**9, parity, f"{street.street}: таких домов на карте нет.")
    span = _RANGE.match(bare)
    if span and int(span[1]) < int(span[2]):
        first, last = int(span[1]), int(span[2])
        return _between(houses, first, last, parity, f"{street.street}: домов {rest.strip()} на карте нет.")
    found = houses.get(number_key(bare))
    if found is not None and not parity:
        return [found]
    if span:
        raise Refused(f"{street.street}: «{rest.strip()}» — сначала меньший номер, потом больший.")
    if parity:
        raise Refused(f"{street.street}: «{rest.strip()}» — чётные и нечётные бывают в промежутке: «1-15 нечётные».")
    raise Refused(f"{street.street}: дома «{rest.strip()}» на карте нет.{_alike(bare, houses)}")


def _between(houses: Houses, first: int, last: int, parity: re.Match[str] | None, none: str) -> list[Address]:
    """The houses of a street by their leading numbers, letters and blocks included. Raises Refused for none."""
    odd = None if parity is None else parity[1] is not None
    found = [
        one
        for key, one in houses.items()
        if (number := _leading(key)) and first <= number <= last and (odd is None or number % 2 == odd)
    ]
    if not found:
        raise Refused(none)
    return found


def _alike(typed: str, houses: Houses) -> str:
    """Houses whose number begins alike, or stands next to it."""
    number = _leading(number_key(typed))
    near = sorted(houses.items(), key=lambda one: abs(_leading(one[0]) - number))[:LIKE]
    return f" Есть: {', '.join(one.number for _, one in near)}." if number and near else ""


def _leading(key: str) -> int:
    digits = re.match(r"\d+", key)
    return int(digits[0]) if digits else 0


def keys_of(lines: str) -> dict[Key | str, str]:
    """The lines of a list, each once: by the house that it means, or by its own words where it means none."""
    found = [line.strip() for line in lines.splitlines() if line.strip()]
    return {house_of(line): line for line in reversed(found)}
