"""The wall is read from four metres, says how old it is before anything else, and never shows who wrote."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from hung_walls import hung_walls
from PySide6.QtGui import QColor, QFontInfo, QImage
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot
from throwaway import THROWAWAY

from citymanager.hub import Hub
from citymanager.modules import BY_KEY
from citymanager.roles import role
from citymanager.schema import Module
from citymanager.store import Writer
from citymanager.sync_state import SyncState
from citymanager.tasks import Tasks
from widgets.link_age import LinkAge
from widgets.theme import Appearance, Theme
from widgets.viewing import HEADLINE, VALUE, Viewing, capital
from widgets.wall import Wall
from widgets.wall_parts import WallText

NOW = datetime(2026, 11, 23, 9, 5, 32, tzinfo=UTC)
SECRET = "Тайнописцева"
REPORTS = BY_KEY["reports"]
Wait = Callable[[Callable[[], bool]], None]


class Clock:
    def __init__(self) -> None:
        self.passed = 0.0

    def age(self) -> LinkAge:
        return LinkAge(lambda: self.passed, lambda: NOW + timedelta(seconds=self.passed))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def look(qapp: QApplication) -> Appearance:
    made = Appearance("wall")
    made.use("wall", qapp)
    return made


def report(writer: Writer, minutes: int = 0, **more: object) -> None:
    data = {
        "text": f"{SECRET} просит убрать снег", "author_name": SECRET, "author_phone": "+7 351 000-00-01",
        "author_email": f"{SECRET}@example.ru", "address": "проспект Мира, 22", "category": "snow", **more,
    }  # fmt: skip
    writer.save("reports", None, data, "ivanova", role("operator"), NOW - timedelta(minutes=minutes))


Hang = Callable[..., Wall]


@pytest.fixture
def hang(tasks: Tasks, hub: Hub, look: Appearance, clock: Clock, qtbot: QtBot) -> Iterator[Hang]:
    """Hangs a wall of a size, seen from somewhere."""
    with hung_walls(qtbot) as hang_up:

        def up(viewing: Viewing | None = None, module: Module = REPORTS) -> Wall:
            seen = viewing or Viewing()
            return hang_up(Wall(tasks, hub, look, module, QLabel("карта"), seen, clock.age()), seen)

        yield up


def texts(wall: Wall) -> list[WallText]:
    return [one for one in wall.findChildren(WallText) if one.isVisible() and one.text]


def test_what_it_shows(writer: Writer, hang: Hang, wait: Wait) -> None:
    report(writer)
    report(writer, 60 * 24, category="pothole", address="улица Ленина, 1")
    wall = hang()
    wait(lambda: wall.counters["new"].number.text == "2")
    said = [one.text for one in texts(wall)]
    assert "14:05:32" in said
    assert "понедельник, 23 ноября" in said
    assert said.index("14:05 · Неубранный снег") < said.index("22.11 14:05 · Яма")
    assert "проспект Мира, 22" in said


def test_nothing_personal_is_on_it_though_the_cache_has_it(writer: Writer, hang: Hang, wait: Wait) -> None:
    report(writer)
    wall = hang()
    wait(lambda: wall.counters["new"].number.text == "1")
    shown = "\n".join(one.text + one.accessibleName() + one.toolTip() for one in wall.findChildren(WallText))
    assert "проспект Мира" in shown
    assert SECRET not in shown
    assert "351" not in shown


def test_a_personal_column_of_a_table_is_left_out(writer: Writer, hang: Hang, wait: Wait) -> None:
    """Also if a module puts a personal field into its table: its first address here."""
    from dataclasses import replace

    fields = tuple(replace(one, personal=one.kind in ("address", "choice")) for one in THROWAWAY.fields)
    guarded = replace(THROWAWAY, fields=fields)
    writer.save("benches", None, {"name": "Скамья", "address": SECRET, "colour": "red"}, "я", role("operator"), NOW)
    wall = hang(module=guarded)
    wait(lambda: wall.counters["new"].number.text == "1")
    said = [one.text for one in texts(wall)]
    assert SECRET not in "\n".join(said)
    assert any(text.endswith("· Скамейка") for text in said)


SCREENS = [
    Viewing(),
    Viewing(distance=3),
    Viewing(distance=6),
    Viewing(65),
    Viewing(55, 3840, 2160),
    Viewing(24, distance=0.7),
]


@pytest.mark.parametrize("viewing", SCREENS, ids=str)
def test_every_text_is_large_enough_for_the_farthest_seat(
    writer: Writer, hang: Hang, wait: Wait, viewing: Viewing
) -> None:
    for minutes in range(8):
        report(writer, minutes)
    wall = hang(viewing)
    wait(lambda: wall.counters["new"].number.text == "8")
    assert len(texts(wall)) > 10
    for one in texts(wall):
        height = QFontInfo(one.font()).pixelSize() * capital(one.font())
        assert viewing.minutes(height) >= VALUE, one.text
    headlines = [wall.clock, wall.title, wall.age.label, *(counter.number for counter in wall.counters.values())]
    for one in headlines:
        assert viewing.minutes(QFontInfo(one.font()).pixelSize() * capital(one.font())) >= HEADLINE, one.text


def test_the_sizes_are_those_of_the_norm() -> None:
    """FLOOR's table: 55 inches, 1080p, four metres: 29 pixels of a capital for 16′, 37 for 20′."""
    seen = Viewing()
    assert seen.pitch == pytest.approx(0.000634, abs=1e-6)
    assert seen.minutes(29.4) == pytest.approx(16, abs=0.05)
    assert seen.minutes(36.7) == pytest.approx(20, abs=0.05)
    assert Viewing(55, 3840, 2160).minutes(29.4) == pytest.approx(8, abs=0.05)


@pytest.mark.parametrize("broken", [None, 5, "55", {}, {"diagonal": -1}, {"width": "много"}, {"distance": True}])
def test_a_senseless_setting_takes_the_defaults(broken: object) -> None:
    assert Viewing.of_setting(broken) == Viewing()


def test_a_setting_says_where_the_wall_hangs() -> None:
    assert Viewing.of_setting({"diagonal": 65, "distance": 5.5}) == Viewing(65, 1920, 1080, 5.5)


def test_no_text_is_taller_than_its_place(writer: Writer, hang: Hang, wait: Wait) -> None:
    for minutes in range(20):
        report(writer, minutes)
    wall = hang()
    wait(lambda: wall.counters["new"].number.text == "20")
    assert wall.height() == 1080
    for one in texts(wall):
        assert one.height() >= one.fontMetrics().height()
        corner = one.mapTo(wall, one.rect().bottomRight())
        assert wall.rect().contains(corner), one.text


def test_old_data_are_striped_and_the_age_goes_on(hang: Hang, clock: Clock) -> None:
    wall = hang()
    wall.show_state(SyncState("online", confirmed=NOW))
    assert not wall.age.stale
    fresh = stripes(wall)
    clock.passed = 61
    wall.tick()
    assert wall.age.stale
    assert wall.age.label.text.endswith("(1 мин 1 с назад)")
    assert stripes(wall) > fresh + 1_000


def stripes(wall: Wall) -> int:
    """Pixels behind the age that are not the ground."""
    image: QImage = wall.age.grab().toImage()
    ground = QColor(wall.palette().window().color()).rgb()
    return sum(image.pixel(x, 2) != ground for x in range(image.width())) * image.height()


def test_a_lost_link_is_said_with_its_reason(hang: Hang, clock: Clock) -> None:
    wall = hang()
    wall.show_state(SyncState("online", confirmed=NOW))
    wall.show_state(SyncState("offline", "Сервер не отвечает.", confirmed=NOW))
    clock.passed = 16
    wall.tick()
    assert wall.link.text == "нет связи: Сервер не отвечает."


def test_the_picture_proves_that_it_is_alive(hang: Hang, clock: Clock) -> None:
    wall = hang()
    seen = set()
    for second in range(5):
        clock.passed = second
        wall.tick()
        seen.add(bytes(wall.pulse.grab().toImage().constBits()))
    assert len(seen) == 5


def test_it_ticks_by_itself(hang: Hang, clock: Clock, qtbot: QtBot) -> None:
    wall = hang()
    clock.passed = 3
    qtbot.waitUntil(lambda: wall.clock.text == "14:05:35", timeout=3_000)


def test_changes_of_its_module_are_shown(writer: Writer, hang: Hang, hub: Hub, wait: Wait) -> None:
    wall = hang()
    wait(lambda: wall.counters["new"].number.text == "0")
    report(writer)
    hub.changed.emit("reports", [])
    wait(lambda: wall.counters["new"].number.text == "1")


def test_nothing_on_it_can_be_edited(hang: Hang) -> None:
    wall = hang()
    assert not wall.findChildren(QLineEdit)
    assert not wall.findChildren(QPushButton)


def test_its_timers_end_with_it(hang: Hang) -> None:
    from PySide6.QtCore import QTimer

    wall = hang()
    wall.close()
    assert [timer for timer in wall.findChildren(QTimer) if timer.isActive()] == []


def test_a_finer_screen_needs_larger_letters_of_the_same_height(qapp: QApplication) -> None:
    font = Theme.load("wall").font()
    coarse, fine = (Viewing.of_setting(None, width, height) for width, height in ((1920, 1080), (3840, 2160)))
    assert fine.letter(font, 16) == pytest.approx(2 * coarse.letter(font, 16), abs=1)
    assert fine.pixels(16) == 2 * coarse.pixels(16)
