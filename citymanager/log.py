"""The program's log: a rotating file in the profile, without personal data."""

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from copy import copy
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

SIZE, COPIES = 1_000_000, 4
_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
_CONTACT = re.compile(
    r"(?<![\w.+-])[\w.+-]++@[\w.-]++"  # e-mail
    r"|(?<![\w-])\+?\d[\d ()-]{8,24}\d(?![\w-])"  # telephone
)
_QUOTED = re.compile(r"(?<=['\"«])[^'\"«»\n]++(?=['\"»])")
_RUSSIAN = re.compile("[А-Яа-яЁё]")


def masked(text: str) -> str:
    """Without e-mails, telephones and quoted Russian texts: an exception may quote a record.

    The patterns are possessive or bounded, so that a message of any length costs its length.
    """
    return _QUOTED.sub(lambda found: "…" if _RUSSIAN.search(found[0]) else found[0], _CONTACT.sub("…", text))


class Discreet(logging.Formatter):
    """Masks messages and traces alike."""

    def format(self, record: logging.LogRecord) -> str:
        fresh = copy(record)
        fresh.exc_text = None  # another handler may have left the trace as it was
        return super().format(fresh)

    def formatMessage(self, record: logging.LogRecord) -> str:
        record.message = masked(record.message)
        return super().formatMessage(record)

    def formatException(self, ei: Any) -> str:
        return masked(super().formatException(ei))


class _File(RotatingFileHandler):
    """A log file made with its folder when there is something to write; a disk that refuses it stops nothing."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, maxBytes=SIZE, backupCount=COPIES, encoding="utf-8", delay=True)
        self.setFormatter(Discreet(_FORMAT))

    def _open(self) -> Any:
        Path(self.baseFilename).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        return super()._open()

    def handleError(self, record: logging.LogRecord) -> None:
        """The work goes on without its log; stdlib would write a trace over the user's screen."""

    def close(self) -> None:
        with suppress(OSError):  # what could not be written to a full disk can't be flushed either
            super().close()


@contextmanager
def kept(path: Path) -> Iterator[None]:
    """Write the log into this file while the block runs.

    The window and the commands keep a file each: two processes can't rotate one.
    """
    root, file = logging.getLogger(), _File(path)
    before = root.level
    root.setLevel(logging.INFO)
    root.addHandler(file)
    try:
        yield
    finally:
        root.setLevel(before)
        root.removeHandler(file)
        file.close()
