"""One norm's figure: how long, in which unit, by which text, whether anybody has verified it, and when it holds."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Literal

from citymanager.schema import Values

Unit = Literal["seconds", "minutes", "hours", "days", "working_days", "years", "metres"]


@dataclass(frozen=True, slots=True)
class Limit:
    """One version of a norm, as its record in the register `rules` has it."""

    key: str
    name: str
    limit: int
    unit: Unit
    citation: str
    verified: bool = False
    extension: int = 0
    """By how much it may be extended once, in the same unit."""
    pauses: str = ""
    """What stops it, in the norm's words."""
    valid_from: str = ""
    valid_to: str = ""
    """First and last day, ISO; empty: without an end."""
    season_from: str = ""
    season_to: str = ""
    """First and last day of the season that it holds in, "MM-DD"; empty: all the year."""

    def holds(self, day: date) -> bool:
        """Whether it is in force for what began on this day."""
        today = day.isoformat()
        if today < self.valid_from or (self.valid_to and today > self.valid_to):
            return False
        if not self.season_from:
            return True
        begun, not_over = today[5:] >= self.season_from, today[5:] <= self.season_to
        return (begun and not_over) if self.season_from <= self.season_to else (begun or not_over)  # over New Year

    def prolonged(self) -> "Limit":
        """With its extension."""
        return replace(self, limit=self.limit + self.extension)


@cache
def shipped(city: str = "snezhinsk") -> Mapping[str, Values]:
    """The norms that the program comes with: the data of their records in the register `rules`, by id."""
    text = files("resources").joinpath("rules", f"{city}.toml").read_text(encoding="utf-8")
    return {ident: {"key": ident, **data} for ident, data in tomllib.loads(text).items()}
