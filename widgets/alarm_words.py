"""Alarms in words: what is due, of which record, how long ago or ahead that is, and who is called by now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from citymanager.alarms import Alarm, Level
from citymanager.escalation import Stage
from citymanager.schema import Module
from citymanager.store import Reader
from citymanager.text import plural, span
from citymanager.values import CITY_ZONE
from widgets.alarm_rows import Row
from widgets.progress import told as progress_told
from widgets.theme import Level as Mark

MARKS: Mapping[Level, Mark] = {"high": "error", "medium": "error", "low": "warning"}
WORDS: Mapping[Level, str] = {"high": "СРОЧНО", "medium": "Просрочено", "low": "Скоро срок"}
CALLED: Mapping[Stage, str] = {0: "", 1: "НЕ ПРИНЯТА, вызван старший смены", 2: "НЕ ПРИНЯТА, вызван и глава"}
MUTED = "звук выключен"
LEFT = "Ушла сама, не принята"


@dataclass(frozen=True, slots=True)
class Told:
    """A line of alarms, and what the record of its first is called."""

    row: Row
    module: Module
    caption: str

    @property
    def alarm(self) -> Alarm:
        return self.row.first

    def line(self, now: datetime, stage: Stage = 0) -> str:
        """«СРОЧНО · Локализация: просрочено на 5 мин»; of many of one cause, how many they are."""
        if self.row.left:
            return f"{LEFT} · {self.alarm.title}"
        head, count = f"{WORDS[self.alarm.level]} · {self.alarm.title}", len(self.row.alarms)
        if count > 1:
            return f"{head}: {plural(count, 'тревога', 'тревоги', 'тревог')}, первая — {left(self.alarm, now)}"
        return " · ".join(filter(None, (f"{head}: {left(self.alarm, now)}", CALLED[stage])))

    @property
    def mark(self) -> Mark:
        return "warning" if self.row.left else MARKS[self.alarm.level]

    @property
    def record(self) -> str:
        return f"{self.module.one.capitalize()}: {self.caption or self.alarm.record}"

    @property
    def until(self) -> str:
        return f"срок {self.alarm.due.astimezone(CITY_ZONE):%d.%m.%Y %H:%M}"


def told(reader: Reader, found: Sequence[Row]) -> list[Told]:
    """These lines with the names of their records, in their order; for a reader's thread."""
    return [Told(one, reader.modules[one.first.module], _name(reader, one.first)) for one in found]


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


def gone(alarms: Sequence[Alarm]) -> str:
    """How many have gone by themselves; empty if none has."""
    return f"ушли сами, не приняты: {len(alarms)}" if alarms else ""


def flooded(count: int) -> str:
    """That there are more than anybody can follow."""
    return f"ПОТОК ТРЕВОГ: {count} за 10 минут"


def checked(progress: tuple[int, int] | None) -> str:
    """How far the judging of all records has come; empty when each has been judged."""
    return f"Тревоги: проверено {progress_told(*progress)}" if progress and progress[1] else ""
