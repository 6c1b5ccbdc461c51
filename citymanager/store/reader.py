"""Everything that is read from the cache. A reader belongs to one thread and never writes.

What most callers ask is asked of the reader itself; the rest, of the part that knows it.
"""

from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from citymanager.modules.rules import RULES
from citymanager.norms import Norms
from citymanager.schema import Module
from citymanager.store import raised
from citymanager.store.columns import Columns
from citymanager.store.connection import Connection
from citymanager.store.features import Features
from citymanager.store.lists import PAGE, Lists
from citymanager.store.migrating import MIGRATIONS
from citymanager.store.pending import Pending
from citymanager.store.query import Query
from citymanager.store.queued_edits import QueuedEdits
from citymanager.store.queued_files import QueuedFiles
from citymanager.store.raised import Raised
from citymanager.store.records import Codec, Record, caption, dumps
from citymanager.store.server_side import ServerSide
from citymanager.store.tables import layout

PEOPLE = "people"
"""The module of those whom a field of the kind `person` names."""


class Reader:
    """The cache as it stands: every answer is one consistent snapshot."""

    def __init__(self, connection: Connection, modules: Sequence[Module]) -> None:
        self._connection = connection
        self.modules: Mapping[str, Module] = {one.key: one for one in modules}
        self._codecs = {one.key: Codec(one) for one in modules}
        self.lists = Lists(connection, self._codecs)
        self.columns = Columns(connection, self.modules)
        self.queue = QueuedEdits(connection, self.modules)
        self.files = QueuedFiles(connection)
        self.server = ServerSide(connection, self._codecs)
        self.features = Features(connection, self.modules)

    def close(self) -> None:
        self._connection.close()

    @contextmanager
    def while_wanted(self, wanted: Callable[[], bool]) -> Iterator[None]:
        """What is read in this block is broken off with `Interrupted` once it is not wanted any more."""
        with self._connection.while_wanted(wanted):
            yield

    def current(self) -> bool:
        """Whether the cache has the tables of these modules; opening it for writing brings an older one up to date."""
        if not self._connection.value("SELECT count(*) FROM sqlite_master WHERE name = '_layouts'"):
            return False
        if self._connection.value("PRAGMA user_version") < len(MIGRATIONS):
            return False
        known: dict[str, str] = dict(self._connection.all("SELECT module, layout FROM _layouts"))
        return all(known.get(one.key) == layout(one) for one in self.modules.values())

    def damage(self) -> list[str]:
        """What SQLite's quick check finds wrong with the file; nothing in a sound one. A damaged one gets its mark."""
        found = [str(row[0]) for row in self._connection.all("PRAGMA quick_check(10)")]
        if found == ["ok"]:
            return []
        self._connection.suspect()
        return found

    # one record

    def get(self, module: str, ident: str) -> Record | None:
        """One record, or None."""
        codec = self._codecs[module]
        row = self._connection.one(f"{codec.select} WHERE id = ?", (ident,))
        return codec.record(row) if row else None

    def row_number(self, module: str, ident: str) -> int | None:
        """Where a record lies; what `rows` would hold for it."""
        number: int | None = self._connection.value(f'SELECT _row FROM "{module}" WHERE id = ?', (ident,))
        return number

    def there(self, module: str, idents: Sequence[str]) -> frozenset[str]:
        """Which of these records exist here."""
        rows = self._connection.all(
            f'SELECT id FROM "{module}" WHERE id IN (SELECT value FROM json_each(?))', (dumps(list(idents)),)
        )
        return frozenset(row[0] for row in rows)

    def raised(self) -> list[Raised]:
        """The alarms that were raised here and, as far as was written, not taken."""
        return raised.known(self._connection)

    def captions(self, module: str, idents: Sequence[str]) -> dict[str, str]:
        """The one-line names of records that others refer to; unknown ones are absent."""
        codec = self._codecs[module]
        rows = self._connection.all(
            f"{codec.select} WHERE id IN (SELECT value FROM json_each(?))", (dumps(list(idents)),)
        )
        return {one.id: caption(codec.module, one.data) for one in map(codec.record, rows)}

    def name(self, module: str, data: Mapping[str, Any]) -> str:
        """A record in one line; the records that it is named by are told by theirs, and left out where unknown."""
        declared = self.modules[module]
        told = dict(data)
        for one in map(declared.field, declared.caption):
            to = PEOPLE if one.kind == "person" else one.to
            if to in self.modules and one.key in told:
                known = self.captions(to, [str(told[one.key])])
                told[one.key] = known.get(str(told[one.key]), "")
        return caption(declared, told)

    def norms(self) -> Norms:
        """The city's norms; before the first sync, those that the program comes with."""
        here = RULES.key in self.modules
        return Norms({one.id: one.data for one in self.each(Query(RULES.key))} if here else {})

    # lists

    def first_page(self, query: Query, limit: int = PAGE) -> list[Record]:
        """The first rows of a list, at once, whatever its length."""
        return list(self.lists.first_rows(query, limit).values())

    def each(self, query: Query, limit: int | None = None) -> Iterator[Record]:
        """Every record of a list in its order, without holding them all in memory."""
        return self.lists.each(query, limit)

    def rows(self, query: Query) -> "array[int]":
        """The row numbers of a whole list in its order: what a table pages through with `page`."""
        return self.lists.rows(query)

    def page(self, module: str, numbers: Sequence[int]) -> list[Record | None]:
        """The records of these row numbers, in their order; None for one that is gone meanwhile."""
        return self.lists.page(module, numbers)

    def ids(self, query: Query) -> list[str]:
        """The ids of a list, in no order."""
        return self.lists.ids(query)

    def count(self, query: Query) -> int:
        return self.lists.count(query)

    # what is not sent yet

    def outbox(self) -> list[Pending]:
        """Operations that the server has not accepted, oldest first."""
        return self.queue.all()

    def pending(self, op: str) -> Pending | None:
        """One of them by its name."""
        return self.queue.of(op)

    def unsent(self) -> int:
        """How many edits wait for the server."""
        return self.queue.count()

    def needs_attention(self) -> int:
        """How many operations wait for a person: conflicts, refused and failed ones."""
        return self.queue.count_aside()

    # where the sync stands

    @property
    def feed(self) -> str:
        """The server's feed that the records here are of; empty before the first load."""
        return self.meta("feed") or ""

    def meta(self, key: str) -> str | None:
        found: str | None = self._connection.value("SELECT value FROM _meta WHERE key = ?", (key,))
        return found

    def metas(self, keys: Sequence[str]) -> dict[str, str]:
        """Several at once; what is not known is left out."""
        places = ", ".join("?" * len(keys))
        return dict(self._connection.all(f"SELECT key, value FROM _meta WHERE key IN ({places})", keys))

    def cursor(self) -> int:
        """The feed's position that the rows stand at."""
        return int(self.meta("cursor") or 0)
