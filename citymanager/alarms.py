"""Alarms of due times: which of a record's clocks call for somebody now, how loudly, and when the next one will."""

import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal, TypeVar

from citymanager.calendar import WorkCalendar
from citymanager.clocks import Due, asked, dues, over
from citymanager.modules.alarm_log import ALARM_LOG
from citymanager.norms import Norms
from citymanager.returning import comes_back
from citymanager.schema import Module, Values
from citymanager.store.reader import Reader

Level = Literal["high", "medium", "low"]
LEVELS: tuple[Level, ...] = ("high", "medium", "low")
SWIFT = ("seconds", "minutes", "hours")
"""A term in these units is an emergency's: its end is the highest alarm."""
LEAST = timedelta(minutes=1)
"""Who is warned has at least so long to do something; a warning of a few seconds is noise."""
TURN = 25
"""Records that are judged at a time while somebody may wait for something: a millisecond."""
Rank = tuple[int, datetime, str]
T = TypeVar("T")
_NAMES = uuid.UUID("b6a3b1f0-52a4-4d0e-8a0f-5b9f7a3c9e15")


@dataclass(frozen=True, slots=True)
class Alarm:
    """One clock of one record that is amber or red."""

    module: str
    record: str
    clock: str
    title: str
    """Of the clock."""
    level: Level
    turned: datetime
    """Since when."""
    due: datetime
    id: str = field(init=False, compare=False)
    """Of its acknowledgement: another due time or level is another alarm. Made once, when judged: it takes long."""

    def __post_init__(self) -> None:
        words = f"{self.module} {self.record} {self.clock} {self.level} {self.due.isoformat()}"
        object.__setattr__(self, "id", str(uuid.uuid5(_NAMES, words)))

    @property
    def rank(self) -> Rank:
        """By this they are sorted: the highest level first, then what is due first."""
        return LEVELS.index(self.level), self.due, self.record


@dataclass(frozen=True, slots=True)
class Judged:
    """What a record's clocks say now."""

    record: str
    alarms: tuple[Alarm, ...]
    turns: datetime | None
    """When that will be something else; None: not before it is changed."""
    returns: bool
    """It was put off until a day that has come."""
    taken: frozenset[str] = frozenset()
    """Alarms of it, by their ids, that somebody has taken."""
    ours: bool = False
    """An edit of this workstation is under way: whoever sits here is at it."""

    @property
    def silent(self) -> bool:
        """Whether there is nothing to be remembered of it."""
        return not self.alarms and self.turns is None and not self.returns

    def quiet(self) -> "Judged":
        """With its highest alarms only: those may come to call anybody."""
        return replace(self, alarms=tuple(one for one in self.alarms if one.level == "high"))


def watched(module: Module) -> bool:
    """Whether time alone can make a record of this module call for somebody."""
    return bool(module.clocks) or any(one.until for one in module.statuses)


class Judge:
    """Judges records by what a reader finds; an alarm that turned before `since` is history, and none."""

    def __init__(self, norms: Norms, calendar: WorkCalendar, now: datetime, since: datetime, within: timedelta) -> None:
        """`within`: turns farther ahead are not told; who asks looks again before."""
        self._norms, self._calendar, self._now = norms, calendar, now
        self._since, self._horizon = since, now + within

    @staticmethod
    def open(reader: Reader, module: Module) -> list[int]:
        """The rows of all records that time can make call; the others are not read, however many there are."""
        return reader.lists.open_rows(module.key, over(module))

    def heap(
        self, reader: Reader, module: Module, rows: Sequence[int], give_way: Callable[[], None] = lambda: None
    ) -> list[Judged]:
        """What the records in these rows say, but for those that say nothing. `give_way`: called after every few."""
        found = reader.columns.told(module.key, _fields(module), rows)
        said = (self.said(module, ident, data) for ident, data in _in_turns(found, give_way))
        told = self._heard(reader, said)
        return [one for one in told if not one.silent]

    def of(self, reader: Reader, module: Module, idents: Sequence[str]) -> list[Judged]:
        """These records, whatever they say; those that are gone say nothing."""
        known = reader.columns.by_id(module.key, _fields(module), idents)
        unsent = reader.queue.among(module.key, idents)
        told = self._heard(reader, (self.said(module, ident, known.get(ident, {})) for ident in idents))
        return [replace(one, ours=True) if one.record in unsent else one for one in told]

    def said(self, module: Module, ident: str, data: Values) -> Judged:
        """What one record says by its data alone; whether anybody has taken its alarms is not asked."""
        found = [one for one in dues(module, data, self._norms, self._calendar, self._now) if one.state != "met"]
        alarms = [alarm for one in found if (alarm := self._alarm(module, ident, one)) is not None]
        back = comes_back(module, data)
        turns = [one.turns for one in found if one.turns is not None] + ([back] if back and back > self._now else [])
        turn = min(turns, default=self._horizon)
        return Judged(
            ident, tuple(alarms), turn if turn < self._horizon else None, back is not None and back <= self._now
        )

    def _alarm(self, module: Module, ident: str, due: Due) -> Alarm | None:
        turned = {"amber": due.amber, "red": due.at}.get(due.state)
        if turned is None or turned < self._since or (due.state == "amber" and due.at - due.amber < LEAST):
            return None
        level: Level = "low"
        if due.state == "red":
            level = "high" if due.limit and due.limit.unit in SWIFT else "medium"
        return Alarm(module.key, ident, due.clock.key, due.clock.title, level, turned, due.at)

    @staticmethod
    def _heard(reader: Reader, found: Iterable[Judged]) -> list[Judged]:
        """Without the alarms that somebody has taken, here or elsewhere."""
        told = list(found)
        names = [alarm.id for one in told for alarm in one.alarms]
        taken = taken_of(reader, names)
        if not taken:
            return told
        return [_without(one, taken) for one in told]


def taken_of(reader: Reader, names: Sequence[str]) -> frozenset[str]:
    """Which of these alarms, by their ids, somebody has taken, here or elsewhere."""
    return reader.there(ALARM_LOG.key, names) if names and ALARM_LOG.key in reader.modules else frozenset()


def _in_turns(found: Iterable[T], give_way: Callable[[], None]) -> Iterator[T]:
    for number, one in enumerate(found):
        if number % TURN == 0:
            give_way()
        yield one


def _without(found: Judged, taken: frozenset[str]) -> Judged:
    alarms = tuple(one for one in found.alarms if one.id not in taken)
    return replace(found, alarms=alarms, taken=taken & {one.id for one in found.alarms})


def _fields(module: Module) -> tuple[str, ...]:
    until = {one.until for one in module.statuses if one.until}
    return tuple(sorted({*asked(module), *until}))


def record_of(alarm: Alarm, act: str, login: str, station: str, at: str, due: str) -> Values:
    """What the log of alarms says of one that was taken or shelved."""
    return {
        "at": at, "login": login or "до входа", "station": station, "act": act, "level": alarm.level,
        "module": alarm.module, "record": alarm.record, "clock": alarm.title, "due": due,
    }  # fmt: skip
