"""What the cache holds of the server: its copies under unsent edits, and what the two are compared by."""

import json
from collections.abc import Iterator, Mapping

from citymanager.schema import Values
from citymanager.store.connection import Connection
from citymanager.store.records import Codec, Record


class ServerSide:
    """The records as the server has them, as far as is known here; belongs to one connection."""

    def __init__(self, connection: Connection, codecs: Mapping[str, Codec]) -> None:
        self._connection = connection
        self._codecs = codecs

    def copy(self, module: str, ident: str) -> Record | None:
        """The server's copy of a record that holds unsent operations."""
        known = self.of(module, ident)
        return None if known is None or known[1] else known[0]

    def of(self, module: str, ident: str) -> tuple[Record, bool] | None:
        """What the server has of a record that holds unsent operations, and whether it is deleted there: then its last
        data. None: nothing is known of it."""
        row = self._connection.one(
            "SELECT version, data, by, at, deleted FROM _server_copies WHERE module = ? AND id = ?", (module, ident)
        )
        return (Record(module, ident, row[0], json.loads(row[1]), row[2], row[3]), bool(row[4])) if row else None

    def held(self) -> dict[str, int]:
        """How many records of the server each module holds, without those that edits wait on."""
        asked = 'SELECT count(*) FROM "{}" WHERE _unsent = 0 AND _version > 0'
        return {key: int(self._connection.value(asked.format(key))) for key in self._codecs}

    def contents(self, module: str, span: tuple[str, str | None]) -> list[tuple[str, int, Values]] | None:
        """(id, version, data) of the server's records in a span of ids, by id; None if edits wait on any of them."""
        codec, inside, values = self._codecs[module], "id > ? AND (? IS NULL OR id <= ?)", (span[0], span[1], span[1])
        busy = f"SELECT EXISTS (SELECT 1 FROM _outbox WHERE module = ? AND {inside})"
        if self._connection.value(busy, (module, *values)):
            return None
        rows = self._connection.all(f"{codec.select} WHERE _version > 0 AND {inside} ORDER BY id", values)
        return [(one.id, one.version, one.data) for one in map(codec.record, rows)]

    def digest_rows(self, module: str) -> Iterator[tuple[str, int]]:
        """(id, version) of every record as the server knows it, by id: what the digest is made of."""
        rows = self._connection.each(f'SELECT id, _version FROM "{module}" WHERE _version > 0 ORDER BY id')
        return ((row[0], row[1]) for row in rows)
