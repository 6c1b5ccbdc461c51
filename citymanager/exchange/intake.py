"""From rows to records: each row read by the map, given its id, and saved with up to 499 others in one transaction.

A chunk is saved whole or not at all, so a crash leaves whole chunks. Ids are made of what names the row in its own
system (of the house, where a module is named by houses; or of its content), so importing the same file again changes
nothing that is there already, and adds the rest.
"""

import json
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from citymanager.errors import Refused
from citymanager.exchange import cells
from citymanager.exchange.by_address import ByAddress
from citymanager.exchange.column_map import Column, ColumnMap
from citymanager.exchange.places import Projection, placed
from citymanager.exchange.references import References
from citymanager.exchange.source import Row, Source, batches
from citymanager.failpoints import fp
from citymanager.roles import Role
from citymanager.schema import STATUS, Values
from citymanager.store import Saved, Writer

CHUNK = 500
_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "urn:citymanager:import")

Outcome = tuple[Row, Saved | Refused]


class Reading:
    """Reads the rows of one file into records of one module."""

    def __init__(self, mapping: ColumnMap, projection: Projection, references: References) -> None:
        self._map = mapping
        self._projection = projection
        self._references = references
        self._houses = ByAddress(references.reader, mapping.module)
        self._contents: Counter[str] = Counter()
        self._seen: dict[str, int] = {}

    def record(self, row: Row) -> tuple[str, Values]:
        """The row's record: its id and values. Raises Refused."""
        if row.fault:
            raise Refused(row.fault)
        try:
            found = self._values(row)
            ident = self._ident(row, found)
        except RecursionError:
            raise Refused("Слишком глубокая вложенность.") from None
        if ident in self._seen:
            raise Refused(f"Повторяет строку {self._seen[ident]}: это та же запись.")
        self._seen[ident] = row.number
        return ident, found

    def _values(self, row: Row) -> Values:
        found: Values = {**self._map.constants}
        for column in self._map.columns:
            value = self._value(column, row)
            if value is not None or self._may_be_empty(column):
                found[column.field.key] = value
        shape = self._shape(row, found.get("geometry"))
        if shape is not None:
            found["geometry"] = shape
        return found

    def _value(self, column: Column, row: Row) -> Any:
        declared = column.field
        if len(column.sources) == 1 and not isinstance(row.cells.get(column.sources[0], ""), str):
            cell: Any = row.cells[column.sources[0]]
        else:
            cell = column.join.join(text for one in column.sources if (text := str(row.cells.get(one, ""))))
        value = cells.read(self._map.module, declared, self._translated(column, cell))
        return self._references.resolved(declared, value)

    def _translated(self, column: Column, cell: Any) -> Any:
        if cell == "":
            return column.default
        if column.epoch:
            return _epoch(column, cell)
        if not column.values and not column.otherwise:
            return cell
        return column.values.get(str(cell).strip().casefold(), column.otherwise or cell)

    def _may_be_empty(self, column: Column) -> bool:
        """Whether an empty cell empties the field; otherwise the program fills a new record's field by itself."""
        declared = column.field
        if declared.key == STATUS:
            return False
        return self._map.own or (declared.default is None and not declared.fill)

    def _shape(self, row: Row, told: Any) -> Any:
        if self._map.module.geometry == "":
            return None
        shape = row.geometry if told is None else told
        if self._map.place and shape is None:
            shape = _point(row, *self._map.place)
        return placed(shape, self._projection)

    def _ident(self, row: Row, found: Values) -> str:
        named = [str(row.cells.get(one, "")).strip() for one in self._map.ids]
        if self._map.own and named[0]:
            if len(named[0]) > 100 or not named[0].isprintable():
                raise Refused("Столбец id: нужен номер записи, не длиннее 100 знаков.")
            return named[0]
        if self._map.ids and not self._map.own:
            if not all(named):
                raise Refused(f"Нет номера записи: пуст столбец «{self._map.ids[named.index('')]}».")
            return self._made("id", self._map.namespace, *named)
        if house := self._houses.named(found):
            return self._houses.known(house) or self._made("house", house)
        content = json.dumps(found, sort_keys=True)
        self._contents[content] += 1
        return self._made("content", content, str(self._contents[content]))

    def _made(self, *parts: str) -> str:
        return str(uuid.uuid5(_NAMESPACE, json.dumps([self._map.module.key, *parts])))


def _epoch(column: Column, cell: Any) -> str:
    """ISO text of seconds or milliseconds since 1970."""
    try:
        seconds = float(str(cell).strip()) / (1000 if column.epoch == "milliseconds" else 1)
        when = datetime.fromtimestamp(seconds).astimezone()
    except (ValueError, OverflowError, OSError):
        raise Refused(f"«{column.field.title}»: «{str(cell)[:80]}» не число секунд с 1970 года.") from None
    return when.isoformat(timespec="seconds")


def _point(row: Row, x: str, y: str) -> Any:
    """The point of two columns; none if both are empty."""
    pair = [str(row.cells.get(name, "")).strip().replace(",", ".") for name in (x, y)]
    if pair == ["", ""]:
        return None
    try:
        return {"type": "Point", "coordinates": [float(one) for one in pair]}
    except ValueError:
        raise Refused(f"Координаты «{pair[1][:40]}», «{pair[0][:40]}» — не числа.") from None


@dataclass
class Tally:
    """What became of the rows; read = taken + refused, always."""

    read: int = 0
    taken: int = 0
    unchanged: int = 0
    """Of those taken: there already, and the same."""
    refused: int = 0

    def count(self, answer: Saved | Refused) -> None:
        self.read += 1
        if isinstance(answer, Refused):
            self.refused += 1
        else:
            self.taken += 1
            self.unchanged += not answer.op


@dataclass
class Intake:
    """Saves what a reading makes of a file's rows."""

    writer: Writer
    reading: Reading
    module: str
    author: str
    role: Role | None
    clock: Callable[[], datetime]
    tally: Tally = field(default_factory=Tally)

    def outcomes(self, source: Source) -> Iterator[Outcome]:
        """What became of each row, chunk by chunk, after the chunk is on the disk. Raises ReadOnly."""
        for rows in batches(source.rows, CHUNK):
            for row, answer in self._chunk(rows):
                self.tally.count(answer)
                yield row, answer

    def _chunk(self, rows: tuple[Row, ...]) -> list[Outcome]:
        answers: dict[int, Saved | Refused] = {}
        made: list[tuple[int, tuple[str, Values]]] = []
        for place, row in enumerate(rows):
            try:
                made.append((place, self.reading.record(row)))
            except Refused as refused:
                answers[place] = refused
        saved = self.writer.save_many(self.module, [one for _, one in made], self.author, self.role, self.clock())
        fp("import.saved")
        answers |= {place: answer for (place, _), answer in zip(made, saved, strict=True)}
        return [(row, answers[place]) for place, row in enumerate(rows)]
