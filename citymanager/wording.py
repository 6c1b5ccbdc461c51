"""How a telephonogram is worded: by the template of its kind, and short enough to be dictated."""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from string import Formatter
from typing import Any

from citymanager.schema import Module
from citymanager.text import plural
from citymanager.values import show

MOST_WORDS = 50
WORDS_A_MINUTE = 80
"""As fast as somebody else can write."""
BLANK = "______"
MOST_HOUSES = 8
"""Houses that are named; of more, how many there are."""


@dataclass(frozen=True, slots=True)
class Wording:
    """A text, and the titles of the fields that it still wants."""

    text: str
    missing: tuple[str, ...]


@cache
def templates() -> Mapping[str, str]:
    """Kind of telephonogram → its text."""
    file = resources.files("resources") / "telephonograms.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))


def composed(module: Module, data: Mapping[str, Any]) -> Wording:
    """The text of this kind with what the card has; blanks stand for the rest."""
    template = templates().get(str(data.get("type")), "")
    keys = [key for _, key, _, _ in Formatter().parse(template) if key]
    words = {key: _SHORT.get(key, str)(show(module.field(key), data.get(key))) for key in keys}
    missing = tuple(module.field(key).title for key in dict.fromkeys(keys) if not words[key])
    return Wording(template.format(**{key: text or BLANK for key, text in words.items()}), missing)


def count(text: str) -> int:
    """Words as they are dictated: what has a letter or a digit."""
    return sum(any(sign.isalnum() for sign in word) for word in text.split())


def length(text: str) -> str:
    """«37 слов из 50, диктуется около 28 с»."""
    found = count(text)
    return (
        f"{plural(found, 'слово', 'слова', 'слов')} из {MOST_WORDS}, диктуется около {found * 60 // WORDS_A_MINUTE} с"
    )


def _houses(text: str) -> str:
    lines = [one.strip() for one in text.splitlines() if one.strip()]
    if len(lines) > MOST_HOUSES:
        return f"всего {len(lines)}"
    return "; ".join(lines)


def _many(text: str) -> str:
    return text.replace(";", ",")


_SHORT: Mapping[str, Callable[[str], str]] = {"houses": _houses, "resource": _many}
