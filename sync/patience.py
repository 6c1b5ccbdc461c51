"""How long to wait before asking again: as the server says, or longer after each failure, and never all at once."""

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

LONGEST = 300.0
"""Seconds that a server may send us away for at most: whoever asks for a year is not to be believed."""
UNSAID = 5.0
"""Seconds to wait for a server that is busy and does not say how long."""
LEAST = 1.0
"""Seconds to wait for one that says «at once» and goes on being busy."""
APART = 12.0
"""Seconds over which stations that were sent away together come back, at least: a fifth of a short wait would let
twenty of them come in one second. Of places by the golden section, 12 s have room for twenty, two in any second."""
_SPREAD = 0.2
_GOLDEN = (5**0.5 - 1) / 2
_TIMER = 2**31 - 1


def retry_after(header: str | None, now: datetime) -> float:
    """Seconds of a Retry-After: a number, an HTTP date, or garbage, which counts as nothing said.

    `now`: by the clock of whoever wrote the date.
    """
    text = (header or "").strip()
    if text.isascii() and text.isdigit():
        return min(float(text[:12]), LONGEST)
    when = http_date(text)
    if when is None:
        return UNSAID
    return min(max(when.timestamp() - now.timestamp(), 0.0), LONGEST)


def http_date(text: str | None) -> datetime | None:
    """A date as HTTP writes it; None for anything else."""
    try:
        when = parsedate_to_datetime(text or "")
    except (ValueError, TypeError):
        return None
    return when if when.tzinfo else when.replace(tzinfo=UTC)


def spread(seconds: float) -> float:
    """Never earlier, up to a fifth later: stations that fail together do not try again together."""
    return seconds * (1 + random.random() * _SPREAD)  # noqa: S311 — not a secret


def turn(seconds: float, block: str, now: datetime) -> float:
    """Seconds until a station that a busy server has sent away for `seconds` comes back.

    Never earlier, and within a fifth more or `APART`: at its own place in a round of that length, which all stations
    count by the server's clock, `now`, whenever each of them was sent away. The place follows from the number block;
    blocks that follow each other lie far apart.
    """
    window, least = max(seconds * _SPREAD, APART), max(seconds, LEAST)
    number = block[1:]
    place = int(number) * _GOLDEN % 1 if number.isascii() and number.isdigit() else random.random()  # noqa: S311
    return least + (place * window - now.timestamp() - least) % window


def milliseconds(seconds: float) -> int:
    """For a timer: one that is given more than it can count runs out at once, and again, and again."""
    return min(int(max(seconds, 0) * 1000), _TIMER)


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
