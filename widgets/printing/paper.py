"""What goes to paper, before anybody knows how large the paper is: a heading, and rows of plain text."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

LONGEST_CELL = 400
"""Characters of a value in a table; a card prints the whole."""

Row = tuple[str, ...]
"""A text for each column; a single text is a heading over the rows that follow."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its title and its share of the width."""

    title: str
    share: float
    align: Literal["left", "right"] = "left"


@dataclass(frozen=True)
class Paper:
    """A document: every text in it is shown letter by letter, whatever it looks like."""

    title: str
    about: Sequence[str]
    """Lines under the title: city, filter, due times."""
    columns: Sequence[Column]
    rows: Sequence[Row]
    foot: str
    """At the foot of each page, before its number: who has printed it and when."""


def printable(text: str, longest: int = 0) -> str:
    """A text without what no font can show; line breaks stay."""
    cut = text if not longest or len(text) <= longest else text[: longest - 1] + "…"
    lines = cut.replace("\r\n", "\n").replace("\r", "\n").replace("\t", "    ")
    return "".join(one for one in lines if one == "\n" or unicodedata.category(one) not in ("Cc", "Cs"))
