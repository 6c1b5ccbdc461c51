"""How people write addresses: kinds of streets and their abbreviations, house numbers, flats; and what they all mean.

«ул. Комсомольская, д. 13 стр. 1», «Комсомольская улица 13с1» and «комсомольская 13 С 1» are one house.
"""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from citymanager.text import fold

_KINDS: Mapping[str, str] = {
    "улица": "улица ул", "проспект": "проспект просп пр-т пр-кт прт пркт пр", "проезд": "проезд пр-д прзд пр",
    "переулок": "переулок пер пер-к", "бульвар": "бульвар бул б-р бр", "площадь": "площадь пл",
    "шоссе": "шоссе ш", "набережная": "набережная наб", "тупик": "тупик туп", "аллея": "аллея ал",
    "микрорайон": "микрорайон мкр мкрн мкр-н", "квартал": "квартал кв-л", "дорога": "дорога дор", "тракт": "тракт",
    "посёлок": "поселок пос", "линия": "линия", "территория": "территория тер",
}  # fmt: skip
KINDS: Mapping[str, frozenset[str]] = {
    word: frozenset(kind for kind, words in _KINDS.items() if word in words.split())
    for word in " ".join(_KINDS.values()).split()
}
"""A word or an abbreviation → the kinds of street that it may mean."""
TITLES = frozenset({
    "имени", "им", "академика", "ак", "акад", "маршала", "генерала", "адмирала", "героя", "космонавта", "доктора",
    "профессора",
})  # fmt: skip
"""Words that one spelling of a street's name has and another leaves out."""
_IDLE = frozenset(["no", "на", "по", "у", "около", "возле", "напротив"])
_PLACE_BEFORE, _PLACE_AFTER = (
    frozenset(["г", "гор", "город"]),
    frozenset(["обл", "область", "край", "р-н", "район", "го", "зато"]),
)
_ALIKE = str.maketrans("abcekmhoptx", "авсекмнортх")
"""Latin letters that look like Cyrillic ones: a house number is typed in either layout."""
_LAYOUT = str.maketrans("qwertyuiop[]asdfghjkl;'zxcvbnm,.`", "йцукенгшщзхъфывапролджэячсмитьбюё")

_WORD = re.compile(r"[^\W_]+(?:[-/][^\W_]+)*")
_GLUED = re.compile(r"(?<=[^\W\d_]{3})(?=\d)")
_ORDINAL = re.compile(r"^(\d+)-?(?:й|я|е|ый|ой|ая|ое|го)$")
_FLAT = re.compile(r"[\s,;]*\b(?:кв|квартира|подъезд|этаж|эт|офис|оф|пом|помещение|комната)\b.*$", re.IGNORECASE | re.S)
_HOUSE_BEGINS = re.compile(r"(?:д|дом|уч)?\d|(?:д|дом|уч|участок|влад|владение|площадка)$")
_HOUSE_WORDS = (
    (re.compile(r"^д(?:ом)?(?=\d|$)"), ""), (re.compile(r"(?:корпус|корп|кор)(?=\d)"), "к"),
    (re.compile(r"(?:строение|стр)(?=\d)"), "с"), (re.compile(r"литера|литер|лит"), ""),
    (re.compile(r"(?:владение|влад)(?=\d)"), "вл"), (re.compile(r"[-/]+"), "/"),
)  # fmt: skip


class Street(NamedTuple):
    """A street's name without the order of its words: «Комсомольская улица» is «улица Комсомольская»."""

    words: frozenset[str]
    kind: str


class Key(NamedTuple):
    """A house, whatever way its address is written."""

    street: Street
    house: str


def split_flat(text: str) -> tuple[str, str]:
    """An address without flat, entrance and floor, and those, as they were written."""
    found = _FLAT.search(text)
    return (text[: found.start()], text[found.start() :].lstrip(" ,;")) if found and found.start() else (text, "")


def tokens(text: str) -> list[str]:
    """The words of an address without flat, country, region and town."""
    found = _WORD.findall(_GLUED.sub(" ", fold(split_flat(text)[0].replace("№", "№ "))))
    found = [one for one in found if one not in _IDLE]
    return _without_town(found) or found


def _without_town(words: list[str]) -> list[str]:
    while words:
        if words[0] in ("россия", "рф") or (len(words[0]) == 6 and words[0].isdigit()):
            words = words[1:]
        elif words[0] in _PLACE_BEFORE or (len(words) > 1 and words[1] in _PLACE_AFTER):
            words = words[2:]
        else:
            break
    return words


def may_begin_house(token: str) -> bool:
    return _HOUSE_BEGINS.match(token) is not None


def house_key(words: Sequence[str]) -> str:
    """A house number in its one spelling: ("13", "стр", "1") → «13с1», ("5A",) → «5а»."""
    key = ""
    for one in words:
        part = fold(one).translate(_ALIKE)
        key += "/" + part if key[-1:].isdigit() and part[:1].isdigit() else part
    for pattern, short in _HOUSE_WORDS:
        key = pattern.sub(short, key)
    return key


def number_key(number: str) -> str:
    """The key of a house number as a map writes it: «13 с16»."""
    return house_key(_WORD.findall(number))


def name_word(word: str) -> str:
    """A word of a street's name in its one spelling: «2-ая» is «2»."""
    return _ORDINAL.sub(r"\1", word)


def street_of(words: Sequence[str]) -> Street:
    """The street that some words name; one without a kind is a «улица»."""
    kinds = [KINDS[one] for one in words if one in KINDS]
    names = frozenset(name_word(one) for one in words if one not in KINDS and one not in TITLES)
    return Street(names or frozenset(words), min(kinds[0], key=list(_KINDS).index) if kinds else "улица")


def key_of(address: str) -> Key | None:
    """What an address as it is written means; None if it names no house."""
    segments = [words for part in split_flat(address)[0].split(",") if (words := tokens(part))]
    for at, words in enumerate(segments[1:], 1):
        if may_begin_house(words[0]):
            return _key(segments[at - 1], [one for rest in segments[at:] for one in rest])
    whole = tokens(address)
    named = next((at for at, one in enumerate(whole) if one not in KINDS), len(whole))
    at = next((at for at, one in enumerate(whole) if at > named and may_begin_house(one)), 0)
    return _key(whole[:at], whole[at:]) if at else None


@lru_cache(maxsize=20_000)
def house_of(address: str) -> Key | str:
    """The house that an address means; its own words where it names none. A city's houses are asked for often."""
    return key_of(address) or fold(address.strip())


def _key(street: Sequence[str], house: Sequence[str]) -> Key | None:
    number = house_key(house)
    return Key(street_of(street), number) if number else None


def in_russian_layout(text: str) -> str:
    """What was meant by keys that were pressed in the Latin layout."""
    return text.lower().translate(_LAYOUT)
