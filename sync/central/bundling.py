"""Tables made ready for first loads, at night: a station that begins anew then takes one file instead of every record.

A bundle is the cache of a station that has one module and never edits: laid by the same code, so it is what a station
would have made. It holds what a role sees: one for those who see personal data, one for those who do not. Nothing in
the database knows of bundles: they are derived, may be deleted at any time, and are not backed up.
"""

import json
import os
import shutil
import tempfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.db import connection

from citymanager.failpoints import fp
from citymanager.roles import ROLES, Role, may_read, sees_all, visible
from citymanager.schema import Module
from citymanager.store import Profile
from citymanager.store.bundle import shape
from citymanager.store.lock import WriterLock
from citymanager.values import moment
from sync.central import sight
from sync.central.feed import feed_end, rows_of
from sync.central.models import Profile as Person
from sync.central.registers import registers
from sync.contract import BUNDLE_PART, PAGE, Change, Part

OUTDATED = 24 * 3600
"""Seconds for which the former file stays: a station may still be fetching it."""
PACKING = 1
"""Of zlib: a harder one halves the speed of making for a tenth of the size."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """What lies ready; `name`, the SHA-256 over its parts, is that of its file, too."""

    module: str
    kind: str
    feed: str
    seq: int
    shape: str
    records: int
    size: int
    name: str
    parts: list[Part]


def kind(role: Role) -> str:
    """Which bundles a role may have; empty: none, what it sees is its own."""
    if sees_all(role):
        return "whole"
    return "" if role.outside or role.own_only else "masked"


def ready(folder: Path, module: str, which: str) -> Bundle | None:
    """The bundle that was made last."""
    try:
        return Bundle(**json.loads((folder / f"{module}.{which}.json").read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def file_of(folder: Path, module: str, which: str, name: str) -> Path:
    return folder / f"{module}.{name}.{which}"


def make(folder: Path, fewest: int) -> Iterator[Bundle]:
    """Make what is missing or has been overtaken, one after the other; each as soon as it lies there."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = WriterLock(folder / "lock", 0)
    try:
        _tidy(folder)
        feed = str(_value("SELECT feed::text FROM meta"))
        for module in registers().values():
            for which, role in _readers(module).items():
                if _count(module) >= fewest and not _still_true(folder, module, which, feed):
                    yield _made(folder, module, which, role, feed)
    finally:
        lock.release()


def _readers(module: Module) -> dict[str, Role]:
    """The kinds that somebody here may have of a module, each with a role that sees it so."""
    used = set(Person.objects.filter(user__is_active=True).values_list("role", flat=True))
    return {kind(one): one for one in ROLES if one.key in used and kind(one) and may_read(one, module)}


def _still_true(folder: Path, module: Module, which: str, feed: str) -> bool:
    """Whether nothing of the module has changed since it was made. It then holds for the feed as it ends now: who takes
    it follows the feed from there, and not from the night when it was made."""
    known, end = ready(folder, module.key, which), feed_end()
    if known is None or (known.feed, known.shape) != (feed, shape(module)):
        return False
    if _value("SELECT EXISTS (SELECT 1 FROM records WHERE module = %s AND seq > %s)", module.key, known.seq):
        return False
    _tell(folder, replace(known, seq=end))
    return True


def _made(folder: Path, module: Module, which: str, role: Role, feed: str) -> Bundle:
    with tempfile.TemporaryDirectory(prefix="making-", dir=folder) as place:
        seq = feed_end()  # what is written meanwhile comes by the feed
        records = _fill(Profile(Path(place)), module, role)
        cache, packed = Path(place) / "cache.db", Path(place) / "packed"
        parts = _pack(cache, packed)
        name = sha256("".join(one["sha256"] for one in parts).encode()).hexdigest()
        made = Bundle(module.key, which, feed, seq, shape(module), records, cache.stat().st_size, name, parts)
        fp("central.packed")
        packed.replace(file_of(folder, module.key, which, name))
        _tell(folder, made)
    fp("central.bundled")
    return made


def _tell(folder: Path, bundle: Bundle) -> None:
    new = folder / "making-told"
    new.write_text(json.dumps(asdict(bundle)), encoding="utf-8")
    new.replace(folder / f"{bundle.module}.{bundle.kind}.json")


def _fill(profile: Profile, module: Module, role: Role) -> int:
    """Lay all records into a fresh cache, as a station does; how many."""
    writer, now, after, count = profile.writer([module]), datetime.now(UTC), "", 0
    try:
        while True:
            page = _page(module, role, after)
            upto = page[-1]["id"] if len(page) == PAGE else None
            writer.load_page(module.key, page, (after, upto), now, {})
            count += len(page)
            if upto is None:
                break
            after = upto
        while writer.furnish(module.key):
            pass
    finally:
        writer.close()
    return count


def _page(module: Module, role: Role, after: str) -> list[Change]:
    wanted = "module = %s AND id > %s AND NOT deleted ORDER BY id LIMIT %s"
    return [
        {
            "seq": one.seq, "module": one.module, "id": one.id, "version": one.version, "deleted": False,
            "data": visible(role, module, one.data), "by": one.by, "at": moment(one.at),
        }
        for one in rows_of(f"SELECT {sight.COLUMNS} FROM records WHERE {wanted}", [module.key, after, PAGE])
    ]  # fmt: skip


def _pack(source: Path, target: Path) -> list[Part]:
    parts: list[Part] = []
    with source.open("rb") as content, target.open("wb") as packed:
        while piece := content.read(BUNDLE_PART):
            pressed = zlib.compress(piece, PACKING)
            packed.write(pressed)
            parts.append({"size": len(pressed), "sha256": sha256(pressed).hexdigest()})
        packed.flush()
        os.fsync(packed.fileno())
    return parts


def _tidy(folder: Path) -> None:
    """Let go of what a making that died has left, and of files that no bundle names any more."""
    for left in folder.glob("making-*"):
        if left.is_dir():
            shutil.rmtree(left, ignore_errors=True)
    named = {one.stem for one in folder.glob("*.json")}
    kept = {file_of(folder, one.module, one.kind, one.name) for one in _all(folder, sorted(named))}
    before = datetime.now(UTC).timestamp() - OUTDATED
    for file in folder.iterdir():
        if file.suffix in (".whole", ".masked") and file not in kept and file.stat().st_mtime < before:
            file.unlink()


def _all(folder: Path, stems: Sequence[str]) -> list[Bundle]:
    found = [ready(folder, *stem.rpartition(".")[::2]) for stem in stems]
    return [one for one in found if one is not None]


def _count(module: Module) -> int:
    return int(_value("SELECT count(*) FROM records WHERE module = %s AND NOT deleted", module.key))


def _value(query: str, *values: Any) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchone()[0]
