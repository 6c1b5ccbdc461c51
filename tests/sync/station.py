"""A workstation without a window, for tests: its own profile, its own cache, its own login at a real server."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from citymanager.modules import MODULES
from citymanager.roles import Role, role
from citymanager.schema import Module
from citymanager.store import Profile, Query, Writer
from citymanager.store.reader import Pending
from citymanager.sync_state import Progress
from sync.client import Client
from sync.contract import seal
from sync.engine import Engine, Round
from sync.keys import NoKeyRing
from sync.offline_login import KnownPeople
from sync.session import Session
from sync.surroundings import Surroundings

T = TypeVar("T")
PASSWORD = "пароль"


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

    def __post_init__(self) -> None:
        self.profile = Profile(self.folder)
        self.open()

    def open(self) -> None:
        """Start the program on this profile."""
        self.closed = False
        self.writer = self.profile.writer(self.modules, patience=0)
        self.client = Client(self.url, **self.deadlines)
        self.known = KnownPeople(self.folder)
        self.session = Session(self.client, self.known, NoKeyRing(), self.profile.station())
        around = Surroundings(
            self.write,
            lambda module, ids: self.changed.append((module, list(ids))),
            self.progress.append,
            lambda: self.stop(),
        )
        self.engine = Engine(self.client, self.session, self.modules, around)

    def close(self) -> None:
        if not self.closed:
            self.closed = True
            self.client.close()
            self.writer.close()

    def restart(self) -> None:
        self.close()
        self.open()

    def write(self, act: Callable[[Writer], T], /) -> T:
        return act(self.writer)

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

    def new(self, module: str = "reports", **values: Any) -> str:
        values = {"text": "Яма на дороге"} | values if module == "reports" else values
        return self.writer.save(module, None, values, self.login_name, self.role, datetime.now(UTC)).id

    def edit(self, ident: str, module: str = "reports", **values: Any) -> str:
        """The operation's name."""
        return self.writer.save(module, ident, values, self.login_name, self.role, datetime.now(UTC)).op

    def delete(self, ident: str, module: str = "reports") -> str:
        return self.writer.delete(module, ident, self.login_name, self.role, datetime.now(UTC)).op

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
        rows = {one.key: list(self.writer.digest_rows(one.key)) for one in self.modules if one.key in read}
        return {key: (len(found), seal(found)) for key, found in rows.items()}

    def server_sums(self) -> dict[str, tuple[int, str]]:
        """The server's own, for this person."""
        found = self.client.digest()["modules"]
        return {key: (one["count"], one["sha256"]) for key, one in found.items()}
