"""The files of a profile, each under its own SHA-256: what the server does not have yet apart from what it has.

`files/ab/SUM` was attached here and stays until the server has it; `fetched/ab/SUM` the server has, so it may be thrown
away when room is short. What is thrown away is chosen in the second folder only: an unsent file can't be.
"""

import logging
import os
import stat
import time
import uuid
from collections.abc import Container, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from citymanager.attachments import HEAD, LIMIT, Kind, judged, kind_of, shown_name
from citymanager.errors import Damaged, ReadOnly, Refused, why
from citymanager.failpoints import fp

_PART, _NEW = ".part", "new-"
_STALE = 3600
"""Seconds after which a copy that is not finished never will be."""
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Taken:
    """A file that lies on the shelf, as a record will name it."""

    sha256: str
    name: str
    type: str
    size: int

    def entry(self) -> dict[str, Any]:
        """Its line in a value of kind `files`."""
        return {"sha256": self.sha256, "name": self.name, "type": self.type, "size": self.size}


class Shelf:
    """What a method has returned from is on the disk. Its methods may be called from any thread."""

    def __init__(self, folder: Path) -> None:
        self._kept, self._fetched = folder / "files", folder / "fetched"

    # what is attached here

    def take(self, source: Path) -> Taken:
        """Copy a file in. Raises Refused with what is wrong with it, ReadOnly if there is no room for it."""
        name = shown_name(source.name)
        content = _content(source, name)
        kind, made = judged(name, content), sha256(content).hexdigest()
        self._put(made, content)
        return Taken(made, name, kind.type, len(content))

    def keep(self, name: str) -> bool:
        """The server may not have this one: see that it is not thrown away. Whether it is here at all."""
        if _lies(self._place(self._kept, name)):
            return True
        if not _lies(self._place(self._fetched, name)):
            return False
        self._move(name, self._fetched, self._kept)
        return True

    def release(self, name: str) -> None:
        """The server has it: from now on it may be thrown away."""
        if _lies(self._place(self._kept, name)):
            self._move(name, self._kept, self._fetched)

    def owes(self, name: str) -> bool:
        """Whether it lies among those that the server may not have."""
        return _lies(self._place(self._kept, name))

    def kept(self) -> dict[str, float]:
        """All that the server may not have, and when each came here (seconds since 1970)."""
        return {path.name: path.stat().st_mtime for path in _files(self._kept)}

    # what is looked at

    def find(self, name: str) -> Path | None:
        """Where a file lies; None if it does not. A link that somebody has put in its place is none."""
        places = (self._place(self._kept, name), self._place(self._fetched, name))
        return next((one for one in places if _lies(one)), None)

    def read(self, name: str) -> tuple[bytes, Kind]:
        """A file's content and what it is. Damaged if it is not here whole, or of no kind that is taken."""
        path = self.find(name)
        try:
            content = path.read_bytes() if path else b""
        except OSError as error:
            raise Damaged(f"Файл не прочитать: {why(error)}.") from error
        kind = kind_of(content[:HEAD])
        if kind is None or sha256(content).hexdigest() != name:
            raise Damaged("Файла нет на этом рабочем месте целым.")
        if path and path.is_relative_to(self._fetched):
            os.utime(path)  # what was looked at last is thrown away last
        return content, kind

    # what comes from the server

    def arrived(self, name: str) -> int:
        """How much of a file has come from the server so far."""
        part = self._part(name)
        return part.stat().st_size if _lies(part) else 0

    def add(self, name: str, piece: bytes) -> None:
        """Put the next piece behind what has come. Raises ReadOnly."""
        part = self._part(name)
        try:
            part.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW
            with open(os.open(part, flags, 0o600), "ab") as file:  # noqa: PTH123
                file.write(piece)
            fp("fetch.added")
        except OSError as error:
            raise ReadOnly(f"Файл не сохранить на диске: {why(error)}.") from error

    def finish(self, name: str) -> None:
        """All pieces have come: it is a file now, if it is the one that was asked for. Else Damaged: begin anew."""
        part = self._part(name)
        content = part.read_bytes() if _lies(part) else b""
        if sha256(content).hexdigest() != name:
            part.unlink(missing_ok=True)
            raise Damaged("Файл пришёл повреждённым и не сохранён. Скачайте его ещё раз.")
        fp("fetch.whole")
        part.replace(self._place(self._fetched, name))

    # room

    def trim(self, limit: int, last: Container[str] = ()) -> int:
        """Throw away of what the server has until it takes `limit` bytes: the least used first, `last` in the end.

        How many were thrown away.
        """
        found = sorted(
            ((path.stem in last, stood.st_mtime, stood.st_size, path) for path, stood in _stood(self._fetched)),
            key=lambda one: one[:2],
        )
        over, gone = sum(size for _, _, size, _ in found) - limit, 0
        for _, _, size, path in found:
            if over <= 0:
                break
            path.unlink(missing_ok=True)
            over, gone = over - size, gone + 1
        return gone

    def tidy(self) -> None:
        """Take away what a crash has left half-copied, long enough ago that nobody is at it any more."""
        for left in self._kept.glob(f"{_NEW}*"):
            if time.time() - left.stat().st_mtime > _STALE:
                left.unlink(missing_ok=True)

    # inside

    def _place(self, side: Path, name: str) -> Path:
        if len(name) != 64 or not set(name) <= set("0123456789abcdef"):
            raise Refused("Имя файла должно быть его суммой SHA-256.")
        return side / name[:2] / name

    def _part(self, name: str) -> Path:
        return self._place(self._fetched, name).with_suffix(_PART)

    def _put(self, name: str, content: bytes) -> None:
        """Beside, to the disk, then into its place: also over one that has been damaged since."""
        place, new = self._place(self._kept, name), self._kept / f"{_NEW}{uuid.uuid4().hex}"
        try:
            place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:  # noqa: PTH123
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            fp("shelf.written")
            new.replace(place)
            _sync(place.parent, self._kept)
            fp("shelf.placed")
        except OSError as error:
            new.unlink(missing_ok=True)
            raise ReadOnly(
                f"Файл не принять на это рабочее место: {why(error)}. Освободите место и повторите."
            ) from error
        self._place(self._fetched, name).unlink(missing_ok=True)

    def _move(self, name: str, source: Path, target: Path) -> None:
        try:
            place = self._place(target, name)
            place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._place(source, name).replace(place)
            _sync(place.parent, target)
        except OSError as error:
            raise ReadOnly(f"Папка файлов недоступна для записи: {why(error)}.") from error


def written(target: Path, content: bytes) -> None:
    """A copy of a file where a person wants it: whole or not at all, never to be run. Raises ReadOnly."""
    new = target.with_name(f".{uuid.uuid4().hex}.new")
    try:
        with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:  # noqa: PTH123
            file.write(content)
        new.replace(target)
    except OSError as error:
        new.unlink(missing_ok=True)
        raise ReadOnly(f"Файл «{target.name}» не записать: {why(error)}. Выберите другое место.") from error


def _content(source: Path, name: str) -> bytes:
    """What a person has chosen, or one byte more than the limit; nothing that would never end is begun."""
    try:
        if not stat.S_ISREG(source.stat().st_mode):
            raise Refused(f"«{name}» — не файл: выберите файл.")
        with source.open("rb") as file:
            return file.read(LIMIT + 1)
    except OSError as error:
        raise Refused(f"Файл «{name}» не прочитать: {why(error)}.") from error


def _lies(path: Path) -> bool:
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except OSError:
        return False


def _files(side: Path) -> Iterator[Path]:
    return (path for path in side.glob("??/*") if len(path.name) == 64 and _lies(path))


def _stood(side: Path) -> Iterator[tuple[Path, os.stat_result]]:
    """Files and pieces with their sizes; one that goes away meanwhile is passed over."""
    for path in side.glob("??/*"):
        try:
            yield path, path.lstat()
        except OSError:
            log.info("a file went away while the folder was looked at")


def _sync(*folders: Path) -> None:
    """What these folders list is on the disk."""
    for folder in folders:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
