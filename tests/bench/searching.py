"""The one search box over very many cached reports and a city of houses, in the real window: key → results painted."""

from collections.abc import Iterator
from typing import Any

from bench import kept
from bench.rows import Times, row
from bench.windows import window

AREAS = ("map",)
TYPED = ("фонарь у подъезда", "созидателей 14", "Т-0001234", "водоканал", "не горит", "1234")
"""What operators type; every key of it is one run."""
REASON = "no peer searches addresses, numbers and words at once; the words alone have theirs in the area queue"


def rows(n: int, quick: bool) -> Iterator[dict[str, Any]]:
    with window(kept.profile(n)) as desk:
        desk.do("mapped")
        desk.do("whole")
        desk.do("streets")
        desk.do("key", TYPED[0], "1")  # the first one warms up
        times = [
            desk.do("key", text, str(keys))
            for text in TYPED[: 3 if quick else None]
            for keys in range(1, len(text) + 1)
            if text[keys - 1] != " "
        ]
        yield row("map", "search box, key → results painted", n, Times(times), reason=REASON)
