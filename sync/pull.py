"""Taking what the server has: its changes after our cursor, and whole modules by snapshot where there is no cursor.

Where it stands is kept in the cache in the transaction of the rows: `feed` of the rows, `arriving` the feed that is
being loaded in its place, `sight` what they were loaded under, `cursor`, `load:MODULE` how far a module is loaded
(">ID", "laid": all but its indexes, or "done"), `confirmed` when the server last said that we hold all.
"""

from array import array
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from citymanager.failpoints import fp
from citymanager.modules.alarm_log import ALARM_LOG
from citymanager.schema import Module
from citymanager.store import Reader, Writer
from citymanager.store.records import Codec
from citymanager.sync_state import Progress
from sync.ahead import Page, pages
from sync.bundles import Bundles
from sync.client import Client
from sync.contract import BundleAnswer, SnapshotAnswer
from sync.faults import NewFeed, NewSight
from sync.offline_login import Person
from sync.pace import Pace
from sync.surroundings import Surroundings

LAID, DONE = "laid", "done"
OFTEN = 10
"""Pages of a long arrival after which something else has its turn: a second or two."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What the cache stands on."""

    feed: str
    sight: str
    cursor: int | None
    """None: nothing is loaded yet."""
    whole: bool
    """Every module has been loaded."""
    restored: bool = False
    """They are loaded anew, from a server that was restored."""

    def check(self, answer: Mapping[str, Any]) -> None:
        """An answer about another feed or another sight can't be laid over these rows."""
        if self.feed and answer["feed"] != self.feed:
            raise NewFeed(answer["feed"])
        if self.sight and answer["sight"] != self.sight:
            raise NewSight("Изменились права: данные загружаются заново.")


def ground(writer: Writer) -> Ground:
    loads = [f"load:{key}" for key in writer.modules]
    known = writer.metas(["feed", "arriving", "cursor", "sight", *loads])
    arriving, cursor = known.get("arriving", ""), known.get("cursor")
    whole = all(known.get(load) == DONE for load in loads)
    feed, sight = arriving or known.get("feed", ""), known.get("sight", "")
    return Ground(feed, sight, int(cursor) if cursor else None, whole, bool(arriving))


def begin_anew(writer: Writer, feed: str = "") -> None:
    """Load all modules anew, over the rows that are there; `feed`: of a restored server, which has what we sent it."""
    if feed:
        writer.offer_again(feed)
    loads = dict.fromkeys((f"load:{key}" for key in writer.modules), "")
    writer.set_meta({**loads, "cursor": "", "sight": "", **({"arriving": feed} if feed else {})})


class Pull:
    """One round's taking, for one person."""

    def __init__(self, client: Client, modules: Sequence[Module], around: Surroundings, pace: Pace) -> None:
        self._client, self._modules, self._around, self._pace = client, modules, around, pace
        self.spare_for = ""
        """Who is to decide of what a restored server does not have; nobody: it is forgotten."""
        self.meanwhile: Callable[[], None] = lambda: None
        """Done every `OFTEN` pages of a long arrival: what can't wait for its end."""
        self._pages = 0
        self._bundles = Bundles(client, around, self._breathe)
        self.seqs: array[int] = array("q")
        """Where in the feed stands what was taken page by page: of a whole city a million numbers."""

    @property
    def whole(self) -> int:
        """How many records came with whole tables."""
        return self._bundles.records

    def check(self) -> bool:
        """One page of changes: is it the feed that we know? NewFeed, NewSight, Purged if not. Whether more is to do."""
        stand = self._around.write(ground)
        return stand.cursor is None or self._page(stand) or not stand.whole

    def follow(self) -> None:
        """All changes after the cursor."""
        while not self._around.should_stop() and self._page(self._around.write(ground)):
            self._breathe()

    def load(self, person: Person) -> None:
        """The modules that are not loaded yet, whole; those that this person may not see are emptied."""
        for module in self._around.write(self._unloaded):
            place = self._place(module)
            if place != LAID:
                if module.key not in person.modules:
                    self._empty(module)
                elif place or not self._bundles.take(module, partial(self._bundled, module)):
                    self._load_pages(module, place.removeprefix(">"))
            if self._place(module) == LAID:
                self._furnish(module)

    def _unloaded(self, writer: Writer) -> list[Module]:
        """What a shift can't wait for first; before it, which alarms others have taken: for these no new desk rings."""
        known = writer.metas([f"load:{one.key}" for one in self._modules])
        left = [one for one in self._modules if known.get(f"load:{one.key}") != DONE]
        return sorted(left, key=lambda one: (one.key != ALARM_LOG.key, not one.urgent))

    def _breathe(self) -> None:
        self._pages += 1
        if self._pages % OFTEN == 0:
            self.meanwhile()

    def _load_pages(self, module: Module, after: str) -> None:
        total = done = 0
        with closing(pages(Codec(module), partial(self._snapshot, module.key), after)) as arriving:
            for page in arriving:
                if self._around.should_stop():
                    return
                total = total or page.answer.get("total", 0)
                self._take_page(module, page)
                self._breathe()
                done += len(page.answer["changes"])
                self._around.progress(Progress(module.title, done, max(total, done) if total else 0))

    def _snapshot(self, module: str, after: str, *, total: bool) -> SnapshotAnswer:
        with self._pace.asking():
            return self._client.snapshot(module, after, self._pace.size, total=total)

    def _furnish(self, module: Module) -> None:
        """The indexes that the load did without, each by itself: edits that wait are written in between."""
        while not self._around.should_stop():
            if not self._around.write(lambda writer: writer.furnish(module.key)):
                self._around.write(lambda writer: writer.set_meta({f"load:{module.key}": DONE}))
                fp("load.done")
                return

    def _place(self, module: Module) -> str:
        return self._around.write(lambda writer: writer.meta(f"load:{module.key}")) or ""

    def _page(self, stand: Ground) -> bool:
        """Take a page; whether there is more."""
        with self._pace.asking():
            answer = self._client.changes(stand.cursor or 0, self._pace.size)
        fp("pull.answered")
        stand.check(answer)
        now = self._client.clock()
        meta = {"cursor": str(answer["next"]), "sight": answer["sight"]}
        if last := stand.whole and not answer["more"]:
            meta |= {"feed": answer["feed"], "arriving": ""}
        self._around.tell(self._around.write(lambda writer: writer.absorb(answer["changes"], now, meta)))
        if last:  # by now they are shown: this brings them to the disk, too
            self._around.write(lambda writer: writer.set_meta({"confirmed": now.isoformat()}))
        self._count(answer["changes"])
        return answer["more"]

    def _take_page(self, module: Module, page: Page) -> None:
        fp("load.answered")
        answer, upto = page.answer, page.span[1]
        stand = self._around.write(ground)
        meta = {f"load:{module.key}": f">{upto}" if upto else LAID, **self._known(answer, stand)}
        if stand.cursor is None:
            meta["cursor"] = str(answer["seq"])
        take = partial(
            Writer.load_page, module=module.key, changes=answer["changes"], span=page.span, now=self._client.clock(),
            meta=meta, spare_for=self.spare_for if stand.restored else "", ready=page.ready,
        )  # fmt: skip
        self._around.tell(self._around.write(take))
        self._count(answer["changes"])

    def _bundled(self, module: Module, answer: BundleAnswer) -> dict[str, str]:
        """A bundle is older than the pages that are here: all that came after it is followed once more."""
        stand = self._around.write(ground)
        cursor = answer["seq"] if stand.cursor is None else min(stand.cursor, answer["seq"])
        return {f"load:{module.key}": LAID, "cursor": str(cursor), **self._known(answer, stand)}

    def _known(self, answer: SnapshotAnswer | BundleAnswer, stand: Ground) -> dict[str, str]:
        """What the cache is to know of a load, if it is one of the server that it knows."""
        stand.check(answer)
        if stand.feed:
            return {"sight": answer["sight"]}
        # what was sent before the first load was perhaps sent to a server that was restored since
        if self._around.write(lambda writer: writer.sent_elsewhere(answer["feed"])):
            raise NewFeed(answer["feed"])
        return {"sight": answer["sight"], "feed": answer["feed"]}

    def _count(self, changes: Sequence[Any]) -> None:
        seqs = (one.get("seq") for one in changes if isinstance(one, dict))
        self.seqs.extend(one for one in seqs if isinstance(one, int) and abs(one) < 2**63)

    def _empty(self, module: Module) -> None:
        now, meta = self._client.clock(), {f"load:{module.key}": DONE}
        self._around.tell(self._around.write(lambda writer: writer.load_page(module.key, [], ("", None), now, meta)))


def confirmed(reader: Reader) -> datetime | None:
    """When the server last said that the cache holds all it had."""
    text = reader.meta("confirmed")
    return datetime.fromisoformat(text) if text else None


def partly(reader: Reader) -> frozenset[str]:
    """The modules of which only a part has been loaded so far."""
    loads = reader.metas([f"load:{key}" for key in reader.modules])  # without a server there are none
    return frozenset(key for key in reader.modules if loads and loads.get(f"load:{key}") != DONE)
