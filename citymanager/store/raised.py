"""Alarms that were raised here and that nobody has taken yet: a restart must not forget those whose cause is gone.

Of this workstation alone: that an alarm was taken is a record of the alarm log, which all have.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from json import dumps, loads

from citymanager.store.connection import Connection

TABLES = "CREATE TABLE _raised (alarm TEXT PRIMARY KEY, told TEXT NOT NULL, gone INTEGER NOT NULL) WITHOUT ROWID"


@dataclass(frozen=True, slots=True)
class Raised:
    """One of them."""

    alarm: str
    """Its id."""
    told: Mapping[str, str]
    """What it is made of."""
    gone: bool
    """Its cause is."""


def known(connection: Connection) -> list[Raised]:
    rows = connection.all("SELECT alarm, told, gone FROM _raised")
    return [Raised(alarm, loads(told), bool(gone)) for alarm, told, gone in rows]


def keep(connection: Connection, waiting: Iterable[Raised], over: Iterable[str]) -> None:
    """Note those that wait to be taken, and strike out those that do not; belongs into a transaction."""
    connection.run_many(
        "INSERT INTO _raised VALUES (?, ?, ?)"
        " ON CONFLICT DO UPDATE SET gone = excluded.gone WHERE gone != excluded.gone",
        [(one.alarm, dumps(one.told), int(one.gone)) for one in waiting],
    )
    connection.run_many("DELETE FROM _raised WHERE alarm = ?", [(one,) for one in over])
