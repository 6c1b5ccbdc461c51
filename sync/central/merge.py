"""What the author of an edit had not seen of the record's past. Pure: no database, no clock."""

from collections.abc import Sequence
from dataclasses import dataclass

from citymanager.meeting import Others


@dataclass(frozen=True, slots=True)
class Step:
    """One change of a record's past."""

    version: int
    seq: int
    fields: frozenset[str]
    status: str = ""
    """To which it took the record; empty: it left it where it was."""


def unknown(past: Sequence[Step], base: int, known: frozenset[int], since: int | None = None) -> list[Step]:
    """The steps that the author of an edit on `base` had not seen.

    `known` are versions made by his own earlier operations. `since` is the place in the feed from which versions of
    another feed mean nothing: what was written after they had parted nobody has seen there.
    """
    return [
        one
        for one in past
        if (one.version > base or (since is not None and one.seq > since)) and one.version not in known
    ]


def others(steps: Sequence[Step]) -> Others:
    """What these steps made of the record."""
    return Others(
        frozenset[str]().union(*(one.fields for one in steps)), tuple(one.status for one in steps if one.status)
    )
