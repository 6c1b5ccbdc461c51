"""A station of a history: people come to it by tokens, its cache can be lost or go back, it can die in a round."""

import shutil
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from oracle.cache import Cache, Eye
from oracle.ledger import Saved
from station import Station, fresh

from citymanager.errors import NoLink
from citymanager.store import Seen, Writer
from sync.keys import KeyRing

T = TypeVar("T")
FILES = ("cache.db", "cache.db-wal", "cache.db-shm")


class Died(BaseException):
    """The program ends here; nothing of it may go on."""


class Ring(KeyRing):
    """A key ring of its own, in memory: it outlives the program, as the system's does."""

    def __init__(self) -> None:
        super().__init__("", "")
        self._tokens: dict[str, str] = {}

    def get(self, login: str) -> str:
        return self._tokens.get(login, "")

    def put(self, login: str, token: str) -> None:
        self._tokens[login] = token


@dataclass(frozen=True)
class Card:
    """A record that stands open before a person, as it was when he opened it."""

    module: str
    id: str
    seen: Seen
    shown: Mapping[str, Any]
    turn: int
    """How many edits had been made before."""


@dataclass
class Seat(Station):
    """`come` puts a person at it; `dies_in` counts the transactions of a round until it dies."""

    keys: KeyRing = field(default_factory=Ring)
    dies_in: int | None = None
    person: str = ""
    card: Card | None = None

    def open_card(self, module: str, ident: str) -> None:
        record = self.writer.get(module, ident)
        if record is not None:
            seen = Seen(record, self.writer.feed)
            self.card = Card(module, ident, seen, self.seen(module, ident), len(self.ledger.edits))

    def save_card(self, **values: Any) -> None:
        """Save what was typed into the open card, whatever has come meanwhile. What he did himself he knows of."""
        if (card := self.card) is None:
            return
        since = [one for one in list(self.ledger.edits.values())[card.turn :] if one.station == self.folder.name]
        known = {key: value for one in since if one.id == card.id for key, value in one.change.items()}
        shown = {**card.shown, **known}
        saved = self.writer.save(card.module, card.id, values, self.login_name, self.role, self.now(), card.seen)
        edit = Saved(saved.op, self.folder.name, card.module, card.id, fresh(values, shown), self.login_name, shown)
        self.ledger.saved(edit)
        self.open_card(card.module, card.id)

    def __post_init__(self) -> None:
        self._eye = Eye(self.folder, self.modules)
        super().__post_init__()

    def open(self) -> None:
        self.card = None
        super().open()

    def close(self) -> None:
        self._eye.shut()
        super().close()

    def look(self) -> AbstractContextManager[Cache]:
        return self._eye.look()

    def come(self, login: str, token: str = "") -> None:
        """Somebody sits down, with a fresh token or with the one that the key ring has for him."""
        if token:
            self.keys.put(login, token)
        self.card = self.card if self.person == login else None
        self.person = login
        try:
            self.session.resume(login)
        except NoLink:
            if self.session.person is None:
                raise
        self.engine.admit()

    def write(self, act: Callable[[Writer], T], /) -> T:
        """Dies before its transaction or after it, where a round is to die."""
        if self.dies_in is not None:
            self.dies_in -= 1
            if self.dies_in == 0:
                raise Died
        done = super().write(act)
        if self.dies_in == 1:
            raise Died
        return done

    def forgotten(self, change: Callable[[], None]) -> set[str]:
        """Do something to the closed cache; what of the acknowledged operations it does not know any more."""
        with self.look() as cache:
            before = cache.acknowledged.keys()
        self.close()
        change()
        self.open()
        self.screen.replaced()
        with self.look() as cache:
            return before - cache.acknowledged.keys()

    def lose_cache(self) -> set[str]:
        """Somebody has deleted the cache; the journal lies beside it."""
        return self.forgotten(self._delete)

    def _delete(self) -> None:
        for name in FILES:
            (self.folder / name).unlink(missing_ok=True)

    def put_by(self) -> None:
        """A copy of the cache is made, by somebody who has closed the program first."""
        self.close()
        shutil.copyfile(self.folder / FILES[0], self.folder / "copy.db")
        self.open()

    def go_back(self) -> set[str]:
        """The copy is put in the cache's place, if there is one."""
        return self.forgotten(self._put_back) if (self.folder / "copy.db").exists() else set()

    def _put_back(self) -> None:
        shutil.copyfile(self.folder / "copy.db", self.folder / FILES[0])
