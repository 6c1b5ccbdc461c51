"""What an edit is to those who make one: what is to change, what its author has before him, and what became of it."""

from dataclasses import dataclass

from citymanager.schema import Values
from citymanager.store.records import Record


@dataclass(frozen=True, slots=True)
class Saved:
    """What a saved edit is called; `op` is empty if it changed nothing."""

    op: str
    id: str
    version: int
    """The server's version that it stands on; 0 for a record that the server has not seen."""


@dataclass(frozen=True, slots=True)
class Edit:
    """A change of a record, or a new one under an id that the caller has chosen."""

    module: str
    id: str
    change: Values


@dataclass(frozen=True, slots=True)
class Seen:
    """What the author of an edit has before him."""

    record: Record
    feed: str
    """Of the server, as `Reader.feed` told it with the record: in it the version is counted."""
