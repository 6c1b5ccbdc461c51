"""A workstation without a window, for tests: its own profile, its own cache, its own login at a real server."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from empty_cache import with_tables
from oracle.cache import Cache, looked_at, replayed
from oracle.ledger import Ledger, Saved
from oracle.screen import Screen

from citymanager.modules import MODULES
from citymanager.roles import Role, role
from citymanager.schema import Module
from citymanager.store import Profile, Query, Writer
from citymanager.store.pending import Pending
from citymanager.sync_state import FileNews, Progress
from sync.client import Client
from sync.contract import seal
from sync.engine import Engine, Round
from sync.fetching import Fetching
from sync.files import Files
from sync.keys import KeyRing, NoKeyRing
from sync.offline_login import KnownPeople
from sync.session import Session
from sync.surroundings import Surroundings

T = TypeVar("T")
PASSWORD = "пароль"
LIGHT = 2
"""Work of hashing a password here: at full work a login takes longer than what a test asks about."""


@dataclass
class Station:
    """`edit` and `new` save as the window does; `sync` is one round."""

    folder: Path
    url: str
    modules: Sequence[Module] = MODULES
    changed: list[tuple[str, list[str]]] = field(default_factory=list)
    deadlines: Mapping[str, float] = field(default_factory=dict)
    stop: Callable[[], bool] = lambda: False
    progress: list[Progress] = field(default_factory=list)
    ledger: Ledger = field(default_factory=Ledger)
    keys: KeyRing = field(default_factory=NoKeyRing)
    ahead: timedelta = timedelta(0)
    """How far this computer's clock is ahead of the true time."""
    room: int = 2**30
    """Bytes for files that the server has."""

    def __post_init__(self) -> None:
        self.screen = Screen(self.folder.name, self.look)
        self.profile = Profile(self.folder)
        if not self.profile.cache.exists():
            with_tables(self.profile, self.modules)
        self.open()

    def open(self) -> None:
        """Start the program on this profile."""
        self.closed = False
        self.writer = self.profile.writer(self.modules, patience=0)
        self.client = Client(self.url, clock=self.now, **self.deadlines)
        self.known = KnownPeople(self.folder, work=LIGHT)
        self.session = Session(self.client, self.known, self.keys, self.profile.station())
        around = Surroundings(
            self.write,
            self.tell,
            self.progress.append,
            lambda: self.stop(),
            self.profile.arriving,
        )
        self.engine = Engine(self.client, self.session, self.modules, around)
        self.moved: list[str] = []
        self.files = Files(self.client, around, self.profile.shelf, lambda: self.room, self.moved.append, again=0)
        self.fetching = Fetching(self.client, self.profile.shelf, lambda: self.room)

    def close(self) -> None:
        if not self.closed:
            self.closed = True
            self.client.close()
            self.writer.close()

    def restart(self) -> None:
        self.close()
        self.open()

    def look(self) -> AbstractContextManager[Cache]:
        """At its file, past the program."""
        return looked_at(self.folder, self.modules)

    def write(self, act: Callable[[Writer], T], /) -> T:
        return act(self.writer)

    def now(self) -> datetime:
        """By the clock of this computer."""
        return datetime.now(UTC) + self.ahead

    def login(self, login: str, password: str = PASSWORD) -> None:
        self.session.login(login, password)
        self.engine.admit()

    @property
    def login_name(self) -> str:
        return self.session.person.login if self.session.person else ""

    @property
    def role(self) -> Role | None:
        return role(self.session.person.role) if self.session.person else None

    def sync(self) -> Round:
        return self.engine.round()

    def tell(self, module: str, ids: Sequence[str]) -> None:
        self.changed.append((module, list(ids)))
        self.screen.changed(module, ids)

    def attach(self, content: bytes, name: str = "яма.jpg") -> dict[str, Any]:
        """Take a file in, as a card does; what a record says of it."""
        source = self.folder / name
        source.write_bytes(content)
        taken = self.profile.shelf.take(source)
        source.unlink()
        return taken.entry()

    def send_files(self) -> int:
        """All that can be sent of this person's files, as after a round; how many have arrived."""
        before = self.files.done
        while self.files.step(self.login_name):
            pass
        return self.files.done - before

    def fetch(self, name: str) -> FileNews:
        """A file from the server, to its end."""
        while (news := self.fetching.step(name)).got < news.size:
            pass
        return news

    def new(self, module: str = "reports", **values: Any) -> str:
        values = {"text": "Яма на дороге"} | values if module == "reports" else values
        saved = self.writer.save(module, None, values, self.login_name, self.role, self.now())
        self.ledger.saved(Saved(saved.op, self.folder.name, module, saved.id, values, self.login_name, {}))
        return saved.id

    def edit(self, ident: str, module: str = "reports", **values: Any) -> str:
        """The operation's name."""
        seen = self.seen(module, ident)
        saved = self.writer.save(module, ident, values, self.login_name, self.role, self.now())
        self.ledger.saved(Saved(saved.op, self.folder.name, module, ident, fresh(values, seen), self.login_name, seen))
        return saved.op

    def delete(self, ident: str, module: str = "reports") -> str:
        seen = self.seen(module, ident)
        op = self.writer.delete(module, ident, self.login_name, self.role, self.now()).op
        self.ledger.saved(Saved(op, self.folder.name, module, ident, {}, self.login_name, seen, deleted=True))
        return op

    def decide(self, op: str, **values: Any) -> str:
        """A person decides what was set aside: his values over the server's, or the server's if there are none."""
        with self.look() as cache:
            aside = cache.outbox[op]
            others = [one for one in cache.outbox.values() if (one.module, one.id) == aside.place and one.op != op]
            copy = cache.copies().get(aside.place)
        theirs = copy.data if copy else {}
        declared = next((one for one in self.modules if one.key == aside.module), None)
        seen = replayed(copy, others, declared) or theirs
        saved = self.writer.resolve(op, values, self.login_name, self.role, self.now())
        self.ledger.decided(op, f"decided by {self.login_name}: {values or 'theirs'}")
        self.ledger.saved(
            Saved(saved.op, self.folder.name, *aside.place, fresh(values, seen), self.login_name, seen, shown=theirs)
        )
        return saved.op

    def retry(self, *ops: str) -> None:
        """A person offers again what was set aside; what was answered gets a new name."""
        with self.look() as cache:
            before = {one.seq: one.op for one in cache.outbox.values() if one.op in ops}
        self.writer.retry(ops)
        with self.look() as cache:
            for one in cache.outbox.values():
                old = before.get(one.seq, "")
                if old and old not in self.ledger.names:  # a record that a restored server has lost: it is sent whole
                    self.ledger.saved(Saved(one.op, self.folder.name, *one.place, one.change, one.author, {}))
                self.ledger.renamed(old, one.op)

    def seen(self, module: str, ident: str) -> dict[str, Any]:
        """The record as a person sees it, read past the program."""
        with self.look() as cache:
            return cache.stand((module, ident))

    def data(self, ident: str, module: str = "reports") -> dict[str, Any]:
        found = self.writer.get(module, ident)
        assert found is not None, ident
        return found.data

    def ids(self, module: str = "reports") -> set[str]:
        return set(self.writer.ids(Query(module)))

    def aside(self) -> list[Pending]:
        """What waits for a person."""
        return [one for one in self.writer.outbox() if one.state != "waiting"]

    def sums(self) -> dict[str, tuple[int, str]]:
        """Count and hash of every module that the person may read, as the server's digest has them."""
        read = self.session.person.modules if self.session.person else {}
        rows = {one.key: list(self.writer.server.digest_rows(one.key)) for one in self.modules if one.key in read}
        return {key: (len(found), seal(found)) for key, found in rows.items()}

    def server_sums(self) -> dict[str, tuple[int, str]]:
        """The server's own, for this person."""
        found = self.client.digest()["modules"]
        return {key: (one["count"], one["sha256"]) for key, one in found.items()}


def fresh(values: Mapping[str, Any], seen: Mapping[str, Any]) -> dict[str, Any]:
    """What a person has typed over something else."""
    return {key: value for key, value in values.items() if value != seen.get(key) and (value or key in seen)}
