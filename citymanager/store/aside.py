"""A cache that can't be trusted is moved out of the way whole, with a note beside it; nothing is ever deleted."""

import logging
import uuid
from contextlib import closing
from datetime import datetime
from pathlib import Path

from citymanager.errors import CityError, Damaged
from citymanager.failpoints import fp
from citymanager.store.connection import Connection, suspicion

CHECKED = 64 * 1024 * 1024
"""Bytes of a cache that is looked through before it is opened, if its last program did not close it."""
NOTE = "note.txt"
log = logging.getLogger(__name__)


def left_open(cache: Path) -> bool:
    """Whether the last program that wrote the cache did not close it: its log is still beside it."""
    wal = _beside(cache, "-wal")
    return wal.exists() and wal.stat().st_size > 0


def doubtful(cache: Path, profile: str) -> bool:
    """Whether damage was found in the file before, or can be by looking, or it is the cache of another profile.

    It is looked at without writing: opened for writing, SQLite would lay a log that is another file's over it for good.
    """
    if suspicion(cache).exists() or (left_open(cache) and not cache.exists()):
        return True
    try:
        return cache.exists() and _doubtful(cache, profile)
    except Damaged:
        return True
    except CityError as error:
        log.warning("the cache can't be looked at: %s", error)
        return False


def _doubtful(cache: Path, profile: str) -> bool:
    with closing(Connection(cache, read_only=True)) as connection:
        if not connection.value("SELECT count(*) FROM sqlite_master WHERE name = '_meta'"):
            return False
        owner = connection.value("SELECT value FROM _meta WHERE key = 'profile'")
        if owner and profile and owner != profile:
            return True
        torn = left_open(cache) and cache.stat().st_size <= CHECKED
        return torn and connection.value("PRAGMA quick_check(1)") != "ok"


def aside_folder(profile: Path, kind: str = "damaged") -> Path:
    """A new folder for a former cache, with the time in its name."""
    folder = profile / f"{kind}-{datetime.now():%Y%m%d-%H%M%S}-{uuid.uuid4().hex[:4]}"
    folder.mkdir(mode=0o700)
    return folder


def set_aside(cache: Path) -> Path:
    """Move the cache, its log and its mark into a folder of their own; where the cache lies now."""
    folder = aside_folder(cache.parent)
    for one in (cache, _beside(cache, "-wal"), _beside(cache, "-shm"), suspicion(cache)):
        if one.exists():
            one.rename(folder / one.name)
            fp("aside.moved")
    fp("aside.whole")
    log.warning("cache set aside as %s", folder.name)
    return folder / cache.name


def note(folder: Path, text: str) -> None:
    """Say in the folder itself what lies there, for whoever comes upon it later."""
    try:
        (folder / NOTE).write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        log.warning("no note in %s: %s", folder.name, error)


def kept(folder: Path) -> list[Path]:
    """What has been set aside in a profile, oldest first."""
    return sorted(one for kind in ("damaged", "replaced") for one in folder.glob(f"{kind}-*-*") if one.is_dir())


def _beside(cache: Path, ending: str) -> Path:
    return cache.with_name(cache.name + ending)
