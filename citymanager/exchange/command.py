"""`import` and `export`: a module's records from a file and into one."""

from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from citymanager.access_journal import AccessJournal
from citymanager.commands import words
from citymanager.commands.author import Author
from citymanager.commands.opening import opened
from citymanager.commands.outcome import DONE, PART, emit, tell, warn
from citymanager.errors import CityError, Refused
from citymanager.exchange import column_map, map_files
from citymanager.exchange.column_map import ColumnMap
from citymanager.exchange.formats import Formats, Geo
from citymanager.exchange.intake import Intake, Reading, Tally
from citymanager.exchange.outgo import Export, replacing
from citymanager.exchange.places import WGS84, Projection
from citymanager.exchange.references import References
from citymanager.exchange.source import Source, sound
from citymanager.failpoints import fp
from citymanager.modules import MODULES
from citymanager.roles import Role
from citymanager.schema import Module
from citymanager.store import Profile, Writer

NOBODY = Author()


def run_import(
    profile: Profile,
    module: str,
    file: Path,
    map_file: Path | None,
    crs: str | None,
    encoding: str | None,
    user: str,
    *,
    geo: Geo,
    modules: Sequence[Module] = MODULES,
    role: Role | None = None,
) -> int:
    """Take the records of a file into a module; refused rows as lines {"row", "reason"}, then the count.

    The file is read through before its first row is taken. Raises Refused or ReadOnly; then nothing is taken.
    """
    declared = words.module(modules, module)
    sound(file)
    told = map_files.load(map_file, declared) if map_file else None
    source = Formats(geo).opened(file, encoding or (told.encoding if told else ""))
    mapping = column_map.fitted(told, source) if told else column_map.recognised(declared, source)
    projection = _projection(geo, crs or mapping.crs or source.crs)
    _notice(mapping, source)
    with closing(opened(profile, modules)) as writer:
        reading = Reading(mapping, projection, References(writer, trusting=mapping.own))
        return _taken(writer, source, reading, declared.key, user, role)


def run_export(
    profile: Profile,
    module: str,
    file: Path,
    *,
    geo: Geo,
    modules: Sequence[Module] = MODULES,
    author: Author = NOBODY,
) -> int:
    """Write a module's records, as far as the author may see them, into a file, which is replaced whole.

    It is in the journal of access before the file is in its place.
    """
    declared = words.module(modules, module)
    author.admit_export(declared)
    write = Formats(geo).writing(file)
    if file.is_dir():
        raise Refused(f"«{file}» — папка. Укажите имя файла.")
    if not profile.cache.exists():
        raise Refused("На этом рабочем месте ещё нет данных: сначала обменяйтесь с сервером (sync).")
    if not _current(profile, modules):
        opened(profile, modules).close()
    with closing(profile.reader(modules)) as reader, replacing(file) as new:
        written = write(new, Export(reader, declared, author))
        fp("export.written")
        AccessJournal(profile, lambda: author.login).export(declared.key, written, file.name)
        fp("export.journalled")
    emit({"module": declared.key, "file": str(file), "written": written})
    return DONE


def _current(profile: Profile, modules: Sequence[Module]) -> bool:
    with closing(profile.reader(modules)) as reader:
        return reader.current()


def _projection(geo: Geo, crs: str) -> Projection:
    if not crs:
        return WGS84
    projection = geo.projection(crs)
    if not projection.verified:
        warn(f"система координат «{projection.title}» не проверена: сверьте положение нескольких точек на карте.")
    return projection


def _notice(mapping: ColumnMap, source: Source) -> None:
    left = column_map.unused(mapping, source)
    if left:
        warn(f"столбцы не загружаются: {', '.join(left[:50])}.")


def _taken(writer: Writer, source: Source, reading: Reading, module: str, user: str, role: Role | None) -> int:
    intake = Intake(writer, reading, module, user, role, lambda: datetime.now(UTC))
    stopped = False
    try:
        for row, answer in intake.outcomes(source):
            if isinstance(answer, Refused):
                emit({"row": row.number, "reason": str(answer)})
    except CityError as error:
        if not intake.tally.taken:
            raise
        tell(error)
        stopped = True
    emit(_count(intake.tally))
    if not intake.tally.read:
        raise Refused("В файле нет ни одной записи, только названия столбцов.")
    if not intake.tally.taken:
        raise Refused("Ни одна строка не загружена: причины названы по строкам.")
    return PART if stopped or intake.tally.refused else DONE


def _count(tally: Tally) -> dict[str, int]:
    return {"read": tally.read, "taken": tally.taken, "unchanged": tally.unchanged, "refused": tally.refused}
