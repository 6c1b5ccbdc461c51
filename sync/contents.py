"""Do our rows hold what the server's hold, value by value? A page that does not is taken again.

It is done at night and in small steps. Counts and versions are compared by `verify`; a value that was changed under the
same version shows only here.
"""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from citymanager.schema import Module
from citymanager.store import Writer
from citymanager.values import CITY_ZONE
from sync.client import Client
from sync.contract import ContentsAnswer, content_sum
from sync.faults import Failing, Unacceptable
from sync.pull import Pull, ground
from sync.surroundings import Surroundings

EVERY, LATEST = timedelta(hours=20), timedelta(hours=44)
"""How long after the last whole comparison the next one may begin at night, and begins at any hour."""
NIGHT = range(1, 6)
"""Hours of the city in which nobody is kept from anything."""
STEPS = 40
"""Pages of one round: edits that wait are sent in between."""
TRIES = 3
"""How often a page is looked at again when the server goes on changing meanwhile."""
log = logging.getLogger(__name__)


class Contents:
    """One round's share of a comparison; where it stands is kept in the cache: "compared" when, "comparing" where."""

    def __init__(
        self, client: Client, around: Surroundings, pull: Pull, modules: Sequence[Module], steps: int = STEPS
    ) -> None:
        """`modules`: those that the person may read; `steps`: pages at once."""
        self._steps = steps
        self._client, self._around, self._pull = client, around, pull
        self._keys = [one.key for one in modules]
        self.repaired: list[str] = []

    def step(self) -> list[str]:
        """Compare the next pages, if it is time; the modules in which something had to be mended."""
        key, _, after = self._place().partition(" ")
        if key and key not in self._keys:  # somebody else works here now
            key, after = self._keys[0] if self._keys else "", ""
        try:
            self._walk(key, after)
        except (Unacceptable, Failing) as error:  # an older server can't be asked, an ill one not for this
            log.warning("values are not compared this time: %s", error)
            self._keep("", "")
        return self.repaired

    def _walk(self, key: str, after: str) -> None:
        for _ in range(self._steps):
            if not key or self._around.should_stop():
                return
            answer = self._client.contents(key, after)
            span = (after, answer["next"] if answer["more"] else None)
            if not self._agrees(key, span, answer):
                self._look_again(key, after)
            key, after = (key, answer["next"]) if answer["more"] else (self._following(key), "")
            self._keep(key, after)

    def _place(self) -> str:
        """Where to go on; nowhere if it is not time."""

        def act(writer: Writer) -> str:
            now, place, last = self._client.clock(), writer.meta("comparing"), writer.meta("compared")
            if last is None:  # all was loaded just now
                writer.set_meta({"compared": now.isoformat()})
                return ""
            return place or (self._following("") if _due(datetime.fromisoformat(last), now) else "")

        return self._around.write(act)

    def _keep(self, key: str, after: str) -> None:
        over = {"compared": self._client.clock().isoformat(), "comparing": ""}
        self._around.write(lambda writer: writer.set_meta({"comparing": f"{key} {after}"} if key else over))

    def _following(self, key: str) -> str:
        later = self._keys[self._keys.index(key) + 1 :] if key else self._keys
        return later[0] if later else ""

    def _agrees(self, key: str, span: tuple[str, str | None], answer: ContentsAnswer) -> bool:
        """Whether a page is the same here; one on which edits wait can't be compared."""
        rows = self._around.write(lambda writer: writer.server.contents(key, span))
        return rows is None or content_sum(rows) == answer["sum"]

    def _look_again(self, key: str, after: str) -> None:
        """The page may only be newer there: catch up, and take it whole if it still differs."""
        for _ in range(TRIES):
            self._pull.follow()
            answer = self._client.contents(key, after)
            if self._agrees(key, (after, answer["next"] if answer["more"] else None), answer):
                return
            if self._around.write(ground).cursor == answer["seq"]:
                self._take(key, after)
                return
        log.info("%s after %s changes too fast to be compared", key, after)

    def _take(self, key: str, after: str) -> None:
        answer = self._client.snapshot(key, after)
        self._around.write(ground).check(answer)
        span, now = (after, answer["next"] if answer["more"] else None), self._client.clock()
        self._around.tell(self._around.write(lambda writer: writer.load_page(key, answer["changes"], span, now, {})))
        log.warning("other values than the server's in %s after %s: taken again", key, after or "the beginning")
        if key not in self.repaired:
            self.repaired.append(key)


def _due(last: datetime, now: datetime) -> bool:
    """A clock that was set back does not put it off."""
    away = abs(now - last)
    return away > LATEST or (away > EVERY and now.astimezone(CITY_ZONE).hour in NIGHT)
