"""How many people live in the houses of a list, by the register of houses: counted here, with no line needed."""

import re
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from citymanager.address_words import Key, house_of
from citymanager.house_lists import keys_of
from citymanager.modules.houses import HOUSES
from citymanager.schema import Values
from citymanager.store import Reader
from citymanager.text import fold, plural
from citymanager.values import show

AS_OF = HOUSES.field("as_of")
NAMED = 3
"""Houses that are named of those whose residents are not known."""
TWICE = "в справочнике два разных числа"


@dataclass(frozen=True, slots=True)
class Residents:
    """How many live in how many houses, and the houses of which it is not known, as the list names them."""

    number: int = 0
    counted: int = 0
    unknown: tuple[str, ...] = ()
    as_of: str = ""
    """The earliest day for which one of the numbers is told; empty if none says."""


def residents(reader: Reader, lines: str) -> Residents:
    """The residents of the houses in a list, an address a line. A house that is listed twice is counted once."""
    listed = dict(reversed(keys_of(lines).items()))
    if not listed or HOUSES.key not in reader.modules:
        return Residents(unknown=tuple(listed.values()))
    known = _passports(reader, listed)
    numbers = {house: {one["residents"] for one in known[house]} - {None} for house in listed}
    counted = [house for house, said in numbers.items() if len(said) == 1]
    days = [one["as_of"] for house in counted for one in known[house] if one["as_of"]]
    unknown = [_doubtful(line, len(numbers[house])) for house, line in listed.items() if len(numbers[house]) != 1]
    return Residents(sum(sum(numbers[one]) for one in counted), len(counted), tuple(unknown), min(days, default=""))


def _passports(reader: Reader, listed: Collection[Key | str]) -> Mapping[Key | str, list[Values]]:
    """What the register says of these houses; somebody may have made two records of one.

    An address costs 15 µs to understand, so only those are understood that have the longest word of a listed street.
    """
    known = re.compile("|".join(re.escape(one) for one in {_telling(house) for house in listed}))
    found: dict[Key | str, list[Values]] = defaultdict(list)
    for _, told in reader.columns.every(HOUSES.key, ("address", "residents", "as_of")):
        address = str(told["address"] or "")
        if known.search(fold(address)) and (house := house_of(address)) in listed:
            found[house].append(told)
    return found


def _telling(house: Key | str) -> str:
    """What stands in every spelling of a house."""
    return house if isinstance(house, str) else max(house.street.words, key=len)


def _doubtful(line: str, numbers: int) -> str:
    return f"{line} ({TWICE})" if numbers > 1 else line


def in_words(found: Residents) -> str:
    """«1 234 в 12 домах; не известны для 2 домов: улица Мира, 2; улица Мира, 4»."""
    rest = len(found.unknown) - NAMED
    names = "; ".join(found.unknown[:NAMED]) + (f" и ещё {rest}" if rest > 0 else "")
    lost = f"; не известны для {_houses(len(found.unknown))}: {names}" if found.unknown else ""
    number = f"{found.number:,}".replace(",", "\u00a0")
    return f"{number} в {plural(found.counted, 'доме', 'домах', 'домах')}{lost}"


def source(found: Residents) -> str:
    """Where the number comes from, of which day it is, and what it leaves out."""
    day = f", сведения на {show(AS_OF, found.as_of)}" if found.as_of else ""
    lost = f"; без {_houses(len(found.unknown))}, где жители не известны" if found.unknown else ""
    return f"По справочнику домов{day}{lost}."


def _houses(number: int) -> str:
    return plural(number, "дома", "домов", "домов")
