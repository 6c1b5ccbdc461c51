"""All that belongs to one server's address: its client, its session, what is exchanged with it, who listens to it."""

import logging
from collections.abc import Callable, Sequence
from datetime import timedelta

from citymanager.schema import Module
from citymanager.settings import Settings
from citymanager.store import Profile
from citymanager.sync_state import FileNews
from sync.client import Client
from sync.engine import Engine
from sync.fetching import Fetching
from sync.files import Files
from sync.keys import KeyRing
from sync.listener import Listener
from sync.offline_login import KnownPeople
from sync.session import Session
from sync.surroundings import Surroundings

PATIENCE = 1.0
"""Seconds in which a listener that is told to end must have ended."""
log = logging.getLogger(__name__)


class Peer:
    """The server at one address, as this station speaks to it, until another address is given."""

    def __init__(
        self,
        server: str,
        profile: Profile,
        modules: Sequence[Module],
        around: Surroundings,
        keys: Callable[[str, str], KeyRing],
        turned_away: Callable[[str], str],
        file_news: Callable[[FileNews], None],
    ) -> None:
        """`keys`: a station's key ring at an address; `turned_away`: why a login may not sit here, or nothing."""
        self._profile, settings, shelf = profile, Settings(profile), profile.shelf
        self.client = Client(server, authority=profile.authority)
        known = KnownPeople(profile.folder, timedelta(days=settings["offline_days"]))
        ring = keys(self.client.address, profile.station())
        self.session = Session(self.client, known, ring, profile.station(), turned_away)
        self.engine = Engine(self.client, self.session, modules, around)

        def room() -> int:
            return int(settings["files_room"]) << 20

        self.files = Files(self.client, around, shelf, room, lambda name: file_news(FileNews(name)))
        self.fetching = Fetching(self.client, shelf, room)
        self._listener: Listener | None = None

    def listen(self, heard: Callable[[int], None], unheard: Callable[[], None]) -> None:
        """Hear of what the server gets, until `hush`; both are called from the listener's thread."""
        if self._listener is None:
            self._listener = Listener(
                self.client.address, lambda: self.client.token, heard, self._profile.authority, self.session.block,
                unheard,
            )  # fmt: skip

    def hush(self) -> None:
        listener, self._listener = self._listener, None
        if listener is not None and not listener.close(PATIENCE):
            log.warning("the listener did not end in time")

    def rouse(self) -> None:
        """Let nothing wait for connections that died while this computer slept. Thread-safe."""
        self.client.rouse()
        if (listener := self._listener) is not None:
            listener.rouse()
