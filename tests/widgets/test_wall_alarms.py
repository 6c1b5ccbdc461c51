"""The wall says how many alarms nobody has taken, how many went untaken, and that they are not heard; it takes none."""

from collections.abc import Callable, Iterator

import pytest
from alarm_post import ADS, Post, Worn, pass_time
from hung_walls import hung_walls
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontInfo
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel
from pytestqt.qtbot import QtBot
from worn_clocks import NOW

from citymanager.hub import Hub
from citymanager.modules import BY_KEY
from citymanager.modules.alarm_log import ALARM_LOG
from citymanager.settings import Settings
from citymanager.store import Profile, Query
from citymanager.tasks import Tasks
from widgets.alarms import SOUND
from widgets.link_age import LinkAge
from widgets.theme import Appearance
from widgets.viewing import HEADLINE, VALUE, Viewing, capital
from widgets.wall import Wall
from widgets.wall_parts import WallText

DONE = {**ADS, "status": "in_work"}
SCREENS = [Viewing(), Viewing(55, 3840, 2160), Viewing(distance=6)]
Put = Callable[..., None]
Posted = Callable[[], Post]
Wait = Callable[[Callable[[], bool]], None]
Hang = Callable[..., Wall]


@pytest.fixture
def hang(tasks: Tasks, hub: Hub, profile: Profile, qapp: QApplication, qtbot: QtBot) -> Iterator[Hang]:
    """Hangs a wall that shows the alarms of a workstation, as `wall_of` does."""
    look = Appearance("wall")
    look.use("wall", qapp)
    with hung_walls(qtbot) as hang_up:

        def up(post: Post, seen: Viewing | None = None) -> Wall:
            seen = seen or Viewing()
            wall = Wall(tasks, hub, look, BY_KEY["reports"], QLabel("карта"), seen, LinkAge(lambda: 0.0, lambda: NOW))
            wall.alarms.follow(post.watch, lambda: not Settings(profile)[SOUND])
            return hang_up(wall, seen)

        yield up


def said(wall: Wall) -> list[str]:
    return [one.text for one in wall.alarms.findChildren(WallText) if one.isVisible() and one.text]


def late(post: Post, put: Put, worn: Worn, wait: Wait, *idents: str) -> None:
    """Urgent alarms that nobody takes."""
    put("reports", dict.fromkeys(idents, ADS))
    pass_time(post, worn, 30 * 60)
    wait(lambda: len(post.watch.standing) == len(idents))


def test_one_that_went_untaken_is_counted_until_somebody_takes_it_at_a_desk(
    posted: Posted, put: Put, worn: Worn, wait: Wait, hang: Hang
) -> None:
    post = posted()
    wall = hang(post)
    assert said(wall) == ["Тревог нет"]
    height = wall.alarms.height()
    late(post, put, worn, wait, "r1", "r2")
    wait(lambda: said(wall) == ["Тревог: 2, срочных: 2"])
    put("reports", {"r1": DONE}, version=2)
    wait(lambda: said(wall) == ["Тревог: 1, срочных: 1", "Ушли сами, не приняты: 1"])
    assert wall.alarms.height() == height, "the map keeps its size"
    put("reports", {"r2": DONE}, version=2)
    wait(lambda: said(wall) == ["Ушли сами, не приняты: 2"])
    taken, other = post.watch.left
    put(ALARM_LOG.key, {taken.id: {"act": "taken", "login": "petrov", "module": "reports", "record": taken.record}})
    wait(lambda: said(wall) == ["Ушли сами, не приняты: 1"])
    put(ALARM_LOG.key, {other.id: {"act": "taken", "login": "petrov", "module": "reports", "record": other.record}})
    wait(lambda: said(wall) == ["Тревог нет"])


def test_it_remembers_them_over_a_restart(posted: Posted, put: Put, worn: Worn, wait: Wait, hang: Hang) -> None:
    post = posted()
    late(post, put, worn, wait, "r1")
    put("reports", {"r1": DONE}, version=2)
    wait(lambda: len(post.watch.left) == 1 and not post.memory._busy)
    again = posted()
    wall = hang(again)
    wait(lambda: said(wall) == ["Ушли сами, не приняты: 1"])


def test_that_the_sound_is_off_is_said_whether_or_not_something_calls(
    posted: Posted, put: Put, worn: Worn, wait: Wait, hang: Hang, profile: Profile
) -> None:
    post = posted()
    wall, settings = hang(post), Settings(profile)
    settings.put(SOUND, False)
    wall.alarms.look()
    assert said(wall) == ["Тревог нет", "Звук выключен"]
    late(post, put, worn, wait, "r1")
    wait(lambda: said(wall) == ["Тревог: 1, срочных: 1", "Звук выключен"])
    settings.put(SOUND, True)
    wall.alarms.look()
    assert said(wall) == ["Тревог: 1, срочных: 1"]


def test_it_looks_by_itself_for_a_setting_that_another_program_has_changed(
    posted: Posted, hang: Hang, profile: Profile, qtbot: QtBot
) -> None:
    wall = hang(posted())
    Settings(profile).put(SOUND, False)
    qtbot.waitUntil(lambda: "Звук выключен" in said(wall), timeout=9_000)
    wall.close()
    assert not wall.alarms._look.isActive()


def test_until_all_is_judged_it_does_not_say_that_there_are_none(
    posted: Posted, put: Put, wait: Wait, hang: Hang
) -> None:
    put("reports", {"r1": {"text": "Яма", "status": "new"}})
    post = posted()
    post.watch.look_anew()
    assert not post.watch.settled
    wall = hang(post)
    assert "Тревог нет" not in said(wall)
    wait(lambda: said(wall) == ["Тревог нет"])


@pytest.mark.parametrize("viewing", SCREENS, ids=str)
def test_all_of_it_is_legible_and_has_its_room(
    posted: Posted, put: Put, worn: Worn, wait: Wait, hang: Hang, profile: Profile, viewing: Viewing
) -> None:
    Settings(profile).put(SOUND, False)
    post = posted()
    wall = hang(post, viewing)
    late(post, put, worn, wait, *(f"r{number}" for number in range(30)))
    put("reports", {f"r{number}": DONE for number in range(12)}, version=2)
    wait(lambda: said(wall) == ["Тревог: 18, срочных: 18", "Ушли сами, не приняты: 12", "Звук выключен"])
    wait(lambda: wall.counters["new"].number.text == "18")
    for one in (text for text in wall.findChildren(WallText) if text.isVisible() and text.text):
        minutes = viewing.minutes(QFontInfo(one.font()).pixelSize() * capital(one.font()))
        assert minutes >= (HEADLINE if one is wall.alarms.count.words else VALUE), one.text
        assert one.height() >= one.fontMetrics().height(), one.text
        assert wall.rect().contains(one.mapTo(wall, one.rect().bottomRight())), one.text
    for one in wall.alarms.findChildren(WallText):
        assert one.fontMetrics().horizontalAdvance(one.text) <= one.width(), f"{one.text} is cut"
        assert wall.rect().contains(one.mapTo(wall, one.rect().bottomRight())), f"{one.text} is cut"


def test_nobody_takes_anything_from_the_wall(
    posted: Posted, put: Put, worn: Worn, wait: Wait, hang: Hang, tasks: Tasks
) -> None:
    post = posted()
    wall = hang(post)
    late(post, put, worn, wait, "r1", "r2")
    put("reports", {"r1": DONE}, version=2)
    wait(lambda: len(said(wall)) == 2)
    assert wall.findChildren(QAbstractButton) == []
    for key in ("F8", "Return", "Space", "Esc"):
        QTest.keySequence(wall, key)
    for line in wall.alarms.findChildren(WallText):
        QTest.mouseClick(line, Qt.MouseButton.LeftButton)
        QTest.mouseDClick(line, Qt.MouseButton.LeftButton)
    wall.alarms.look()
    assert len(said(wall)) == 2 and tasks.glance.count(Query(ALARM_LOG.key)) == 0
