"""When a round of sync runs: on a timer, when something waits or has arrived, later and later while it fails.

Lives in the sync's own thread; everything that it learns it tells by signals.
"""

import logging
import random
import threading
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from citymanager.errors import Bug, CityError, NoLink, Refused
from citymanager.schema import Module
from citymanager.server_address import server_address
from citymanager.settings import Settings
from citymanager.store import Profile
from citymanager.sync_state import SyncState
from sync.client import Client
from sync.faults import Busy, Expired
from sync.file_turns import FileTurns
from sync.keys import KeyRing
from sync.offline_login import KnownPeople, Person
from sync.patience import Backoff, milliseconds, turn
from sync.peer import Peer
from sync.probe import greet
from sync.pull import confirmed
from sync.session import Session
from sync.surroundings import Surroundings, Write

EARLIEST = 0.6
"""Share of the longest wait between quiet rounds: each is chosen anew, so that stations do not march in step."""
PROBED = 8.0
"""Seconds in which a server that is asked for the first time must answer."""
SOON = 2.0
"""Seconds within which is looked what has become of a server that is not heard any more."""
LOG_IN = "Войдите, чтобы начать обмен с сервером."
log = logging.getLogger(__name__)


class Rounds(QObject):
    """Runs the rounds of one window. Its slots are called through queued connections only."""

    state = Signal(object)
    """`SyncState`, but for the counts of what is unsent."""
    changed = Signal(str, list)
    finished = Signal(object)
    """`Round`, also of one that was broken off."""
    repaired = Signal(list)
    """Keys of modules that had diverged from the server and were loaded anew."""
    entered = Signal(str)
    """What came of logging in: a Russian sentence of what is wrong, or nothing."""
    probed = Signal(str, str)
    """An address, and what is wrong with what answers there; nothing if it is a central server of ours."""
    file_news = Signal(object)
    """`FileNews`, after every part of a file."""
    heard = Signal(int)
    """From the listener's thread: the feed has moved to here."""
    unheard = Signal()
    """From the listener's thread: nothing is heard of the server any more."""

    def __init__(
        self,
        profile: Profile,
        modules: Sequence[Module],
        write: Write,
        keys: Callable[[str, str], KeyRing],
        turned_away: Callable[[str], str],
    ) -> None:
        super().__init__()
        self._turned_away = turned_away
        self._profile, self._modules, self._keys, self._settings = profile, modules, keys, Settings(profile)
        self._around = Surroundings(
            write,
            self.changed.emit,
            lambda progress: self._tell(progress=progress),
            lambda: self._over.is_set(),
            profile.arriving,
        )
        self._over = threading.Event()
        self._peer: Peer | None = None
        self._guest: Client | None = None
        """Of a probe that is under way."""
        self._state = SyncState()
        self._cursor = 0
        self._backoff = Backoff()
        self._sent_away = False
        """By a busy server, until a time that only a person may cut short."""
        self._next = QTimer(self, singleShot=True, timerType=Qt.TimerType.PreciseTimer)  # others come too early
        self._next.timeout.connect(self._round)
        self._files = FileTurns(self, self._for_files, lambda: self._next.remainingTime() == 0)
        self._files.news.connect(self.file_news)
        self._files.trouble.connect(self._soon)
        self._files.sent_away.connect(self._failed)
        self.heard.connect(self._heard)
        self.unheard.connect(self._unheard)

    # called from another thread

    def abort(self) -> None:
        """End at once whatever waits for the network; nothing new is begun. Thread-safe."""
        self._over.set()
        for client in (self._peer.client if self._peer else None, self._guest):
            if client is not None:
                client.close()

    def rouse(self) -> None:
        """Let nothing wait for connections that died while this computer slept; `woken` follows. Thread-safe."""
        peer = self._peer
        if peer is not None:
            peer.rouse()

    # slots of this thread

    @Slot(str, str, str)
    def begin(self, server: str, login: str, password: str) -> None:
        """Start with what is known: a password, a token of the key ring, or nothing but the cache."""
        self._tell(confirmed=self._around.write(confirmed))
        if not server:
            return
        if login and password:
            self.log_in(server, login, password)
            return
        try:
            self._resume(self._turn_to(server).session, login)
        except CityError as error:
            self._stop(str(error))

    @Slot(str, str, str)
    def log_in(self, server: str, login: str, password: str) -> None:
        """Log in at the server or, without a line, here; `entered` says what came of it."""
        try:
            session = self._turn_to(server).session
            self._admit(session.login(login, password))
        except CityError as error:
            if self._peer is None or self._peer.session.person is None:
                self._stop(str(error))
            self.entered.emit(str(error))
        else:
            self._tell(link="connecting", reason="")
            self.entered.emit("")
            self._soon(0)

    @Slot(str)
    def probe(self, server: str) -> None:
        """See what answers at an address; nothing is kept of it."""
        if self._over.is_set():
            return
        problem = ""
        try:
            with closing(Client(server, authority=self._profile.authority, read=PROBED, total=PROBED)) as self._guest:
                greet(self._guest)
        except CityError as error:
            problem = str(error)
        self._guest = None
        self.probed.emit(server, problem)

    @Slot()
    def log_out(self) -> None:
        if self._peer is not None:
            self._peer.session.logout()
        self._tell(login="", role="")
        self._stop(LOG_IN)

    @Slot()
    def outbox_changed(self) -> None:
        """Something waits to be sent."""
        if self._state.link == "online":
            self._soon(0)  # edits that follow go together, by the round after this one

    @Slot()
    def now(self) -> None:
        """A person wants it now."""
        self._backoff.succeeded()
        self._soon(0)

    @Slot(str)
    def fetch(self, name: str) -> None:
        """A person wants to see this file: it goes before those that are sent. `file_news` says how far it is."""
        self._files.want(name)

    @Slot()
    def woken(self) -> None:
        """Time has passed unseen: what is known of the link is old."""
        if self._state.link in ("online", "offline"):
            log.info("woken: syncing at once")
            self.now()

    @Slot()
    def end(self) -> None:
        self._next.stop()
        self._files.rest()
        if self._peer is not None:
            self._peer.hush()
        self.thread().quit()

    # inside

    def _turn_to(self, server: str) -> Peer:
        """What speaks to this server; what spoke to another is given up."""
        if self._peer is not None:
            if self._peer.client.address == server_address(server):
                return self._peer
            self._peer.hush()
            self._peer.client.close()
        self._peer = Peer(
            server, self._profile, self._modules, self._around, self._keys, self._turned_away, self.file_news.emit
        )
        if self._over.is_set():
            self._peer.client.close()
        return self._peer

    def _for_files(self) -> Peer | None:
        return self._peer if self._state.link == "online" and not self._over.is_set() else None

    def _resume(self, session: Session, login: str) -> None:
        last = KnownPeople(self._profile.folder).last()
        name = login or (last.login if last else "")
        try:
            person = session.resume(name) if name else None
        except NoLink as error:
            person = session.person
            log.info("the token of the key ring is not confirmed yet: %s", error)
        if person is None:
            self._stop(LOG_IN)
        else:
            self._tell(link="connecting", reason="")
            self._admit(person)
            self._soon(0)

    def _admit(self, person: Person) -> None:
        if self._peer is not None:
            self._peer.engine.admit()
            self._profile.set("server", self._peer.client.address)
        self._tell(login=person.login, role=person.role)

    @Slot()
    def _round(self) -> None:
        """One round, and when the next one comes."""
        peer = self._peer
        if peer is None or peer.session.person is None or self._over.is_set():
            return
        try:
            self._connect(peer)
            peer.engine.round()
        except Expired as error:
            if peer.session.online:
                peer.session.expired()
            if peer.session.renewable:  # the next round logs in again
                self._soon(self._backoff.failed())
            else:
                self._stop(str(error))
        except Refused as error:
            self._stop(str(error))
        except CityError as error:
            self._failed(error)
        except Exception as error:
            log.exception("a round failed")
            self._failed(Bug(f"Внутренняя ошибка обмена: {error}. Подробности в журнале программы."))
        else:
            self._succeeded(peer)
        self.finished.emit(peer.engine.last)

    def _connect(self, peer: Peer) -> None:
        if not peer.session.online:
            self._admit(peer.session.renew())
        if not self._sent_away:
            peer.listen(self.heard.emit, self.unheard.emit)

    def _succeeded(self, peer: Peer) -> None:
        self._backoff.succeeded()
        self._sent_away = False
        peer.listen(self.heard.emit, self.unheard.emit)
        self._cursor = self._around.write(lambda writer: writer.cursor())
        person = peer.session.person
        self._tell(
            link="online", reason="", confirmed=self._around.write(confirmed), skew=peer.client.skew, progress=None,
            next_try=None, role=person.role if person else "",
        )  # fmt: skip
        if peer.engine.repaired:
            self.repaired.emit(peer.engine.repaired)
        peer.files.settle()
        self._files.go_on()
        poll = self._settings["poll"]
        self._soon(random.uniform(EARLIEST * poll, poll))  # noqa: S311 — not a secret

    @Slot(object)
    def _failed(self, error: CityError) -> None:
        self._sent_away = isinstance(error, Busy)
        wait = self._sent_off(error.wait) if isinstance(error, Busy) else self._backoff.failed()
        self._next.start(milliseconds(wait))
        self._tell(
            link="offline", reason=str(error), progress=None, next_try=datetime.now(UTC) + timedelta(seconds=wait)
        )
        self._files.give_up()

    def _sent_off(self, seconds: float) -> float:
        """Seconds until our turn; nothing of us asks the busy server before it."""
        if self._peer is None:
            return seconds
        self._peer.hush()
        return turn(seconds, self._peer.session.block, self._peer.client.server_now())

    def _stop(self, reason: str) -> None:
        """Only a person can go on from here."""
        self._next.stop()
        if self._peer is not None:
            self._peer.hush()
        self._tell(link="stopped", reason=reason, progress=None, next_try=None)
        self._files.give_up()

    @Slot(float)
    def _soon(self, seconds: float) -> None:
        """The next round, not later than this."""
        wait = milliseconds(seconds)
        if not self._next.isActive() or self._next.remainingTime() > wait:
            self._next.start(wait)

    @Slot(int)
    def _heard(self, seq: int) -> None:
        if (self._state.link == "offline" and not self._sent_away) or (
            self._state.link == "online" and seq != self._cursor
        ):
            self._soon(0)

    @Slot()
    def _unheard(self) -> None:
        """Whether the server is still there is asked soon, by each station at another moment."""
        if self._state.link == "online":
            self._soon(random.uniform(0, SOON))  # noqa: S311 — not a secret

    def _tell(self, **facts: object) -> None:
        state = replace(self._state, **facts)  # type: ignore[arg-type]
        if state != self._state:
            self._state = state
            self.state.emit(state)
