"""What of the alarms outlives the program: those above a warning that nobody has taken, their cause there or gone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from citymanager.alarms import Alarm, Level, taken_of, watched
from citymanager.store.raised import Raised
from citymanager.store.reader import Reader
from citymanager.store.writer import Writer


@dataclass(frozen=True, slots=True)
class Waiting:
    """An alarm that waits to be taken."""

    alarm: Alarm
    gone: bool
    """Its cause is."""


@dataclass(frozen=True, slots=True)
class Remembered:
    """What an earlier run has left."""

    waiting: Sequence[Waiting]
    taken: frozenset[str]
    """Alarms, by their ids, that somebody has taken meanwhile."""


def remembered(reader: Reader) -> Remembered:
    """For a reader's thread."""
    known = [Waiting(_alarm(one.told), one.gone) for one in reader.raised()]
    found = [one for one in known if one.alarm.module in reader.modules and watched(reader.modules[one.alarm.module])]
    taken = taken_of(reader, [one.alarm.id for one in found])
    return Remembered([one for one in found if one.alarm.id not in taken], taken)


def remember(writer: Writer, now: Mapping[str, Waiting | None]) -> None:
    """Keep what is known now of these alarms; None: it does not wait any more."""
    waiting = [Raised(ident, _told(one.alarm), one.gone) for ident, one in now.items() if one is not None]
    writer.keep_raised(waiting, [ident for ident, one in now.items() if one is None])


def _told(alarm: Alarm) -> dict[str, str]:
    """With moments as they were: the alarm's id follows from how they are written."""
    return {
        "module": alarm.module, "record": alarm.record, "clock": alarm.clock, "title": alarm.title,
        "level": alarm.level, "turned": alarm.turned.isoformat(), "due": alarm.due.isoformat(),
    }  # fmt: skip


def _alarm(told: Mapping[str, str]) -> Alarm:
    turned, due = datetime.fromisoformat(told["turned"]), datetime.fromisoformat(told["due"])
    level = cast(Level, told["level"])
    return Alarm(told["module"], told["record"], told["clock"], told["title"], level, turned, due)
