"""Alarms at the desk: raised in time and once, silent when taken, here after a restart, whatever a clock shows."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from alarm_post import ADS, LATE, NOW, Post, Worn, pass_time
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from citymanager.alarms import Alarm
from citymanager.hub import Hub
from citymanager.roles import role
from citymanager.store import Profile, Writer
from citymanager.sync_state import SyncState
from citymanager.tasks import Tasks
from citymanager.values import moment
from widgets.alarm_acts import NO_SHELF, ONE_BY_ONE
from widgets.alarm_panel import NOTHING, AlarmPanel
from widgets.alarm_rows import Row
from widgets.alarm_strip import AlarmStrip
from widgets.alarm_words import MUTED, told
from widgets.alarms import SINCE, Since
from widgets.desk import Desk
from widgets.seat import Seat

Put = Callable[..., None]
Posted = Callable[[], Post]
Wait = Callable[[Callable[[], bool]], None]


def test_a_record_that_is_named_by_others_is_called_by_their_names(put: Put, tasks: Tasks) -> None:
    put("organisations", {"o1": {"name": "Водоканал", "short_name": "Водоканал"}})
    put("telephonograms", {"t1": {"number": "К1-0057", "text": "Авария", "status": "sent"}})
    put("receipts", {"w1": {"telephonogram": "t1", "addressee": "o1", "status": "sent"}})
    found = told(tasks.glance, [Row((Alarm("receipts", "w1", "again", "Повторный звонок", "high", NOW, NOW),))])
    assert "Водоканал" in found[0].record and "К1-0057" in found[0].record


def test_a_clock_that_turns_amber_and_red_raises_each_once(posted: Posted, put: Put, worn: Worn, wait: Wait) -> None:
    post = posted()
    put("reports", {"r1": ADS})
    wait(lambda: post.watch._book.next == NOW + timedelta(minutes=24))
    pass_time(post, worn, 24 * 60)
    wait(lambda: post.calling == ["r1 localise low"])
    pass_time(post, worn, 6 * 60)
    wait(lambda: post.calling == ["r1 localise high"])
    pass_time(post, worn, 3_600)
    put("reports", {"r1": {**ADS, "address": "ул. Мира, 6"}}, version=2)
    wait(lambda: post.watch.settled)
    put("reports", {"r1": {**ADS, "status": "in_work"}}, version=3)
    wait(lambda: post.calling == [] and [one.record for one in post.acts.left] == ["r1"])
    assert [one.level for one in post.raised] == ["low", "high"]


@pytest.mark.fault("F09")
@pytest.mark.parametrize("jump", [timedelta(hours=7), timedelta(days=-1_100), timedelta(days=1_100)])
def test_setting_the_wall_clock_neither_raises_nor_silences(
    jump: timedelta, posted: Posted, put: Put, worn: Worn, wait: Wait
) -> None:
    post = posted()
    put("reports", {"r1": ADS, "r2": LATE})
    wait(lambda: post.calling == ["r2 register medium"])
    worn.wall += jump
    pass_time(post, worn, 60)
    wait(lambda: post.watch.settled)
    assert post.calling == ["r2 register medium"] and post.watch._book.next == NOW + timedelta(minutes=24)
    pass_time(post, worn, 23 * 60)
    wait(lambda: "r1 localise low" in post.calling)


def test_a_start_with_a_wrong_clock_is_mended_by_the_server(
    posted: Posted, put: Put, worn: Worn, wait: Wait, hub: Hub
) -> None:
    worn.wall += timedelta(days=400)
    post = posted()
    put("reports", {"r1": ADS})
    wait(lambda: post.watch.settled)
    hub.sync_state.emit(SyncState("online", confirmed=NOW, skew=400 * 86_400.0))
    pass_time(post, worn, 25 * 60)
    post.watch._breath.start(0)
    wait(lambda: post.watch.settled and post.calling == ["r1 localise low"])


def test_what_turned_while_the_program_was_off_is_raised_at_the_start(
    posted: Posted, put: Put, worn: Worn, wait: Wait
) -> None:
    post = posted()
    put("reports", {"r1": ADS, "r2": LATE})
    wait(lambda: post.calling == ["r2 register medium"])
    worn.run(3 * 86_400)
    assert posted().calling == ["r1 localise high", "r2 register medium", "r1 repair low"]


def test_taken_by_name_it_is_silent_for_good_and_everywhere(
    posted: Posted, put: Put, worn: Worn, wait: Wait, writer: Writer
) -> None:
    post = posted()
    put("reports", {"r2": LATE, "r3": {**LATE, "text": "Ещё яма"}})
    wait(lambda: len(post.calling) == 2)
    mine, theirs = post.acts.calling
    post.acts.take([mine])
    wait(lambda: len(post.calling) == 1)
    (line,) = [one for one in writer.outbox() if one.module == "alarm_log"]
    assert line.id == mine.id and line.author == "ivanova"
    assert {key: line.change[key] for key in ("act", "login", "station", "level", "record", "clock", "at")} == {
        "act": "taken", "login": "ivanova", "station": "К1", "level": "medium", "record": mine.record,
        "clock": "Регистрация", "at": moment(NOW),
    }  # fmt: skip
    put("alarm_log", {theirs.id: {"login": "petrov", "act": "taken", "at": moment(NOW)}})  # on another station
    wait(lambda: post.calling == [])
    assert posted().calling == []


def test_highest_alarms_are_taken_one_by_one_and_never_shelved(
    posted: Posted, put: Put, worn: Worn, wait: Wait, notices: list[tuple[str, str]]
) -> None:
    post = posted()
    put("reports", {"r1": ADS, "r4": {**ADS, "text": "Второе"}})
    pass_time(post, worn, 31 * 60)
    wait(lambda: len(post.calling) == 2)
    post.acts.take(post.acts.calling)
    post.acts.shelve(post.acts.calling[0], "подождёт")
    assert [text for text, _ in notices] == [ONE_BY_ONE, NO_SHELF] and len(post.calling) == 2
    post.acts.take(post.acts.calling[:1])
    wait(lambda: len(post.calling) == 1)


def test_a_shelved_one_comes_back_after_half_an_hour(
    posted: Posted, put: Put, worn: Worn, wait: Wait, writer: Writer
) -> None:
    post = posted()
    put("reports", {"r2": LATE})
    wait(lambda: post.calling == ["r2 register medium"])
    post.acts.shelve(post.acts.calling[0], " ")
    assert len(post.calling) == 1, "without a reason nothing is shelved"
    post.acts.shelve(post.acts.calling[0], "ждём ответа УК")
    wait(lambda: post.calling == [])
    assert [(one.record, why) for one, why in post.acts.shelved] == [("r2", "ждём ответа УК")]
    assert [one.change["reason"] for one in writer.outbox()] == ["ждём ответа УК"]
    worn.run(29 * 60)
    post.acts.look()
    assert post.calling == []
    worn.run(61)
    post.acts.look()
    assert post.calling == ["r2 register medium"] == [f"{a.record} {a.clock} {a.level}" for a in post.again]


def test_the_highest_sounds_every_half_minute_until_it_is_taken_and_the_others_once(
    posted: Posted, put: Put, worn: Worn, wait: Wait
) -> None:
    post = posted()
    put("reports", {"r2": LATE})
    wait(lambda: post.rings == [1_000.0])
    worn.run(200)
    post.bell.look()
    assert len(post.rings) == 1
    put("reports", {"r1": ADS})
    pass_time(post, worn, 30 * 60)
    wait(lambda: len(post.rings) == 2)
    for _ in range(61):
        worn.run(1)
        post.bell.look()
    assert [round(post.rings[n + 1] - post.rings[n]) for n in (1, 2)] == [30, 30]
    post.acts.take([one for one in post.acts.calling if one.level == "high"])
    wait(lambda: post.calling == ["r2 register medium"])
    worn.run(100)
    post.bell.look()
    assert len(post.rings) == 4


def test_a_flood_sounds_at_most_every_three_seconds_and_switched_off_takes_nothing(
    posted: Posted, put: Put, worn: Worn, wait: Wait
) -> None:
    post = posted()
    put("reports", {f"f{n}": {**LATE, "text": f"Яма {n}"} for n in range(200)})
    wait(lambda: len(post.calling) == 200)
    assert len(post.rings) == 1
    post.on = False
    worn.run(4)
    put("reports", {"f900": LATE})
    wait(lambda: len(post.calling) == 201)
    assert len(post.rings) == 1


OFF = {"text": "Яма", "received": moment(NOW), "regime": "platform", "status": "postponed", "postponed_until":
       "2026-11-24", "postponed_reason": "—", "pauses": f"postponed {moment(NOW)}/"}  # fmt: skip


def test_a_card_that_was_put_off_comes_back_by_itself_without_a_server(
    posted: Posted, put: Put, worn: Worn, wait: Wait, writer: Writer, notices: list[tuple[str, str]]
) -> None:
    post = posted()
    put("reports", {"r5": OFF})
    midnight = datetime(2026, 11, 23, 19, tzinfo=UTC)
    wait(lambda: post.watch._book.next == midnight)
    pass_time(post, worn, (midnight - NOW).total_seconds())
    wait(lambda: bool(writer.outbox()))
    (edit,) = writer.outbox()
    assert (edit.author, edit.change["status"]) == ("ivanova", "in_work")
    wait(
        lambda: notices == [("Сообщения жителей: отложенное до сегодня снова в работе — 1 запись возвращена.", "info")]
    )


def test_nobody_or_a_reader_at_the_desk_sends_nothing_back(
    posted: Posted, put: Put, worn: Worn, wait: Wait, writer: Writer, seat: Seat
) -> None:
    seat.take("glava", "Глава", role("head"))
    worn.run(86_400)
    put("reports", {"r5": OFF})
    post = posted()
    wait(lambda: post.watch.settled)
    assert writer.outbox() == []
    seat.take("ivanova", "Иванова", role("operator"))
    post.watch.look_anew()
    wait(lambda: [one.id for one in writer.outbox()] == ["r5"])


def test_since_when_is_kept_and_a_moment_ahead_is_not_believed(profile: Profile) -> None:
    assert Since(profile)(NOW) == NOW - timedelta(days=1) == Since(profile)(NOW + timedelta(days=9))
    profile.set(SINCE, "2099-01-01T00:00:00Z")
    assert Since(profile)(NOW) == NOW - timedelta(days=1)
    profile.set(SINCE, "вчера")
    assert Since(profile)(NOW) == NOW - timedelta(days=1)


def test_the_panel_shows_takes_and_opens(posted: Posted, put: Put, wait: Wait, hub: Hub, qtbot: Any) -> None:
    post = posted()
    panel = AlarmPanel(post.acts, post.load, post.stand)
    strip = AlarmStrip(post.acts, post.load, post.stand)
    qtbot.addWidget(panel)
    qtbot.addWidget(strip)
    assert panel.count.text() == NOTHING and strip.isHidden()
    put("reports", {"r2": LATE, "r3": {**LATE, "address": "ул. Мира, 9"}})
    wait(lambda: panel.list.count() == 2 and not strip.isHidden())
    assert panel.count.text() == "2 непринятые тревоги"
    assert panel.list.item(0).text().startswith("Просрочено · Регистрация: просрочено на 9 ч\nСообщение: ул. Мира")
    assert strip.words.whole == panel.list.item(0).text().splitlines()[0]
    assert strip.record.whole == panel.alarms[0].record
    opened: list[str] = []
    hub.opened.connect(lambda module, ident: opened.append(ident))
    panel.open.click()
    strip.open.click()
    assert opened == [panel.alarms[0].alarm.record] * 2
    panel.take.click()
    wait(lambda: panel.list.count() == 1)
    strip.take.click()
    wait(lambda: panel.list.count() == 0 and strip.isHidden())


def test_the_first_line_is_selected_until_a_person_selects_another(
    posted: Posted, put: Put, worn: Worn, wait: Wait, qtbot: Any
) -> None:
    """«Принять» never takes what has been pushed out of sight by something more urgent."""
    post = posted()
    panel = AlarmPanel(post.acts, post.load, post.stand)
    qtbot.addWidget(panel)
    wait(panel.work.isHidden)  # an empty list offers nothing
    put("reports", {"r2": LATE, "r1": ADS})
    wait(lambda: panel.list.count() == 1 and not panel.work.isHidden())
    assert [one.alarm.record for one in panel.selected()] == ["r2"]
    pass_time(post, worn, 30 * 60)
    wait(lambda: panel.list.count() == 2)
    assert [one.alarm.record for one in panel.selected()] == ["r1"]
    panel.list.setCurrentRow(1)
    put("reports", {"r4": {**ADS, "address": "ул. Мира, 11"}})
    wait(lambda: panel.list.count() == 3)
    assert [one.alarm.record for one in panel.selected()] == ["r2"], "what a person has selected stays so"
    panel.take.click()
    wait(lambda: panel.list.count() == 2 and [one.alarm.level for one in panel.selected()] == ["high"])


def test_that_nothing_is_heard_is_said_where_alarms_stand(desk: Desk, put: Put, wait: Wait) -> None:
    late = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=40)
    put("reports", {"r1": {**ADS, "received": moment(late), "told_at": moment(late)}})
    wait(lambda: not desk.alarms.strip.isHidden())
    settings = desk.window.settings
    for heard in (False, True):
        settings.put("alarm_sound", heard)
        desk.window._hub.setting.emit("alarm_sound")
        wait(lambda heard=heard: (MUTED in desk.alarms.strip.count.text()) != heard)
        wait(lambda heard=heard: ("Звук выключен в настройках" in desk.alarms.panel.count.text()) != heard)


def test_one_key_takes_the_foremost_alarm_wherever_the_keyboard_is(desk: Desk, put: Put, wait: Wait) -> None:
    late = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=40)
    put("reports", {"r1": {**ADS, "received": moment(late), "told_at": moment(late)}})
    wait(lambda: not desk.alarms.strip.isHidden())
    said = "СРОЧНО · Локализация: просрочено на 10 мин · НЕ ПРИНЯТА, вызван и глава"
    assert desk.alarms.strip.words.whole.startswith(said)
    assert desk.alarms.words() == "Тревоги по срокам: 1 непринятая тревога, срочных: 1"
    desk.window.docks.show("settings")
    QTest.keyClick(desk.window, Qt.Key.Key_F8)
    wait(lambda: desk.alarms.strip.isHidden())
    assert desk.alarms.words() == ""
