"""A module's whole state, page by page, ahead of whoever writes it.

While one page is written, the next is laid out and the one after it is on its way: the server, two threads of Python,
and SQLite, which writes many rows without holding Python up, all work at the same time.
"""

import sys
from collections import deque
from collections.abc import Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

from citymanager.store.absorb import Span, laid_out
from citymanager.store.records import Codec, Sheet
from sync.contract import SnapshotAnswer

DEPTH = 2
"""Pages that are under way behind the one that is written: one is laid out, one fetched."""
TURN = 0.0005
"""Seconds after which a thread of Python lets another one on that waits: by itself ten times as long, in which the
writer stands after each of its statements."""


class Ask(Protocol):
    """Asks the server for a page after an id; `total`: counted, how many are left."""

    def __call__(self, after: str, *, total: bool) -> SnapshotAnswer: ...


@dataclass(frozen=True, slots=True)
class Page:
    """A page as the server gave it, and made ready for an empty table if it can be."""

    answer: SnapshotAnswer
    span: Span
    ready: Sheet | None


Fetched = tuple[SnapshotAnswer, Span]


def pages(codec: Codec, ask: Ask, after: str) -> Generator[Page, None, None]:
    """All pages after an id, in their order. Errors of the server come where their page would have come.

    To be closed by who does not take all: what is asked for already is waited for, no more is asked.
    """
    with _short_turns(), ThreadPoolExecutor(1, "ahead") as asking, ThreadPoolExecutor(1, "laying") as laying:
        asked: Future[Fetched | None] = asking.submit(_fetched, ask, after, total=True)
        coming = deque([laying.submit(_laid, codec, asked)])
        try:
            while page := coming.popleft().result():
                while len(coming) < DEPTH:
                    asked = asking.submit(_following, ask, asked)
                    coming.append(laying.submit(_laid, codec, asked))
                yield page
        finally:
            for one in (asking, laying):
                one.shutdown(wait=False, cancel_futures=True)


def _fetched(ask: Ask, after: str, *, total: bool = False) -> Fetched:
    answer = ask(after, total=total)
    return answer, (after, answer["next"] if answer["more"] else None)


def _following(ask: Ask, before: Future[Fetched | None]) -> Fetched | None:
    """What comes after a page that the same thread has fetched; None: nothing does."""
    last = before.result()
    return _fetched(ask, last[1][1]) if last and last[1][1] else None


def _laid(codec: Codec, asked: Future[Fetched | None]) -> Page | None:
    fetched = asked.result()
    if fetched is None:
        return None
    answer, span = fetched
    return Page(answer, span, laid_out(codec, answer["changes"], span))


@contextmanager
def _short_turns() -> Iterator[None]:
    usual = sys.getswitchinterval()
    sys.setswitchinterval(TURN)
    try:
        yield
    finally:
        sys.setswitchinterval(usual)
