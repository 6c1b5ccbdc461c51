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
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.db import connection

from citymanager.failpoints import fp
from citymanager.roles import ROLES, Role, may_read, visible
from citymanager.schema import Module
from citymanager.store import Profile
from citymanager.store.bundle import shape
from citymanager.values import moment
from sync.central import sight
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
    if role.outside or role.own_only:
        return ""
    return "whole" if role.sees_personal else "masked"


def ready(folder: Path, module: str, which: str) -> Bundle | None:
    """The bundle that was made last."""
    try:
        return Bundle(**json.loads((folder / f"{module}.{which}.json").read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def file_of(folder: Path, which: str, name: str) -> Path:
    return folder / f"{name}.{which}"


def make(folder: Path, fewest: int) -> Iterator[Bundle]:
    """Make what is missing or has been overtaken, one after the other; each as soon as it lies there."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    _tidy(folder)
    feed = str(_value("SELECT feed::text FROM meta"))
    for module in registers().values():
        for which, role in _readers(module).items():
            if _count(module) >= fewest and not _current(folder, module, which, feed):
                yield _made(folder, module, which, role, feed)


def _readers(module: Module) -> dict[str, Role]:
    """The kinds that somebody here may have of a module, each with a role that sees it so."""
    used = set(Person.objects.filter(user__is_active=True).values_list("role", flat=True))
    return {kind(one): one for one in ROLES if one.key in used and kind(one) and may_read(one, module)}


def _current(folder: Path, module: Module, which: str, feed: str) -> bool:
    known = ready(folder, module.key, which)
    if known is None or (known.feed, known.shape) != (feed, shape(module)):
        return False
    return not _value("SELECT EXISTS (SELECT 1 FROM records WHERE module = %s AND seq > %s)", module.key, known.seq)


def _made(folder: Path, module: Module, which: str, role: Role, feed: str) -> Bundle:
    with tempfile.TemporaryDirectory(prefix="making-", dir=folder) as place:
        seq = int(_value("SELECT coalesce(max(seq), 0) FROM records"))  # what is written meanwhile comes by the feed
        records = _fill(Profile(Path(place)), module, role)
        cache, packed = Path(place) / "cache.db", Path(place) / "packed"
        parts = _pack(cache, packed)
        name = sha256("".join(one["sha256"] for one in parts).encode()).hexdigest()
        made = Bundle(module.key, which, feed, seq, shape(module), records, cache.stat().st_size, name, parts)
        fp("central.packed")
        packed.replace(file_of(folder, which, name))
        told = Path(place) / "told"
        told.write_text(json.dumps(asdict(made)), encoding="utf-8")
        told.replace(folder / f"{module.key}.{which}.json")
    fp("central.bundled")
    return made


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
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {sight.COLUMNS} FROM records WHERE module = %s AND id > %s AND NOT deleted ORDER BY id LIMIT %s",
            [module.key, after, PAGE],
        )
        rows = [sight.row(one) for one in cursor.fetchall()]
    return [
        {
            "seq": one.seq, "module": one.module, "id": one.id, "version": one.version, "deleted": False,
            "data": visible(role, module, one.data), "by": one.by, "at": moment(one.at),
        }
        for one in rows
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
    for place in folder.glob("making-*"):
        shutil.rmtree(place, ignore_errors=True)
    named = {one.stem for one in folder.glob("*.json")}
    kept = {file_of(folder, one.kind, one.name) for one in _all(folder, sorted(named))}
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
