"""The status line tells the truth in every state, and goes on telling it when it hears nothing."""

from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtWidgets import QApplication

from citymanager.steady import since_boot
from citymanager.sync_state import Link, Progress, SyncState
from citymanager.values import CITY_ZONE
from widgets.link_age import LinkAge
from widgets.sync_status import SyncStatus
from widgets.sync_words import ago, describe, on_paper
from widgets.theme import Appearance, contrast

START = datetime(2026, 11, 23, 9, 5, 32, tzinfo=UTC)


class Clock:
    """A monotonic and a wall clock that stand still until they are told to go."""

    def __init__(self) -> None:
        self.seconds, self.wall = 1_000.0, START

    def go(self, seconds: float, *, wall: float | None = None) -> None:
        self.seconds += seconds
        self.wall += timedelta(seconds=seconds if wall is None else wall)

    def age(self) -> LinkAge:
        return LinkAge(lambda: self.seconds, lambda: self.wall)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def line(appearance: Appearance, clock: Clock) -> SyncStatus:
    return SyncStatus(appearance, clock.age())


TABLE: list[tuple[Link, float | None, float, tuple[str, str, str, bool]]] = [
    ("local", None, 0, ("diamond", "info", "без сервера", False)),
    ("connecting", None, 3, ("ring", "warning", "подключение", True)),
    ("connecting", None, 16, ("alert", "error", "нет связи", True)),
    ("connecting", 5, 16, ("alert", "error", "нет связи", False)),
    ("online", 0, 0, ("disc", "good", "на связи", False)),
    ("online", 59, 0, ("disc", "good", "на связи", False)),
    ("online", 61, 0, ("ring", "warning", "ждём сервер", True)),
    ("online", None, 0, ("ring", "warning", "ждём сервер", True)),
    ("offline", 5, 5, ("ring", "warning", "связь прервалась", False)),
    ("offline", 15, 15, ("ring", "warning", "связь прервалась", False)),
    ("offline", 16, 16, ("alert", "error", "нет связи", False)),
    ("offline", 61, 61, ("alert", "error", "нет связи", True)),
    ("stopped", 5, 0, ("stop", "error", "обмен остановлен", False)),
    ("stopped", 500, 400, ("stop", "error", "обмен остановлен", True)),
]


@pytest.mark.parametrize(("link", "age", "away", "told"), TABLE)
def test_every_state_has_its_shape_level_word_and_staleness(
    link: Link, age: float | None, away: float, told: tuple[str, str, str, bool]
) -> None:
    confirmed = None if age is None else START - timedelta(seconds=age)
    words = describe(SyncState(link, confirmed=confirmed), age, away, START)
    assert (words.shape, words.level, words.link, words.stale) == told


def test_a_long_first_load_is_not_called_a_lost_link() -> None:
    loading = SyncState("connecting", progress=Progress("Сообщения жителей", 500, 2_000))
    assert [describe(loading, None, away, START).link for away in (3, 16, 600)] == ["загрузка"] * 3


def test_only_a_lost_or_stopped_link_says_why() -> None:
    said = {
        link: describe(SyncState(link, "Сервер не отвечает."), 1, 0, START).reason
        for link in ("local", "connecting", "online", "offline", "stopped")
    }
    assert {link for link, reason in said.items() if reason} == {"offline", "stopped"}


def test_a_reason_that_says_the_same_is_not_said_twice(line: SyncStatus, clock: Clock) -> None:
    line.show_state(SyncState("offline", "Нет связи с сервером города."))
    clock.go(16)
    line.refresh()
    assert line.link.text() == "Нет связи с сервером города."


def test_the_age_grows_by_itself_to_the_second(line: SyncStatus, clock: Clock) -> None:
    line.show_state(SyncState("online", confirmed=START))
    assert line.age.text() == "данные на 14:05:32 (0 с назад)"
    clock.go(12)
    line.refresh()
    assert line.age.text() == "данные на 14:05:32 (12 с назад)"
    clock.go(53)
    line.refresh()
    assert line.age.text() == "данные на 14:05:32 (1 мин 5 с назад)"
    assert line.age.stale


@pytest.mark.fault("F09")
@pytest.mark.parametrize("jump", [-3600.0, 3600.0, 3 * 365 * 86400.0])
def test_a_jump_of_the_wall_clock_does_not_change_the_age(line: SyncStatus, clock: Clock, jump: float) -> None:
    line.show_state(SyncState("online", confirmed=START))
    clock.go(7, wall=jump)
    line.show_state(SyncState("offline", "Сервер не отвечает.", confirmed=START))
    assert line.words().age.endswith("(7 с назад)")


def test_data_confirmed_before_the_start_are_as_old_as_they_are(line: SyncStatus, clock: Clock) -> None:
    line.show_state(SyncState("connecting", confirmed=START - timedelta(hours=26)))
    clock.go(60)
    line.refresh()
    assert line.age.text() == "данные на 22.11.2026 12:05:32 (1 день 2 ч назад)"
    assert line.age.stale


def test_a_new_confirmation_starts_the_age_anew(line: SyncStatus, clock: Clock) -> None:
    line.show_state(SyncState("online", confirmed=START))
    clock.go(40)
    line.show_state(SyncState("online", confirmed=clock.wall))
    assert line.words().age.endswith("(0 с назад)")
    assert not line.age.stale


def test_the_link_is_called_lost_after_fifteen_seconds(line: SyncStatus, clock: Clock) -> None:
    line.show_state(SyncState("online", confirmed=START))
    clock.go(100)
    away = SyncState("offline", "Сервер не отвечает.", confirmed=START)
    line.show_state(away)
    assert line.link.text() == "связь прервалась: Сервер не отвечает."
    clock.go(10)
    line.show_state(away)
    clock.go(6)
    line.refresh()
    assert line.link.text() == "нет связи: Сервер не отвечает."


def test_counts_of_what_is_unsent_and_of_what_needs_a_person(line: SyncStatus) -> None:
    line.show_state(SyncState("online", confirmed=START))
    assert line.unsent.text() == "всё отправлено"
    assert line.attention.isHidden()
    line.show_state(SyncState("online", confirmed=START, unsent=3, needs_attention=1))
    assert line.unsent.text() == "не отправлено: 3"
    assert line.attention.text() == "требует внимания: 1"
    assert not line.attention.isHidden()


def test_the_buttons_ask_for_what_they_say(line: SyncStatus) -> None:
    asked: list[str] = []
    line.sync_requested.connect(lambda: asked.append("sync"))
    line.outbox_requested.connect(lambda: asked.append("outbox"))
    line.attention_requested.connect(lambda: asked.append("attention"))
    line.show_state(SyncState("offline", confirmed=START))
    line.send.click()
    line.unsent.click()
    line.attention.click()
    assert asked == ["sync", "outbox", "attention"]


@pytest.mark.parametrize("link", ["local", "stopped"])
def test_sending_is_not_offered_where_nothing_can_be_sent(line: SyncStatus, link: Link) -> None:
    line.show_state(SyncState(link))
    assert not line.send.isEnabled()


@pytest.mark.fault("F09")
@pytest.mark.parametrize(
    ("skew", "told"),
    [
        (59.0, ""),
        (-59.0, ""),
        (75.0, "часы спешат на 1 мин 15 с: исправьте время на этом компьютере"),
        (-7200.0, "часы отстают на 2 ч 0 мин: исправьте время на этом компьютере"),
    ],
)
def test_a_wrong_clock_is_said_beyond_a_minute(line: SyncStatus, skew: float, told: str) -> None:
    line.show_state(SyncState("online", confirmed=START, skew=skew))
    assert line.clock.text() == told
    assert line.clock.isHidden() == (not told)


def test_a_long_load_shows_its_numbers(line: SyncStatus) -> None:
    line.show_state(SyncState("connecting", progress=Progress("Сообщения жителей", 1500, 8739)))
    assert not line.progress.isHidden()
    assert line.progress.text() == "Сообщения жителей: 1500 из 8739"
    line.show_state(SyncState("online", confirmed=START))
    assert line.progress.isHidden()


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (-5, "0 с назад"), (0.9, "0 с назад"), (59.9, "59 с назад"), (60, "1 мин 0 с назад"),
        (3599, "59 мин 59 с назад"), (3600, "1 ч 0 мин назад"), (90_000, "1 день 1 ч назад"),
        (86400 * 12, "12 дней 0 ч назад"),
    ],
)  # fmt: skip
def test_how_long_ago(seconds: float, told: str) -> None:
    assert ago(seconds) == told


def test_the_servers_address_stands_in_the_tooltip(line: SyncStatus) -> None:
    line.show_server("http://127.0.0.1:8000")
    line.show_state(SyncState("online", confirmed=START))
    assert "Сервер: http://127.0.0.1:8000" in line.link.toolTip()


def test_untrusted_words_of_a_reason_stay_text(line: SyncStatus) -> None:
    line.show_state(SyncState("stopped", "<img src='file:///etc/passwd'>"))
    assert "<img" in line.link.text()
    assert "<img" not in line.link.toolTip()


@pytest.mark.parametrize("look", ["day", "night", "wall"])
def test_text_over_the_stripes_of_stale_data_is_readable(qapp: QApplication, look: str) -> None:
    """The stripes as they are painted, each of their colours against the text."""
    from PySide6.QtGui import QColor, QPainter, QPixmap

    from widgets.age_label import paint_stripes

    made = Appearance(look)
    made.use(look, qapp)
    pixmap = QPixmap(120, 40)
    painter = QPainter(pixmap)
    paint_stripes(painter, 120, 40, made)
    painter.end()
    image = pixmap.toImage()
    seen = {QColor(image.pixelColor(x, y)).name() for x in range(120) for y in range(40)}
    assert len(seen) > 1
    assert min(contrast(made.theme.named["text"], one) for one in seen) >= made.theme.contrast


def test_the_clock_of_ages_only_grows() -> None:
    first = since_boot()
    assert since_boot() >= first > 0


@pytest.mark.parametrize(
    ("state", "age", "said"),
    [
        (SyncState("local", confirmed=START), 5, "Данные этого рабочего места, сервера нет"),
        (SyncState("offline"), None, "Данных с сервера ещё не было · нет связи"),
        (SyncState("online", confirmed=START), 5, "Данные на {day} (5 с назад)"),
        (
            SyncState("offline", confirmed=START, unsent=2),
            3700,
            "Данные на {day} (1 ч 1 мин назад) · нет связи · не отправлено: 2",
        ),
    ],
)
def test_paper_says_the_day_too(state: SyncState, age: float | None, said: str) -> None:
    """It is read when the age that the screen shows has long been another."""
    day = f"{START.astimezone(CITY_ZONE):%d.%m.%Y %H:%M:%S}"
    assert on_paper(describe(state, age, 600, START), state, age) == said.format(day=day)
