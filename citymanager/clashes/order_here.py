"""«Есть ли здесь ордер?»: which orders lie at a place, and whether anybody may dig there today."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from citymanager.clashes.ground import Ground, written
from citymanager.clashes.sides import WORK, WORKS, day_of, side
from citymanager.measures import metres
from citymanager.schema import STATUS, Values
from citymanager.store import Query, Reader, Record

NEAR = "order.near"
"""The norm of how many metres a place that somebody has shown may lie off the works."""
Leave = Literal["yes", "no", "none"]
"""Somebody may dig here today; there is an order, but he may not; there is no order."""

REASONS: Mapping[str, str] = {
    "filed": "заявка подана, ордер ещё не выдан",
    "approval": "ордер на согласовании, ещё не выдан",
    "revision": "заявка на доработке, ордер не выдан",
    "suspended": "работы приостановлены",
    "overdue": "работы просрочены",
    "backfilled": "уже засыпано, покрытие восстанавливают",
    "restored_temporarily": "восстановлено временно, вскрывать снова нельзя",
    "unauthorised": "уже отмечено как несанкционированное",
}
"""Why nobody may dig by an order in this status."""
NO_ORDER = "Ордера нет: на этом рабочем месте такого не найдено."


@dataclass(frozen=True, slots=True)
class Found:
    """An order at a place."""

    record: Record
    leave: Leave
    words: str
    """What it allows today, and how far off it lies."""


def orders_here(reader: Reader, lon: float, lat: float, today: date) -> list[Found]:
    """The orders at a place that are not over: those that give leave to dig first, then the nearest."""
    import shapely

    norms, ground = reader.norms(), Ground(lon, lat)
    near, strip = norms.limit(NEAR, today), norms.limit(WORK.strip, today)
    reach = float(near.limit) if near else 0.0
    box = ground.grown((lon, lat, lon, lat), reach + (float(strip.limit) if strip else 0.0))
    found: list[tuple[bool, float, Found]] = []
    for record in reader.each(Query(WORKS, among={STATUS: WORK.live}, box=box)):
        mine = side(WORK, record, norms, today)
        off = mine.placed(ground).distance(shapely.Point(0, 0)) if mine else reach + 1
        if off <= reach:
            leave, words = leave_of(record.data, today)
            words += f" ({metres(off)} от точки)" if off >= 0.5 else ""
            found.append((leave != "yes", off, Found(record, leave, words)))
    return [one for _, _, one in sorted(found, key=lambda one: one[:2])]


def leave_of(data: Values, today: date) -> tuple[Leave, str]:
    """Whether an order gives leave to dig today, and why it does or does not."""
    status, start, end = str(data.get(STATUS, "")), day_of(data.get("start")), day_of(data.get("end"))
    if status == "emergency":
        return "yes", "аварийное вскрытие: ордер оформляют после"
    if status not in ("issued", "open"):
        return "no", REASONS.get(status, "ордер не даёт права копать")
    if start is not None and today < start:
        return "no", f"ордер начнёт действовать {start:%d.%m.%Y}"
    if end is not None and today > end:
        return "no", f"срок ордера кончился {end:%d.%m.%Y}"
    return "yes", f"копать можно до {end:%d.%m.%Y}" if end else "копать можно, срок окончания не указан"


def answer(found: list[Found]) -> tuple[Leave, str]:
    """The answer in one line."""
    if not found:
        return "none", NO_ORDER
    if found[0].leave == "yes":
        return "yes", "Ордер есть, сегодня копать можно."
    return "no", "Ордер есть, но сегодня копать по нему нельзя."


def square(lon: float, lat: float, side_metres: float = 4.0) -> Mapping[str, object]:
    """A small polygon around a place: what is dug there is not measured yet."""
    import shapely

    half = side_metres / 2
    return written(Ground(lon, lat).degrees(shapely.box(-half, -half, half, half)))
