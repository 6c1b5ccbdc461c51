"""What a table reads from the cache: pages of records with the captions of those that they refer to.

These functions run on a reader's thread.
"""

from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from citymanager.schema import Module
from citymanager.store import Query, Reader, Record
from citymanager.store.nearest import Nearest
from widgets.editors.reference import target

FIRST = 80
"""Rows that are read at once: more than a screen shows."""
Captions = Mapping[tuple[str, str], str]
"""(module, id) → the record in one line."""


@dataclass(frozen=True)
class Page:
    """Records by their row numbers; a number without a record is gone."""

    records: Mapping[int, Record | None]
    captions: Captions
    dues: Mapping[int, Nearest] = field(default_factory=dict)
    """The nearest due times of those that are open."""


@dataclass(frozen=True)
class Listing:
    """The numbers of a list in its order, and those of its records that are wanted at once."""

    numbers: "array[int]"
    page: Page
    counters: Mapping[str, int] = field(default_factory=dict)
    """How many records stand in each status, whatever the query."""
    unjudged: int = 0
    """Of how many records of the module the due time is not known yet."""


def first_listing(reader: Reader, query: Query) -> Listing:
    """The first page of a list, whatever its length."""
    rows = reader.lists.first_rows(query, FIRST)
    marks = reader.lists.due_marks(query.module, list(rows))
    page = Page(rows, _captions(reader, query.module, list(rows.values())), marks)
    return _listing(reader, query, array("q", rows), page)


def whole_listing(reader: Reader, query: Query, wanted: Iterable[int]) -> Listing:
    """All numbers of a list, and fresh records for the `wanted` ones."""
    numbers = reader.rows(query)
    return _listing(reader, query, numbers, read_page(reader, query.module, list(wanted)))


def listing_after(
    reader: Reader, query: Query, known: "array[int]", changed: Sequence[str], wanted: Iterable[int]
) -> Listing:
    """The same, where a few records have changed: the list that is known, as long as they leave it as it is."""
    numbers = known if reader.lists.still(query, known, changed) else reader.rows(query)
    return _listing(reader, query, numbers, read_page(reader, query.module, list(wanted)))


def _listing(reader: Reader, query: Query, numbers: "array[int]", page: Page) -> Listing:
    return Listing(numbers, page, reader.lists.counters(query.module), reader.lists.unjudged(query.module))


def read_page(reader: Reader, module: str, numbers: Sequence[int]) -> Page:
    found = reader.page(module, numbers)
    captions = _captions(reader, module, [one for one in found if one is not None])
    return Page(dict(zip(numbers, found, strict=True)), captions, reader.lists.due_marks(module, numbers))


def linked(module: Module) -> dict[str, str]:
    """The columns that refer to other records, and the modules they refer to."""
    columns = [module.field(key) for key in module.table]
    return {one.key: target(one) for one in columns if one.kind in ("reference", "person")}


def _captions(reader: Reader, module: str, records: Sequence[Record]) -> Captions:
    wanted: dict[str, set[str]] = {}
    for key, other in linked(reader.modules[module]).items():
        wanted.setdefault(other, set()).update(ident for one in records for ident in idents(one, key))
    return {
        (other, ident): caption
        for other, known in wanted.items()
        if other in reader.modules
        for ident, caption in reader.captions(other, sorted(known)).items()
    }


def idents(record: Record, key: str) -> list[str]:
    """The ids that a reference column of a record holds."""
    value = record.data.get(key)
    return [str(one) for one in value] if isinstance(value, list) else [str(value)] if value else []
