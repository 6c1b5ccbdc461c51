"""Which alarms stand and when the next record turns: an index of the nearest moments, so that nobody polls records."""

import heapq
from bisect import bisect_left
from collections.abc import Iterable, Sequence, Set
from datetime import datetime

from citymanager.alarm_memory import Remembered, Waiting
from citymanager.alarms import Alarm, Judged, Rank

Place = tuple[str, str]
"""A module's key and a record's id."""


class AlarmBook:
    """What was judged of the records, by record. A moment is found in the time of its logarithm."""

    def __init__(self) -> None:
        self._alarms: dict[Place, tuple[Alarm, ...]] = {}
        self._places: dict[str, Place] = {}
        """By an alarm's id, where it stands."""
        self._ranks: list[tuple[Rank, str]] = []
        self._order: list[Alarm] = []
        """The same alarms, kept in order, beside their ranks: tens of thousands are not sorted anew for each."""
        self._turns: dict[Place, datetime] = {}
        self._queue: list[tuple[datetime, Place]] = []
        """A heap; an entry that `_turns` does not have any more is passed over."""
        self._taken: set[str] = set()
        """Alarms that were taken while the program runs: a judgement that was under way does not raise them again."""
        self._left: dict[str, Alarm] = {}
        """By id: the cause is gone, and nobody had taken them. A warning that is gone needs nobody."""
        self._ended: list[Alarm] = []
        self._before: dict[Place, list[Alarm]] = {}
        """Raised by an earlier run of the program, of records that have not been judged since."""
        self._moved: set[str] = set()
        """By their ids: of these it may be another thing than before whether they wait to be taken."""
        self.changes = 0
        """Counts the times that other alarms stood than before."""

    def take(self, module: str, found: Iterable[Judged], *, quiet: bool = False) -> list[Alarm]:
        """What is known of these records now, whatever was before; the alarms that have not been there.

        `quiet`: of this module only the highest alarms are kept, those below are not missed.
        """
        fresh: list[Alarm] = []
        for one in found:
            place, kept = (module, one.record), one.quiet().alarms if quiet else one.alarms
            former = self._alarms.get(place, ())
            alarms = tuple(alarm for alarm in kept if not self._taken or alarm.id not in self._taken)
            self._miss(former, one, quiet)
            self._miss_before(place, one)
            fresh += [alarm for alarm in alarms if alarm not in former]
            self._put(place, alarms)
            self._turn(place, one.turns)
        return fresh

    def sweep(self, module: str, seen: Set[str], *, quiet: bool = False) -> None:
        """All records of the module were looked at, and only these say something."""
        gone = [one for one in {*self._alarms, *self._turns} if one[0] == module and one[1] not in seen]
        self.take(module, [Judged(record, (), None, False) for _, record in gone], quiet=quiet)

    def silence(self, idents: Set[str]) -> None:
        """These alarms, by their ids, were taken."""
        self._taken |= idents
        self._forget(idents)
        for place in {self._places[one] for one in idents if one in self._places}:
            self._put(place, tuple(one for one in self._alarms[place] if one.id not in idents))

    def recall(self, found: Remembered) -> dict[str, list[str]]:
        """What an earlier run has left: those whose cause is gone wait on. The records to be judged, by module."""
        self._taken |= found.taken
        self._moved |= found.taken
        records: dict[str, set[str]] = {}
        for one in found.waiting:
            records.setdefault(one.alarm.module, set()).add(one.alarm.record)
            if one.gone:
                self._left[one.alarm.id] = one.alarm
                self.changes += 1
            else:
                self._before.setdefault((one.alarm.module, one.alarm.record), []).append(one.alarm)
        return {module: sorted(idents) for module, idents in records.items()}

    def turned(self, now: datetime) -> dict[str, list[str]]:
        """The records whose moment has come, by module; they are to be judged anew."""
        found: dict[str, list[str]] = {}
        while self._queue and self._queue[0][0] <= now:
            moment, place = heapq.heappop(self._queue)
            if self._turns.get(place) == moment:
                del self._turns[place]
                found.setdefault(place[0], []).append(place[1])
        return found

    @property
    def next(self) -> datetime | None:
        """When the next record turns, as far as is known."""
        while self._queue and self._turns.get(self._queue[0][1]) != self._queue[0][0]:
            heapq.heappop(self._queue)
        return self._queue[0][0] if self._queue else None

    @property
    def standing(self) -> list[Alarm]:
        """The alarms that nobody has taken, the highest first."""
        return self._order.copy()

    @property
    def left(self) -> list[Alarm]:
        """The alarms whose cause is gone and that nobody had taken, the highest first."""
        return sorted(self._left.values(), key=lambda one: one.rank)

    def moved(self) -> dict[str, Waiting | None]:
        """The alarms, told once, that began or ceased to wait to be taken, by their ids; None: it does not."""
        moved, self._moved = self._moved, set()
        return {one: self._waits(one) for one in moved}

    @property
    def waiting(self) -> dict[str, Waiting | None]:
        """All that wait to be taken, as `moved` tells them."""
        known = {one: self._waits(one) for one in {*self._places, *self._left}}
        return {ident: one for ident, one in known.items() if one is not None}

    def ended(self) -> list[Alarm]:
        """Alarms, told once, whose cause has gone by an edit of this workstation."""
        found, self._ended = self._ended, []
        return found

    def _miss(self, former: Sequence[Alarm], now: Judged, quiet: bool) -> None:
        """Keep in mind what was there and is not there any more."""
        self._forget(now.taken | {one.id for one in now.alarms})
        clocks, over = {one.clock for one in now.alarms}, now.taken | self._taken
        for one in former:
            wanted = one.level == "high" or (one.level == "medium" and not quiet)
            if wanted and one.clock not in clocks and one.id not in over:
                self._ended += [one] * now.ours
                self._left[one.id] = one

    def _miss_before(self, place: Place, now: Judged) -> None:
        """As `_miss`, of what an earlier run had raised: who ended it since then is not known here."""
        clocks, over = {one.clock for one in now.alarms}, now.taken | self._taken
        for one in self._before.pop(place, ()):
            self._moved.add(one.id)
            self.changes += 1
            if one.clock not in clocks and one.id not in over:
                self._left[one.id] = one

    def _waits(self, ident: str) -> Waiting | None:
        if ident in self._left:
            return Waiting(self._left[ident], gone=True)
        standing = self._alarms[self._places[ident]] if ident in self._places else ()
        return next((Waiting(one, gone=False) for one in standing if one.id == ident and one.level != "low"), None)

    def _forget(self, idents: Set[str]) -> None:
        for one in idents & self._left.keys():
            del self._left[one]
            self._moved.add(one)
            self.changes += 1

    def _turn(self, place: Place, turns: datetime | None) -> None:
        if turns is None:
            self._turns.pop(place, None)
        elif self._turns.get(place) != turns:
            self._turns[place] = turns
            heapq.heappush(self._queue, (turns, place))

    def _put(self, place: Place, alarms: tuple[Alarm, ...]) -> None:
        former = self._alarms.pop(place, ())
        if alarms:
            self._alarms[place] = alarms
        if former == alarms:
            return
        self.changes += 1
        self._moved.update(one.id for one in (*former, *alarms) if one.level != "low")
        for one in former:
            at = bisect_left(self._ranks, (one.rank, one.id))
            del self._ranks[at], self._order[at], self._places[one.id]
        for one in alarms:
            at = bisect_left(self._ranks, (one.rank, one.id))
            self._ranks.insert(at, (one.rank, one.id))
            self._order.insert(at, one)
            self._places[one.id] = place
