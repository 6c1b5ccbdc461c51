"""The server as this workstation meets it: whether it answers, and how far apart the two clocks are."""

from collections.abc import Callable, Iterator

from citymanager.doctor.finding import Check, Finding
from citymanager.errors import CityError
from citymanager.text import plural

APART = 30.0
"""Seconds between the clocks from which times of receipt and deadlines mislead."""

Probe = Callable[[], float]
"""Asks the server; seconds that this clock is ahead of its clock. Raises CityError."""


def checks(server: str, probe: Probe) -> list[tuple[str, Check]]:
    """`server` empty: this workstation has none yet."""
    return [("link", lambda: _link(server, probe))]


def _link(server: str, probe: Probe) -> Iterator[Finding]:
    if not server:
        yield Finding("link", "сервер не указан", "warn", "укажите его: --server https://имя.")
        return
    try:
        ahead = probe()
    except CityError as error:
        yield Finding("link", f"{server}: {error}", "bad", "проверьте адрес и сеть; работать можно и без связи.")
        return
    yield Finding("link", f"{server} отвечает")
    value = f"расхождение с сервером {plural(round(abs(ahead)), 'секунда', 'секунды', 'секунд')}"
    if abs(ahead) < APART:
        yield Finding("clock", value)
    else:
        side = "спешат" if ahead > 0 else "отстают"
        yield Finding("clock", f"{value}: часы здесь {side}", "warn", "включите установку времени по сети (NTP).")
