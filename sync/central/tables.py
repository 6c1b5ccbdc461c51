"""The server's database made ready: tables, indexes of the declared modules, its own row, its limits of patience."""

import secrets

from django.core.management import call_command
from django.db import connection, transaction
from psycopg import sql

from citymanager.failpoints import fp
from citymanager.roles import own_field
from sync.central import norms
from sync.central.registers import registers

LIMITS = {"idle_in_transaction_session_timeout": "5s", "lock_timeout": "10s"}
"""A writer holds the feed's lock to its COMMIT: one that falls asleep, in psql too, must not stall the city."""


def prepare() -> None:
    """Bring a database of any earlier version, or an empty one, to this one. Safe to repeat, also at the same time."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(20180137)")
        try:
            call_command("migrate", verbosity=0, interactive=False)
            fp("central.migrated")
            _complete()
        finally:
            cursor.execute("SELECT pg_advisory_unlock(20180137)")


def _complete() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("INSERT INTO meta (secret) VALUES (%s) ON CONFLICT DO NOTHING", [secrets.token_urlsafe(50)])
        first = bool(cursor.rowcount)
        cursor.execute("SELECT current_database()")
        (name,) = cursor.fetchone()
        for setting, value in LIMITS.items():
            # settings of a database are not part of its dump or of a copy by template, so they are set at each start
            cursor.execute(sql.SQL("ALTER DATABASE {} SET {} = {}").format(_name(name), _name(setting), value))
        for index, key, more, module in _indexes():
            statement = sql.SQL("CREATE INDEX IF NOT EXISTS {} ON records ((data ->> {}){}) WHERE module = {}")
            cursor.execute(statement.format(_name(index), key, sql.SQL(more), module))
        if first:
            norms.seed()


def _name(text: str) -> sql.Identifier:
    return sql.Identifier(text)


def _indexes() -> list[tuple[str, str, str, str]]:
    """What is looked up by value: human numbers, which must stay unique, and an executor's cards, in pages by id."""
    declared = registers().values()
    numbers = [
        (f"records_{one.key}_{field.key}", field.key, "", one.key)
        for one in declared
        for field in one.fields
        if field.fill == "number"
    ]
    own = [(f"records_{one.key}_own", owner.key, ", id", one.key) for one in declared if (owner := own_field(one))]
    return numbers + own
