"""How long an outage has really lasted, and how that stands against its plan, in words."""

from collections.abc import Mapping
from typing import Any

from citymanager.text import span
from citymanager.values import parse_moment

AS_PLANNED = 60
"""Seconds that make no difference."""


def lasted(outage: Mapping[str, Any]) -> str:
    """«2 ч 35 мин»; empty while it has not ended."""
    return _span(outage, "began", "ended")


def planned(outage: Mapping[str, Any]) -> str:
    """How long it was to last; empty if nobody has said."""
    return _span(outage, "began", "planned_end")


def against_plan(outage: Mapping[str, Any]) -> str:
    """«Длилось 2 ч 35 мин, по плану 2 ч: на 35 мин дольше»; empty while it has not ended."""
    real, plan = lasted(outage), planned(outage)
    if not real or not plan:
        return f"Длилось {real}" if real else ""
    more = _moment(outage, "ended") - _moment(outage, "planned_end")
    if abs(more) < AS_PLANNED:
        return f"Длилось {real}, как по плану"
    return f"Длилось {real}, по плану {plan}: на {span(more)} {'дольше' if more > 0 else 'короче'}"


def _span(outage: Mapping[str, Any], since: str, until: str) -> str:
    if not (outage.get(since) and outage.get(until)):
        return ""
    return span(max(_moment(outage, until) - _moment(outage, since), 0))


def _moment(outage: Mapping[str, Any], key: str) -> float:
    return parse_moment(str(outage[key])).timestamp()
