"""A table and a card as papers: what the screen shows, personal data no further than it is shown there."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from citymanager.schema import STATUS, TEXT_KINDS, Field, Module
from citymanager.store import Query, Reader, Record
from citymanager.store.due_order import DUE
from citymanager.text import plural
from citymanager.values import CITY_ZONE, show
from widgets.editors.reference import target
from widgets.filters import Filter
from widgets.personal import MASK, masked
from widgets.printing.paper import LONGEST_CELL, Column, Paper, Row, printable
from widgets.record_nearest import COLUMN, cell
from widgets.record_page import idents

At = Callable[[int, int], None]
Names = dict[tuple[str, str], str]
"""(module, id) → caption."""
PAGE = 200
TRAINING = "УЧЕБНЫЕ ДАННЫЕ: все записи вымышлены"
_SHARES: Mapping[str, float] = {
    "long_text": 4.0, "number": 0.9, "date": 1.0, "moment": 1.3, "flag": 0.7, "address": 2.0, "reference": 1.8,
}  # fmt: skip
"""How wide a kind of field is beside the others."""
DUE_SHARE = 1.8
"""«просрочено на 2 дня 14 ч» in two lines."""


@dataclass(frozen=True)
class Imprint:
    """What every paper says of itself."""

    city: str
    who: str
    when: datetime
    training: bool

    @property
    def foot(self) -> str:
        printed = f"Напечатано {self.when.astimezone(CITY_ZONE):%d.%m.%Y %H:%M}, {self.who or 'без входа'}"
        return f"{printed} · {TRAINING}" if self.training else printed

    @property
    def head(self) -> list[str]:
        return [line for line in (self.city, TRAINING if self.training else "") if line]


def table_paper(
    reader: Reader,
    query: Query,
    columns: Sequence[str],
    conditions: str,
    imprint: Imprint,
    at: Callable[[int, int], None],
) -> Paper:
    """The list of a query, in its order, with these columns; due times as they are when it is printed."""
    module = reader.modules[query.module]
    fields = [COLUMN if key == DUE else module.field(key) for key in columns]
    numbers = reader.rows(query)
    rows: list[Row] = []
    for start in range(0, len(numbers), PAGE):
        at(start, 3 * len(numbers))
        wanted = numbers[start : start + PAGE]
        page = {number: one for number, one in zip(wanted, reader.page(module.key, wanted), strict=True) if one}
        names = named(reader, fields, list(page.values()))
        dues = reader.lists.due_marks(module.key, list(page)) if DUE in columns else {}
        for number, one in page.items():
            due = cell(module, dues.get(number), imprint.when).text
            texts = (due if field is COLUMN else told(one, field, names) for field in fields)
            rows.append(tuple(printable(text, LONGEST_CELL) for text in texts))
    about = [*imprint.head, conditions, plural(len(rows), "запись", "записи", "записей")]
    return Paper(module.title, about, [_column(one) for one in fields], rows, imprint.foot)


def card_paper(
    reader: Reader, record: Record, dues: Sequence[str], imprint: Imprint, *, revealed: bool
) -> Paper:  # fmt: skip
    """All sections of a card. `revealed`: its personal data are on the screen now."""
    module = reader.modules[record.module]
    placed = [module.field(key) for section in module.form.values() for key in section]
    names = named(reader, placed, [record])
    rows: list[Row] = []
    if STATUS in module.columns:
        rows.append((module.field(STATUS).title, told(record, module.field(STATUS), names)))
    for title, keys in module.form.items():
        rows.append((title,))
        for field in (module.field(key) for key in keys if key != STATUS):
            text = told(record, field, names, revealed=revealed)
            rows.append((field.title, text or "—"))
    about = [*imprint.head, *dues]
    name = reader.name(module.key, record.data)
    title = f"{module.title}: {' '.join(name.split())[:200]}" if name else f"{module.title}: {module.one}"
    return Paper(title, about, [Column("", 1.0), Column("", 3.0)], rows, imprint.foot)


def in_words(filter_: Filter, module: Module) -> str:
    """What a table is narrowed by, for people; of personal data no more than that they were looked for."""
    parts = []
    if filter_.statuses:
        known = module.field(STATUS)
        parts.append("Статус: " + ", ".join(show(known, one) for one in filter_.statuses))
    if filter_.text:
        parts.append(f"Слова: «{filter_.text}»")
    if filter_.unsent:
        parts.append("Неотправленные")
    if filter_.box is not None:
        parts.append("Только видимое на карте")
    for one in filter_.conditions.values():
        field = module.columns.get(one.key)  # none: the nearest due time
        parts.append(f"{field.title}: {MASK}" if field is not None and field.personal else one.words)
    return "Отбор: " + "; ".join(parts) if parts else "Отбор: все записи"


def named(reader: Reader, fields: Iterable[Field], records: Sequence[Record]) -> Names:
    """Captions of what the records refer to."""
    found: Names = {}
    for field in fields:
        other = target(field)
        if field.kind in ("reference", "person") and other in reader.modules:
            wanted = sorted({ident for one in records for ident in idents(one, field.key)})
            found |= {(other, ident): name for ident, name in reader.captions(other, wanted).items()}
    return found


def told(record: Record, field: Field, names: Names, *, revealed: bool = False) -> str:
    """A value of the record in words; a personal one only if it is revealed."""
    if field.kind in ("reference", "person"):
        text = "; ".join(names.get((target(field), ident), ident) for ident in idents(record, field.key))
    else:
        text = show(field, record.data.get(field.key))
    return text if revealed else masked(field, text)


def _column(field: Field) -> Column:
    if field is COLUMN:
        return Column(field.title, DUE_SHARE)
    share = _SHARES.get(field.kind, 1.4 if field.kind in TEXT_KINDS else 1.2)
    return Column(field.title, share, "right" if field.kind == "number" else "left")
