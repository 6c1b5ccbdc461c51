"""Days and hours as people say them, so that a story is true on any day: «завтра», «через 10 дней», «час назад»."""

import re
from datetime import datetime, timedelta

from citymanager.values import CITY_ZONE

DAYS = {"вчера": -1, "сегодня": 0, "завтра": 1}
STEPS = {"минут": timedelta(minutes=1), "час": timedelta(hours=1), "д": timedelta(days=1)}
AHEAD = re.compile(r"через (?:(\d+) )?(минут|час|д)\w*")
BEHIND = re.compile(r"(?:(\d+) )?(минут|час|д)\w* назад")
SUMMER = re.compile(r"(\d\d\.\d\d) будущего года")


def length(words: str) -> timedelta:
    """«40 минут», «2 часа», «3 дня»."""
    count, unit = words.split()
    return int(count) * next(step for begin, step in STEPS.items() if unit.startswith(begin))


def typed(words: str) -> str:
    """What somebody types who means this day or hour; other words as they are."""
    now = datetime.now(CITY_ZONE)
    day, _, hour = words.partition(" ")
    if day in DAYS:
        return f"{now + timedelta(days=DAYS[day]):%d.%m.%Y} {hour}".rstrip()
    if words == "сейчас":
        return f"{now:%d.%m.%Y %H:%M}"
    if found := SUMMER.fullmatch(words):
        return f"{found[1]}.{now.year + 1}"
    if found := AHEAD.fullmatch(words) or BEHIND.fullmatch(words):
        step = STEPS[found[2]] * int(found[1] or 1)
        when = now + step if words.startswith("через") else now - step
        return f"{when:%d.%m.%Y}" if found[2] == "д" else f"{when:%d.%m.%Y %H:%M}"
    return words
