"""One round of sync, plain Python: what waits here goes to the server, what is new there comes here."""

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from citymanager.errors import NoLink
from citymanager.failpoints import fp
from citymanager.roles import role, sees_all
from citymanager.schema import Module
from citymanager.store import Writer
from sync.client import Client
from sync.contents import Contents
from sync.faults import Expired, NewFeed, NewSight, NotSeen, Purged
from sync.offline_login import Person
from sync.pace import Pace
from sync.pull import Pull, begin_anew, ground
from sync.push import Push, Pushed
from sync.restored import judge_loss
from sync.session import Session
from sync.surroundings import Surroundings
from sync.urgent import Urgent
from sync.verify import due, verify

ACKNOWLEDGED_TERM = timedelta(days=30)
"""How long what the server took is kept, to be offered to it again after a restore."""
_TURNS = 4
log = logging.getLogger(__name__)


@dataclass
class Round:
    """What a round has done, also one that was broken off."""

    pulled: int = 0
    pushed: int = 0
    conflicts: int = 0
    refused: int = 0
    unsent: int = 0
    seconds: float = 0.0


class Engine:
    """Brings the cache and the server together, for the person of the session."""

    def __init__(self, client: Client, session: Session, modules: Sequence[Module], around: Surroundings) -> None:
        self._client, self._session, self._modules, self._around = client, session, modules, around
        self.accepts = False
        """An administrator has said that the server holds as it is, whatever it has lost."""
        self._pace = Pace()
        self._well = False
        """The last round went to its end: what waits by now may be sent before anything is asked."""
        self.last = Round()
        """The round under way, or the last one."""
        self.repaired: list[str] = []
        """Modules that had diverged from the server unnoticed, and were loaded anew by that round."""

    def admit(self) -> None:
        """Somebody has logged in: what was edited here before anybody was known is his, the number block is ours."""
        person, self._well = self._person, False
        block = {"block": self._session.block} if self._session.block else {}
        # by the server's clock, as they were stamped: ours may have jumped
        before = self._client.server_now() - ACKNOWLEDGED_TERM if self._session.online else None

        def act(writer: Writer) -> None:
            writer.adopt(person.login)
            fp("admit.adopted")
            writer.set_meta(block)
            if before is not None:
                writer.forget_acknowledged(before)

        self._around.write(act)

    def round(self) -> Round:
        """Do all there is to do. Errors say why it could not be done to the end; what was done by then stays."""
        started = time.monotonic()
        self.last, self.repaired = Round(), []
        self._around.write(Writer.take_spooled)
        try:
            self._turns()
        finally:
            self.last.unsent = self._around.write(lambda writer: writer.unsent())
            self.last.seconds = round(time.monotonic() - started, 3)
        self._session.contact()
        return self.last

    @property
    def _person(self) -> Person:
        if self._session.person is None:
            raise Expired("Никто не вошёл: войдите, чтобы начать обмен с сервером.")
        return self._session.person

    def _turns(self) -> None:
        """A round begins anew when the server turns out to be restored, to have forgotten, or to show other things."""
        for _ in range(_TURNS):
            try:
                self._turn()
                return
            except NewFeed as fresh:
                log.warning("the server was restored: new feed %s", fresh.feed)
                self._around.write(partial(begin_anew, feed=fresh.feed))
            except Purged:
                log.warning("the server does not know our cursor: loading anew")
                self._around.write(partial(begin_anew, feed=self._other_feed()))
            except (NewSight, NotSeen):
                log.info("another sight: loading anew")
                self._session.refresh()
                self._around.write(begin_anew)
                fp("sight.changed")
                self._hide()
        raise NoLink("Сервер меняется на ходу: обмен отложен, ничего не потеряно.")

    def _other_feed(self) -> str:
        """The server's feed if it is not ours: a cursor past its end is mostly that of a server before its restore."""
        feed = self._client.session()["feed"]
        return feed if feed != self._around.write(ground).feed else ""

    def _hide(self) -> None:
        """Whoever sees less than those before him must not see their records while his own arrive."""
        known, now = role(self._person.role), self._client.clock()
        if known is not None and sees_all(known):
            return
        for module in self._modules:
            clear = partial(Writer.load_page, module=module.key, changes=[], span=("", None), now=now, meta={})
            self._around.tell(self._around.write(clear))

    def _prepare(self) -> None:
        """What the session has told stands in the cache: its number block, and under which rights it is loaded.

        Of rights only what is loaded from nothing needs to be told: else those that it was loaded under hold.
        """
        block, sight = self._session.block, self._session.sight

        def act(writer: Writer) -> None:
            told = {"block": block} if block and writer.meta("block") != block else {}
            if sight and not ground(writer).sight:
                told["sight"] = sight
            if told:
                writer.set_meta(told)

        self._around.write(act)

    def _turn(self) -> None:
        person, well, self._well = self._person, self._well, False
        self._prepare()
        journals = {one.key for one in self._modules if one.journal}
        pull = Pull(self._client, self._modules, self._around, self._pace)
        push = Push(self._client, self._around, journals)
        urgent = Urgent(self._client, self._modules, self._around)

        def meanwhile() -> None:
            push.run(person.login)
            urgent.take()

        pull.meanwhile = meanwhile
        try:
            sent = well and push.at_once(person.login)
            more = sent or pull.check()
            if more and not sent:
                urgent.take()
            if push.run(person.login).seqs or more:
                self._take(pull, person)
            if self._around.write(partial(due, now=self._client.clock())):
                self.repaired = verify(self._client, self._around)
                if self.repaired:
                    self._take(pull, person)
            readable = [one for one in self._modules if one.key in person.modules]
            self.repaired += Contents(self._client, self._around, pull, readable).step()
        finally:
            self._count(pull, push.done)
        # the server is well, so what it failed on is ill
        for op, reason in push.done.failed.items():
            self._around.write(partial(Writer.failed, ops=[op], reason=reason))
        self._well = True

    def _take(self, pull: Pull, person: Person) -> None:
        if self._around.write(ground).restored and not self.accepts:
            judge_loss(self._client, self._around)
            known = role(person.role)
            pull.spare_for = person.login if known is not None and sees_all(known) else ""
        pull.load(person)
        pull.follow()

    def _count(self, pull: Pull, pushed: Pushed) -> None:
        self.last.pulled += pull.whole + sum(seq not in pushed.seqs for seq in pull.seqs)
        self.last.pushed += pushed.accepted - pushed.lines
        self.last.conflicts += pushed.conflicts
        self.last.refused += pushed.refused
