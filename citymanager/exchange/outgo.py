"""From records to files: written beside the target, and put in its place only when whole."""

import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from citymanager.commands.author import Author
from citymanager.errors import ReadOnly, why
from citymanager.exchange.cells import Cell, written
from citymanager.exchange.references import target
from citymanager.exchange.source import batches
from citymanager.schema import Field, Module
from citymanager.store import Query, Reader, Record

_PAGE = 100


@dataclass(frozen=True)
class Export:
    """A module's records on their way into a file, as far as the author may see them."""

    reader: Reader
    module: Module
    author: Author

    @property
    def fields(self) -> list[Field]:
        """What he may see: a column that he may not is left out."""
        return [self.module.columns[key] for key in self.author.shown(self.module, dict(self.module.columns))]

    def records(self) -> Iterator[Record]:
        return self.reader.each(Query(self.module.key, among=self.author.limits(self.module)))

    # as a table: titles, and a name beside every reference

    def header(self) -> list[str]:
        return ["id", *(name for one in self.fields for name in _titles(one))]

    def rows(self) -> Iterator[list[Cell]]:
        for page in batches(self.records(), _PAGE):
            names = self._names(page)
            for record in page:
                yield [record.id, *(cell for one in self.fields for cell in _cells(one, record, names))]

    def _names(self, page: tuple[Record, ...]) -> Mapping[str, Mapping[str, str]]:
        """Captions of what the records refer to, by module and id."""
        wanted: dict[str, set[str]] = {}
        for one in self.fields:
            if target(one) in self.reader.modules:
                for record in page:
                    wanted.setdefault(target(one), set()).update(_idents(record.data.get(one.key)))
        return {key: self.reader.captions(key, list(idents)) for key, idents in wanted.items()}

    # as features: keys, and JSON values

    def features(self) -> Iterator[tuple[str, dict[str, Any], Any]]:
        keys = [one.key for one in self.fields if one.kind != "geometry"]
        for record in self.records():
            yield record.id, {key: record.data.get(key) for key in keys}, record.data.get("geometry")


def _titles(field: Field) -> list[str]:
    return [field.title, f"{field.title} (id)"] if target(field) else [field.title]


def _cells(field: Field, record: Record, names: Mapping[str, Mapping[str, str]]) -> list[Cell]:
    value = record.data.get(field.key)
    if not target(field):
        return [written(field, value)]
    known = names.get(target(field), {})
    return ["; ".join(known.get(one, "") for one in _idents(value)), written(field, value)]


def _idents(value: Any) -> list[str]:
    return [str(one) for one in (value if isinstance(value, list) else [value]) if one is not None]


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A new file beside the target, which takes its place when the block ends, and is gone if the block fails."""
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.stem}-", suffix=path.suffix, dir=path.parent)
        os.close(handle)
    except OSError as error:
        raise ReadOnly(f"В папку «{path.parent}» нельзя записать: {why(error)}.") from error
    new = Path(name)
    try:
        yield new
        _settle(new, path)
    except OSError as error:
        raise ReadOnly(f"Файл «{path}» не записан: {why(error)}.") from error
    finally:
        new.unlink(missing_ok=True)


def _settle(new: Path, path: Path) -> None:
    """Onto the disk, with the rights of an ordinary file, and in place."""
    with new.open("rb") as file:
        os.fsync(file.fileno())
    mask = os.umask(0)
    os.umask(mask)
    new.chmod(0o666 & ~mask)
    new.replace(path)


Write = Callable[[Path, Export], int]
"""Writes an export into a new file; how many records."""
