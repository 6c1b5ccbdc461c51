"""What people were told is saved: written down outside of the program, after it has said so."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

Values = Mapping[str, Any]


class Broken(AssertionError):
    """A promise is broken."""


@dataclass(frozen=True, slots=True)
class Saved:
    """An edit as its author made it."""

    op: str
    station: str
    module: str
    id: str
    change: Values
    """The values that he typed where others stood."""
    author: str
    seen: Values
    """The whole record as it stood before him."""
    deleted: bool = False
    shown: Values | None = None
    """Of a decision: what the server's side of the conflict showed him."""

    def __str__(self) -> str:
        what = "deletion" if self.deleted else f"edit {dict(self.change)}"
        return f"{self.op[:8]} ({what} of {self.module}/{self.id[:8]} by {self.author} on {self.station})"


class Ledger:
    """Append-only: what was saved, what a person has decided, what was offered again under another name."""

    def __init__(self) -> None:
        self.edits: dict[str, Saved] = {}
        """By the name that the operation has now."""
        self.closed: dict[str, str] = {}
        """Operations that need not be kept any more, and why."""
        self.names: dict[str, str] = {}
        """Every name that an operation ever had → its first."""
        self.turn = 0
        """Counts what was written down."""

    def saved(self, edit: Saved) -> None:
        """The program has said «saved» of an edit; one that changed nothing has no name and is none."""
        if not edit.op:
            return
        if edit.op in self.names:
            raise Broken(f"I2 once: the name of {edit} was given before")
        self.turn += 1
        self.edits[edit.op] = edit
        self.names[edit.op] = edit.op

    def decided(self, op: str, how: str) -> None:
        """A person has decided what was set aside: the operation itself is over, whatever its name is by now."""
        first = self.names.get(op, op)
        self.closed |= dict.fromkeys([op, *(name for name in self.edits if self.names[name] == first)], how)

    def renamed(self, old: str, new: str) -> None:
        """A person has offered again what was answered: from here it has another name."""
        if old in self.edits and old != new:
            self.turn += 1
            self.edits[new] = replace(self.edits.pop(old), op=new)
            self.names[new] = self.names[old]

    @property
    def open(self) -> dict[str, Saved]:
        """What must be kept."""
        return {op: one for op, one in self.edits.items() if op not in self.closed}
