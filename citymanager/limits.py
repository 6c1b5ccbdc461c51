"""The limits of norms, read from data: how long, in which unit, by which text, and whether anybody has verified it."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Literal

Unit = Literal["seconds", "minutes", "hours", "days", "working_days", "years"]


@dataclass(frozen=True, slots=True)
class Limit:
    """One norm's figure."""

    key: str
    title: str
    limit: int
    unit: Unit
    citation: str
    verified: bool
    extension: int = 0
    """By how much it may be extended once, in the same unit."""


def limits(city: str = "snezhinsk") -> Mapping[str, Limit]:
    """The city's limits by key."""
    text = files("resources").joinpath("rules", f"{city}.toml").read_text(encoding="utf-8")
    return {key: Limit(key, **values) for key, values in tomllib.loads(text).items()}
