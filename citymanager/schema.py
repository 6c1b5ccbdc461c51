"""How a city module is declared: plain data, from which table, form, layer, server and exchange follow."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, Literal, get_args

Kind = Literal[
    "text", "long_text", "number", "date", "moment", "flag",
    "choice", "person", "reference", "address", "geometry", "files",
]  # fmt: skip
Geometry = Literal["", "point", "line", "polygon", "shape"]
"""`shape`: a polygon or a line, as the work or the event asks."""
Fill = Literal["", "now", "number", "also", "pauses"]
Identity = Literal["", "phone", "email"]
Tone = Literal["new", "waiting", "work", "done", "closed", "refused", "late"]

KINDS: tuple[Kind, ...] = get_args(Kind)
TEXT_KINDS: frozenset[Kind] = frozenset({"text", "long_text", "address"})
STATUS = "status"

Values = dict[str, Any]
"""A record's data: field key → JSON value.

text, long_text, address: str · number: int or float · date: "2026-11-23" · moment: "2026-11-23T04:05:06Z", UTC ·
flag: bool · choice: its key · person, reference: a record's id · many: a list of those ·
geometry: a GeoJSON geometry, WGS 84 · files: a list of {"sha256", "name", "type", "size"}.
An empty field is absent; None in a change removes it.
"""


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a choice field: the key is stored, the title is shown."""

    key: str
    title: str


@dataclass(frozen=True, slots=True)
class Field:
    """One fact of a record."""

    key: str
    title: str
    kind: Kind = "text"
    required: bool = False
    many: bool = False
    """A list of values (choice, person and reference only)."""
    choices: tuple[Choice, ...] = ()
    to: str = ""
    """Key of the module that a reference points to."""
    unit: str = ""
    minimum: float | None = None
    maximum: float | None = None
    whole: bool = False
    """A number without a fraction."""
    longest: int = 0
    """Characters allowed; 0 takes the kind's own limit."""
    default: str | float | bool | None = None
    fill: Fill = ""
    """What the program puts in: into a new record the moment, or the next number of the station's block; later, lines
    of those who did an act `Once` more, or the pauses of its clocks (`citymanager.pauses`)."""
    personal: bool = False
    """Personal data: leaves the server only for roles that may see them, never for the wall."""
    public: bool = False
    """Shown to service accounts of other systems: the city's portal publishes it."""
    fixed: bool = False
    """Set when the record is made and not edited by hand afterwards."""
    hint: str = ""
    houses: bool = False
    """A long text of addresses, one a line: the card shows and takes them as a list of houses."""
    writers: tuple[str, ...] = ()
    """Roles that may fill it in; empty: whoever may write the record."""
    stamps: str = ""
    """A moment field that a change of this one fills with its time, unless its author tells that moment."""
    identifies: Identity = ""
    """It says who a person is: his records are found by it, however it is spelt in each."""

    @property
    def limit(self) -> int:
        """Characters that the field holds."""
        return self.longest or (1_000_000 if self.kind == "long_text" else 2_000)

    def choice(self, word: str) -> Choice | None:
        """The choice with this key or, letter case aside, this Russian title."""
        wanted = word.casefold()
        return next((one for one in self.choices if one.key == word or one.title.casefold() == wanted), None)


@dataclass(frozen=True, slots=True)
class Move:
    """One step of the workflow: to which status, by whom, and what must be filled in before."""

    target: str
    roles: tuple[str, ...] = ()
    """Roles that may make it; empty: whoever may write the module."""
    requires: tuple[str, ...] = ()
    title: str = ""
    """What the button says; empty: the target's title."""
    anew: tuple[str, ...] = ()
    """Fields that it empties, unless they are filled in with it: what is counted from them begins anew."""


@dataclass(frozen=True, slots=True)
class Status:
    """A state of the workflow, and the moves that lead out of it."""

    key: str
    title: str
    leads_to: tuple[Move | str, ...] = ()
    tone: Tone = "work"
    stamps: str = ""
    """A moment field that entering this status fills, if nobody has."""
    until: str = ""
    """A date field: when that day comes, the record makes the first move out of here by itself."""

    @property
    def moves(self) -> tuple[Move, ...]:
        return tuple(step if isinstance(step, Move) else Move(step) for step in self.leads_to)


@dataclass(frozen=True, slots=True)
class Clock:
    """A due time: what starts it, what ends it, and the norm's limit, or the field that names the time itself."""

    key: str
    title: str
    starts: str
    """A moment or date field."""
    limit: str = ""
    """A key of the register `rules`; with a field `due` as well, it holds while that is empty."""
    ends: tuple[str, ...] = ()
    """Statuses in which the clock has done its work."""
    when: tuple[str, ...] = ()
    """Values of `regime_field` for which it runs; empty: always."""
    regime_field: str = "regime"
    due: str = ""
    """A moment or date field of the record that is the due time; a date is due at its end."""
    stops: str = ""
    """A moment field that ends it once it is filled in; if that lies before the start, nothing was to be waited for."""
    extended: str = ""
    """A field that, once it is filled in, extends the term by the norm's extension; a date after the term does not."""
    pauses: tuple[str, ...] = ()
    """Statuses in which its time stands still. A time that the record itself names is not moved by them, only held."""
    special: tuple[str, ...] = ()
    """Values of `special_field` for which it runs, "" being none; empty: always."""
    special_field: str = "special"
    by: str = ""
    """A choice field whose value may have a norm of its own: `limit.value` goes before `limit`."""


@dataclass(frozen=True, slots=True)
class Once:
    """An act that counts once, an acknowledgement: whoever did it first stays, with his time. What a second one says of
    it overwrites nothing and makes no conflict: it is noted beside, a line each.
    """

    fields: tuple[str, ...]
    """What tells of the act: when, who."""
    also: str
    """The field of the lines."""


@dataclass(frozen=True, slots=True)
class Look:
    """How the module is drawn on the map."""

    colour_by: str = STATUS
    icon: str = "dot"
    colour: str = ""
    """A name of the map's colours, where no value gives each record its own."""
    from_zoom: int = 0
    over: str = ""
    """A field that takes the record off the map once it is filled in; its card stays."""
    visible: bool = True
    """Shown until the user hides it."""
    width: float = 2
    """Pixels of a line, or of a polygon's outline."""
    fill: float = 0.14
    """How opaque a polygon is within, 0…1."""
    dash: tuple[int, ...] = ()
    """Pixels of a line drawn, left out, drawn …; empty: unbroken."""
    label: str = ""
    """The text field that lines and polygons are labelled by; empty: the first text of the caption. Never personal."""
    label_zoom: float = 13
    """From this zoom on there are labels."""


Check = Callable[[Mapping[str, Any], Mapping[str, Any], datetime], str | None]
"""(before, after, now) → why the change can't be, in Russian, or None."""


Beginning = Callable[[Mapping[str, Any]], Values]
"""A record's data → what a new record that refers to it begins with."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A named rule of the module: a small function that may refuse a change."""

    key: str
    check: Check


@dataclass(frozen=True)
class Module:
    """A city module, declared once: table, form, map layer, workflow, server collection and exchange follow from it."""

    key: str
    title: str
    one: str
    """What one record is called: «сообщение»."""
    fields: tuple[Field, ...]
    table: tuple[str, ...]
    form: Mapping[str, tuple[str, ...]]
    caption: tuple[str, ...]
    """Fields that name a record in one line."""
    statuses: tuple[Status, ...] = ()
    clocks: tuple[Clock, ...] = ()
    rules: tuple[Rule, ...] = ()
    once: tuple[Once, ...] = ()
    geometry: Geometry = ""
    """The shape in the field `geometry`, which exists if this is not empty."""
    look: Look = field(default_factory=Look)
    readers: tuple[str, ...] = ()
    """Roles that may read it; empty: all of the city's own."""
    writers: tuple[str, ...] = ("admin", "moderator", "operator")
    """Roles that may change its records."""
    makers: tuple[str, ...] = ()
    """Roles that may make a record, if they are others than the writers."""
    deleters: tuple[str, ...] = ("admin", "moderator")
    outside: tuple[str, ...] = ()
    """Roles of other systems that may read it: they see nothing else."""
    group: str = "Справочники"
    """Where the menu has it."""
    docked: bool = False
    """Its panel stands in the window from the start."""
    begins: Mapping[str, Beginning] = field(default_factory=dict)
    """By a reference's key: what of the record it points to goes into a new record that is added there."""
    sort: str = ""
    """The table's first order: a field's key, with a leading minus for descending."""
    author: str = ""
    """The field with the login of who made a record: besides him only seniors change it or take it away."""
    mine: tuple[str, ...] = ()
    """Fields that say whose work a record is: a person, an organisation, or the login of who made it."""
    named_by: str = ""
    """The address that names a record: of a file, the row of the same house, however it is spelt, is this record."""
    urgent: bool = False
    """A shift can't wait for it: after an outage its edits leave and its changes arrive before all others."""

    @cached_property
    def columns(self) -> Mapping[str, Field]:
        """Every stored field by its key, the status among them."""
        known = {one.key: one for one in self.fields}
        if self.statuses:
            choices = tuple(Choice(one.key, one.title) for one in self.statuses)
            known[STATUS] = Field(STATUS, "Статус", "choice", choices=choices, default=self.statuses[0].key)
        return known

    def field(self, key: str) -> Field:
        return self.columns[key]

    def status(self, word: str) -> Status | None:
        """The status with this key or, letter case aside, this Russian title."""
        wanted = word.casefold()
        return next((one for one in self.statuses if one.key == word or one.title.casefold() == wanted), None)

    @cached_property
    def text_keys(self) -> tuple[str, ...]:
        """Fields whose words are found by the text search."""
        return tuple(one.key for one in self.fields if one.kind in TEXT_KINDS)

    @cached_property
    def file_keys(self) -> frozenset[str]:
        """Fields that name photos and papers."""
        return frozenset(one.key for one in self.fields if one.kind == "files")

    @cached_property
    def stamps(self) -> frozenset[str]:
        """Moments that say when another field was changed last."""
        return frozenset(one.stamps for one in self.fields if one.stamps)

    @property
    def journal(self) -> bool:
        """Its records are made and never changed."""
        return not self.writers

    @cached_property
    def public_keys(self) -> frozenset[str]:
        """What service accounts of other systems see: the public fields, and the status where there are some."""
        found = {one.key for one in self.fields if one.public}
        return frozenset(found | {STATUS} if found and self.statuses else found)

    @cached_property
    def personal_keys(self) -> frozenset[str]:
        return frozenset(one.key for one in self.fields if one.personal)
