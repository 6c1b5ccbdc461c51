"""How a telephonogram is worded: by the template of its kind, and short enough to be dictated."""

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from importlib import resources
from string import Formatter
from typing import Any

from citymanager.outage_span import lasted
from citymanager.schema import Module
from citymanager.text import plural
from citymanager.values import show

MOST_WORDS = 50
WORDS_A_MINUTE = 80
"""As fast as somebody else can write."""
BLANK = "______"
MOST_HOUSES = 8
"""Houses that are named; of more, how many there are."""
MOST_OBJECTS = 2
"""Social objects that are named."""
_SPARED = re.compile(r"\[([^\[\]]*)\]")
"""What of a template is left out where the card lacks a field of it."""


@dataclass(frozen=True, slots=True)
class Wording:
    """A text, and what it still wants: titles of fields, or keys."""

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
    known = [key for key in _keys(template) if key not in _MADE]
    words = {key: _SHORT.get(key, str)(show(module.field(key), data.get(key))) for key in known}
    found = filled(template, words | {key: made(data) for key, made in _MADE.items()}, BLANK)
    return Wording(found.text, tuple(module.field(key).title for key in found.missing if key not in _MADE))


def filled(template: str, words: Mapping[str, str], blank: str) -> Wording:
    """A template with these words for its keys; `blank` stands for what is missing, which is told by its keys."""
    whole = _SPARED.sub(lambda part: part[1] if all(words[key] for key in _keys(part[1])) else "", template)
    missing = tuple(key for key in _keys(whole) if not words[key])
    return Wording(whole.format(**{key: text or blank for key, text in words.items()}), missing)


def _keys(template: str) -> list[str]:
    return list(dict.fromkeys(key for _, key, _, _ in Formatter().parse(template) if key))


def count(text: str) -> int:
    """Words as they are dictated: what has a letter or a digit."""
    return sum(any(sign.isalnum() for sign in word) for word in text.split())


def length(text: str) -> str:
    """«37 слов из 50, диктуется около 28 с»."""
    found = count(text)
    return (
        f"{plural(found, 'слово', 'слова', 'слов')} из {MOST_WORDS}, диктуется около {found * 60 // WORDS_A_MINUTE} с"
    )


def _listed(most: int, text: str) -> str:
    """Lines one after another; of more than so many, how many there are."""
    lines = [one.strip() for one in text.splitlines() if one.strip()]
    return f"всего {len(lines)}" if len(lines) > most else "; ".join(lines)


def _many(text: str) -> str:
    return text.replace(";", ",")


_SHORT: Mapping[str, Callable[[str], str]] = {
    "houses": partial(_listed, MOST_HOUSES), "social_objects": partial(_listed, MOST_OBJECTS), "resource": _many,
}  # fmt: skip
_MADE: Mapping[str, Callable[[Mapping[str, Any]], str]] = {"lasted": lasted}
"""What a text tells and no field holds."""
