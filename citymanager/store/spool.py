"""New records of programs that do not hold the writer's lock: a file on the disk that the next writer takes in."""

import fcntl
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from citymanager.errors import ReadOnly, why
from citymanager.failpoints import fp
from citymanager.schema import Values
from citymanager.store.journal import Journal


@dataclass(frozen=True, slots=True)
class Spooled:
    """A record that waits for a writer; its id was made with it, so taking it twice makes one."""

    module: str
    id: str
    values: Values
    author: str
    at: datetime


class Spool:
    """The file; programs add to it and writers empty it in turns, by a lock of the kernel."""

    def __init__(self, folder: Path) -> None:
        self._path, self._lock = folder / "spool.journal", folder / "spool.lock"

    def add(self, module: str, values: Values, author: str, now: datetime) -> None:
        """Keep a new record: on the disk when this returns. Raises ReadOnly."""
        line = {
            "op": str(uuid.uuid4()), "module": module, "set": values, "author": author,
            "at": now.astimezone(UTC).isoformat(),
        }  # fmt: skip
        with self._alone():
            Journal(self._path).add([line])
            fp("spool.added")

    @contextmanager
    def taking(self) -> Iterator[list[Spooled]]:
        """What waits, in order. It is forgotten when the block ends well; a crash before that leaves it."""
        if not self._path.exists():
            yield []
            return
        with self._alone():
            yield [
                Spooled(one["module"], one["op"], one["set"], one["author"], datetime.fromisoformat(one["at"]))
                for one in Journal(self._path).unfinished()
            ]
            self._path.unlink()
            fp("spool.emptied")

    @contextmanager
    def _alone(self) -> Iterator[None]:
        try:
            with self._lock.open("w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                yield
        except OSError as error:
            raise ReadOnly(f"Папка профиля недоступна для записи: {why(error)}.") from error
