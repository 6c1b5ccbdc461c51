"""The server as this workstation meets it: whether it answers, how far apart the clocks are, how old its back-up is."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

from citymanager.doctor.finding import Check, Finding
from citymanager.errors import CityError
from citymanager.text import plural
from citymanager.values import CITY_ZONE

APART = 30.0
"""Seconds between the clocks from which times of receipt and deadlines mislead."""
FRESH = timedelta(days=2)
"""A nightly back-up is never older, one missed night included."""


@dataclass(frozen=True, slots=True)
class Meeting:
    """What the server said."""

    ahead: float
    """Seconds that this clock is ahead of the server's."""
    backup: datetime | None = None
    """When its database was last backed up; None: never."""
    known: bool = False
    """Whether it let us in: the back-up is told to its own people only."""


Probe = Callable[[], Meeting]
"""Asks the server. Raises CityError."""


def checks(server: str, probe: Probe) -> list[tuple[str, Check]]:
    """`server` empty: this workstation has none yet."""
    return [("link", partial(_link, server, probe))]


def _link(server: str, probe: Probe) -> Iterator[Finding]:
    if not server:
        yield Finding("link", "сервер не указан", "warn", "укажите его: --server https://имя.")
        return
    try:
        met = probe()
    except CityError as error:
        advice = "проверьте адрес и сеть; работать можно и без связи."
        yield Finding("link", f"{server}: {str(error).rstrip('.')}", "bad", advice)
        return
    yield Finding("link", f"{server} отвечает")
    yield _clock(met.ahead)
    if met.known:
        yield _backup(met.backup)


def _clock(ahead: float) -> Finding:
    value = f"расхождение с сервером {plural(round(abs(ahead)), 'секунда', 'секунды', 'секунд')}"
    if abs(ahead) < APART:
        return Finding("clock", value)
    side = "спешат" if ahead > 0 else "отстают"
    return Finding("clock", f"{value}: часы здесь {side}", "warn", "включите установку времени по сети (NTP).")


def _backup(last: datetime | None) -> Finding:
    advice = "сохраните базу сервера: main.py central backup ФАЙЛ, лучше каждую ночь."
    if last is None:
        return Finding("backup", "у сервера нет ни одной резервной копии", "bad", advice)
    value = f"последняя резервная копия {last.astimezone(CITY_ZONE):%d.%m.%Y %H:%M}"
    return Finding("backup", value) if datetime.now(UTC) - last < FRESH else Finding("backup", value, "warn", advice)
