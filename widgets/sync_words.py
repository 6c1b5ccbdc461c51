"""What the status line says about the link and the data's age: words only, so that every case is told in one table."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from citymanager.sync_state import SyncState
from citymanager.text import plural
from citymanager.values import CITY_ZONE
from widgets.theme import Level, Shape

LOST_AFTER = 15.0
"""Seconds without a link after which it is called lost, not interrupted."""
STALE_AFTER = 60.0
"""Seconds after which data are shown as stale, whatever the link says of itself."""
SKEW_SHOWN = 60.0
"""Seconds that the clocks may differ before it is said."""


@dataclass(frozen=True, slots=True)
class Words:
    """One honest line: the link by shape, word and colour, the data's age, what is not sent."""

    shape: Shape
    level: Level
    link: str
    reason: str
    age: str
    stale: bool
    unsent: str
    attention: str
    clock: str

    @property
    def told(self) -> str:
        """The link with its reason; a reason that begins with the same words says it alone."""
        if not self.reason or self.reason.casefold().startswith(self.link):
            return self.reason or self.link
        return f"{self.link}: {self.reason}"


def describe(state: SyncState, age: float | None, away: float, now: datetime, zone: ZoneInfo = CITY_ZONE) -> Words:
    """The line for a state: `age` of the data and time `away` from the server in seconds, by a clock that only grows.

    `now` is the wall clock, used to tell whether a time is of today. `age` None: there never were any data.
    """
    shape, level, link = _link(state, age, away)
    local = state.link == "local"
    return Words(
        shape,
        level,
        link,
        state.reason if state.link in ("offline", "stopped") else "",
        "" if local else _age(state.confirmed, age, now, zone),
        not local and (age is None or age > STALE_AFTER),
        _unsent(state),
        f"требует внимания: {state.needs_attention}" if state.needs_attention else "",
        _clock(state.skew),
    )


def _unsent(state: SyncState) -> str:
    """Edits first: they are small, and go first."""
    counts = (f"{state.unsent}" if state.unsent else "", f"файлов {state.unsent_files}" if state.unsent_files else "")
    told = ", ".join(filter(None, counts))
    return f"не отправлено: {told}" if told else "всё отправлено"


def _link(state: SyncState, age: float | None, away: float) -> tuple[Shape, Level, str]:
    if state.link == "local":
        return "diamond", "info", "без сервера"
    if state.link == "stopped":
        return "stop", "error", "обмен остановлен"
    if state.link == "online":
        if age is None or age > STALE_AFTER:
            return "ring", "warning", "ждём сервер"
        return "disc", "good", "на связи"
    if state.link == "connecting" and state.progress is not None:
        return "ring", "warning", "загрузка"
    if away > LOST_AFTER:
        return "alert", "error", "нет связи"
    return "ring", "warning", "подключение" if state.link == "connecting" else "связь прервалась"


def _age(confirmed: datetime | None, age: float | None, now: datetime, zone: ZoneInfo) -> str:
    if confirmed is None or age is None:
        return "данных с сервера ещё не было"
    then = confirmed.astimezone(zone)
    day = "" if then.date() == now.astimezone(zone).date() else f"{then:%d.%m.%Y} "
    return f"данные на {day}{then:%H:%M:%S} ({ago(age)})"


def on_paper(words: Words, state: SyncState, age: float | None, zone: ZoneInfo = CITY_ZONE) -> str:
    """How old the data are with their day, whether there is a link, and what the server does not have yet."""
    if state.link == "local":
        return "Данные этого рабочего места, сервера нет"
    if state.confirmed is None or age is None:
        then = "Данных с сервера ещё не было"
    else:
        then = f"Данные на {state.confirmed.astimezone(zone):%d.%m.%Y %H:%M:%S} ({ago(age)})"
    waits = words.unsent if state.unsent or state.unsent_files else ""
    return " · ".join(filter(None, (then, words.link if words.stale else "", waits)))


def ago(seconds: float) -> str:
    """How long ago, true to a second within the hour: «12 с назад», «3 мин 5 с назад», «2 ч 10 мин назад»."""
    whole = timedelta(seconds=int(max(0.0, seconds)))
    minutes, rest = divmod(whole.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    if whole.days:
        return f"{plural(whole.days, 'день', 'дня', 'дней')} {hours} ч назад"
    if hours:
        return f"{hours} ч {minutes} мин назад"
    return f"{minutes} мин {rest} с назад" if minutes else f"{rest} с назад"


def _clock(skew: float) -> str:
    if abs(skew) <= SKEW_SHOWN:
        return ""
    way = "спешат" if skew > 0 else "отстают"
    return f"часы {way} на {ago(abs(skew)).removesuffix(' назад')}: исправьте время на этом компьютере"
