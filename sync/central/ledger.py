"""What the database knows about a batch's records: read once under the feed's lock, kept true while it writes."""

import json
import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import DatabaseError, OperationalError, connection, transaction

from citymanager.failpoints import fp
from citymanager.schema import STATUS
from sync.central import sight
from sync.central.access import Caller
from sync.central.merge import Step
from sync.central.sight import COLUMNS, Row
from sync.contract import Operation, Verdict

log = logging.getLogger(__name__)
Place = tuple[str, str]
"""Module and id of a record."""
KEPT = ("op", "module", "id", "base", "set", "was", "delete", "feed", "at")
"""What is kept of an operation: the words of the contract, and no others."""


def place(operation: Operation) -> Place:
    return operation["module"], operation["id"]


@dataclass(frozen=True, slots=True)
class Answer:
    """The first answer to an operation: to whom, and which version it wrote, if any."""

    login: str
    version: int | None
    verdict: Verdict
    kept: Operation | None = None
    """The operation itself, if it did not enter as it was made."""


@dataclass(frozen=True, slots=True)
class Write:
    """What one accepted operation makes of its record."""

    operation: Operation
    change: Mapping[str, Any]
    data: Mapping[str, Any]
    deleted: bool
    tell: bool
    """The author has not seen all of the record as it becomes: his verdict shows it."""
    keep: bool = False
    """The operation did not enter as it was made: it is kept beside its answer."""


class Ledger:
    """Records, pasts and answers of one batch. Made and used inside one transaction."""

    def __init__(self, who: Caller, asked: Iterable[str], sound: Sequence[Operation]) -> None:
        """`asked` are the names of all operations of the batch, `sound` those that may have an effect."""
        self._who = who
        _run("SELECT feed_begin(%s, %s)", [who.login, who.station])
        fp("central.locked")
        self.answers = _answers({*asked, *(op for one in sound for op in one.get("after", ()))})
        fresh = [one for one in sound if one["op"] not in self.answers]
        self.rows = _rows({place(one) for one in sound})
        self.pasts = _pasts(self._floors(fresh))

    def _floors(self, operations: Iterable[Operation]) -> dict[Place, int]:
        """The version after which each record's past must be known; only of records that went on."""
        floors: dict[Place, int] = {}
        for one in operations:
            row = self.rows.get(place(one))
            floor = 0 if self.of_another_feed(one) else one["base"]
            if row is not None and row.version > floor:
                floors[place(one)] = min(floor, floors.get(place(one), floor))
        return floors

    def of_another_feed(self, operation: Operation) -> bool:
        """Whether `base` was counted before a restore: what lies after the back-up, its author had not seen here."""
        row = self.rows.get(place(operation))
        foreign = operation.get("feed", self._who.feed) != self._who.feed
        return foreign or (row is not None and operation["base"] > row.version)

    def parted(self, operation: Operation) -> int | None:
        """The place up to which another feed, in which `base` was counted, is ours; of one that is forgotten: nowhere.

        None: it was counted in this one.
        """
        if not self.of_another_feed(operation):
            return None
        feed = operation.get("feed", self._who.feed)
        return self._who.began if feed == self._who.feed else self._who.forks.get(feed, 0)

    def known(self, operation: Operation) -> frozenset[int]:
        """Versions written by earlier operations that the author names as his own."""
        answers = (self.answers.get(op) for op in operation.get("after", ()))
        return frozenset(one.version for one in answers if one is not None and one.version is not None)

    def write(self, writes: Sequence[Write]) -> dict[str, Row | None]:
        """Each operation's record as it is now; None: the database would not take it. One can't hold up the others."""
        try:
            with transaction.atomic():
                written = _upsert(writes)
        except OperationalError:
            raise  # the database is in trouble, not the record
        except DatabaseError:
            if len(writes) > 1:
                return {op: row for one in writes for op, row in self.write([one]).items()}
            log.exception("a record can't be written: %s", writes[0].operation["op"])
            return {writes[0].operation["op"]: None}
        self.rows |= written
        for one in writes:
            row = written[place(one.operation)]
            status = str(one.change.get(STATUS) or "")
            self.pasts[place(one.operation)].append(Step(row.version, row.seq, frozenset(one.change), status))
        return {one.operation["op"]: written[place(one.operation)] for one in writes}

    def answer(self, op: str, verdict: Verdict, version: int | None = None, kept: Operation | None = None) -> None:
        self.answers[op] = Answer(self._who.login, version, verdict, kept)

    def remember(self, ops: Iterable[str]) -> None:
        """Keep the answers to these operations for ever."""
        kept = [(op, self.answers[op]) for op in ops]
        if not kept:
            return
        _run(
            "INSERT INTO answered (op, login, version, verdict, operation) SELECT * FROM jsonb_to_recordset(%s::jsonb)"
            " AS answer (op text, login text, version bigint, verdict jsonb, operation jsonb)",
            [
                _dump(
                    [
                        {
                            "op": op,
                            "login": a.login,
                            "version": a.version,
                            "verdict": a.verdict,
                            "operation": _kept(a.kept),
                        }
                        for op, a in kept
                    ]
                )
            ],
        )


def _kept(operation: Operation | None) -> dict[str, Any] | None:
    return None if operation is None else {key: value for key, value in operation.items() if key in KEPT}


def _answers(ops: set[str]) -> dict[str, Answer]:
    found = _fetch("SELECT op, login, version, verdict FROM answered WHERE op = ANY(%s)", [list(ops)])
    return {op: Answer(login, version, json.loads(verdict)) for op, login, version, verdict in found}


def _rows(places: set[Place]) -> dict[Place, Row]:
    found = _fetch(
        f"SELECT {COLUMNS} FROM records JOIN unnest(%s::text[], %s::text[]) AS wanted (module, id) USING (module, id)",
        [[module for module, _ in places], [ident for _, ident in places]],
    )
    return {(row.module, row.id): row for row in map(sight.row, found)}


def _pasts(floors: Mapping[Place, int]) -> defaultdict[Place, list[Step]]:
    pasts: defaultdict[Place, list[Step]] = defaultdict(list)
    if floors:
        found = _fetch(
            "SELECT module, id, version, seq, ARRAY(SELECT jsonb_object_keys(set)), set ->> 'status' FROM history"
            " JOIN unnest(%s::text[], %s::text[], %s::bigint[]) AS wanted (module, id, floor) USING (module, id)"
            " WHERE version > floor ORDER BY version",
            [[module for module, _ in floors], [ident for _, ident in floors], list(floors.values())],
        )
        for module, ident, version, seq, keys, status in found:
            pasts[module, ident].append(Step(version, seq, frozenset(keys), status or ""))
    return pasts


def _upsert(writes: Sequence[Write]) -> dict[Place, Row]:
    # as one JSON text: arrays of texts would be escaped value by value
    wave = [
        {"module": one.operation["module"], "id": one.operation["id"], "deleted": one.deleted, "data": one.data}
        for one in writes
    ]
    found = _fetch(
        "INSERT INTO records (module, id, deleted, data)"
        " SELECT * FROM jsonb_to_recordset(%s::jsonb) AS wave (module text, id text, deleted boolean, data jsonb)"
        " ON CONFLICT (module, id) DO UPDATE SET deleted = excluded.deleted, data = excluded.data"
        f" RETURNING {COLUMNS}",
        [_dump(wave)],
    )
    return {(row.module, row.id): row for row in map(sight.row, found)}


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _run(query: str, values: list[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(query, values)


def _fetch(query: str, values: list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return list(cursor.fetchall())
