"""Who can clash: in which statuses a record is on the ground, from which day to which, and how wide a line is there."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from citymanager.clashes.clash import OPEN_ENDED, Kind
from citymanager.clashes.ground import Ground, drawn
from citymanager.modules.telephonograms import OUTAGES
from citymanager.norms import Norms
from citymanager.schema import STATUS, Values
from citymanager.store import Record
from citymanager.store.query import Box
from citymanager.values import CITY_ZONE

WORKS, STRIP, FRESH = "earthworks", "clash.line", "earthworks.fresh_surface"
"""The module of the works; the norms of a line's half-width and of a fresh surface's protection."""
DUG = frozenset({"open", "suspended", "overdue", "backfilled", "restored_temporarily", "emergency", "unauthorised"})
"""Statuses in which the ground is not as it was: they last until they are left, whatever day was named."""
HARD = frozenset({"asphalt", "pavement"})
"""Surfaces that are protected once they are new."""


@dataclass(frozen=True, slots=True)
class Part:
    """How the records of a module take part."""

    kind: Kind
    module: str
    live: tuple[str, ...]
    begins: tuple[str, ...]
    ends: tuple[str, ...]
    """Fields, dates or moments; the first that is filled in counts."""
    strip: str = STRIP
    """The norm that says how many metres a line takes on either side."""
    among: Mapping[str, tuple[str, ...]] | None = None
    """What else its records must be."""


WORK = Part("work", WORKS, ("filed", "approval", "revision", "issued", *sorted(DUG)), ("opened_at", "start"),
            ("restored_at", "restore_by", "end"))  # fmt: skip
NEW_SURFACE = Part("fresh", WORKS, ("accepted", "guarantee"), ("accepted_at",), ("guarantee_until",))
OTHERS = (
    Part("event", "events", ("planned", "agreed", "going"), ("begins",), ("ends",)),
    Part("closure", "closures", ("planned", "closed"), ("begins",), ("lifted_at", "ends"), "clash.road"),
    Part("outage", "telephonograms", ("sent", "unreached", "received", "read"), ("began",), ("ended", "planned_end"),
         among={"type": OUTAGES}),
)  # fmt: skip
MEETS: Mapping[str, tuple[Part, ...]] = {
    WORKS: (WORK, NEW_SURFACE, *OTHERS),
    **{one.module: (WORK,) for one in OTHERS},
}
"""By a module: what its records may clash with."""
OWN: Mapping[str, Part] = {WORKS: WORK, **{one.module: one for one in OTHERS}}
"""By a module: how a record takes part that is asked about."""
OVER = ("restored", "accepted", "guarantee", "closed", "lifted", "over", "done", "refused", "cancelled")
"""A record in one of these is not asked about any more."""


def watched(module: str) -> bool:
    """Whether records of this module can clash."""
    return module in OWN


@dataclass(frozen=True, slots=True)
class Side:
    """One record that lies somewhere for some days."""

    part: Part
    record: Record
    shape: Any
    """In degrees."""
    since: date
    until: date
    strip: float
    """Metres that a line or a point takes on either side."""

    def placed(self, ground: Ground) -> Any:
        """What it takes of the ground, in metres."""
        flat = ground.metres(self.shape)
        return flat if "Polygon" in flat.geom_type else flat.buffer(self.strip)

    def box(self, ground: Ground) -> Box:
        return ground.grown(self.shape.bounds, self.strip)


def side(part: Part, record: Record, norms: Norms, today: date) -> Side | None:
    """How a record takes part; None: it lies nowhere, has no first day, or is over."""
    data = record.data
    since, shape = _first(data, part.begins), drawn(data.get("geometry"))
    if since is None or shape is None or (part.kind == "fresh" and HARD.isdisjoint(data.get("surface", ()))):
        return None
    until = _first(data, part.ends) or OPEN_ENDED
    if part.kind == "fresh" and until == OPEN_ENDED:
        until = _protected(since, norms)
    if part.kind == "work" and data.get(STATUS) in DUG:
        until = max(until, today)
    limit = norms.limit(part.strip, since)
    return Side(part, record, shape, since, max(since, until), float(limit.limit) if limit else 0.0)


def _protected(since: date, norms: Norms) -> date:
    """Until when a surface is fresh that was accepted on a day, by the norm of that day."""
    limit = norms.limit(FRESH, since)
    if limit is None:
        return since
    year = since.year + (limit.limit if limit.unit == "years" else 0)
    return since.replace(year=year, day=min(since.day, 28) if since.month == 2 else since.day)


def _first(data: Values, keys: tuple[str, ...]) -> date | None:
    return next((day for key in keys if (day := day_of(data.get(key))) is not None), None)


def day_of(value: Any) -> date | None:
    """The city's day of a date or a moment; None for what is neither."""
    try:
        when = datetime.fromisoformat(value) if isinstance(value, str) else None
        return None if when is None else (when.astimezone(CITY_ZONE) if when.tzinfo else when).date()
    except (ValueError, OverflowError):
        return None
