"""An unsent edit as a person reads it: which record, what changed from what to what, by whom, and where it stands."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from citymanager.changes import merged
from citymanager.meeting import move_stamp
from citymanager.schema import Field, Module
from citymanager.store import Record
from citymanager.store.pending import Pending
from citymanager.store.reader import Reader
from citymanager.store.undecided import undecided
from citymanager.values import CITY_ZONE, show
from widgets.personal import masked

STATES: Mapping[str, str] = {
    "waiting": "ждёт отправки",
    "held": "ждёт решения о новой записи",
    "conflict": "конфликт",
    "refused": "отказано сервером",
    "failed": "сервер не смог принять",
}
EMPTY = "—"


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a field: its value, and how it is shown."""

    value: Any
    text: str


@dataclass(frozen=True, slots=True)
class FieldEdit:
    """A field of an unsent edit: before it, as edited, and on the server now."""

    field: Field
    base: Side | None
    """None: not known any more."""
    mine: Side
    theirs: Side
    contested: bool
    """Both sides changed it."""

    @property
    def words(self) -> str:
        """«Статус: Новое → На модерации»; personal data stay masked."""
        before = f"{self.said(self.base)} → " if self.base is not None and self.base.value is not None else ""
        return f"{self.field.title}: {before}{self.said(self.mine)}"

    def said(self, side: Side, *, revealed: bool = False) -> str:
        """One side's text, a personal one only if it was revealed."""
        return side.text if revealed or side.value is None else masked(self.field, side.text)


@dataclass(frozen=True, slots=True)
class Edit:
    """An operation of the outbox, in words."""

    pending: Pending
    module: Module
    caption: str
    fields: Sequence[FieldEdit]
    """Of a deletion: what others have changed since, which it would take away."""
    seen: Record | None
    """The server's record that this is told against; None: it is not known here."""
    gone: bool
    """It is deleted there."""
    held: bool = False
    """It waits for a decision about the new record that it was made on."""

    @property
    def what(self) -> str:
        """What the edit does, in one line."""
        if self.pending.deleted:
            return "Запись удалена"
        words = "; ".join(" ".join(one.words.split()) for one in self.fields)
        return words if self.pending.base or self.pending.after else f"Новая запись. {words}"

    @property
    def state(self) -> str:
        return STATES["held"] if self.held else STATES.get(self.pending.state, self.pending.state)

    @property
    def time(self) -> str:
        return clock(self.pending.at)

    @property
    def day(self) -> str:
        """The same in few letters: «23.11 09:05»."""
        return f"{self.time[:5]} {self.time[11:16]}"

    @property
    def theirs(self) -> str:
        """Who has changed the record on the server last, and when; empty if that is not known."""
        return ", ".join(part for part in (self.seen.by, clock(self.seen.at)) if part) if self.seen else ""

    @property
    def stamp(self) -> str:
        """The field with the moment of its move, which goes wherever the status goes; empty: there is none."""
        stamp = move_stamp(self.module, self.pending.change)
        return stamp if self.pending.change.get(stamp) == self.pending.at else ""


def clock(moment: str) -> str:
    """A stored moment as the city's date and time; what can't be read is shown as it is."""
    try:
        return datetime.fromisoformat(moment).astimezone(CITY_ZONE).strftime("%d.%m.%Y %H:%M:%S")
    except ValueError:
        return moment


def in_words(reader: Reader, operations: Iterable[Pending]) -> list[Edit]:
    """Operations with the names of what they refer to."""
    held = reader.queue.held_back()
    return [_edit(reader, one, held=one.op in held) for one in operations]


def _edit(reader: Reader, pending: Pending, *, held: bool) -> Edit:
    module = reader.modules.get(pending.module) or _unknown(pending.module)
    found = undecided(reader, module, pending)
    keys = found.fields if pending.deleted else list(pending.change)
    fields = [
        FieldEdit(
            field,
            None if pending.was is None else _side(reader, field, pending.was.get(field.key)),
            _side(reader, field, found.mine.get(field.key)),
            _side(reader, field, found.server.get(field.key)),
            field.key in found.fields,
        )
        for field in (_field(module, key) for key in _in_order(module, keys))
    ]
    stand = found.seen.data if found.seen else {}
    name = reader.name(module.key, merged({**stand, **(pending.was or {})}, pending.change)) if module.fields else ""
    return Edit(pending, module, name or pending.id, fields, found.seen, found.gone, held)


def _unknown(key: str) -> Module:
    """A stand-in for a module that this program does not know: another version of it has made the edit."""
    return Module(key, key, key, (), (), {}, ())


def _in_order(module: Module, keys: Iterable[str]) -> list[str]:
    """Fields in the order of the declaration, unknown ones last."""
    found = list(keys)
    return [key for key in module.columns if key in found] + [key for key in found if key not in module.columns]


def _field(module: Module, key: str) -> Field:
    return module.columns.get(key) or Field(key, key)


def _side(reader: Reader, field: Field, value: Any) -> Side:
    return Side(value, _text(reader, field, value) or EMPTY)


def _text(reader: Reader, field: Field, value: Any) -> str:
    """The value in words; references by the names of their records, as far as they are here."""
    target = "people" if field.kind == "person" else field.to
    if field.kind not in ("reference", "person") or target not in reader.modules or value is None:
        return show(field, value)
    idents = [str(one) for one in (value if isinstance(value, list) else [value])]
    names = reader.captions(target, idents)
    return "; ".join(names.get(one, one) for one in idents)
