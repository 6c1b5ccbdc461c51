"""Which records a record clashes with: the box index of the cache finds candidates, shapely judges, days decide."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date

from citymanager.clashes.clash import EXEMPTION, Clash
from citymanager.clashes.ground import Ground, written
from citymanager.clashes.seasons import season
from citymanager.clashes.sides import FRESH, MEETS, OVER, OWN, WORK, WORKS, Part, Side, side
from citymanager.norms import Norms
from citymanager.schema import STATUS, Values
from citymanager.store import Query, Reader, Record

LEAST = 0.05
"""Square metres: works side by side share a border, which is no clash."""
NEW = Record("", "", 0, {})
STEP = 100
"""Pairs after which it is told how far the search is."""
Told = Callable[[int, int], None]
"""(done, whole): how far a long search is."""


def clashes(
    reader: Reader, module: str, ident: str, data: Values, today: date, norms: Norms | None = None
) -> list[Clash]:
    """What a record with these data clashes with, as the cache knows it; bans first. `ident`: of itself, not to be met.

    Of a module that can't clash, and of a record that is over: nothing.
    """
    if module not in OWN or module not in reader.modules or data.get(STATUS) in OVER:
        return []
    norms = norms or reader.norms()
    record = replace(NEW, module=module, id=ident, data=data)
    found = [*season(reader, record, norms), *_met(reader, record, norms, today)]
    return sorted(found, key=lambda one: (one.norm is None, one.since, one.other))


def _met(reader: Reader, record: Record, norms: Norms, today: date) -> Iterator[Clash]:
    mine = side(OWN[record.module], record, norms, today)
    if mine is None:
        return
    centre = mine.shape.envelope.centroid
    ground = Ground(centre.x, centre.y)
    for part in MEETS[record.module]:
        for one in _candidates(reader, part, mine, ground, norms, today):
            if (found := judged(reader, mine, one, ground, norms)) is not None:
                yield found


def _candidates(reader: Reader, part: Part, mine: Side, ground: Ground, norms: Norms, today: date) -> Iterator[Side]:
    """Those whose boxes meet, as wide as a line of theirs may be."""
    if part.module not in reader.modules:
        return
    limit = norms.limit(part.strip, today)
    box = ground.grown(mine.box(ground), float(limit.limit) if limit else 0.0)
    for record in reader.each(Query(part.module, among=_among(part), box=box)):
        if record.id != mine.record.id and (found := side(part, record, norms, today)) is not None:
            yield found


def _among(part: Part) -> dict[str, tuple[str, ...]]:
    return {STATUS: part.live, **(part.among or {})}


def judged(reader: Reader, mine: Side, other: Side, ground: Ground, norms: Norms) -> Clash | None:
    """The clash of two records; None: they do not meet on the ground, not on one day, or are one matter."""
    since, until = max(mine.since, other.since), min(mine.until, other.until)
    if since > until or _one_matter(mine.record, other.record):
        return None
    met = mine.placed(ground).intersection(other.placed(ground))
    if met.area < LEAST:
        return None
    one, two = mine.record, other.record
    norm = norms.limit(FRESH, other.since) if other.part.kind == "fresh" else None
    return Clash(
        other.part.kind, one.module, one.id, reader.name(one.module, one.data), two.module, two.id,
        reader.name(two.module, two.data), float(met.area), since, until, norm,
        norm is not None and bool(one.data.get(EXEMPTION)), written(ground.degrees(met)),
    )  # fmt: skip


def _one_matter(one: Record, other: Record) -> bool:
    """Whether one was made for the other: a road closed for these works, the outage that they were dug for."""
    return _names(one, other) or _names(other, one)


def _names(one: Record, other: Record) -> bool:
    named = [one.data.get("earthworks"), one.data.get("telephonogram")]
    return bool(other.id) and any(other.id in (value if isinstance(value, list) else [value]) for value in named)


def all_clashes(reader: Reader, today: date, told: Told = lambda done, whole: None) -> list[Clash]:
    """Every clash of the works that are under way or to come, each pair once; as `clashes` judges it."""
    norms = reader.norms()
    sides = [one for part in MEETS[WORKS] for one in _sides(reader, part, norms, today)]
    pairs = _near(sides)
    found: list[Clash] = []
    for done, (mine, other) in enumerate(pairs):
        if done % STEP == 0:
            told(done, len(pairs))
        centre = mine.shape.envelope.centroid
        if (one := judged(reader, mine, other, Ground(centre.x, centre.y), norms)) is not None:
            found.append(one)
    banned = [one for mine in reader.each(Query(WORKS, among=_among(WORK))) for one in season(reader, mine, norms)]
    return sorted((one for one in [*banned, *found] if one.until >= today), key=_urgency)


def _sides(reader: Reader, part: Part, norms: Norms, today: date) -> Iterator[Side]:
    """All records of a module that take part so."""
    for record in reader.each(Query(part.module, among=_among(part))):
        if (found := side(part, record, norms, today)) is not None:
            yield found


def _near(sides: Sequence[Side]) -> list[tuple[Side, Side]]:
    """A work and what its box meets, each pair once."""
    import shapely

    works = [one for one in sides if one.part is WORK]
    if not works:
        return []
    middle = works[0].shape.envelope.centroid
    ground = Ground(middle.x, middle.y)
    boxes = [shapely.box(*one.box(ground)) for one in sides]
    pairs = shapely.STRtree(boxes).query([box for box, one in zip(boxes, sides, strict=True) if one.part is WORK])
    order = {id(one): n for n, one in enumerate(sides)}
    near = ((works[one], sides[other]) for one, other in pairs.T.tolist())
    return [
        (mine, other)
        for mine, other in near
        if mine.record.id != other.record.id and (other.part is not WORK or order[id(mine)] < order[id(other)])
    ]


def _urgency(one: Clash) -> tuple[bool, date, str]:
    return not one.banned, one.since, one.ident


def modules() -> Sequence[str]:
    """What the clashes of works follow from."""
    return tuple(OWN)
