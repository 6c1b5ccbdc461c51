"""Reports for the measures: those of the training city, as many as are asked for."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count, islice
from typing import Any

from citymanager.training_city.reports import reports
from citymanager.values import moment

TOLD = 1_000
"""Different stories; beyond that they come again at other times."""


def changes(n: int) -> Iterator[dict[str, Any]]:
    """`n` reports as the server sends them."""
    now = datetime.now(UTC)
    stories = [data for _, _, data in reports(now, TOLD)]
    for seq in islice(count(1), n):
        data = dict(stories[seq % TOLD])
        data["number"], data["received"] = f"Т-{seq:07}", moment(now - timedelta(minutes=3 * seq))
        yield {"seq": seq, "module": "reports", "id": f"bench-{seq:07}", "version": 1, "deleted": False, "data": data,
               "by": "bench", "at": moment(now)}  # fmt: skip
