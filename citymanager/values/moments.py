"""Moments of time: how they are stored, and how people and foreign systems write them."""

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

CITY_ZONE = ZoneInfo("Asia/Yekaterinburg")
"""Snezhinsk keeps Yekaterinburg time."""
RUSSIAN_DATE = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")


def moment(when: datetime) -> str:
    """A moment as it is stored: UTC, to the second, with Z."""
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def parse_moment(text: str) -> datetime:
    """A stored moment, or an ISO 8601 or Russian date with or without time; the city's zone where none is named."""
    found = RUSSIAN_DATE.match(text.strip())
    iso = text.strip()
    if found:
        day, month, year = found.groups()
        iso = f"{year}-{int(month):02}-{int(day):02}{iso[found.end() :]}"
    when = datetime.fromisoformat(iso)
    return (when if when.tzinfo else when.replace(tzinfo=CITY_ZONE)).astimezone(UTC)
