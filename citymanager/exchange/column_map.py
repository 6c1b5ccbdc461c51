"""Which column of a file is which field: by a map, or by the headers that our own export writes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as filled

from citymanager.errors import Refused
from citymanager.exchange.source import Source
from citymanager.schema import Field, Module, Values
from citymanager.text import fold

ID = "id"
_LATITUDES, _LONGITUDES = ("широта", "latitude", "lat"), ("долгота", "longitude", "lon", "lng")


@dataclass(frozen=True)
class Column:
    """How one field is made of a file's columns."""

    field: Field
    sources: tuple[str, ...]
    join: str = " "
    """What stands between several columns that make one text; empty ones are passed over."""
    values: Mapping[str, str] = filled(default_factory=dict)
    """Their words → ours, keys or titles; letter case aside."""
    otherwise: str = ""
    """Ours for a word that is not among them; empty: it must be ours already."""
    default: str = ""
    """Ours for an empty cell."""
    epoch: str = ""
    """«seconds» or «milliseconds» since 1970."""


@dataclass(frozen=True)
class ColumnMap:
    """How a row becomes a record."""

    module: Module
    columns: tuple[Column, ...]
    constants: Values = filled(default_factory=dict)
    place: tuple[str, str] | None = None
    """The columns of x (longitude) and y (latitude)."""
    ids: tuple[str, ...] = ()
    """Columns that name a record in the other system; its id is made of them."""
    namespace: str = ""
    """The other system: equal numbers of two systems are two records."""
    encoding: str = ""
    crs: str = ""
    own: bool = False
    """Our own export with its ids: an empty cell is an empty field, not one that waits for its default."""

    @property
    def used(self) -> set[str]:
        """Columns of the file that mean something."""
        return {name for one in self.columns for name in one.sources} | {*(self.place or ()), *self.ids}


def fitted(mapping: ColumnMap, source: Source) -> ColumnMap:
    """The map, if the file has all its columns, each once. Raises Refused."""
    missing = sorted(name for name in mapping.used if name not in source.columns)
    if missing:
        raise Refused(f"В файле нет столбцов из карты: {_quoted(missing)}. Столбцы файла: {_quoted(source.columns)}.")
    _refuse_twins(mapping, source)
    return mapping


def recognised(module: Module, source: Source) -> ColumnMap:
    """The map that the file's own headers say: keys or titles of fields. Raises Refused if none is known."""
    known = dict(_recognised(module, source.columns))
    place = None if "geometry" in known else _coordinates(module, source.columns)
    if not known and place is None and not (source.shapes and module.geometry):
        raise Refused(
            f"В файле нет ни одного столбца раздела «{module.title}». Назовите столбцы как поля "
            f"({', '.join(one.title for one in module.fields[:6])}…) или укажите карту столбцов параметром --map."
        )
    columns = tuple(Column(module.columns[key], (name,)) for key, name in known.items())
    own = ID in source.columns
    mapping = ColumnMap(module, columns, place=place, ids=(ID,) if own else (), own=own)
    _refuse_twins(mapping, source)
    return mapping


def unused(mapping: ColumnMap, source: Source) -> list[str]:
    """Columns of the file that are not taken; the names beside the ids of our own references are no loss."""
    used = {fold(name) for name in mapping.used}
    return [name for name in source.columns if name and fold(name) not in used and f"{fold(name)} (id)" not in used]


def _recognised(module: Module, columns: Sequence[str]) -> Iterator[tuple[str, str]]:
    by_name = {fold(name): name for name in columns}
    for key, declared in module.columns.items():
        for spelling in (f"{declared.title} (id)", declared.title, key):
            if fold(spelling) in by_name:
                yield key, by_name[fold(spelling)]
                break


def _coordinates(module: Module, columns: Sequence[str]) -> tuple[str, str] | None:
    if module.geometry != "point":
        return None
    by_name = {fold(name): name for name in columns}
    x = next((by_name[name] for name in _LONGITUDES if name in by_name), None)
    y = next((by_name[name] for name in _LATITUDES if name in by_name), None)
    return (x, y) if x and y else None


def _refuse_twins(mapping: ColumnMap, source: Source) -> None:
    twins = sorted({name for name in mapping.used if source.columns.count(name) > 1})
    if twins:
        raise Refused(f"Столбец встречается в файле дважды: {_quoted(twins)}. Переименуйте лишний.")


def _quoted(names: Sequence[str]) -> str:
    shown = ", ".join(f"«{name[:60]}»" for name in names[:30])
    return shown + (" и другие" if len(names) > 30 else "")
