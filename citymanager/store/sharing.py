"""Which rare words of a text to look for, so that records that tell of the same thing are found at once in a million.

Whatever stands in every other record says nothing and costs much: only words that few records have are asked for. How
many have a word as it stands is counted along the full text and given up early: a fraction of a millisecond a word.
"""

from itertools import combinations

from citymanager.schema import Module
from citymanager.store import full_text
from citymanager.store.connection import Connection
from citymanager.text import words

SELDOM = 2_000
"""A word that more records have is not rare."""
FEW = 5
"""Words that are looked for, the rarest ones."""
LOOKED_AT = 40
"""Different words of a text that are counted."""
SHORTEST = 4
"""Letters of a word that tells anything."""
ENDING = 2
"""Letters that a Russian word may end in otherwise."""


def match_sharing(connection: Connection, module: Module, text: str) -> str:
    """What the full text is asked for: two of the text's rare words, or the only one; empty if it has none."""
    stems = dict.fromkeys(_stem(word) for word in _rare_words(connection, module, text))
    rare = [full_text.beginnings(module, one) for one in stems]
    if len(rare) < 2:
        return "".join(rare)
    return " OR ".join(f"({one} AND {other})" for one, other in combinations(rare, 2))


def _rare_words(connection: Connection, module: Module, text: str) -> list[str]:
    """The rarest words of a text, rarest first."""
    table, letters = f'"_text_{module.key}"', set(full_text.letters(module).values())
    known = dict.fromkeys(word for word in words(text) if len(word) >= SHORTEST)
    asked = f"SELECT count(*) FROM (SELECT 1 FROM {table} WHERE {table} MATCH ? LIMIT {SELDOM + 1})"
    counts = {
        word: int(connection.value(asked, (full_text.in_any(letters, word),))) for word in list(known)[:LOOKED_AT]
    }
    return sorted((word for word, count in counts.items() if count <= SELDOM), key=counts.__getitem__)[:FEW]


def _stem(word: str) -> str:
    return word[: max(SHORTEST, len(word) - ENDING)]
