"""When the time of a record stood still: each pause is a line of one field, begun and ended by the record's own moves.

A line is «status begin/end» in UTC (ISO 8601), without its end while the pause lasts. Moves write it, people do not.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from citymanager.schema import STATUS, Field, Module, Values

_FORM = "%Y-%m-%dT%H:%M:%SZ"


@dataclass(frozen=True, slots=True)
class Pause:
    """A stay in a status that stops some clocks."""

    status: str
    begun: datetime
    ended: datetime | None

    def __str__(self) -> str:
        return f"{self.status} {self.begun:{_FORM}}/" + (f"{self.ended:{_FORM}}" if self.ended else "")


def pauses(text: Any) -> list[Pause]:
    """The pauses that a field tells of, in their order; a line that tells of none is passed over."""
    found = (_pause(line) for line in text.splitlines()) if isinstance(text, str) else ()
    return sorted(filter(None, found), key=lambda one: one.begun)


def noted(module: Module, before: Mapping[str, Any], change: Values, now: datetime) -> Values:
    """The change with the pause that its move begins or ends."""
    start, target, field = before.get(STATUS), change.get(STATUS), pause_field(module)
    if field is None or target is None or target == start or field.key in change:
        return change
    stopping = {status for clock in module.clocks for status in clock.pauses}
    moment = now.astimezone(UTC).replace(microsecond=0)
    found = [_ended(one, start, moment) for one in pauses(before.get(field.key))]
    if target in stopping:
        found.append(Pause(str(target), moment, None))
    text = _text(found)
    return {**change, field.key: text} if text != before.get(field.key) else change


def joined(mine: Any, theirs: Any) -> str | None:
    """What two stations have noted, together: a pause ends at the earlier end, of two that last the first stays."""
    ends: dict[tuple[str, datetime], datetime | None] = {}
    for one in (*pauses(theirs), *pauses(mine)):
        known = [end for end in (ends.get((one.status, one.begun)), one.ended) if end is not None]
        ends[one.status, one.begun] = min(known, default=None)
    found = [Pause(status, begun, end) for (status, begun), end in sorted(ends.items(), key=lambda item: item[0])]
    lasting: set[str] = set()
    kept = []
    for one in found:
        if one.ended is None:
            if one.status in lasting:
                continue
            later = [other.ended for other in found if other.status == one.status and other.begun > one.begun]
            one = replace(one, ended=min(filter(None, later), default=None))
            lasting.add(one.status)
        kept.append(one)
    return _text(kept)


def goes_on(had: Any, has: Any) -> bool:
    """Whether nothing that was noted is lost or altered: a pause may end, and another begin."""
    new = {(one.status, one.begun): one.ended for one in pauses(has)}
    return all(
        (one.status, one.begun) in new and one.ended in (None, new[one.status, one.begun]) for one in pauses(had)
    )


def pause_field(module: Module) -> Field | None:
    """Where the module's records note their pauses."""
    return next((one for one in module.fields if one.fill == "pauses"), None)


def told(text: Any, zone: ZoneInfo) -> str:
    """As a person reads it: «23.11.2026 09:00 – 25.11.2026 10:00»."""
    return "\n".join(
        f"{one.begun.astimezone(zone):%d.%m.%Y %H:%M} – "
        + (f"{one.ended.astimezone(zone):%d.%m.%Y %H:%M}" if one.ended else "…")
        for one in pauses(text)
    )


def _ended(one: Pause, status: Any, moment: datetime) -> Pause:
    """Ended by a move out of this status; one that another program has not ended is of no length."""
    end = max(moment, one.begun) if one.status == status else one.begun
    return replace(one, ended=end) if one.ended is None else one


def _text(found: Iterable[Pause]) -> str | None:
    return "\n".join(map(str, sorted(found, key=lambda one: (one.begun, one.status)))) or None


def _pause(line: str) -> Pause | None:
    status, _, span = line.partition(" ")
    begin, _, end = span.partition("/")
    try:
        begun = datetime.strptime(begin, _FORM).replace(tzinfo=UTC)
        ended = datetime.strptime(end, _FORM).replace(tzinfo=UTC) if end else None
    except ValueError:
        return None
    return Pause(status, begun, ended) if ended is None or ended >= begun else None
