"""How far each of the training city's earthworks has come: its status and the moments that led there."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random

from citymanager.training_city.chances import at_work
from citymanager.training_city.clock_states import near
from citymanager.values import CITY_ZONE

WORKS: tuple[tuple[str, str], ...] = (
    ("draft", ""), ("filed", "running"), ("filed", "amber"), ("filed", "red"), ("approval", "running"),
    ("approval", "amber"), ("approval", "red"), ("revision", "running"), ("issued", "running"), ("issued", "running"),
    ("open", "running"), ("open", "running"), ("open", "amber"), ("open", "amber"), ("open", "red"), ("open", "late"),
    ("suspended", "running"), ("suspended", "amber"), ("overdue", "red"), ("overdue", "red"),
    ("backfilled", "running"), ("backfilled", "amber"), ("backfilled", "red"), ("restored_temporarily", "amber"),
    ("restored_temporarily", "red"), ("restored", "running"), ("restored", "amber"), ("restored", "red"),
    ("accepted", "running"), ("guarantee", "running"), ("guarantee", "amber"), ("guarantee", "red"),
    ("closed", ""), ("closed", ""), ("refused", ""), ("cancelled", ""), ("emergency", "running"),
    ("emergency", "amber"), ("emergency", "red"), ("unauthorised", "running"),
)  # fmt: skip
"""Status, and the state of the clock that it stands under; `late`: dug as an emergency, applied for afterwards."""
STAGES = ("filed", "issued", "opened", "backfilled", "restored", "accepted")
GAPS: Mapping[str, tuple[float, float]] = {
    "issued": (3, 6), "opened": (1, 4), "backfilled": (9, 16), "restored": (1, 2), "accepted": (1, 3),
}  # fmt: skip
"""Days from the stage before."""
LAST: Mapping[str, str] = {
    "filed": "filed", "approval": "filed", "revision": "filed", "refused": "filed", "cancelled": "filed",
    "issued": "issued", "open": "opened", "suspended": "opened", "overdue": "opened", "backfilled": "backfilled",
    "restored_temporarily": "backfilled", "restored": "restored", "accepted": "accepted", "guarantee": "accepted",
    "closed": "accepted",
}  # fmt: skip
"""The last stage that a status has behind it."""
NORMS: Mapping[str, str] = {
    "filed": "earthworks.approval", "backfilled": "earthworks.restoration", "restored": "earthworks.act",
    "emergency": "earthworks.application", "unauthorised": "earthworks.application",
}  # fmt: skip
GUARANTEE = 3
DIGGING: Mapping[str, tuple[int, int]] = {"running": (-4, 12), "amber": (-18, 1), "red": (-22, -2), "late": (-3, 9)}
"""By state: days from today to the start and to the end of open works."""
RESTORE: Mapping[str, int] = {"running": 9, "amber": 2, "red": -2}
"""Days from today to the end of the order's term of restoration, for what is backfilled."""


@dataclass
class Life:
    """One order on its way."""

    status: str
    state: str
    moments: dict[str, datetime] = field(default_factory=dict)
    start: date | None = None
    end: date | None = None
    restore_by: date | None = None
    guarantee_until: date | None = None

    @property
    def made(self) -> datetime | None:
        """When its card was made."""
        return min(self.moments.values(), default=None)


def life(status: str, state: str, now: datetime, random: Random) -> Life:
    """Its stages, counted back from the last one; its days follow from them."""
    found = Life(status, state)
    if status in ("emergency", "unauthorised"):
        found.moments["opened"] = near(NORMS[status], state, now)
    elif status in LAST:
        _back(found, _last(status, state, now, random), random)
    if state == "late":
        opened = found.moments["opened"]
        found.moments |= {"filed": opened + timedelta(hours=20), "issued": opened + timedelta(hours=44)}
    _days(found, now.astimezone(CITY_ZONE).date(), random)
    return found


def _last(status: str, state: str, now: datetime, random: Random) -> datetime:
    """The moment of its last stage."""
    stage = LAST[status]
    if status == "approval":
        latest = now - timedelta(days=6.2 if state == "amber" else 0)
        return min(latest, near(NORMS[stage], state, now), near("earthworks.party", state, now) - timedelta(hours=2))
    if status == "restored_temporarily":
        return now - timedelta(days=20)
    if status in ("filed", "backfilled", "restored"):
        return near(NORMS[stage], state, now)
    if stage == "opened":
        day = now - timedelta(days=-DIGGING[state][0])
        return day.astimezone(CITY_ZONE).replace(hour=9, minute=20, second=0, microsecond=0)
    if stage == "accepted":
        years = {"accepted": 0.003, "closed": 3.4}.get(status) or {"running": 0.4, "amber": 2.75, "red": 3.06}[state]
        return now - timedelta(days=365.25 * years + random.random() / 2)
    return now - timedelta(days=random.uniform(1, 2) if status == "issued" else random.uniform(6, 60))


def _back(found: Life, last: datetime, random: Random) -> None:
    passed = STAGES[: STAGES.index(LAST[found.status]) + 1]
    when = found.moments[passed[-1]] = last
    for stage, later in zip(reversed(passed[:-1]), reversed(passed), strict=False):
        wanted = at_work(when - timedelta(days=random.uniform(*GAPS[later])), random)
        when = wanted if wanted < when else when - timedelta(days=1)
        found.moments[stage] = when


def _days(found: Life, today: date, random: Random) -> None:
    opened, backfilled = found.moments.get("opened"), found.moments.get("backfilled")
    if LAST.get(found.status) == "opened":
        ahead = DIGGING[found.state]
        found.start, found.end = (today + timedelta(days=days) for days in ahead)
    elif opened is None:
        found.start = today + timedelta(days=random.randint(4, 12))
        found.end = found.start + timedelta(days=random.randint(6, 20))
    else:
        found.start = opened.astimezone(CITY_ZONE).date()
        finished = backfilled.astimezone(CITY_ZONE).date() if backfilled else today
        found.end = max(finished, found.start) + timedelta(days=0 if backfilled else 5)
    is_open = found.status in ("backfilled", "restored_temporarily")
    found.restore_by = today + timedelta(days=RESTORE[found.state]) if is_open else found.end + timedelta(days=5)
    found.restore_by = max(found.restore_by, found.start)
    accepted = found.moments.get("accepted")
    if accepted is not None:
        day = accepted.astimezone(CITY_ZONE).date()
        found.guarantee_until = date(day.year + GUARANTEE, day.month, min(day.day, 28))
