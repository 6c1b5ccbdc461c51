"""How long to wait before asking again: as the server says, or longer after each failure, and never all at once."""

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

LONGEST = 300.0
"""Seconds that a server may send us away for at most: whoever asks for a year is not to be believed."""
UNSAID = 5.0
"""Seconds to wait for a server that is busy and does not say how long."""
_SPREAD = 0.2


def retry_after(header: str | None, now: datetime) -> float:
    """Seconds of a Retry-After: a number, an HTTP date, or garbage, which counts as nothing said."""
    text = (header or "").strip()
    if text.isascii() and text.isdigit():
        return min(float(text[:12]), LONGEST)
    try:
        when = parsedate_to_datetime(text)
    except (ValueError, TypeError):
        return UNSAID
    seconds = (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp() - now.timestamp()
    return min(max(seconds, 0.0), LONGEST)


def spread(seconds: float) -> float:
    """Never earlier, up to a fifth later: stations that were sent away together do not return together."""
    return seconds * (1 + random.random() * _SPREAD)  # noqa: S311 — not a secret


@dataclass
class Backoff:
    """Waits that double after each failure in a row."""

    first: float = 1.0
    longest: float = 60.0
    _failures: int = field(default=0, init=False)

    def failed(self) -> float:
        """Seconds until the next try."""
        wait = min(self.first * 2.0 ** min(self._failures, 30), self.longest)
        self._failures += 1
        return spread(wait)

    def succeeded(self) -> None:
        self._failures = 0
