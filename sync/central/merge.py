"""How an edit made on an older version meets the record as it stands. Pure: no database, no clock."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Step:
    """One change of a record's past."""

    version: int
    seq: int
    fields: frozenset[str]


def unknown(past: Sequence[Step], base: int, known: frozenset[int], since: int | None = None) -> list[Step]:
    """The steps that the author of an edit on `base` had not seen.

    `known` are versions made by his own earlier operations. `since` is the place in the feed from which versions of
    another feed mean nothing: what was written after a restore nobody had seen before it.
    """
    return [
        one
        for one in past
        if (one.version > base or (since is not None and one.seq > since)) and one.version not in known
    ]


def met(steps: Sequence[Step], data: Mapping[str, Any], change: Mapping[str, Any]) -> list[str]:
    """Fields that both sides changed to different values: the conflict. Others merge."""
    touched = frozenset[str]().union(*(one.fields for one in steps))
    return sorted(key for key, value in change.items() if key in touched and data.get(key) != value)
