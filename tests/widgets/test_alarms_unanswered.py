"""Alarms that nobody takes: they call louder, and higher people, outlive their cause; a flood of them stays legible."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from alarm_post import ADS, LATE, NOW, Post, Worn, pass_time

from citymanager.hub import Hub
from citymanager.roles import role
from citymanager.store import Writer
from citymanager.tasks import Tasks
from citymanager.values import moment
from widgets.alarm_acts import ENDED
from widgets.alarm_panel import NOTHING, AlarmPanel
from widgets.alarm_strip import AlarmStrip
from widgets.seat import Seat

Put = Callable[..., None]
Posted = Callable[[], Post]
Wait = Callable[[Callable[[], bool]], None]
DONE = {**ADS, "status": "in_work"}


def run(post: Post, worn: Worn, seconds: int) -> None:
    """Second by second, as the timers of a workstation do."""
    for _ in range(seconds):
        worn.run(1)
        post.acts.look_louder()
        post.bell.look()


def highest(post: Post, put: Put, worn: Worn, wait: Wait) -> None:
    put("reports", {"r1": ADS})
    pass_time(post, worn, 30 * 60)
    wait(lambda: len(post.watch.standing) == 1)


def test_it_is_louder_and_larger_after_a_minute(posted: Posted, put: Put, worn: Worn, wait: Wait, qtbot: Any) -> None:
    post = posted()
    strip = AlarmStrip(post.acts, post.load, post.stand)
    qtbot.addWidget(strip)
    highest(post, put, worn, wait)
    wait(lambda: strip.words.whole.startswith("СРОЧНО · Локализация"))
    height = strip.sizeHint().height()
    run(post, worn, 59)
    assert post.beeps == [1, 1] and post.again == []
    run(post, worn, 1)
    assert [one.record for one in post.again] == ["r1"] and post.beeps == [1, 1, 3]
    wait(lambda: strip.words.whole.endswith("просрочено на 1 мин · НЕ ПРИНЯТА, вызван старший смены"))
    assert strip.record.whole == "Сообщение: ул. Мира, 5 · Прорвало"
    assert strip.property("role") == "alarm-loud" and strip.sizeHint().height() > height
    run(post, worn, 120)
    assert post.beeps[2:] == [3] * 5, "again every half minute, three beeps each"
    wait(lambda: "вызван и глава" in strip.words.whole)
    post.acts.take(post.acts.calling)
    wait(strip.isHidden)


def test_the_head_is_called_after_three_minutes_and_not_before(
    posted: Posted, put: Put, worn: Worn, wait: Wait, seat: Seat
) -> None:
    seat.take("glava", "Глава", role("head"))
    post = posted()
    highest(post, put, worn, wait)
    run(post, worn, 179)
    assert post.calling == [] and post.beeps == []
    run(post, worn, 1)
    assert post.calling == ["r1 localise high"] and post.beeps == [3]


def test_the_senior_of_the_shift_is_called_after_a_minute_whatever_his_role(
    posted: Posted, put: Put, worn: Worn, wait: Wait, seat: Seat
) -> None:
    hours = {"begins": moment(NOW - timedelta(hours=1)), "ends": moment(NOW + timedelta(hours=11))}
    put("people", {"p1": {"name": "Дежнёва М. О.", "login": "dezhneva"}})
    put("duty", {"d1": {"post": "senior", "person": "p9", "substitute": "p1", **hours}})
    seat.take("dezhneva", "Дежнёва", role("head"))
    post = posted()
    wait(lambda: post.calls._posts == {"senior"})
    highest(post, put, worn, wait)
    run(post, worn, 59)
    assert post.calling == []
    run(post, worn, 1)
    assert post.calling == ["r1 localise high"]


def test_a_lower_alarm_never_calls_whom_it_does_not_concern(
    posted: Posted, put: Put, worn: Worn, seat: Seat, wait: Wait
) -> None:
    seat.take("glava", "Глава", role("head"))
    post = posted()
    put("reports", {"r2": LATE})
    wait(lambda: post.watch.settled)
    run(post, worn, 300)
    assert post.calling == [] == post.acts.left


def test_what_goes_before_anybody_took_it_waits_silently_to_be_taken(
    posted: Posted, put: Put, worn: Worn, wait: Wait, writer: Writer, qtbot: Any
) -> None:
    post = posted()
    panel = AlarmPanel(post.acts, post.load, post.stand)
    strip = AlarmStrip(post.acts, post.load, post.stand)
    for one in (panel, strip):
        qtbot.addWidget(one)
    highest(post, put, worn, wait)
    put("reports", {"r1": DONE, "r3": {**ADS, "text": "Второе", "status": "in_work"}}, version=2)
    wait(lambda: [one.record for one in post.acts.left] == ["r1"])
    assert post.calling == []
    rang = len(post.beeps)
    run(post, worn, 60)
    assert len(post.beeps) == rang, "it makes no sound any more"
    wait(lambda: panel.count.text() == "Ушли сами, не приняты: 1" and panel.list.count() == 1)
    wait(lambda: strip.words.whole.startswith("Ушла сама, не принята") and not strip.isHidden())
    wait(lambda: panel.list.item(0).text().startswith("Ушла сама, не принята · Локализация"))
    panel.take_left.click()
    wait(lambda: panel.count.text() == NOTHING and strip.isHidden())
    assert [one.change["act"] for one in writer.outbox()] == ["taken"]


def test_taken_elsewhere_before_it_went_it_waits_for_nobody(
    posted: Posted, put: Put, worn: Worn, wait: Wait, hub: Hub
) -> None:
    post = posted()
    highest(post, put, worn, wait)
    ident = post.acts.calling[0].id
    put("reports", {"r1": DONE}, version=2)
    wait(lambda: len(post.acts.left) == 1)
    hub.blockSignals(True)
    put("alarm_log", {ident: {"login": "petrov", "act": "taken", "at": moment(NOW)}})
    hub.blockSignals(False)
    hub.changed.emit("alarm_log", [])  # so a bulk of them is told
    wait(lambda: post.acts.left == [])


def test_who_does_the_work_has_taken_the_alarm(
    posted: Posted, put: Put, worn: Worn, wait: Wait, writer: Writer, tasks: Tasks, hub: Hub
) -> None:
    post = posted()
    put("reports", {"r1": {**ADS, "status": "assigned", "executor": "o1"}})
    pass_time(post, worn, 30 * 60)
    wait(lambda: len(post.watch.standing) == 1)
    tasks.write_here(
        lambda one: one.save("reports", "r1", {"status": "in_work"}, "ivanova", role("moderator"), post.steady())
    )
    hub.changed.emit("reports", ["r1"])
    wait(lambda: [one.module for one in writer.outbox()] == ["reports", "alarm_log"] and post.acts.left == [])
    (line,) = [one for one in writer.outbox() if one.module == "alarm_log"]
    assert (line.change["login"], line.change["remark"]) == ("ivanova", ENDED)


def test_in_a_flood_one_cause_is_one_line_and_the_highest_stay_single(
    posted: Posted, put: Put, worn: Worn, wait: Wait, qtbot: Any
) -> None:
    post = posted()
    panel = AlarmPanel(post.acts, post.load, post.stand)
    strip = AlarmStrip(post.acts, post.load, post.stand)
    for one in (panel, strip):
        qtbot.addWidget(one)
    put("reports", {f"f{number}": {**ADS, "address": f"ул. Мира, {number}"} for number in range(40)})
    pass_time(post, worn, 24 * 60)
    wait(lambda: panel.list.count() == 1 and "40 тревог, первая" in panel.list.item(0).text())
    assert panel.count.text().startswith("ПОТОК ТРЕВОГ: 40 за 10 минут. 40 непринятых тревог")
    wait(lambda: "ПОТОК ТРЕВОГ: 40 за 10 минут" in strip.count.text())
    rang = len(post.beeps)
    for number in range(20):
        put("reports", {f"g{number}": {**LATE, "received": moment(NOW - timedelta(days=3, minutes=-20))}})
        run(post, worn, 1)
    assert len(post.beeps) == rang, "one sound of half a minute speaks for all of them"
    pass_time(post, worn, 6 * 60)
    wait(lambda: len([one for one in panel.alarms if one.alarm.level == "high"]) == 40)
    panel.list.setCurrentRow(panel.list.count() - 1)
    assert len(panel.selected()[0].row.alarms) > 1
    panel.take.click()
    wait(lambda: all(one.level == "high" for one in post.acts.calling))


def test_one_that_chatters_is_counted_and_not_heard(
    posted: Posted, put: Put, worn: Worn, wait: Wait, qtbot: Any
) -> None:
    post = posted()
    panel = AlarmPanel(post.acts, post.load, post.stand)
    qtbot.addWidget(panel)
    highest(post, put, worn, wait)
    for version in range(2, 10, 2):
        put("reports", {"r1": DONE}, version=version)
        wait(lambda: post.calling == [])
        worn.run(4)
        put("reports", {"r1": ADS}, version=version + 1)
        wait(lambda: post.calling == ["r1 localise high"])
    assert post.load.times(post.acts.calling[0]) == 5
    assert len(post.beeps) == 2, "the third time within a minute and later it is silent but for its half minute"
    panel.refresh()
    wait(lambda: panel.list.count() == 1 and "поднялась 5 раз за 10 минут" in panel.list.item(0).text())
