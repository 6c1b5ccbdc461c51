"""The profile: its folder, its disk, the cache, and what waits for the server or for a person."""

import os
import shutil
import stat
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from citymanager.doctor.finding import Check, Finding
from citymanager.errors import CityError
from citymanager.schema import Module
from citymanager.store import Profile, Reader
from citymanager.store.aside import NOTE, kept
from citymanager.text import plural
from citymanager.values import CITY_ZONE

GIGABYTE = 1_000_000_000
LOW, VERY_LOW = 2 * GIGABYTE, GIGABYTE // 5
"""Bytes free on the profile's disk: below the first it is told, below the second saving may fail any day."""
STALE = timedelta(hours=1)
"""A desk that syncs every half minute has lost its server for good by then."""


def checks(folder: Path, modules: Sequence[Module]) -> list[tuple[str, Check]]:
    return [
        ("profile", partial(_profile, folder)),
        ("disk", partial(_disk, folder)),
        ("cache", partial(_cache, folder, modules)),
        ("set_aside", partial(_set_aside, folder)),
    ]


def _profile(folder: Path) -> Iterator[Finding]:
    place = _nearest(folder)
    if not place.is_dir():
        yield Finding("profile", f"{folder} — не папка", "bad", "укажите другую папку: --profile.")
    elif not os.access(place, os.R_OK | os.W_OK | os.X_OK):
        yield Finding("profile", f"{folder} недоступна для записи", "bad", f"дайте права на папку {place}.")
    elif place != folder:
        yield Finding("profile", f"{folder}: ещё не создана")
    elif stat.S_IMODE(folder.stat().st_mode) & 0o077:
        yield Finding("profile", f"{folder} открыта другим учётным записям", "warn", f"закройте её: chmod 700 {folder}")
    else:
        yield Finding("profile", str(folder))


def _disk(folder: Path) -> Iterator[Finding]:
    free = shutil.disk_usage(_nearest(folder)).free
    value = f"свободно {free / GIGABYTE:.1f} ГБ".replace(".", ",")
    if free >= LOW:
        yield Finding("disk", value)
    else:
        yield Finding("disk", value, "bad" if free < VERY_LOW else "warn", "освободите место на диске профиля.")


def _nearest(folder: Path) -> Path:
    """The folder, or the nearest one above it that exists."""
    return next(one for one in (folder.absolute(), *folder.absolute().parents) if one.exists())


def _cache(folder: Path, modules: Sequence[Module]) -> Iterator[Finding]:
    path = folder / "cache.db"
    if not path.exists():
        yield Finding("cache", "ещё пуста")
        return
    advice = "запустите «main.py sync»: файл будет отложен, неотправленные правки перенесены, остальное загружено."
    try:
        reader = Profile(folder).reader(modules)
        with closing(reader):
            damage = reader.damage()
            if damage:
                yield Finding("cache", f"повреждена: {damage[0]}", "bad", advice)
                return
            yield Finding("cache", f"цела, {path.stat().st_size / 1e6:.1f} МБ".replace(".", ","))
            if reader.current():
                yield from _work(reader)
    except CityError as error:
        yield Finding("cache", str(error), "bad", advice)


def _set_aside(folder: Path) -> Iterator[Finding]:
    """Former caches that lie in the profile: nothing deletes them but a person."""
    found = kept(folder) if folder.is_dir() else []
    if not found:
        yield Finding("set_aside", "ничего")
        return
    told = plural(len(found), "прежняя база отложена", "прежние базы отложены", "прежних баз отложено")
    size = sum(file.stat().st_size for one in found for file in one.iterdir()) / 1e6
    yield Finding(
        "set_aside", f"{told}, {size:.1f} МБ, последняя: {found[-1]}".replace(".", ",", 1), "warn",
        f"прочтите {found[-1] / NOTE}; когда обмен с сервером прошёл и ничего не пропало, эти папки можно удалить.",
    )  # fmt: skip


def _work(reader: Reader) -> Iterator[Finding]:
    yield _last_sync(reader.meta("confirmed"))
    unsent, aside = reader.unsent(), reader.needs_attention()
    waiting = plural(unsent, "правка ждёт", "правки ждут", "правок ждут")
    if unsent:
        yield Finding("unsent", f"{waiting} отправки", "warn", "отправьте их, когда есть связь: main.py sync.")
    else:
        yield Finding("unsent", "всё отправлено")
    yield from _files(*reader.files.count())
    if aside:
        stand = plural(aside, "правка требует", "правки требуют", "правок требуют")
        yield Finding(
            "attention",
            f"{stand} решения",
            "warn",
            "откройте в окне панель «Требует внимания» или выведите их: main.py outbox --aside.",
        )
    else:
        yield Finding("attention", "ничего")


def _files(unsent: int, aside: int) -> Iterator[Finding]:
    """Photos and papers that the server does not have; a word only where there are some."""
    if unsent:
        stand = plural(unsent, "файл не на сервере", "файла не на сервере", "файлов не на сервере")
        told = stand + (f", из них не приняты: {aside}" if aside else "")
        yield Finding(
            "files", told, "warn", "отправьте их: main.py sync; непринятые — в панели «Неотправленные правки»."
        )


def _last_sync(confirmed: str | None) -> Finding:
    if not confirmed:
        return Finding("last_sync", "обмена с сервером ещё не было", "warn", "проведите его: main.py sync --server …")
    age = datetime.now(UTC) - datetime.fromisoformat(confirmed)
    value = f"{datetime.fromisoformat(confirmed).astimezone(CITY_ZONE):%d.%m.%Y %H:%M}"
    if age < STALE:
        return Finding("last_sync", value)
    hours = plural(int(age.total_seconds() // 3600), "час", "часа", "часов")
    return Finding("last_sync", f"{value}, {hours} назад", "warn", "проведите обмен: main.py sync.")
