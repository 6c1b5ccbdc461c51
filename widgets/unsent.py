"""An unsent edit as a person reads it: which record, what changed from what to what, by whom, and where it stands."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from citymanager.schema import Field, Module
from citymanager.store.reader import Pending, Reader
from citymanager.values import CITY_ZONE, show
from widgets.personal import masked

STATES: Mapping[str, str] = {
    "waiting": "ждёт отправки",
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
    their_author: str
    their_time: str

    @property
    def what(self) -> str:
        """What the edit does, in one line."""
        if self.pending.deleted:
            return "Запись удалена"
        words = "; ".join(" ".join(one.words.split()) for one in self.fields)
        return words if self.pending.base or self.pending.after else f"Новая запись. {words}"

    @property
    def state(self) -> str:
        return STATES.get(self.pending.state, self.pending.state)

    @property
    def time(self) -> str:
        return clock(self.pending.at)


def clock(moment: str) -> str:
    """A stored moment as the city's date and time; what can't be read is shown as it is."""
    try:
        return datetime.fromisoformat(moment).astimezone(CITY_ZONE).strftime("%d.%m.%Y %H:%M:%S")
    except ValueError:
        return moment


def in_words(reader: Reader, operations: Iterable[Pending]) -> list[Edit]:
    """Operations with the names of what they refer to; those of modules that this program doesn't know are left out."""
    return [_edit(reader, one) for one in operations if one.module in reader.modules]


def _edit(reader: Reader, pending: Pending) -> Edit:
    module = reader.modules[pending.module]
    server = _server(reader, pending)
    mine = {**server, **(pending.was or {}), **pending.change}
    fields = [_field_edit(reader, pending, _field(module, key), server) for key in _in_order(module, pending.change)]
    current = pending.current or {}
    copy = reader.copy(pending.module, pending.id)
    return Edit(
        pending,
        module,
        reader.name(module.key, mine) or pending.id,
        fields,
        str(current.get("by") or (copy.by if copy else "")),
        clock(str(current.get("at") or (copy.at if copy else ""))),
    )


def _server(reader: Reader, pending: Pending) -> dict[str, Any]:
    """The record as the server had it last, for all that is known here."""
    copy = reader.copy(pending.module, pending.id)
    if copy is not None:
        return copy.data
    current = pending.current or {}
    gone = current.get("deleted") or current.get("gone")
    return {} if gone else dict(current.get("data") or {})


def _in_order(module: Module, change: Mapping[str, Any]) -> list[str]:
    """The changed fields in the order of the declaration, unknown ones last."""
    return [key for key in module.columns if key in change] + [key for key in change if key not in module.columns]


def _field(module: Module, key: str) -> Field:
    return module.columns.get(key) or Field(key, key)


def _field_edit(reader: Reader, pending: Pending, field: Field, server: Mapping[str, Any]) -> FieldEdit:
    base = None if pending.was is None else _side(reader, field, pending.was.get(field.key))
    mine, theirs = _side(reader, field, pending.change[field.key]), _side(reader, field, server.get(field.key))
    return FieldEdit(field, base, mine, theirs, field.key in pending.fields)


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
