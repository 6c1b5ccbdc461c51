"""Who writes to the training city: invented residents, most of them once, some often, one a hundred and ten times."""

from collections.abc import Iterator, Mapping
from random import Random
from typing import Any

from citymanager.schema import Values
from citymanager.training_city.plan import texts
from citymanager.training_city.registers import phone

TENACITY = 110 / 2_000
"""The share of reports that one tenacious resident writes."""
REPEATERS: Mapping[int, float] = {10: 0.015, 5: 0.015, 3: 0.05, 2: 0.06}
"""By how often they write: how many residents there are of this kind for each report."""


def authors(how_many: int, random: Random) -> list[Values]:
    """The author of each of so many reports, in no order."""
    strangers = _strangers(texts("reports")["names"], random)
    tenacious = {"author_name": texts("reports")["tenacious"], "author_email": "neugomonov@uchebny.example"}
    found: list[Values] = [tenacious] * round(how_many * TENACITY)
    for times, share in REPEATERS.items():
        for _ in range(round(how_many * share)):
            found += [next(strangers)] * times
    found += [next(strangers) for _ in range(how_many - len(found))]
    random.shuffle(found)
    return found[:how_many]


def _strangers(words: Mapping[str, Any], random: Random) -> Iterator[Values]:
    """Residents, no two of one name."""
    known: set[str] = set()
    while True:
        name = _name(words, random)
        if name in known:
            continue
        known.add(name)
        author: Values = {"author_name": name}
        if random.random() < 0.7:
            author["author_phone"] = phone(len(known), 40)
        if random.random() < 0.6:
            author["author_email"] = f"resident{len(known)}@uchebny.example"
        yield author


def _name(words: Mapping[str, Any], random: Random) -> str:
    surname = random.choice(words["surnames"])
    if random.random() < 0.6:
        return f"{_feminine(surname)} {random.choice(words['women'])} {random.choice(words['mothers'])}"
    return f"{surname} {random.choice(words['men'])} {random.choice(words['fathers'])}"


def _feminine(surname: str) -> str:
    return f"{surname[:-2]}ая" if surname.endswith(("ой", "ий")) else f"{surname}а"
