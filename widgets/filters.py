"""Filters of a table: by any field, each by its kind, shown as chips that can be taken away."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from citymanager.oneself import Oneself, held
from citymanager.schema import TEXT_KINDS, Field, Module
from citymanager.store import Query
from citymanager.store.due_order import DUE
from citymanager.store.query import Box
from citymanager.values import CITY_ZONE, moment, show

MINE = "_mine"
"""The key of «Мои» among the conditions: it is kept as such, and means whoever sits here."""
UNFILTERED = ("geometry", "files")
"""Kinds that no filter is offered for: a place is chosen on the map."""


@dataclass(frozen=True)
class Condition:
    """What one field must hold, and how the chip says it."""

    key: str
    words: str
    among: tuple[Any, ...] = ()
    between: tuple[Any, Any] = (None, None)
    containing: str = ""
    filled: bool = False
    """Anything at all."""
    days: int = 0
    """Of a span that goes with time: how many last days it holds."""


@dataclass(frozen=True)
class Filter:
    """Everything that a table is narrowed by."""

    text: str = ""
    statuses: tuple[str, ...] = ()
    unsent: bool = False
    conditions: Mapping[str, Condition] = field(default_factory=dict)
    box: Box | None = None
    """What the map shows, where the table follows it."""

    @property
    def empty(self) -> bool:
        return self == Filter()

    @property
    def everywhere(self) -> "Filter":
        """Without the map's view: what the map itself is narrowed by."""
        return replace(self, box=None)

    def query(
        self, module: Module, sort: str = "", now: datetime | None = None, who: Oneself | None = None
    ) -> Query:  # fmt: skip
        """The list that it asks the store for. `now`: the moment that due times are told by; `who`: whose are «Мои»."""
        found = [one for one in self.conditions.values() if one.key not in (DUE, MINE)]
        due = self.conditions[DUE].among if DUE in self.conditions else ()
        among = {one.key: one.among for one in found if one.among}
        if self.statuses:
            among["status"] = self.statuses
        return Query(
            module.key,
            text=self.text,
            among=among,
            between={one.key: one.between for one in found if one.between != (None, None)},
            filled=tuple(one.key for one in found if one.filled),
            containing={one.key: one.containing for one in found if one.containing},
            unsent=self.unsent,
            one_of=held(module, who or Oneself()) if MINE in self.conditions else {},
            box=self.box,
            due=due,
            now=moment(now or datetime.now(UTC)) if due else "",
            sort=sort,
        )


def filterable(module: Module) -> list[Field]:
    """Fields that a filter can be set on, in the form's order; the status has its own chips."""
    placed = [module.field(key) for section in module.form.values() for key in section]
    return [one for one in placed if one.kind not in UNFILTERED and one.key != "status"]


def among(field: Field, values: Sequence[Any], titles: Sequence[str]) -> Condition:
    """The field holds one of these values; None is an empty field."""
    return Condition(field.key, f"{field.title}: {', '.join(titles)}", among=tuple(values))


def filled(field: Field, *, on: bool) -> Condition:
    """The field holds something, whatever it is, or nothing."""
    words = f"{field.title}: {'заполнено' if on else 'не заполнено'}"
    return Condition(field.key, words, filled=True) if on else Condition(field.key, words, among=(None,))


def containing(field: Field, text: str) -> Condition:
    """The text occurs in the field, letter case and ё aside."""
    assert field.kind in TEXT_KINDS
    return Condition(field.key, f"{field.title}: «{text}»", containing=text)


def between(field: Field, low: Any, high: Any) -> Condition:
    """The field lies between these, ends included; None is open. Of a moment the ends are days of the city."""
    parts = [
        f"{word} {show(field_of_ends(field), end)}" for word, end in (("от", low), ("до", high)) if end is not None
    ]
    words = f"{field.title}: {' '.join(parts)}"
    if field.kind == "moment":
        first = _day_start(low) if low else None
        last = _day_start(high, 1) - timedelta(seconds=1) if high else None
        return Condition(field.key, words, between=(moment(first) if first else None, moment(last) if last else None))
    return Condition(field.key, words, between=(low, high))


def field_of_ends(field: Field) -> Field:
    """The field that the ends of a span are typed as: a moment is asked for by days."""
    return Field(field.key, field.title, "date") if field.kind == "moment" else field


def _day_start(day: str, later: int = 0) -> datetime:
    return datetime.combine(date.fromisoformat(day) + timedelta(days=later), time(), CITY_ZONE)
