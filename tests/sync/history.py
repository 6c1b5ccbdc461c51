"""One history: what people, lines, machines and the server do to each other, each step judged by the oracle.

Steps name stations, records and choices by numbers, so that a history can be written down and told again.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

from lasting_city import City
from oracle import Broken, Ledger, Oracle
from oracle.cache import Waiting
from rough_line import RoughLine
from seat import Died, Seat

from citymanager.errors import NoLink, Refused
from citymanager.modules.receipts import RECEIPTS
from citymanager.modules.reports import REPORTS
from citymanager.store.pending import Pending
from sync.faults import Expired

MODULES = (REPORTS, RECEIPTS)
FIELDS = ("address", "author_name", "public_answer", "redirected_to")
ROLES = ("moderator", "operator", "executor")
OURS = "our-organisation"
"""Whose cards executors see."""
NEEDED = {
    "rejection": "topic", "redirected_to": "В область", "executor": OURS, "public_answer": "Сделано", "rating": 5,
    "postponed_until": "2199-01-01", "postponed_reason": "Зима", "receiver_name": "Петрова",
    "remark": "Отменена",
}  # fmt: skip
"""What a move of the workflow may ask for."""
SETTLED = 6
"""Rounds in which everything must have come to rest once the faults are over."""


class History:
    """A city with a few stations. Every method is a step; each ends with the oracle's check."""

    def __init__(self, city: City, folder: Path, seats: int = 3) -> None:
        self.city, self.ledger, self.happened = city, Ledger(), Counter[str]()
        city.begin()
        self.oracle = Oracle(self.ledger, city.central.dsn, alone=True)
        self.line = RoughLine(city.central.url)
        self.records: list[tuple[str, str]] = []
        self._only_there: set[str] = set()  # acknowledged, and known to no station any more
        self.seats = [Seat(folder / f"seat{n}", self.line.url, MODULES, ledger=self.ledger) for n in range(seats)]
        for number, seat in enumerate(self.seats):
            for person in self.people(number):
                city.person(person, "moderator" if number == 0 else "operator")
                seat.keys.put(person, city.token(person, seat.profile.station()))
            seat.come(self.people(number)[0])

    def close(self) -> None:
        for seat in self.seats:
            seat.close()
        self.line.close()
        self.oracle.close()

    def people(self, seat: int) -> tuple[str, str]:
        """Who works at a station, by turns."""
        return f"day-{seat}", f"night-{seat}"

    # what people do

    def new(self, seat: int) -> None:
        with self._step(seat) as one:
            self._made(one, "reports", text=self._word("яма"))

    def receipt(self, seat: int) -> None:
        with self._step(seat) as one:
            self._made(one, "receipts", telephonogram="t1", addressee=OURS)

    def edit(self, seat: int, record: int, field: str, value: str = "") -> None:
        """`value`: one that others may type as well; empty: one that nobody else has."""
        with self._step(seat) as one:
            self._change(one, "reports", record, {field: value or self._word(field)})

    def open_card(self, seat: int, record: int) -> None:
        """Somebody begins to type; what comes while he does is not before his eyes when he saves."""
        with self._step(seat) as one:
            if (place := self._seen(one, "reports", record)) is not None:
                one.open_card(*place)

    def save_card(self, seat: int, field: str) -> None:
        with self._step(seat) as one:
            self._allowed(lambda: one.save_card(**{field: self._word(field)}))

    def clear(self, seat: int, record: int, field: str) -> None:
        with self._step(seat) as one:
            self._change(one, "reports", record, {field: None})

    def give(self, seat: int, record: int, ours: bool) -> None:
        """To an executor: the card enters somebody's sight, or leaves it."""
        with self._step(seat) as one:
            self._change(one, "reports", record, {"executor": OURS if ours else "their-organisation"})

    def move(self, seat: int, record: int, way: int) -> None:
        """One of the moves that lead on from where the card stands here."""
        with self._step(seat) as one:
            self._move(one, "reports", record, way)

    def ring(self, seat: int, record: int, way: int) -> None:
        """An addressee is rung up: who has taken the call is a name that nobody else writes."""
        with self._step(seat) as one:
            self._move(one, "receipts", record, way, receiver_name=self._word("принял"))

    def delete(self, seat: int, record: int) -> None:
        with self._step(seat) as one:
            if (place := self._seen(one, "reports", record)) is not None:
                self._allowed(lambda: one.delete(place[1]))

    def decide(self, seat: int, which: int, how: str) -> None:
        """`how`: mine, theirs, or edited."""
        with self._step(seat) as one:
            if (aside := self._aside(one, which)) is not None:
                mine = dict(aside.change)
                edited = {key: self._word(key) if key in FIELDS else value for key, value in mine.items()}
                values = {"mine": mine, "theirs": {}, "edited": edited}[how]
                self._allowed(lambda: one.decide(aside.op, **values))

    def again(self, seat: int, which: int) -> None:
        """What was set aside is offered once more."""
        with self._step(seat) as one:
            if (aside := self._aside(one, which)) is not None:
                self._allowed(lambda: one.retry(aside.op))

    def relieve(self, seat: int) -> None:
        """The other person of this station sits down."""
        with self._step(seat) as one:
            first, second = self.people(seat % len(self.seats))
            self._come(one, second if one.person == first else first)

    def clock(self, seat: int, hours: int) -> None:
        """Somebody sets the clock of a station."""
        with self._step(seat) as one:
            one.ahead = timedelta(hours=hours)

    # what machines and lines do

    def sync(self, seat: int, faults: Sequence[str] = ()) -> None:
        with self._step(seat) as one:
            self.line.faults.extend(faults)
            self._sync(one)
            self.line.faults.clear()

    def die(self, seat: int, transactions: int, faults: Sequence[str] = ()) -> None:
        """The program dies in a round, around one of its transactions, and is started again."""
        with self._step(seat) as one:
            self.line.faults.extend(faults)
            one.dies_in = transactions
            try:
                self._sync(one)
            except Died:
                self.happened["died"] += 1
            one.dies_in = None
            self.line.faults.clear()
            self._start(one)

    def restart(self, seat: int) -> None:
        with self._step(seat) as one:
            self._start(one)

    def lose_cache(self, seat: int) -> None:
        with self._step(seat) as one:
            self._only_there |= one.lose_cache()
            self._excuse()
            self._come(one, one.person)

    def put_by(self, seat: int) -> None:
        with self._step(seat) as one:
            one.put_by()
            self._come(one, one.person)

    def go_back(self, seat: int) -> None:
        """A copy of the cache that was put by takes its place."""
        with self._step(seat) as one:
            self._only_there |= one.go_back()
            self._excuse()
            self._come(one, one.person)

    def night(self, seat: int) -> None:
        """A day is over: the next round compares everything with the server."""
        with self._step(seat) as one:
            one.writer.set_meta({"verified": "2020-01-01T00:00:00+00:00"})

    # what becomes of the server

    def back_up(self) -> None:
        self.city.back_up()

    def restore(self) -> None:
        with self._step():
            self.city.restore()
            self._excuse()

    def cut_lines(self) -> None:
        """The database is restarted under the server."""
        self.city.cut_lines()

    def end_tokens(self, seat: int) -> None:
        with self._step(seat) as one:
            self.city.end_tokens(one.person)

    def role(self, seat: int, role: str) -> None:
        """The person's role is another one from now on."""
        with self._step(seat) as one:
            self.city.person(one.person, role, OURS)

    def outside(self, record: int, field: str) -> None:
        """An administrator changes a record in the database itself."""
        with self._step():
            if self.records:
                self.city.edit(*self.records[record % len(self.records)], field, self._word(field))

    # the end

    def settle(self) -> None:
        """The faults are over: everybody syncs, then everybody decides what waits for him; both times all are equal."""
        self.line.faults.clear()
        self._rest()
        left = self._left()
        while left:  # what was made on a refused edit comes to be decided after it
            for seat in self.seats:
                while (aside := self._aside(seat, 0)) is not None:
                    self._come(seat, aside.author)
                    seat.decide(aside.op)
            self._rest()
            before, left = left, self._left()
            if len(left) >= len(before):
                raise Broken(f"I4 convergence: something stalls: {left}")

    def _left(self) -> list[Pending]:
        return [one for seat in self.seats for one in seat.writer.outbox()]

    def _rest(self) -> None:
        """Rounds until nothing moves any more; whoever has left something unsent comes back for it."""
        for _ in range(SETTLED):
            moved = False
            for seat in self.seats:
                for person in [seat.person, *{one.author for one in seat.writer.outbox() if one.state == "waiting"}]:
                    self._come(seat, person)
                    self._sync(seat)
                    moved |= bool(seat.engine.last.pushed or seat.engine.last.pulled or seat.writer.unsent())
            if not moved:
                break
        for seat in self.seats:
            seat.sync()
        self.oracle.check_converged(self.seats)

    # inside

    @contextmanager
    def _step(self, seat: int = 0) -> Iterator[Seat]:
        yield self.seats[seat % len(self.seats)]
        self.oracle.check(self.seats)

    def _word(self, stem: str) -> str:
        """A value that nobody else has."""
        self.happened["words"] += 1
        return f"{stem} {self.happened['words']}"

    def _made(self, seat: Seat, module: str, **values: str) -> None:
        self._allowed(lambda: self.records.append((module, seat.new(module, **values))))

    def _seen(self, seat: Seat, module: str, record: int) -> tuple[str, str] | None:
        """One of the records that this station shows, in the order in which they were made."""
        with seat.look() as cache:
            known = cache.rows(module)
        shown = [place for place in self.records if place[0] == module and place[1] in known]
        return shown[record % len(shown)] if shown else None

    def _change(self, seat: Seat, module: str, record: int, values: dict[str, Any]) -> None:
        if (place := self._seen(seat, module, record)) is not None:
            self._allowed(lambda: seat.edit(place[1], module, **values))

    def _move(self, seat: Seat, module: str, record: int, way: int, **more: Any) -> None:
        if (place := self._seen(seat, module, record)) is None:
            return
        data = seat.seen(*place)
        declared = next(one for one in MODULES if one.key == module)
        status = declared.status(str(data.get("status")))
        if status is not None and status.moves:
            move = status.moves[way % len(status.moves)]
            needed = {key: more.get(key, NEEDED[key]) for key in move.requires if key not in data}
            self._allowed(lambda: seat.edit(place[1], module, status=move.target, **needed))

    def _allowed(self, act: Callable[[], object]) -> None:
        """An act that the program may refuse: then nothing was saved."""
        try:
            act()
        except Refused:
            self.happened["refused here"] += 1

    def _aside(self, seat: Seat, which: int) -> Waiting | None:
        with seat.look() as cache:
            aside = [one for one in cache.outbox.values() if one.state != "waiting"]
        return aside[which % len(aside)] if aside else None

    def _start(self, seat: Seat) -> None:
        seat.restart()
        self._come(seat, seat.person)

    def _come(self, seat: Seat, person: str) -> None:
        """As in the window: with the token of the key ring; if that has ended, he logs in."""
        if seat.person == person and seat.session.online:
            return
        with suppress(Expired):
            seat.come(person)
        if not seat.session.online:
            seat.come(person, self.city.token(person, seat.profile.station()))

    def _sync(self, seat: Seat) -> None:
        """A round; one that fails says why, and what was not done is done later."""
        try:
            try:
                self._come(seat, seat.person)
                seat.sync()
            except Expired:  # as in the window: the next round logs in again
                seat.session.expired()
                self._come(seat, seat.person)
                seat.sync()
            self.happened["rounds"] += 1
        except NoLink as error:
            self.happened[type(error).__name__] += 1

    def _excuse(self) -> None:
        """What a station and the server have both lost can't be asked for: who has both burnt has no other copy."""
        self.oracle.server.read()
        gone = self._only_there - self.oracle.server.answers.keys() - self._held()
        self.happened["lost with cache and server"] += len(gone - self.ledger.closed.keys())
        self.ledger.closed |= dict.fromkeys(gone, "lost with the station's cache and with the server")

    def _held(self) -> set[str]:
        """Operations that some station has, sent or not."""
        held: set[str] = set()
        for seat in self.seats:
            with seat.look() as cache:
                held |= cache.outbox.keys() | cache.acknowledged.keys()
        return held
