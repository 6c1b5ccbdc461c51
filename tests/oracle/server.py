"""The server's database as it stands: records, their past, and what was answered to whom; by SQL of our own."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import psycopg

from citymanager.schema import Module

Place = tuple[str, str]
_ALL = """
    SELECT now.moment, CASE WHEN now.moment != %(moment)s THEN feed::text END,
        CASE WHEN now.moment != %(moment)s THEN (
            SELECT coalesce(json_agg(json_build_array(op, verdict->'result', login, version IS NOT NULL,
                coalesce(stand->'version', '0'), coalesce(stand->'seq', '0'), coalesce(verdict->'fields', '[]'))), '[]')
            FROM answered, LATERAL (SELECT CASE verdict->>'result' WHEN 'accepted' THEN verdict
                ELSE verdict->'current' END) AS met(stand)
        ) END,
        CASE WHEN now.moment != %(moment)s THEN (
            SELECT coalesce(json_agg(json_build_array(module, id, seq, version, deleted, set, by)
                ORDER BY module, id, version), '[]') FROM history
        ) END
    FROM meta, (SELECT pg_current_snapshot()::text) AS now(moment)
"""
"""One statement: one moment, one answer over the line. Nothing but the moment if that is the one that is known."""


class Step(NamedTuple):
    """One version of a record."""

    seq: int
    version: int
    deleted: bool
    undone: bool
    """It brings back what was deleted."""
    set: dict[str, Any]
    by: str
    before: dict[str, Any]
    after: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Answered:
    """The server's answer to an operation."""

    result: str
    login: str
    wrote: bool
    version: int
    """Of the record that it made or met."""
    seq: int
    fields: tuple[str, ...]
    """Where it met another."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What a person may see, from what the server knows of him."""

    role: str
    organisation: str

    def shows(self, module: Module, data: Mapping[str, Any]) -> bool:
        own = self.role == "executor" and "executor" in module.columns
        may = not module.readers or self.role in module.readers
        return may and (not own or data.get("executor") == self.organisation != "")


class Server:
    """Reads the whole of it at every `read`; what lies between belongs to one moment."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._line: psycopg.Connection[Any] | None = None
        self.moment = ""
        """Another one once any transaction has ended."""
        self.feed = ""
        self.answers: dict[str, Answered] = {}
        self.steps: dict[Place, list[Step]] = {}
        self.former: list[dict[Place, list[Step]]] = []
        """The pasts that restores have cut off: people have seen them."""

    def read(self) -> None:
        moment, feed, answers, past = self._asked().execute(_ALL, {"moment": self.moment}).fetchone()
        if moment == self.moment:  # no transaction has ended since
            return
        self.moment = moment
        if self.feed not in ("", feed):
            self.former.append(self.steps)
        self.feed = feed
        self.answers = {op: Answered(*told, tuple(fields)) for op, *told, fields in answers}
        self.steps = _steps(past)

    def records(self, module: str) -> dict[str, tuple[int, dict[str, Any]]]:
        """Version and data of all that is not deleted."""
        found = self._asked().execute(
            "SELECT id, version, data FROM records WHERE module = %s AND NOT deleted", [module]
        )
        return {ident: (version, data) for ident, version, data in found}

    def sight(self, login: str) -> Sight:
        found = (
            self._asked()
            .execute(
                "SELECT role, organisation FROM profiles JOIN auth_user ON auth_user.id = user_id WHERE username = %s",
                [login],
            )
            .fetchone()
        )
        return Sight(*found)

    def at(self, place: Place, version: int) -> Step | None:
        """A record as a version of it was."""
        return next((one for one in self.steps.get(place, ()) if one.version == version), None)

    def close(self) -> None:
        if self._line is not None:
            self._line.close()

    def _asked(self) -> psycopg.Connection[Any]:
        """Each statement is a transaction of its own: it sees one moment, and nothing is held open after it."""
        if self._line is None or self._line.broken:
            self._line = psycopg.connect(self._dsn, autocommit=True, application_name="oracle")
        return self._line


def _steps(rows: Iterable[Sequence[Any]]) -> dict[Place, list[Step]]:
    """The pasts of records, each version with what it was made of."""
    found: dict[Place, list[Step]] = defaultdict(list)
    for module, ident, seq, version, deleted, change, by in rows:
        past = found[module, ident]
        before = past[-1].after if past else {}
        after = {key: value for key, value in {**before, **change}.items() if value is not None}
        undone = bool(past) and past[-1].deleted and not deleted
        past.append(Step(seq, version, deleted, undone, change, by, before, after))
    return found
