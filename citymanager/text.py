"""Russian text for machines: folding for search, sort keys, plural forms.

SQLite's LIKE, lower() and NOCASE fold Latin letters only, so everything that is searched or sorted is folded here.
"""

import re
import unicodedata
from itertools import takewhile

_LETTER = r"[^\W_]"
_WORD = re.compile(f"{_LETTER}+")
_DIGITS = re.compile(r"\d+")
LONGEST_KEY = 200
"""Letters of a sort key at most."""


def fold(text: str) -> str:
    """Case, compatibility forms and ё/е removed: two spellings of one word become equal."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return folded.replace("ё", "е")


def words(text: str) -> list[str]:
    """Folded words of a text, in order; what full-text search matches by prefix."""
    return _WORD.findall(fold(text))


def beginning(word: str) -> re.Pattern[str]:
    """Finds where a word of a folded text begins with this one."""
    letters = re.escape(word)
    return re.compile(f"{letters}(?<!{_LETTER}{letters})")  # letters first: of them there are the fewest


def sort_key(text: str) -> str:
    """Folded text whose numbers sort by value: «дом 9» before «дом 13»."""
    return _padded(fold(text))[:LONGEST_KEY]


def in_sort_keys(text: str) -> list[str]:
    """What the sort key of every text has in which this one occurs, but for what the key leaves out at its end.

    A number at either end may be a part of a longer one, which only begins or ends with it: nobody knows its padding.
    """
    folded = fold(text)
    first = "".join(takewhile(str.isdecimal, folded))
    rest = folded[len(first) :]
    last = "".join(takewhile(str.isdecimal, reversed(rest)))[::-1]
    inner = rest[: len(rest) - len(last)]
    return [one for one in (first.lstrip("0"), _padded(inner), last.lstrip("0")) if one]


def _padded(folded: str) -> str:
    return _DIGITS.sub(lambda found: found.group().lstrip("0").rjust(10, "0"), folded)


def plural(number: int, one: str, few: str, many: str) -> str:
    """The Russian form for a number, with the number: «1 правка», «3 правки», «11 правок»."""
    tail, teens = number % 10, number % 100
    if tail == 1 and teens != 11:
        form = one
    elif 2 <= tail <= 4 and not 12 <= teens <= 14:
        form = few
    else:
        form = many
    return f"{number} {form}"


def span(seconds: float) -> str:
    """A length of time in Russian, in its two largest units: «2 дня 3 ч», «40 мин», «5 с». The sign is left out."""
    whole = int(abs(seconds))
    days, hours, minutes = whole // 86_400, whole // 3_600 % 24, whole // 60 % 60
    if days:
        return plural(days, "день", "дня", "дней") + (f" {hours} ч" if hours else "")
    if hours:
        return f"{hours} ч" + (f" {minutes} мин" if minutes else "")
    return f"{minutes} мин" if minutes else f"{whole} с"
