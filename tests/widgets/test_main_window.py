"""The window around the panels: what holds for all of them is said, reachable by keyboard, and ends with the window."""

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
import shiboken6
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot
from throwaway import HOUSE, WHOLE
from unsent_edits import bench

from citymanager.access_journal import AccessJournal
from citymanager.hub import Hub
from citymanager.roles import role
from citymanager.store import Profile, Writer
from citymanager.sync_state import SyncState
from citymanager.tasks import Tasks
from widgets.banners import READ_ONLY, TRAINING
from widgets.desk import Desk
from widgets.docks_memory import BROKEN
from widgets.login import LoginStrip
from widgets.place import Place
from widgets.seat import Seat
from widgets.stale_strip import Aged
from widgets.theme import Appearance

Wait = Callable[[Callable[[], bool]], None]
Open = Callable[..., Desk]
Put = Callable[..., None]


@pytest.fixture
def desk(
    profile: Profile,
    tasks: Tasks,
    hub: Hub,
    appearance: Appearance,
    seat: Seat,
    journal: AccessJournal,
    qtbot: QtBot,
) -> Iterator[Open]:
    """Opens the real desk, with labels where map and legend stand."""
    opened: list[Desk] = []

    def start(sitting: Seat = seat, size: tuple[int, int] = (1366, 768)) -> Desk:
        place = Place(profile, HOUSE, tasks, hub, appearance, sitting, journal)
        made = Desk(place, QLabel("карта"), QLabel("слои"), LoginStrip(lambda *_: None))
        made.window.resize(*size)
        made.window.show()
        qtbot.waitUntil(made.window.isActiveWindow, timeout=20_000)
        qtbot.waitUntil(lambda: all(one.model.complete for one in made.records.values()))
        opened.append(made)
        return made

    yield start
    for made in opened:
        made.window.close()
        shiboken6.delete(made.window)


def test_the_title_says_who_works_and_with_what_right(desk: Open) -> None:
    sitting = Seat()
    window = desk(sitting).window
    assert window.windowTitle() == "АРМ «Ситименеджер»"
    sitting.take("petrov", "Петров П. П.", role("operator"))
    assert window.windowTitle() == "Петров П. П. (Оператор) — АРМ «Ситименеджер»"
    assert window.banners.said() == []


def test_a_profile_that_another_program_writes_is_said_in_a_banner(desk: Open) -> None:
    window = desk(Seat("petrov", "Петров", role("operator"), read_only=True)).window
    assert window.banners.said() == [READ_ONLY]
    assert window.windowTitle().endswith("— только чтение")


def test_a_training_city_is_said_in_a_banner(desk: Open) -> None:
    window = desk().window
    window.show_training(True)
    assert window.banners.said() == [TRAINING]
    window.show_training(False)
    assert window.banners.said() == []


def test_the_first_nine_modules_have_their_key(desk: Open, qtbot: QtBot) -> None:
    made = desk()
    for number, module in enumerate(HOUSE[:9], 1):
        qtbot.keyClick(made.window, getattr(Qt.Key, f"Key_{number}"), Qt.KeyboardModifier.ControlModifier)
        panel = made.record(module.key)
        qtbot.waitUntil(lambda panel=panel: panel.isVisible() and not panel.visibleRegion().isEmpty())
        focus = QApplication.focusWidget()
        assert focus is not None
        assert panel is focus or panel.isAncestorOf(focus)


def test_the_keyboard_is_with_the_records_from_the_start(desk: Open) -> None:
    opened = desk()
    assert opened.window.focusWidget() is opened.record("reports").bar.search


def test_a_panel_is_made_when_it_is_first_seen(desk: Open, qtbot: QtBot) -> None:
    made = desk()
    assert list(made.records) == ["reports"]
    action = next(one for one in made.window.findChildren(QAction) if one.text() == "Скамейки")
    action.trigger()
    qtbot.waitUntil(lambda: "benches" in made.records and made.records["benches"].isVisible())


def test_a_card_that_is_called_for_opens_in_a_panel_nobody_has_seen(
    desk: Open, hub: Hub, put: Put, qtbot: QtBot
) -> None:
    put("benches", {"b1": WHOLE})
    made = desk()
    hub.opened.emit("benches", "b1")
    qtbot.waitUntil(lambda: made.record("benches").form.ident == "b1")


def test_panels_that_a_person_may_not_read_are_not_there_for_him(desk: Open, qtbot: QtBot) -> None:
    sitting = Seat("petrova", "Петрова", role("operator"))
    made = desk(sitting)
    ways = [one for one in made.window.findChildren(QAction) if one.text() == "Журнал доступа"]
    assert ways and not any(one.isVisible() for one in ways)
    sitting.take("admin", "Админ", role("admin"))
    assert all(one.isVisible() for one in ways)


def test_the_counts_of_the_status_line_open_what_they_count(desk: Open, hub: Hub, qtbot: QtBot) -> None:
    made = desk()
    hub.sync_state.emit(SyncState("online", unsent=3, needs_attention=1))
    assert made.outbox.isHidden() or not made.outbox.isVisible()
    qtbot.mouseClick(made.status.unsent, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(made.outbox.isVisible)
    qtbot.mouseClick(made.status.attention, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(made.conflicts.isVisible)


def test_mending_from_the_outbox_leads_to_the_sheet(
    desk: Open, writer: Writer, hub: Hub, qtbot: QtBot, wait: Wait
) -> None:
    known = bench(writer)
    refused = known.edit(length=9)
    known.refuse(refused, "Нет.")
    made = desk()
    made.window.docks.show("outbox")
    wait(lambda: made.outbox.model.rowCount() == 1)
    made.outbox.table.selectRow(0)
    made.outbox.mend.click()
    wait(lambda: made.conflicts.isVisible() and made.conflicts.sheet is not None)
    assert made.conflicts.sheet is not None
    assert made.conflicts.sheet.edit.pending.op == refused.op


def test_opening_a_card_brings_its_panel_up(desk: Open, writer: Writer, hub: Hub, wait: Wait) -> None:
    known = bench(writer)
    made = desk()
    hub.opened.emit("benches", known.id)
    panel = made.record("benches")
    wait(lambda: not panel.visibleRegion().isEmpty() and panel.form.ident == known.id)


def test_f11_fills_the_screen_and_gives_it_back(desk: Open, qtbot: QtBot) -> None:
    window = desk().window
    qtbot.keyClick(window, Qt.Key.Key_F11)
    qtbot.waitUntil(window.isFullScreen)
    qtbot.keyClick(window, Qt.Key.Key_F11)
    qtbot.waitUntil(lambda: not window.isFullScreen())


def test_the_theme_is_changed_at_once_and_remembered(desk: Open, profile: Profile, appearance: Appearance) -> None:
    window = desk().window
    before = window.palette().window().color()
    window.use_theme("night")
    assert profile.setting("theme") == "night"
    assert window.palette().window().color() != before


def test_the_layout_comes_back_at_the_next_start(desk: Open, profile: Profile) -> None:
    first = desk()
    first.window.docks.show("outbox")
    first.window.close()
    again = desk()
    assert again.outbox.isVisible()


def test_a_broken_layout_is_told_and_the_default_one_shown(
    desk: Open, profile: Profile, notices: list[tuple[str, str]]
) -> None:
    profile.set("layout.desk", {"parts": ["испорчено", ""], "panels": [], "seal": ""})
    made = desk()
    assert (BROKEN, "warning") in notices
    assert made.record("reports").isVisible()


@pytest.mark.parametrize("size", [(1366, 768), (1920, 1080), (2560, 1440)])
def test_records_and_map_share_the_window_at_every_usual_size(desk: Open, size: tuple[int, int], wait: Wait) -> None:
    made = desk(size=size)
    reports, city_map = made.record("reports"), made.window.centralWidget() or made.window.findChild(QLabel)
    assert (made.window.width(), made.window.height()) == size
    wait(lambda: 0.55 * size[0] < reports.width() < 0.72 * size[0])
    assert reports.height() > 0.75 * size[1]
    assert city_map is not None


def test_nothing_is_left_when_the_window_is_closed(
    profile: Profile, writer: Writer, hub: Hub, appearance: Appearance, seat: Seat, qtbot: QtBot
) -> None:
    before = set(threading.enumerate())
    tasks = Tasks(profile, HOUSE, writer)
    place = Place(profile, HOUSE, tasks, hub, appearance, seat, AccessJournal(profile, lambda: seat.login))
    made = Desk(place, QLabel(), QLabel(), LoginStrip(lambda *_: None))
    made.window.show()
    qtbot.waitUntil(lambda: all(one.model.complete for one in made.records.values()))
    made.window.close()
    qtbot.waitUntil(lambda: not any(timer.isActive() for timer in made.window.findChildren(QTimer)), timeout=500)
    tasks.close()
    assert set(threading.enumerate()) <= before
    profile.writer(HOUSE, patience=0).close()
    shiboken6.delete(made.window)


def test_stale_data_are_said_on_every_panel(desk: Open, hub: Hub, qtbot: QtBot) -> None:
    made = desk()
    strips = made.window.findChildren(Aged)
    assert len(strips) >= 2  # the queue and the map
    hub.sync_state.emit(SyncState("offline", "сервер не отвечает", confirmed=datetime.now(UTC) - timedelta(hours=2)))
    for one in strips:
        assert one.strip.stale and one.strip.text().startswith("Показано то, что было: данные на ")
    assert next(one for one in strips if one.isVisible()).strip.isVisible()
    hub.sync_state.emit(SyncState("online", confirmed=datetime.now(UTC)))
    assert all(one.strip.isHidden() for one in strips)


def test_a_panel_that_is_made_while_the_line_is_down_knows_it(desk: Open, hub: Hub, qtbot: QtBot) -> None:
    made = desk()
    hub.sync_state.emit(SyncState("offline", confirmed=datetime.now(UTC) - timedelta(hours=2)))
    made.window.docks.show("benches")
    aged = next(one for one in made.window.findChildren(Aged) if one.isAncestorOf(made.record("benches")))
    assert aged.strip.stale
