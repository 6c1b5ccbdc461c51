"""Who may write a profile: one process, by a lock that belongs to the kernel, so kill -9 leaves none behind."""

import fcntl
import os
import time
from pathlib import Path

from citymanager.errors import ReadOnly, why

_STEP = 0.05


class WriterLock:
    """The exclusive right to write a profile; held until `release` or the process's end."""

    def __init__(self, path: Path, patience: float = 0.0) -> None:
        """Take the lock, waiting `patience` seconds for another process. Raises ReadOnly."""
        try:
            self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise ReadOnly(f"Папка профиля недоступна для записи: {why(error)}.") from error
        deadline = time.monotonic() + patience
        while not self._taken():
            if time.monotonic() >= deadline:
                os.close(self._file)
                raise ReadOnly("С этим профилем уже работает другая программа: закройте её или подождите.")
            time.sleep(_STEP)

    def _taken(self) -> bool:
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def release(self) -> None:
        """Let others write. Doing it again does nothing: the number of a closed file may be another's by then."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1
