"""One clash and how it is told: both sides, how large, how long, by which text, and what may be done."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from citymanager.limits import Limit
from citymanager.measures import square_metres
from citymanager.text import plural

Kind = Literal["season", "fresh", "work", "event", "closure", "outage"]

TITLES: Mapping[Kind, str] = {
    "season": "Сезонный запрет",
    "fresh": "Свежее покрытие",
    "work": "Другие работы",
    "event": "Мероприятие",
    "closure": "Перекрытая дорога",
    "outage": "Отключение",
}
ADVICE: Mapping[Kind, str] = {
    "season": "перенесите сроки; аварийные работы разрешены",
    "fresh": "перенесите трассу или срок, либо ведите работы без вскрытия покрытия",
    "work": "совместите работы в одном вскрытии или разведите сроки",
    "event": "перенесите сроки или согласуйте с организатором",
    "closure": "согласуйте проезд и объезд или перенесите сроки",
    "outage": "согласуйте с тем, кто отключает, или дождитесь окончания",
}
EXEMPTION = "exemption"
"""The field in which it is said why works go on in spite of a ban."""
OPEN_ENDED = date.max


@dataclass(frozen=True, slots=True)
class Clash:
    """Two records that meet on the ground while both last; of a season, one record and the norm."""

    kind: Kind
    module: str
    ident: str
    name: str
    """The record that was asked about, in one line."""
    other_module: str
    other: str
    """The other record's id; empty: the season itself."""
    other_name: str
    square: float
    """Square metres that both lie on; of a season, none."""
    since: date
    until: date
    """The last day of both; `OPEN_ENDED`: nobody has said."""
    norm: Limit | None = None
    """By which it is forbidden; None: it may be settled."""
    exempt: bool = False
    """A person who may has said why it is allowed all the same."""
    shape: Mapping[str, Any] | None = None
    """Where they meet, GeoJSON."""

    @property
    def days(self) -> int | None:
        """How many days both last, the first and the last counted; None: the end is open."""
        return None if self.until == OPEN_ENDED else (self.until - self.since).days + 1

    @property
    def banned(self) -> bool:
        """Whether nobody may dig there and then without saying why."""
        return self.norm is not None and not self.exempt


def extent(clash: Clash) -> str:
    """How large and how long: «12 м², 5 дней: 01.06.2026–05.06.2026»."""
    square = f"{square_metres(clash.square)}, " if clash.other else ""
    if clash.days is None:
        return f"{square}с {clash.since:%d.%m.%Y}, срок окончания не указан"
    return f"{square}{plural(clash.days, 'день', 'дня', 'дней')}: {clash.since:%d.%m.%Y}–{clash.until:%d.%m.%Y}"


def on_the_ground(clash: Clash) -> str:
    """What is said of the place itself: how large it is, and of which two."""
    return f"Пересечение: {square_metres(clash.square)}\n{clash.name}\n{TITLES[clash.kind]}: {clash.other_name}"


def basis(clash: Clash) -> str:
    """The text of the norm that forbids it; empty if none does."""
    if clash.norm is None:
        return ""
    return f"{clash.norm.name} ({clash.norm.citation}{'' if clash.norm.verified else ', не проверено'})"


def remedy(clash: Clash) -> str:
    """What may be done."""
    if clash.exempt:
        return "разрешено: причина в поле «Основание исключения»"
    allowed = "; исключение обосновывает модератор или администратор" if clash.norm else ""
    return ADVICE[clash.kind] + allowed


def told(clash: Clash) -> str:
    """The clash in one Russian line, as seen from the record that was asked about."""
    other = f" «{clash.other_name}»" if clash.other else ""
    why = f" {basis(clash)}." if clash.norm else ""
    return f"{TITLES[clash.kind]}{other}: {extent(clash)}.{why} Что можно: {remedy(clash)}."
