"""Reports for the measures: those of the training city, told again in other words, places and times."""

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from citymanager.training_city.reports import reports
from citymanager.values import moment

TOLD = 2_000
"""Stories that the training city tells itself."""
EVERY = timedelta(minutes=3)
_SPREAD, _ALL = 0x9E3779B97F4A7C15, 2**64
"""Ids that follow one another nowhere near each other, as random ones do, and never meet."""

Change = dict[str, Any]


def changes(n: int, now: datetime | None = None) -> Iterator[Change]:
    """`n` reports as the server sends them, newest first; no two have the same text. The same for the same `n`."""
    now, dice = now or datetime.now(UTC), random.Random(n)
    stories = [data for _, _, data in reports(now, TOLD)]
    sentences = _sentences(stories)
    at = moment(now)
    for seq in range(1, n + 1):
        data = dict(dice.choice(stories))
        data["number"], data["received"] = f"Т-{seq:07}", moment(now - EVERY * seq)
        data["text"] = " ".join((data["text"], *_more(dice, sentences, seq)))
        yield {"seq": seq, "module": "reports", "id": ident(seq), "version": 1, "deleted": False, "data": data,
               "by": "bench", "at": at}  # fmt: skip


def ident(seq: int) -> str:
    """The id of the report that is told as the `seq`-th."""
    return f"{seq * _SPREAD % _ALL:016x}"


def _sentences(stories: Sequence[dict[str, Any]]) -> list[str]:
    """What residents of the training city say, sentence by sentence."""
    texts = " ".join(str(one["text"]) for one in stories)
    stops = [-1, *(place for place, letter in enumerate(texts) if letter in ".!?")]
    return sorted({texts[before + 1 : after + 1].strip() for before, after in pairwise(stops)})


def _more(dice: random.Random, sentences: Sequence[str], seq: int) -> Iterator[str]:
    """The rest of a letter, which no other has."""
    yield from dice.choices(sentences, k=dice.randrange(3))
    yield f"Подъезд {dice.randint(1, 12)}, заявка диспетчеру {seq * 7919 % 1_000_003}."
