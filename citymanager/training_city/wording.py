"""How the residents of the training city write, and how the city answers: many hands, no two letters alike."""

import re
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Any

from citymanager.training_city.areas import Place
from citymanager.training_city.plan import texts
from citymanager.training_city.standings import WINTER, Standing
from citymanager.values import CITY_ZONE

_BLOCKS_OF_FLATS = re.compile("подъезд|лифт|этаж|квартир|стояк|подвал|сверху|всего дома|двор")
_IN_SUMMER = re.compile("трав|клумб|куст|ливнёвк|газон")
_SENTENCE = re.compile(r"([.!?] )([а-яё])")
ON_THE_ROAD = frozenset({"pothole", "lighting", "earthworks"})


@dataclass(frozen=True, slots=True)
class Case:
    """What happened, where, and what the city answers in the end."""

    category: str
    place: Place
    what: str
    answer: str
    executor: str = ""
    """Who takes it, if its category does not say."""
    proposal: bool = False


def chosen(standing: Standing, place: Place, random: Random) -> Case:
    """Some case of its category that can be at this house in this month."""
    category = standing.category
    words: Any = texts("reports")
    if standing.proposal:
        return Case(
            category, place, random.choice(words["proposals"]), random.choice(words["proposal_answer"]), "", True
        )
    cold = standing.received.astimezone(CITY_ZONE).month in WINTER
    known = words["urgent" if standing.urgent else "cases"][category]
    fitting = [one for one in known if _fits(one[0], place) and not (cold and _IN_SUMMER.search(one[0]))]
    return Case(category, place, *random.choice(fitting))


def letter_of(case: Case, random: Random, greets: bool = True) -> str:
    """What a resident writes about it."""
    words = texts("reports")
    if case.proposal:
        parts = [_filled(case.what, case, random), random.choice(words["proposal_why"])]
    else:
        parts = [_filled(random.choice(words["core"]), case, random)]
        if random.random() < 0.6:
            parts.append(_pick(words["details"][case.category], case.place, random))
        if random.random() < 0.5:
            parts.append(_pick(words["closing"], case.place, random))
    if greets and random.random() < 0.3:
        parts.insert(0, random.choice(words["greeting"]))
    text = " ".join(part for part in parts if part)
    return text.lower().replace(".", "").strip() if random.random() < 0.03 else text


def _pick(options: list[str], place: Place, random: Random) -> str:
    return random.choice([one for one in options if _fits(one, place)])


def _fits(text: str, place: Place) -> bool:
    """Whether it can be said of this house: a cottage has neither stairs nor neighbours above."""
    return place.house.site.building == "apartments" or not _BLOCKS_OF_FLATS.search(text)


def repeated(case: Case, random: Random) -> str:
    """The same told again."""
    return f"{random.choice(texts('reports')['again'])} {letter_of(case, random, greets=False)}"


def answer_of(case: Case, when: datetime, random: Random) -> str:
    """What the city publishes when it is solved."""
    words = texts("reports")
    day = when.astimezone(CITY_ZONE).strftime("%d.%m.%Y")
    parts = [random.choice(words["answer_opening"]), case.answer]
    if case.proposal:
        return " ".join(parts)
    if random.random() < 0.5:
        parts.append(random.choice((f"Работы выполнены {day}.", f"Место осмотрено {day}.", f"Выполнено {day}.")))
    return " ".join([*parts, random.choice(words["answer_closing"])]).strip()


def _filled(frame: str, case: Case, random: Random) -> str:
    words = texts("reports")
    house = case.place.house
    since = random.choice(words["since"])
    spots = words["road" if case.category in ON_THE_ROAD and not house.site.yard else "place"]
    text = frame.format(
        street=house.site.street.name, house=house.number, address=house.address, what=case.what, since=since,
        What=case.what[0].upper() + case.what[1:], since_up=since[0].upper() + since[1:],
        place=_pick(spots, case.place, random).format(house=house.number),
    )  # fmt: skip
    return _SENTENCE.sub(lambda found: found[1] + found[2].upper(), text[0].upper() + text[1:])
