"""What the wall says of a module: how many records stand where, and which came last. Never anything personal."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from citymanager.schema import STATUS, Field, Module, Tone
from citymanager.store.query import Query
from citymanager.store.reader import Reader
from citymanager.store.records import Record
from citymanager.values import show

LATEST = 12


@dataclass(frozen=True, slots=True)
class Card:
    """A record as the wall shows it: when, what, where, and the tone of its status."""

    when: str
    what: str
    where: str
    tone: Tone


@dataclass(frozen=True, slots=True)
class Facts:
    """One look at a module."""

    counts: Mapping[Tone, int]
    """Tones in the order of the workflow; those without records too."""
    cards: list[Card]


def facts(reader: Reader, module: Module, today: date) -> Facts:
    """Read what the wall shows on this day of the city; for a reader's thread."""
    found = reader.lists.counters(module.key)
    counts: dict[Tone, int] = {}
    for status in module.statuses:
        counts[status.tone] = counts.get(status.tone, 0) + found.pop(status.key, 0)
    if found:  # of a newer program: shown like its cards
        counts["work"] = counts.get("work", 0) + sum(found.values())
    records = reader.first_page(Query(module.key), LATEST)
    return Facts(counts, [card(module, one, today) for one in records])


def card(module: Module, record: Record, today: date) -> Card:
    """A record by the kinds of its table's columns. Long texts stay off the wall too: residents write names in them."""
    status = module.status(str(record.data.get(STATUS, "")))
    return Card(
        _when(_words(module, record, "moment"), today),
        _words(module, record, "choice") or module.one.capitalize(),
        _words(module, record, "address"),
        status.tone if status else "work",
    )


def _when(moment: str, today: date) -> str:
    """The time alone if it is of today: «14:05», «22.11 20:31»."""
    day, _, clock = moment.partition(" ")
    return clock if day == f"{today:%d.%m.%Y}" else f"{day[:5]} {clock}".strip()


def _words(module: Module, record: Record, kind: str) -> str:
    """The first column of this kind that has something to say."""
    columns = (module.field(key) for key in module.table)
    shown = (show(one, record.data.get(one.key)) for one in columns if one.kind == kind and _public(module, one))
    return next((text for text in shown if text), "")


def _public(module: Module, field: Field) -> bool:
    return field.key not in module.personal_keys and field.key != STATUS
