"""A city for thousands of histories: one server process, whose database is emptied between them, not made anew.

People get tokens without passwords, a back-up is a copy of the tables: what takes seconds elsewhere takes milliseconds.
"""

import hashlib
import secrets
from typing import Any, Self

import psycopg
from central_server import Central
from psycopg.types.json import Jsonb

from sync.central.archive import LEFT_BEHIND, NEW_FEED

KEPT = ("records", "history", "answered", "numbers", "meta")
"""Tables that a restore brings back; people and stations are let be."""
EMPTIED = (
    "records",
    "history",
    "answered",
    "numbers",
    "tokens",
    "stations",
    "profiles",
    "auth_user",
    "files",
    "parts",
    "attempts",
)


class City:
    """One city after another on the same server."""

    def __init__(self, central: Central) -> None:
        self.central = central
        self._file = psycopg.connect(central.dsn, autocommit=True)
        self._file.execute("SET session_replication_role = replica")  # without the tables' triggers
        self._file.execute("SET client_min_messages = warning")
        self._file.execute("CREATE SCHEMA IF NOT EXISTS kept")
        for table in KEPT:
            self._file.execute(f"CREATE UNLOGGED TABLE IF NOT EXISTS kept.{table} AS TABLE public.{table}")
        self._file.execute("CREATE TABLE IF NOT EXISTS kept.feed_seq AS SELECT last_value, is_called FROM feed_seq")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def begin(self) -> None:
        """Another city: nobody and nothing in it."""
        with self._file.transaction():
            for table in EMPTIED:
                self._file.execute(f"DELETE FROM {table}")
            self._file.execute("SELECT setval('feed_seq', 1, false)")
            self._file.execute(
                "UPDATE meta SET city = gen_random_uuid(), feed = gen_random_uuid(), began = 0, horizon = 0,"
                " forks = '{}'"
            )
            self._keep()

    def person(self, name: str, role: str, organisation: str = "") -> None:
        """Somebody new, or the same in another role."""
        self._file.execute(
            "INSERT INTO auth_user (password, is_superuser, username, first_name, last_name, email, is_staff,"
            " is_active, date_joined) SELECT '!', false, %(name)s::text, '', '', '', false, true, now()"
            " WHERE NOT EXISTS (SELECT 1 FROM auth_user WHERE username = %(name)s::text)",
            {"name": name},
        )
        self._file.execute(
            "INSERT INTO profiles (user_id, role, organisation) SELECT id, %s, %s FROM auth_user WHERE username = %s"
            " ON CONFLICT (user_id) DO UPDATE SET role = excluded.role, organisation = excluded.organisation",
            [role, organisation, name],
        )

    def token(self, name: str, station: str) -> str:
        """What a login would give."""
        made = secrets.token_urlsafe(16)
        self._file.execute(
            "INSERT INTO stations (uuid, name, first, last) VALUES (%s, '', now(), now()) ON CONFLICT DO NOTHING",
            [station],
        )
        self._file.execute(
            "INSERT INTO tokens (hash, created, revoked, user_id, station_id) SELECT %s, now(), false, u.id, s.block"
            " FROM auth_user u, stations s WHERE u.username = %s AND s.uuid = %s",
            [hashlib.sha256(made.encode()).hexdigest(), name, station],
        )
        return made

    def end_tokens(self, name: str) -> None:
        self._file.execute(
            "UPDATE tokens SET revoked = true FROM auth_user u WHERE u.id = user_id AND u.username = %s", [name]
        )

    def edit(self, module: str, ident: str, key: str, value: Any) -> None:
        """An administrator at psql: past the stations and the API, by the tables' triggers alone."""
        with self._file.transaction():
            self._file.execute("SET LOCAL session_replication_role = origin")
            self._file.execute(
                "UPDATE records SET data = data || %s WHERE module = %s AND id = %s AND NOT deleted",
                [Jsonb({key: value}), module, ident],
            )

    def back_up(self) -> None:
        with self._file.transaction():
            self._keep()

    def restore(self) -> None:
        """The tables as they were at the last back-up, and a new feed."""
        with self._file.transaction():
            self._file.execute(LEFT_BEHIND)
            for table in KEPT:
                self._file.execute(f"DELETE FROM {table}")
                self._file.execute(f"INSERT INTO {table} SELECT * FROM kept.{table}")
            self._file.execute("SELECT setval('feed_seq', last_value, is_called) FROM kept.feed_seq")
            for statement in NEW_FEED.format(made="NULL").split(";"):
                if statement.strip():
                    self._file.execute(statement)

    def cut_lines(self) -> None:
        """The database ends all connections, as when it is restarted: whoever used one gets an error."""
        self._file.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid != pg_backend_pid() AND application_name != 'oracle'"
        )

    def _keep(self) -> None:
        for table in KEPT:
            self._file.execute(f"DELETE FROM kept.{table}")
            self._file.execute(f"INSERT INTO kept.{table} SELECT * FROM public.{table}")
        self._file.execute(
            "UPDATE kept.feed_seq SET (last_value, is_called) = (SELECT last_value, is_called FROM feed_seq)"
        )
