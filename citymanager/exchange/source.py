"""What every kind of file is to an import: named columns and numbered rows."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from citymanager.errors import Refused

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Row:
    """One row as the file has it. `number` is what its reader would call it: the line of a table, header included."""

    number: int
    cells: Mapping[str, Any]
    """By column: text, or what the kind of file keeps: numbers, flags, dates, lists."""
    geometry: Any = None
    """GeoJSON, for kinds of file that hold geometries beside their columns."""
    fault: str = ""
    """Why the row can't be taken at all, in Russian."""


@dataclass(frozen=True, slots=True)
class Source:
    """A file opened for import. It has been read through once already: a broken one was refused whole."""

    columns: tuple[str, ...]
    rows: Iterator[Row]
    crs: str = ""
    """The coordinates that the file itself names; empty: WGS 84."""
    shapes: bool = False
    """Geometries stand beside the columns."""


def batches(items: Iterable[T], size: int) -> Iterator[tuple[T, ...]]:
    """Items in groups of so many, the last one smaller."""
    rest = iter(items)
    while group := tuple(islice(rest, size)):
        yield group


def sound(path: Path) -> None:
    """Refuse what can't be a file of records, before anything is read."""
    if path.is_dir():
        raise Refused(f"«{path}» — папка. Укажите файл.")
    if not path.exists():
        raise Refused(f"Файла «{path}» нет. Проверьте путь.")
    if not path.is_file():
        raise Refused(f"«{path}» — не обычный файл. Укажите файл.")
    if path.stat().st_size == 0:
        raise Refused(f"Файл «{path.name}» пуст: в нём нет записей.")


def broken(path: Path, why: str) -> Refused:
    return Refused(f"Файл «{path.name}» не прочитан: {why}. Ничего не загружено.")
