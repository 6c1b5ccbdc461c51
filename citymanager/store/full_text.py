"""What the full text is told of a record and asked for: of each word, in which field it stands.

A word may stand in every report and in one answer of a thousand. So each word is told with a letter before it, that of
its field: whoever looks in one field is shown this field's words, and whoever looks everywhere asks for each letter.
That costs a fifth more room than words without it; columns of FTS5 would take three times as much.
"""

from collections.abc import Iterable, Mapping
from string import ascii_lowercase
from typing import Any

from citymanager.schema import TEXT_KINDS, Module
from citymanager.text import words

TOGETHER = "0"
"""The letter of all fields that nobody looks for words in by themselves, and of what no column can hold."""
BEGINNINGS = "2 3 4"
"""Letters of a beginning that is found at once: that of the field, and one to three of the word."""


def has_words(module: Module, key: str) -> bool:
    """Whether a field is searched by words; a short text of the table is by its letters, which an index has."""
    field = module.columns.get(key)
    return field is not None and field.kind in TEXT_KINDS and (field.kind == "long_text" or key not in module.table)


def letters(module: Module) -> dict[str, str]:
    """The letter of each field."""
    own = iter(ascii_lowercase)
    return {key: next(own) if has_words(module, key) else TOGETHER for key in module.text_keys}


def body(letters: Mapping[str, str], data: Mapping[str, Any]) -> str:
    """What the full text is told of a record."""
    told = []
    for key, letter in letters.items():
        value = data.get(key)
        if value:
            own = value.__class__ is str and "\x00" not in value  # all else is no text of its column
            before = f" {letter if own else TOGETHER}"
            told += [before.join(("", *words(str(value))))]
    return "".join(told)


def beginnings(module: Module, text: str, key: str = "") -> str:
    """What the full text is asked for: every word, by its beginning, in one field or in any; empty: no words."""
    told = letters(module)
    asked = [told[key]] if key else dict.fromkeys(told.values())
    return " AND ".join(f"({in_any(asked, word, ' *')})" for word in dict.fromkeys(words(text)))


def in_any(letters: Iterable[str], word: str, sign: str = "") -> str:
    """A word in a field of any of these letters; with the sign « *», the beginning of one."""
    return " OR ".join(f'"{letter}{word}"{sign}' for letter in letters)
