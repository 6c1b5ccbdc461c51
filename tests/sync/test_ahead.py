"""Pages that are made ready ahead: in order, no further ahead than said, and errors in the place of their page."""

import sys
from typing import Any

import pytest

from citymanager.errors import NoLink
from citymanager.modules import BY_KEY
from citymanager.store.records import Codec
from sync.ahead import DEPTH, pages

CODEC = Codec(BY_KEY["reports"])


class Feed:
    """Gives one record a page, "00" to "09"; `breaks` at a page."""

    def __init__(self, breaks: int = 99) -> None:
        self.asked: list[tuple[str, bool]] = []
        self._breaks = breaks

    def __call__(self, after: str, *, total: bool) -> Any:
        self.asked.append((after, total))
        place = int(after or -1) + 1
        if place == self._breaks:
            raise NoLink("Нет связи.")
        one = {"module": "reports", "id": f"{place:02}", "version": 1, "data": {"text": "яма"}, "by": "", "at": ""}
        return {"changes": [one], "next": one["id"], "more": place < 9}


def test_all_pages_come_in_their_order() -> None:
    feed = Feed()
    found = list(pages(CODEC, feed, ""))
    assert [one.span for one in found] == [("", "00"), *((f"{n:02}", f"{n + 1:02}") for n in range(8)), ("08", None)]
    assert all(one.ready is not None and len(one.ready.rows) == 1 for one in found)
    assert feed.asked == [("", True), *((f"{n:02}", False) for n in range(9))], "each once, only the first counts"


def test_what_came_before_an_error_is_given_before_it() -> None:
    arriving = pages(CODEC, Feed(breaks=4), "")
    assert [next(arriving).answer["next"] for _ in range(4)] == ["00", "01", "02", "03"]
    with pytest.raises(NoLink):
        next(arriving)


def test_who_goes_away_leaves_nothing_asking() -> None:
    feed, usual = Feed(), sys.getswitchinterval()
    arriving = pages(CODEC, feed, "")
    next(arriving)
    arriving.close()
    asked = len(feed.asked)
    assert asked <= 1 + DEPTH and sys.getswitchinterval() == usual
    assert next(iter(pages(CODEC, feed, "08"))).span == ("08", None) and len(feed.asked) == asked + 1
