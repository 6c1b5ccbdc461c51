"""Profiles full of reports, made once and kept in build/ for the next run."""

import hashlib
import shutil
from contextlib import closing
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from bench.city import changes
from citymanager.modules import BY_KEY, MODULES
from citymanager.store import Profile
from citymanager.store.tables import layout

ROOT = Path(__file__).parents[2]
KEPT = ROOT / "build" / "bench"
PAGE = 500


def profile(n: int) -> Path:
    """A profile whose cache holds `n` reports; a changed declaration makes it anew."""
    shape = hashlib.sha256(layout(BY_KEY["reports"]).encode()).hexdigest()[:8]
    place = KEPT / f"{n}-{shape}"
    if not place.exists():
        making = KEPT / f"{n}-new"
        shutil.rmtree(making, ignore_errors=True)
        _fill(making, n)
        making.rename(place)
    _furnish(place)
    return place


def _furnish(place: Path) -> None:
    """The indexes of this program: an older one may have made the profile."""
    with closing(Profile(place).writer(MODULES)) as writer:
        while writer.furnish("reports"):
            pass


def _fill(place: Path, n: int) -> None:
    """As a first load does it: by id, page by page, the indexes in the end."""
    writer, now = Profile(place).writer(MODULES), datetime.now(UTC)
    coming, last = iter(sorted(changes(n), key=lambda one: str(one["id"]))), ""
    while page := list(islice(coming, PAGE)):
        writer.load_page("reports", page, (last, page[-1]["id"]), now, {})
        last = page[-1]["id"]
    writer.close()
