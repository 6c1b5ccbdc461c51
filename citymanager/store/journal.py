"""The side journal: an append-only, fsynced, checksummed file of operations beside the database.

A damaged database must not take unsent edits with it. Every operation is written here before it is committed there.
How many edits there have been, and which numbers they took, is here as well: so a cache that went back is known.
"""

import hashlib
import json
import logging
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from citymanager.errors import ReadOnly, why
from citymanager.failpoints import fp

_TRIM_AT = 4 * 1024 * 1024
"""Bytes."""
_TAIL = 64 * 1024
"""Bytes at the end in which the last count of edits is looked for first."""
log = logging.getLogger(__name__)


class Journal:
    """Lines of `checksum json`: an operation; {"done": op} once the server has answered it for good; a tally.

    An operation that names files has a line for each: {"file": SUM, …}, and {"sent": SUM} once the server has it.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._trim_at = _TRIM_AT

    def add(self, entries: Iterable[Mapping[str, Any]]) -> None:
        """Append entries; all on the disk when this returns. Raises ReadOnly; half-written lines are taken back."""
        self._append(list(entries))

    def mark(self) -> int:
        """Where the journal ends now: what `back_to` returns to when a transaction is undone."""
        return self._path.stat().st_size if self._path.exists() else 0

    def back_to(self, mark: int) -> None:
        """Take back what was added since the mark. A disk that refuses this, too, has refused the edit already."""
        try:
            if self.mark() > mark:
                os.truncate(self._path, mark)
        except OSError as error:
            log.warning("the journal keeps what was undone: %s", error)

    def done(self, ops: Iterable[str]) -> None:
        """These operations need no salvage any more. Where that can't be written, a salvage offers them once too often:
        the server knows them by name, and what is decided already is not undone.
        """
        try:
            self._append([{"done": op} for op in ops])
            fp("journal.done")
            if self.mark() > self._trim_at:
                self._trim()
        except (OSError, ReadOnly) as error:
            log.warning("the journal can't be shortened: %s", error)

    def unfinished(self) -> list[dict[str, Any]]:
        """Operations in order that were never done; damaged lines are passed over."""
        return list(filter(None, map(_entry, self._at(self._waiting()))))

    def edits(self) -> int:
        """How many edits had been made when the last one was written here; 0 where nothing says so."""
        if not self._path.exists():
            return 0
        with self._path.open("rb") as file:
            file.seek(max(0, self.mark() - _TAIL))
            tail = file.read()
        return _count(map(_entry, tail.split(b"\n"))) or _count(entry for _, entry in self._lines())

    def numbers(self) -> dict[str, int]:
        """The greatest number that was ever taken of each counter, as far as it is written here."""
        found: dict[str, int] = {}
        for _, entry in self._lines():
            for counter, number in entry.get("numbers", {}).items():
                found[counter] = max(number, found.get(counter, 0))
        return found

    def sent(self, name: str, author: str) -> None:
        """The server has this file. Where that can't be written, it is asked once too often whether it has."""
        try:
            self._append([{"sent": name, "author": author}])
        except (OSError, ReadOnly) as error:
            log.warning("the journal can't be written: %s", error)

    def files(self) -> list[dict[str, Any]]:
        """Files that edits have named and that were never said to be on the server: {"file": SUM, "author": …, …}."""
        return list(filter(None, map(_entry, self._at(self._unsent()))))

    def _append(self, entries: list[Mapping[str, Any]]) -> None:
        if not entries:
            return
        mark = self.mark()
        try:
            with self._path.open("ab") as file:
                file.write(b"".join(_line(one) for one in entries))
                file.flush()
                fp("journal.appended")
                os.fsync(file.fileno())
        except OSError as error:
            self.back_to(mark)
            raise ReadOnly(f"Запись не сохранена, диск её не принял: {why(error)}. Освободите место.") from error

    def _waiting(self) -> list[int]:
        """Where the lines of operations begin that were never done, in their order."""
        places: dict[str, int] = {}
        for place, entry in self._lines():
            if "done" in entry:
                places.pop(entry["done"], None)
            elif "op" in entry:
                places.pop(entry["op"], None)  # one that is there twice stands where it was written last
                places[entry["op"]] = place
        return list(places.values())

    def _unsent(self) -> list[int]:
        """Where the lines of files begin that were never said to be on the server."""
        places: dict[tuple[str, str], int] = {}
        for place, entry in self._lines():
            if "sent" in entry:
                for author in (entry["author"], ""):  # what was attached before a login is sent after it
                    places.pop((entry["sent"], author), None)
            elif "file" in entry:
                places[entry["file"], entry["author"]] = place
        return list(places.values())

    def _lines(self) -> Iterator[tuple[int, dict[str, Any]]]:
        """Sound entries, and where the line of each begins. One by one: the edits of a week are many megabytes."""
        place = 0
        if self._path.exists():
            with self._path.open("rb") as file:
                for line in file:
                    if entry := _entry(line):
                        yield place, entry
                    place += len(line)

    def _at(self, places: Sequence[int]) -> Iterator[bytes]:
        """The lines that begin there."""
        if places:
            with self._path.open("rb") as file:
                for place in places:
                    file.seek(place)
                    yield file.readline()

    def _trim(self) -> None:
        """Keep the unfinished ones, the files that are not sent and the tally only; the file is replaced whole."""
        new = self._path.with_suffix(".new")
        with new.open("wb") as file:
            file.writelines(b"\n" + line for line in self._at([*self._unsent(), *self._waiting()]))
            file.write(_line(tally(self.edits(), self.numbers())))
            file.flush()
            os.fsync(file.fileno())
        fp("journal.trimming")
        new.replace(self._path)
        fp("journal.trimmed")
        self._trim_at = max(_TRIM_AT, 2 * self.mark())


def tally(edits: int, numbers: Mapping[str, int]) -> dict[str, Any]:
    """What stands after the operations of an edit: its own count, and the numbers that it took."""
    return {"edits": edits, "numbers": dict(numbers)}


def _count(entries: Iterable[Mapping[str, Any] | None]) -> int:
    return max((int(entry.get("edits", 0)) for entry in entries if entry), default=0)


def _entry(line: bytes) -> dict[str, Any] | None:
    """What a line says; None if it is damaged, or none."""
    checksum, _, text = line.rstrip(b"\n").partition(b" ")
    if not text or _checksum(text) != checksum:
        return None
    entry: dict[str, Any] = json.loads(text)
    return entry


def _checksum(text: bytes) -> bytes:
    return hashlib.sha256(text).hexdigest()[:16].encode()


def _line(entry: Mapping[str, Any]) -> bytes:
    text = json.dumps(entry, ensure_ascii=False, separators=(",", ":")).encode()
    # the leading newline shuts off a line that a crash has cut
    return b"\n" + _checksum(text) + b" " + text + b"\n"
