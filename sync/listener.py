"""Listening to the server's events: a thread that only says that there is something new, and never loses anything.

What is missed while it reconnects, the next round finds by itself.
"""

import json
import logging
import threading
from collections.abc import Callable
from pathlib import Path

from citymanager.errors import CityError
from sync.client import Client
from sync.faults import Busy
from sync.patience import Backoff, turn

SILENCE = 40.0
"""Seconds without a word, the server's pings included, after which the line is taken for dead."""
log = logging.getLogger(__name__)


class Listener:
    """Calls `heard(seq)` from its own thread: when it has begun to listen, and whenever the feed has moved.

    `lost()` when a stream that it was listening to has ended: the server may be gone.
    """

    def __init__(
        self,
        address: str,
        token: Callable[[], str],
        heard: Callable[[int], None],
        authority: Path | None = None,
        block: str = "",
        lost: Callable[[], None] = lambda: None,
    ) -> None:
        """`block`: the station's number block, which says when its turn is after a busy server."""
        self._client = Client(address, authority=authority, read=SILENCE)
        self._token, self._heard, self._lost, self._block = token, heard, lost, block
        self._over, self._stir = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name="events", daemon=True)
        self._thread.start()

    def close(self, seconds: float) -> bool:
        """Stop listening; whether it has ended in time."""
        self._over.set()
        self._stir.set()
        self._client.close()
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def rouse(self) -> None:
        """Listen anew at once: the line may have died without a word. Thread-safe."""
        self._stir.set()
        self._client.rouse()

    def _run(self) -> None:
        backoff = Backoff(longest=30.0)
        while not self._over.is_set():
            wait = 0.0
            try:
                self._listen(backoff)
            except Busy as error:
                wait = turn(error.wait, self._block, self._client.server_now())
            except CityError as error:
                log.info("events: %s", error)
            if self._stir.wait(wait or backoff.failed()) and not self._over.is_set():
                self._stir.clear()

    def _listen(self, backoff: Backoff) -> None:
        self._client.token = self._token()
        if not self._client.token:
            return
        listening = False
        try:
            for line in self._client.events():
                seq = _seq(line)
                if seq is not None:
                    listening = True
                    backoff.succeeded()
                    self._heard(seq)
        finally:
            if listening and not self._over.is_set():
                self._lost()


def _seq(line: str) -> int | None:
    """The place in the feed that a line of the stream speaks of; None if of none."""
    try:
        return int(json.loads(line.removeprefix("data:"))["seq"]) if line.startswith("data:") else None
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
