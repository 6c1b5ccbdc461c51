"""The program's log: a rotating file in the profile and the last lines in memory, without personal data."""

import logging
import re
from collections import deque
from logging.handlers import RotatingFileHandler
from pathlib import Path

SIZE, COPIES, LAST = 1_000_000, 4, 500
_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
_PERSONAL = re.compile(
    r"[\w.+-]+@[\w-]+\.[\w.-]+"  # e-mail
    r"|(?<![\w-])\+?\d[\d ()-]{8,}\d(?![\w-])"  # telephone
    r"|(?<=['\"«])[^'\"«»\n]*[А-Яа-яЁё][^'\"«»\n]*(?=['\"»])"  # quoted Russian: what somebody wrote
)


class Discreet(logging.Formatter):
    """Lines in which e-mails, telephones and quoted Russian texts are masked: an exception may quote a record."""

    def formatMessage(self, record: logging.LogRecord) -> str:
        record.message = masked(record.message)
        return super().formatMessage(record)

    def formatException(self, ei: object) -> str:
        return masked(super().formatException(ei))  # type: ignore[arg-type]


class Ring(logging.Handler):
    """The last lines of the log, for the program's own window."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: deque[str] = deque(maxlen=LAST)
        self.setFormatter(Discreet(_FORMAT))

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


def masked(text: str) -> str:
    return _PERSONAL.sub("…", text)


def keep(profile: Path, name: str = "commands.log", level: int = logging.INFO) -> Path | None:
    """Write the log into this profile from now on: its file, or None if the folder does not take it.

    The window and the commands keep a file each: two processes can't rotate one.
    """
    path = profile / "logs" / name
    root = logging.getLogger()
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handler = RotatingFileHandler(path, maxBytes=SIZE, backupCount=COPIES, encoding="utf-8")
    except OSError:
        return None
    handler.setFormatter(Discreet(_FORMAT))
    root.addHandler(handler)
    root.setLevel(level)
    return path
