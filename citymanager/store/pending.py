"""One operation of the outbox, as it is shown and sent: the word that store, wire and screen share for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from citymanager.meeting import Made
from citymanager.schema import Values


@dataclass(frozen=True, slots=True)
class Pending:
    """An edit that the server has not accepted yet."""

    op: str
    module: str
    id: str
    base: int
    change: Values
    deleted: bool
    after: list[str]
    author: str
    at: str
    state: str
    """waiting, conflict, refused or failed."""
    tries: int
    reason: str
    current: Mapping[str, Any] | None
    """Against what a conflict stands: the server's record (`sync.contract.Change`)."""
    fields: list[str]
    """Where a conflict is."""
    was: Values | None = None
    """What the changed fields held before the edit, of a deletion all of them; None if that is not known any more."""
    feed: str = ""
    """The server's feed that `base` was counted in; empty if it was none or is not known."""

    @property
    def made(self) -> Made:
        """The edit as it is laid over what others made of the record."""
        return Made(self.change, self.was, self.author, self.at)
