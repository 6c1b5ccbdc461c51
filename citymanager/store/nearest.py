"""The nearest due time of every open record, in a table of its own: lists are sorted and narrowed by it.

Triggers note each open record of which a clock may say something else now, so nothing can be forgotten. A few are
judged in the transaction that changed them; many (a first load, other norms) behind, and are told as not judged yet.
Closed records have no line here and cost nothing.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files

from citymanager.calendar import WorkCalendar
from citymanager.clocks import asked, dues, over
from citymanager.limits import shipped
from citymanager.modules.rules import RULES
from citymanager.norms import Norms
from citymanager.schema import STATUS, Module, Values
from citymanager.store.connection import Connection
from citymanager.values import moment

AT_ONCE = 100
"""Records that are judged in the transaction that has changed them: 5 ms of processor."""
STILL = frozenset({"met", "paused"})
"""States of a clock that does not run: it has no due time that anything could be sorted by."""
_OTHER_NORMS = "other norms"
TABLES = """
    CREATE TABLE _dues (_module TEXT NOT NULL, _of INTEGER NOT NULL, _due TEXT, _amber TEXT, _clock TEXT,
        PRIMARY KEY (_module, _of)) WITHOUT ROWID;
    CREATE INDEX _dues_due ON _dues (_module, _due, _of);
    CREATE TABLE _unjudged (seq INTEGER PRIMARY KEY, module TEXT NOT NULL, row INTEGER NOT NULL,
        UNIQUE (module, row));
    """


@dataclass(frozen=True, slots=True)
class Nearest:
    """What the cache has of an open record's clocks."""

    due: str
    """The moment of the nearest one that runs; empty: none does."""
    amber: str
    clock: str
    judged: bool
    """Whether that is of the record and the norms as they are now."""


def install(connection: Connection, module: Module) -> None:
    """Make the module's triggers, and note all its open records, if its clocks were others before or its table was."""
    stamp, known = _stamp(module), connection.value("SELECT value FROM _meta WHERE key = ?", (_place(module),))
    if known == stamp:
        return
    for name, statement in _triggers(module).items():
        connection.run(f'DROP TRIGGER IF EXISTS main."{name}"')
        connection.run(statement)
    for table, column in (("_dues", "_module"), ("_unjudged", "module")):
        connection.run(f"DELETE FROM {table} WHERE {column} = ?", (module.key,))
    if module.clocks:
        connection.run(
            f"INSERT INTO _unjudged (module, row) SELECT '{module.key}', _row FROM \"{module.key}\""
            f" WHERE NOT {_closed(module, '')}"
        )
    connection.run("INSERT OR REPLACE INTO _meta VALUES (?, ?)", (_place(module), stamp))


def forget(connection: Connection, module: Module) -> None:
    """The module's table is another one now: what stood here of its rows holds no more."""
    connection.run("DELETE FROM _meta WHERE key = ?", (_place(module),))


class DueTimes:
    """Judges what was noted. Belongs to the writer; called inside its transactions."""

    def __init__(self, connection: Connection, modules: Mapping[str, Module], norms: Callable[[], Norms]) -> None:
        self._connection, self._modules, self._read_norms = connection, modules, norms
        self._norms: Norms | None = None
        self._calendar = WorkCalendar()

    def keep(self, most: int = AT_ONCE) -> set[str]:
        """Judge up to so many of the noted records, the last noted first; the modules that they are of."""
        self._heed_norms()
        noted = self._connection.all("SELECT module, row FROM _unjudged ORDER BY seq DESC LIMIT ?", (most,))
        rows: dict[str, list[int]] = {}
        for module, row in noted:
            rows.setdefault(module, []).append(row)
        for key, some in rows.items():
            if key in self._modules:
                self._judge(self._modules[key], some)
        self._connection.run_many("DELETE FROM _unjudged WHERE module = ? AND row = ?", noted)
        return rows.keys() & self._modules.keys()

    def _heed_norms(self) -> None:
        """Other norms: every open record is to be judged anew."""
        if not self._connection.run("DELETE FROM _meta WHERE key = ?", (_OTHER_NORMS,)):
            return
        self._norms = None
        self._connection.run(
            "INSERT INTO _unjudged (module, row) SELECT _module, _of FROM _dues WHERE true ON CONFLICT DO NOTHING"
        )

    def _judge(self, module: Module, rows: Sequence[int]) -> None:
        names = asked(module)
        columns, places = ", ".join(f'"{one}"' for one in names), ", ".join("?" * len(rows))
        found = self._connection.all(f'SELECT _row, {columns} FROM "{module.key}" WHERE _row IN ({places})', list(rows))
        told = [self._line(module, row, dict(zip(names, values, strict=True))) for row, *values in found]
        self._connection.run_many("INSERT OR REPLACE INTO _dues VALUES (?, ?, ?, ?, ?)", told)

    def _line(self, module: Module, row: int, data: Values) -> tuple[str, int, str | None, str | None, str | None]:
        """The moment of the judgement matters to clocks that stand still only, and these have no due time here."""
        self._norms = self._norms or self._read_norms()
        found = dues(module, data, self._norms, self._calendar, datetime.now(UTC))
        first = next((one for one in found if one.state not in STILL), None)
        if first is None:
            return module.key, row, None, None, None
        return module.key, row, moment(first.at), moment(first.amber), first.clock.key


def marks(connection: Connection, module: Module, rows: Sequence[int]) -> dict[int, Nearest]:
    """What is known of these rows; nothing of those that are closed."""
    if not module.clocks:
        return {}
    norms_hold = not connection.value("SELECT EXISTS (SELECT 1 FROM _meta WHERE key = ?)", (_OTHER_NORMS,))
    places = ", ".join("?" * len(rows))
    lines = connection.all(
        f"SELECT _of, _due, _amber, _clock FROM _dues WHERE _module = ? AND _of IN ({places})", (module.key, *rows)
    )
    noted = connection.all(f"SELECT row FROM _unjudged WHERE module = ? AND row IN ({places})", (module.key, *rows))
    waiting = {row[0] for row in noted}
    known = {
        row: Nearest(due or "", amber or "", clock or "", norms_hold and row not in waiting)
        for row, due, amber, clock in lines
    }
    return {**{row: Nearest("", "", "", False) for row in waiting}, **known}


def unjudged(connection: Connection, key: str) -> int:
    """How many records of a module wait to be judged."""
    return int(connection.value("SELECT count(*) FROM _unjudged WHERE module = ?", (key,)))


def _place(module: Module) -> str:
    return f"due times:{module.key}"


def _stamp(module: Module) -> str:
    """What due times follow from beside records and the register: another one, and all are judged anew."""
    if module.key == RULES.key:
        return repr(_triggers(module))
    if not module.clocks:
        return ""
    own = repr((module.clocks, asked(module), over(module)))
    return hashlib.sha256(own.encode() + _shipped()).hexdigest()


@cache
def _shipped() -> bytes:
    """What every term is counted by that comes with the program."""
    calendar = files("resources").joinpath("calendar", "russia.toml").read_bytes()
    return calendar + repr(sorted(shipped().items())).encode()


def _closed(module: Module, row: str) -> str:
    """In SQL: no clock of a row (`new.`) is waited for."""
    ended = ", ".join(f"'{key}'" for key in over(module))
    return f"(coalesce({row}\"{STATUS}\", '') IN ({ended}))" if ended else "0"


def _triggers(module: Module) -> dict[str, str]:
    """Which changes of the module's table are noted, and how."""
    key = module.key
    if key == RULES.key:
        # not OR REPLACE: in a trigger the upsert that fires it takes that back, and the second norm of a page fails
        note = f"INSERT INTO _meta VALUES ('{_OTHER_NORMS}', '1') ON CONFLICT DO NOTHING"
        return {f"{key}_norm_{act}": f'CREATE TRIGGER "{key}_norm_{act}" AFTER {act} ON "{key}" BEGIN {note}; END'
                for act in ("INSERT", "UPDATE", "DELETE")}  # fmt: skip
    if not module.clocks:
        return {}
    note = f"INSERT INTO _unjudged (module, row) SELECT '{key}', new._row WHERE {{}} ON CONFLICT DO NOTHING;"
    drop = (
        f"DELETE FROM _dues WHERE _module = '{key}' AND _of = {{row}}._row{{and_}};"
        f" DELETE FROM _unjudged WHERE module = '{key}' AND row = {{row}}._row{{and_}};"
    )
    closed = _closed(module, "new.")
    moved = " OR ".join(f'old."{one}" IS NOT new."{one}"' for one in asked(module))
    return {
        f"{key}_due_in": f'CREATE TRIGGER "{key}_due_in" AFTER INSERT ON "{key}" WHEN NOT {closed}'
        f" BEGIN {note.format('true')} END",
        f"{key}_due_over": f'CREATE TRIGGER "{key}_due_over" AFTER UPDATE ON "{key}" WHEN {moved} BEGIN'
        f" {note.format(f'NOT {closed}')} {drop.format(row='new', and_=f' AND {closed}')} END",
        f"{key}_due_out": f'CREATE TRIGGER "{key}_due_out" AFTER DELETE ON "{key}" BEGIN'
        f" {drop.format(row='old', and_='')} END",
    }
