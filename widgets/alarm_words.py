"""Alarms in words: what is due, of which record, and how long ago or ahead that is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from citymanager.alarms import Alarm, Level
from citymanager.schema import Module
from citymanager.store import Reader
from citymanager.text import plural, span
from citymanager.values import CITY_ZONE
from widgets.progress import told as progress_told
from widgets.theme import Level as Mark

MARKS: Mapping[Level, Mark] = {"high": "error", "medium": "error", "low": "warning"}
WORDS: Mapping[Level, str] = {"high": "СРОЧНО", "medium": "Просрочено", "low": "Скоро срок"}


@dataclass(frozen=True, slots=True)
class Told:
    """An alarm, and what its record is called."""

    alarm: Alarm
    module: Module
    caption: str

    def line(self, now: datetime) -> str:
        """«СРОЧНО · Локализация: просрочено на 5 мин»."""
        return f"{WORDS[self.alarm.level]} · {self.alarm.title}: {left(self.alarm, now)}"

    @property
    def record(self) -> str:
        return f"{self.module.one.capitalize()}: {self.caption or self.alarm.record}"

    @property
    def until(self) -> str:
        return f"срок {self.alarm.due.astimezone(CITY_ZONE):%d.%m.%Y %H:%M}"


def told(reader: Reader, alarms: Sequence[Alarm]) -> list[Told]:
    """These alarms with the names of their records, in their order; for a reader's thread."""
    return [Told(one, reader.modules[one.module], _name(reader, one)) for one in alarms]


def _name(reader: Reader, alarm: Alarm) -> str:
    record = reader.get(alarm.module, alarm.record)
    return reader.name(alarm.module, record.data) if record is not None else ""


def left(alarm: Alarm, now: datetime) -> str:
    seconds = (alarm.due - now).total_seconds()
    return f"осталось {span(seconds)}" if seconds > 0 else f"просрочено на {span(seconds)}"


def counted(alarms: Sequence[Alarm]) -> str:
    """How many there are, and how many of the highest level; nothing of any record."""
    urgent = sum(one.level == "high" for one in alarms)
    text = plural(len(alarms), "непринятая тревога", "непринятые тревоги", "непринятых тревог")
    return text + (f", срочных: {urgent}" if urgent else "")


def checked(progress: tuple[int, int] | None) -> str:
    """How far the judging of all records has come; empty when each has been judged."""
    return f"Тревоги: проверено {progress_told(*progress)}" if progress and progress[1] else ""
