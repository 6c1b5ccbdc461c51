"""Acts of inspection of the training city: one for each of the works that are being closed up, or were."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from citymanager.schema import Values
from citymanager.training_city.earthworks import Work
from citymanager.training_city.registers import Item, ident
from citymanager.values import CITY_ZONE, moment

STAGES = (("restored", "restoration"), ("backfilled", "backfill"), ("opened", "digging"))
"""The last moment of a work that somebody came to see, and what he saw."""
FINDINGS = "Покрытие просело вдоль бровки на 2–3 см."
STANDS = ("clean", "drawn", "remarks", "fixed")
SOON, LONG = timedelta(hours=3), timedelta(days=6)


def inspections(now: datetime, works: Sequence[Work]) -> Iterator[Item]:
    """The acts in the order of the works, one after another as they can stand."""
    number = 0
    for lived, _, (_, order, data) in works:
        found = next(((lived.moments[one], stage) for one, stage in STAGES if one in lived.moments), None)
        if found is None or found[0] + SOON > now:
            continue
        number += 1
        seen, status = found[0] + SOON, STANDS[number % len(STANDS)]
        act: Values = {
            "number": f"АО-{number:04}", "earthworks": order, "inspected_at": moment(seen), "stage": found[1],
            "address": data["address"], "status": status,
        }  # fmt: skip
        yield (
            "inspections",
            ident("inspections", order),
            act | _remarks(status, seen, now, number // len(STANDS) % 2 == 0),
        )


def _remarks(status: str, seen: datetime, now: datetime, pressing: bool) -> Values:
    """`pressing`: what was found long ago has to be put right today."""
    if status not in ("remarks", "fixed"):
        return {}
    due = now if pressing and seen + LONG < now else seen + LONG
    fix_by = due.astimezone(CITY_ZONE).date().isoformat()
    fixed = {"fixed_at": moment(min(seen + timedelta(days=2), now))} if status == "fixed" else {}
    return {"findings": FINDINGS, "fix_by": fix_by, **fixed}
