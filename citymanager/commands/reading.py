"""`query`: records of a module as lines of JSON, streamed, while the window may hold the profile."""

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from citymanager.access_journal import AccessJournal
from citymanager.commands import words
from citymanager.commands.author import Author
from citymanager.commands.opening import opened
from citymanager.commands.outcome import DONE, NOTHING, PART, emit, tell
from citymanager.errors import CityError, Refused
from citymanager.schema import STATUS, Module, Values
from citymanager.store import Profile, Query, Reader, Record
from citymanager.store.query import Box


def query(
    folder: Path,
    modules: Sequence[Module],
    author: Author,
    module: str,
    *,
    statuses: Sequence[str] = (),
    text: str = "",
    box: Box | None = None,
    idents: Sequence[str] = (),
    limit: int | None = None,
) -> int:
    """Print what matches and the author may see; personal data are in the journal of access before they are printed.

    A profile without a cache yet is empty; an id that is not there is told.
    """
    declared = words.module(modules, module)
    author.admit_reading(declared)
    wanted = tuple(words.status(declared, one).key for one in statuses)
    if box is not None and not declared.geometry:
        raise Refused(f"У записей раздела «{declared.title}» нет места на карте.")
    among = {**author.limits(declared), **({STATUS: wanted} if wanted else {})}
    asked = Query(declared.key, text, among, box=box, idents=tuple(idents))
    reader = cached(folder, modules)
    if reader is None:
        return _missing(declared, idents, NOTHING) if idents else DONE
    with closing(reader):
        missing = [one for one in idents if not _there(reader.get(declared.key, one), author, declared)]
        if missing and len(missing) == len(idents):
            return _missing(declared, missing, NOTHING)
        code = _print(reader, asked, limit, author, AccessJournal(Profile(folder), lambda: author.login))
        return _missing(declared, missing, PART) if missing else code


def line(record: Record, data: Values) -> dict[str, Any]:
    """A record as it is printed: the shape of the wire's `Change`, and how many of its edits are unsent."""
    return {
        "id": record.id, "module": record.module, "version": record.version, "unsent": record.unsent,
        "by": record.by, "at": record.at, "data": data,
    }  # fmt: skip


def cached(folder: Path, modules: Sequence[Module]) -> Reader | None:
    """The cache for reading, or None if there is none yet; one that an older program left is brought up to date."""
    if not folder.exists():
        return None
    profile = Profile(folder)
    if not profile.cache.exists():
        return None
    reader = profile.reader(modules)
    if reader.current():
        return reader
    reader.close()
    opened(profile, modules).close()
    return profile.reader(modules)


def _missing(declared: Module, idents: Sequence[str], code: int) -> int:
    for one in idents:
        tell(Refused(f"Записи {one} нет в разделе «{declared.title}» на этом рабочем месте."))
    return code


def _there(record: Record | None, author: Author, declared: Module) -> bool:
    return record is not None and author.sees(declared, record.data)


def _print(reader: Reader, asked: Query, limit: int | None, author: Author, journal: AccessJournal) -> int:
    declared, printed, told = reader.modules[asked.module], 0, False
    try:
        for record in reader.each(asked, limit):
            data = author.shown(declared, record.data)
            if not told and not declared.personal_keys.isdisjoint(data):
                told = True
                whole = reader.count(asked)
                many = whole if limit is None else min(limit, whole)
                journal.export(declared.key, many, "команда query: персональные данные на экране или в файле")
            emit(line(record, data))
            printed += 1
    except CityError as error:
        if not printed:
            raise
        tell(error)
        return PART
    return DONE
