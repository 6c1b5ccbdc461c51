"""What is remembered of an act on many records, and what became of it when it was taken back."""

from dataclasses import dataclass, field

from citymanager.store.connection import Connection


@dataclass(frozen=True, slots=True)
class BulkAct:
    """One act on many records."""

    act: str
    """A UUID that whoever begins it has chosen."""
    module: str
    title: str
    author: str
    at: str
    records: int = 0
    left: int = 0
    """Lines that nobody has tried to take back yet."""


@dataclass
class TakenBack:
    """What became of the lines of an act that was taken back, by the records' ids."""

    withdrawn: list[str] = field(default_factory=list)
    """No server has ever been offered the edit: it is gone."""
    edited: list[str] = field(default_factory=list)
    """Another edit brings the former values back."""
    kept: list[tuple[str, str]] = field(default_factory=list)
    """Stays as it is, and why."""


def acts(connection: Connection, module: str, author: str, limit: int) -> list[BulkAct]:
    """The last acts of a person, the latest first, that have lines to be taken back."""
    rows = connection.all(
        "SELECT act, module, title, author, at, count(*), sum(outcome = '') AS left_over"
        " FROM _bulk JOIN _bulk_lines USING (act) WHERE module = ? AND author = ?"
        " GROUP BY act HAVING left_over > 0 ORDER BY at DESC LIMIT ?",
        (module, author, limit),
    )
    return [BulkAct(*row) for row in rows]
