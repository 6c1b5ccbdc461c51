"""Sending photos and papers: a part at a time, from where the server has them, so that whatever is small goes between.

Whoever calls `step` decides between two parts what goes first: the window's thread looks whether an edit waits.
"""

import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

from citymanager.errors import CityError, Damaged, NoLink, Refused
from citymanager.failpoints import fp
from citymanager.store import Writer
from citymanager.store.queued_files import QueuedFile
from citymanager.store.shelf import Shelf
from sync.client import Client
from sync.contract import FileAnswer
from sync.faults import Busy, Expired, Failing, Garbled, NotOurs, TooLarge, Unacceptable
from sync.part_size import PartSize
from sync.pull import ground
from sync.surroundings import Surroundings

HOPELESS = 3
"""Files that the server failed on, one after another: the rest waits for the next round."""
TRIES_HERE = 3
"""How often a part is tried before its file waits for the next round."""
AGAIN = 15.0
"""Seconds after a failure before it counts and is tried anew: rounds may follow each other faster."""
GONE = "Файла больше нет на этом рабочем месте целым: прикрепите его заново."
_FAULTS = (Failing, Garbled, NotOurs, TooLarge)
Key = tuple[str, str]
log = logging.getLogger(__name__)


class Files:
    """One link's sending of files. What has arrived of each the server is asked for once, then it is counted."""

    def __init__(
        self,
        client: Client,
        around: Surroundings,
        shelf: Shelf,
        room: Callable[[], int],
        moved: Callable[[str], None] = lambda name: None,
        again: float = AGAIN,
    ) -> None:
        """`room`: bytes that files may take which the server has. `moved`: told of each file that has come farther."""
        self._client, self._around, self._shelf, self._room, self._moved = client, around, shelf, room, moved
        self._again, self._failed_at = again, 0.0
        self._part = PartSize()
        self._arrived: dict[Key, int] = {}
        self._stuck: dict[Key, tuple[int, int]] = {}
        """Where the last failure of a file was, and the how many-th there: one that gets no farther is passed over."""
        self._passed: dict[Key, tuple[QueuedFile, str]] = {}
        """Not offered again before the next good round; why, if that is to be counted."""
        self._looked = False
        self.done, self.troubled = 0, 0
        """Files that have arrived, and those that could not be sent."""

    def step(self, author: str) -> bool:
        """Send the next part of this person's files; whether there may be more to send now.

        NoLink if there is no line at all, Busy, Expired: then nothing more can be sent for now.
        """
        if not self._looked:
            self._around.write(lambda writer: _find_lost(writer, author))
            self._looked = True
        passed = [name for name, whose in self._passed if whose in (author, "")]
        file = self._around.write(lambda writer: writer.files.next(author, passed))
        if file is None or len(passed) >= HOPELESS or self._around.should_stop():
            return False
        try:
            self._bring(file)
        except (Expired, Busy):
            raise
        except Damaged:
            self._set_aside(file, "failed", GONE)
        except Refused as refusal:
            self._refused(file, refusal)
        except _FAULTS as fault:
            self._failed(file, fault)
        return True

    def settle(self) -> None:
        """A round has gone well: what the server failed on counts against the file, and it is tried again."""
        if time.monotonic() - self._failed_at < self._again:
            return
        for file, reason in self._passed.values():
            if reason:
                self._around.write(partial(_count_failure, file=file, reason=reason))
                self._moved(file.sha256)
        self._passed.clear()
        self._stuck.clear()

    # inside

    def _bring(self, file: QueuedFile) -> None:
        start = self._arrived.get(_key(file))
        if start is None:
            self._take(file, self._client.file_arrived(file.sha256, file.size))
            return
        piece = self._piece(file, start)
        started = time.monotonic()
        answer = self._client.send_part(file.sha256, start, piece, file.size)
        fp("files.answered")
        self._part.took(time.monotonic() - started)
        if not answer["complete"] and answer["received"] == start:
            raise Failing("Сервер не принимает части этого файла.")
        self._take(file, answer)

    def _piece(self, file: QueuedFile, start: int) -> bytes:
        path = self._shelf.find(file.sha256)
        if path is None or path.stat().st_size != file.size:
            raise Damaged(GONE)
        with path.open("rb") as content:
            content.seek(start)
            return content.read(self._part.bytes)

    def _take(self, file: QueuedFile, answer: FileAnswer) -> None:
        """What the server says of a file: so much of it is there, or all."""
        self._arrived[_key(file)] = answer["received"]
        if answer["complete"]:
            self._forget(file)
            sent = self._around.write(lambda writer: _arrived(writer, file))
            self._shelf.trim(self._room(), sent)
            self.done += 1
        elif answer["received"] != file.received:
            self._around.write(lambda writer: writer.files.progress(file, answer["received"]))
        self._moved(file.sha256)

    def _refused(self, file: QueuedFile, refusal: CityError) -> None:
        """The server does not take it. If it came garbled, a second try from the start helps."""
        self._forget(file)
        try:
            self._shelf.read(file.sha256)
        except Damaged:
            self._set_aside(file, "failed", GONE)
            return
        if isinstance(refusal, Unacceptable) and _key(file) not in self._stuck:
            self._stuck[_key(file)] = 0, 1
        else:
            self._set_aside(file, "refused", str(refusal))

    def _failed(self, file: QueuedFile, fault: NoLink) -> None:
        reached = self._arrived.pop(_key(file), file.received)
        self._part.failed()
        before, times = self._stuck.get(_key(file), (-1, 0))
        times = 1 if reached > before else times + 1
        self._stuck[_key(file)] = reached, times
        if times < TRIES_HERE:
            return
        log.info("a file gets no farther: %s", type(fault).__name__)
        # a line that breaks is not the file's fault, however often it does
        self._passed[_key(file)] = file, "" if isinstance(fault, Garbled) else str(fault)
        self._failed_at = time.monotonic()
        self.troubled += 1

    def _set_aside(self, file: QueuedFile, state: str, reason: str) -> None:
        self._forget(file)
        self._around.write(lambda writer: writer.files.set_aside(file, state, reason))
        self.troubled += 1
        self._moved(file.sha256)

    def _forget(self, file: QueuedFile) -> None:
        self._arrived.pop(_key(file), None)


def _key(file: QueuedFile) -> Key:
    return file.sha256, file.author


def _arrived(writer: Writer, file: QueuedFile) -> set[str]:
    """The sums of all files of ours that the server has: they are thrown away last."""
    writer.files.arrived(file, datetime.now(UTC))
    return writer.files.sent()


def _count_failure(writer: Writer, file: QueuedFile, reason: str) -> None:
    writer.files.failed(file, reason)


def _find_lost(writer: Writer, author: str) -> None:
    """Once in a cache's life, when it is whole: files that its records name, and that nothing else knows of."""
    if not writer.files.asked and ground(writer).whole:
        writer.files.claim_named(writer.files.mend(), author, datetime.now(UTC))
