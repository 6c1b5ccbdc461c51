"""What a list asks of the cache."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Box = tuple[float, float, float, float]
"""West, south, east, north, in degrees."""


@dataclass(frozen=True)
class Query:
    """A list of a module's records: what they must hold, and their order."""

    module: str
    text: str = ""
    """Every word, in any order, by prefix, over all text fields and the address."""
    among: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    """Choice, reference, person, flag: the value is one of these; None among them stands for an empty field."""
    between: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)
    """Number, date, moment: from … to, ends included; None is open."""
    filled: tuple[str, ...] = ()
    """Fields that hold anything."""
    containing: Mapping[str, str] = field(default_factory=dict)
    """Text fields: the folded text occurs in them; in a long one, every word by its beginning."""
    sharing: str = ""
    """Records that share rare words with this text."""
    person: Mapping[str, str] = field(default_factory=dict)
    """Fields that identify somebody: one of them tells of the same person, however it is spelt."""
    one_of: Mapping[str, str] = field(default_factory=dict)
    """Fields that say whose a record is: one of them at least holds its value; an empty one is held by none."""
    box: Box | None = None
    idents: tuple[str, ...] = ()
    """Only these records; empty: all."""
    numbers: tuple[int, ...] = ()
    """The same by the numbers of their rows."""
    unsent: bool = False
    """Only records that hold operations not yet sent."""
    due: tuple[str, ...] = ()
    """Only records whose nearest due time is in one of these states (`due_order.STATES`) at the moment `now`."""
    now: str = ""
    sort: str = ""
    """A field's key or `DUE`, with a leading minus for descending; empty: the module's own order."""
