"""`clashes`: what works clash with, one JSON object a line; what every saving command says of clashes besides."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from citymanager.clashes import Clash, all_clashes, clashes, told
from citymanager.clashes.sides import WORKS
from citymanager.commands import words
from citymanager.commands.author import Author
from citymanager.commands.outcome import DONE, NOTHING, emit, progress, tell, warn
from citymanager.commands.reading import cached
from citymanager.errors import Refused
from citymanager.schema import Module
from citymanager.store import Reader
from citymanager.values import CITY_ZONE


def find(folder: Path, modules: Sequence[Module], author: Author, word: str) -> int:
    """Print the clashes of one work, by id or number, or of all that are under way or to come (`word` empty)."""
    declared = words.module(modules, WORKS)
    author.admit_reading(declared)
    reader = cached(folder, modules)
    if reader is None:
        return DONE if not word else _unknown(word)
    with closing(reader):
        for one in _of_one(reader, declared, author, word) if word else all_clashes(reader, _today(), _far):
            if word or _seen(reader, author, one):
                emit(line(one))
    return DONE


def line(one: Clash) -> dict[str, Any]:
    """A clash as it is printed: both sides, how large and long, by which norm, where, and in words."""
    norm = one.norm.key if one.norm else None
    whole = {**asdict(one), "norm": norm, "days": one.days, "banned": one.banned, "words": told(one)}
    ends = {"since": one.since.isoformat(), "until": one.until.isoformat() if one.days is not None else None}
    return {**whole, **ends, "square": round(one.square, 1)}


def warn_of(reader: Reader, module: str, ident: str) -> None:
    """Tell on stderr what a record that was saved just now clashes with."""
    record = reader.get(module, ident)
    for one in clashes(reader, module, ident, record.data, _today()) if record else ():
        warn(told(one))


def _of_one(reader: Reader, declared: Module, author: Author, word: str) -> list[Clash]:
    ident = words.record(reader, declared, word)
    record = reader.get(WORKS, ident)
    if record is None or not author.sees(declared, record.data):
        raise Refused(f"Записи «{word[:80]}» нет среди тех, что вам доступны.")
    return clashes(reader, WORKS, ident, record.data, _today())


def _seen(reader: Reader, author: Author, one: Clash) -> bool:
    record = reader.get(WORKS, one.ident)
    return record is not None and author.sees(reader.modules[WORKS], record.data)


def _unknown(word: str) -> int:
    tell(Refused(f"Записи «{word[:80]}» нет: на этом рабочем месте ещё нет данных."))
    return NOTHING


def _far(done: int, whole: int) -> None:
    progress(done / max(whole, 1), f"проверено {done} из {whole}")


def _today() -> date:
    return datetime.now(UTC).astimezone(CITY_ZONE).date()
