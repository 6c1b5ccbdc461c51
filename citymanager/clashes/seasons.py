"""The ban of a season: no digging in winter but for emergencies, by the norm that the register has for those days."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import groupby

from citymanager.clashes.clash import EXEMPTION, Clash
from citymanager.clashes.sides import WORKS, day_of
from citymanager.limits import Limit
from citymanager.norms import Norms
from citymanager.schema import STATUS, Values
from citymanager.store import Reader, Record

BAN = "earthworks.winter_ban"
LONGEST = 366 * 3
"""Days of one order that are looked at: what lasts longer is a slip of the pen."""
TO_DIG = ("", "draft", "filed", "approval", "revision", "issued", "open", "suspended", "overdue", "unauthorised")
"""Statuses in which the ground is still to be opened, or is open."""


def emergency(data: Values) -> bool:
    """Whether the ground was opened before anybody could apply for an order."""
    opened, filed = data.get("opened_at"), data.get("filed_at")
    return data.get(STATUS) == "emergency" or bool(opened and (not filed or str(opened) <= str(filed)))


def season(reader: Reader, record: Record, norms: Norms) -> Iterator[Clash]:
    """One clash for each winter that works are to go on in."""
    data = record.data
    if record.module != WORKS or data.get(STATUS, "") not in TO_DIG or emergency(data):
        return
    start = day_of(data.get("start"))
    end = day_of(data.get("end")) or start
    if start is None or end is None:
        return
    for norm, (since, until) in _spells(norms, start, end):
        name, exempt = reader.name(WORKS, data), bool(data.get(EXEMPTION))
        yield Clash("season", WORKS, record.id, name, WORKS, "", "", 0.0, since, until, norm, exempt)


def _spells(norms: Norms, start: date, end: date) -> Iterator[tuple[Limit, tuple[date, date]]]:
    """The unbroken runs of forbidden days, with the norm of each."""
    days = (start + timedelta(days=n) for n in range(min((end - start).days + 1, LONGEST)))
    for norm, run in groupby(days, lambda day: norms.limit(BAN, day)):
        spell = list(run)
        if norm is not None:
            yield norm, (spell[0], spell[-1])
