"""A move that is pressed while the card says «Сохраняется…»: it comes right after that, once, or a word says why."""

import threading
import time
from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from test_record_form import type_into
from throwaway import NOW

from citymanager.modules import BY_KEY
from citymanager.roles import role

REPORTS = BY_KEY["reports"]
SENIOR = role("admin")
REPORT = {"number": "К1-1", "text": "Яма", "status": "new", "regime": "platform", "channel": "phone"}


class Busy:
    """The writer's thread has something else to do until it is let go."""

    def __init__(self, tasks) -> None:
        self._free = threading.Event()
        tasks.write(lambda _: self._free.wait(20))

    def end(self) -> None:
        self._free.set()


@pytest.fixture
def busy(tasks) -> Iterator[Busy]:
    made = Busy(tasks)
    yield made
    made.end()


@pytest.fixture
def panel(put, panel_of):
    put("reports", {"r1": REPORT, "r2": {**REPORT, "number": "К1-2"}})
    made = panel_of(REPORTS)
    made.show_record("r1")
    return made


def first_move(panel):
    return next(one for one in panel.form.moves.buttons() if not one.toolTip())


def changes(tasks) -> list[dict]:
    return [one.change for one in tasks.glance.outbox()]


def save_text(panel, text: str) -> None:
    type_into(panel.form.lines["text"], text)
    panel.form.save()
    assert panel.form.foot.save.text() == "Сохраняется…"


def test_it_is_made_right_after_the_save_and_once(panel, tasks, wait, busy) -> None:
    save_text(panel, "Яма у дома")
    pressed = first_move(panel)
    pressed.click()
    pressed.click()
    assert f"«{pressed.text()}»" in panel.form.foot.message.text()
    busy.end()
    wait(lambda: len(changes(tasks)) == 2)
    wait(lambda: panel.form.foot.save.text() == "Сохранить")
    assert changes(tasks) == [{"text": "Яма у дома"}, {"status": "moderation"}]
    assert panel.form.record.data["status"] == "moderation" and "Сохранено" in panel.form.foot.message.text()


def test_what_was_typed_meanwhile_goes_with_it(panel, tasks, wait, busy) -> None:
    save_text(panel, "Яма у дома")
    type_into(panel.form.lines["address"], "ул. Мира, 3")
    first_move(panel).click()
    busy.end()
    wait(lambda: len(changes(tasks)) == 2 and not panel.form.touched)
    assert changes(tasks)[1] == {"status": "moderation", "address": "ул. Мира, 3"}


def test_a_move_pressed_twice_is_one(panel, tasks, wait, busy) -> None:
    pressed = first_move(panel)
    pressed.click()
    pressed.click()
    busy.end()
    wait(lambda: panel.form.foot.save.text() == "Сохранить")
    assert changes(tasks) == [{"status": "moderation"}] and not panel.form.foot.refusal


def others_move(tasks, *path: str) -> None:
    """Somebody else takes the report along, before the save comes to its turn."""
    for status in path:
        tasks.write(lambda writer, to=status: writer.save("reports", "r1", {"status": to}, "petrov", SENIOR, NOW))


def test_one_that_is_open_no_more_is_refused_with_a_word(panel, tasks, wait, busy) -> None:
    others_move(tasks, "moderation", "accepted")
    save_text(panel, "Яма у дома")
    first_move(panel).click()
    busy.end()
    wait(lambda: bool(panel.form.foot.refusal))
    assert "«На модерации» из этого статуса нет" in panel.form.foot.refusal
    assert len(changes(tasks)) == 3 and panel.form.record.data["status"] == "accepted"


def test_one_that_somebody_has_made_meanwhile_is_not_made_again(panel, tasks, wait, busy) -> None:
    others_move(tasks, "moderation")
    save_text(panel, "Яма у дома")
    first_move(panel).click()
    busy.end()
    wait(lambda: panel.form.record.data["status"] == "moderation")
    assert panel.form.foot.save.text() == "Сохранить" and not panel.form.foot.refusal
    assert changes(tasks) == [{"status": "moderation"}, {"text": "Яма у дома"}]


def test_a_save_that_is_refused_says_that_the_move_is_not_made_either(panel, tasks, wait, busy) -> None:
    tasks.write(lambda writer: writer.delete("reports", "r1", "petrov", SENIOR, NOW))
    save_text(panel, "Яма у дома")
    first_move(panel).click()
    busy.end()
    wait(lambda: bool(panel.form.foot.refusal))
    assert "Не сохранено" in panel.form.foot.refusal and "не «На модерации»" in panel.form.foot.refusal
    assert changes(tasks) == [{}] and not panel.form.foot.message.text() and panel.form.touched


def test_another_card_that_was_opened_meanwhile_holds_it_up_as_little(panel, tasks, wait, busy) -> None:
    save_text(panel, "Яма у дома")
    first_move(panel).click()
    panel.show_record("r2")
    busy.end()
    wait(lambda: len(changes(tasks)) == 2)
    assert changes(tasks) == [{"text": "Яма у дома"}, {"status": "moderation"}]
    assert {one.id for one in tasks.glance.outbox()} == {"r1"}
    assert panel.form.ident == "r2" and panel.form.record.data["status"] == "new"


def test_one_that_is_refused_behind_another_card_is_told(panel, tasks, wait, busy, notices) -> None:
    others_move(tasks, "moderation", "accepted")
    save_text(panel, "Яма у дома")
    first_move(panel).click()
    panel.show_record("r2")
    busy.end()
    wait(lambda: bool(notices))
    assert "К1-1" in notices[-1][0] and "не «На модерации»" in notices[-1][0] and notices[-1][1] == "error"


def test_a_move_is_saved_and_said_in_little_time(put, panel_of, tasks, wait) -> None:
    """The measure is `tests/bench/moving.py`, 50 ms among a million reports; here threefold slack, of the processor."""
    put("reports", {f"r{n}": {**REPORT, "number": f"К1-{n:04}"} for n in range(1_000)})
    panel = panel_of(REPORTS)
    times = []
    for n in range(6):
        panel.show_record(f"r{n}")
        wait(lambda: not panel.form.foot.message.text())
        QApplication.processEvents()
        began = time.process_time()
        QTest.keyClick(first_move(panel), Qt.Key.Key_Space)
        wait(lambda: panel.form.foot.message.text().startswith("Сохранено"))
        times.append(time.process_time() - began)
    assert sorted(times)[2] < 0.15, times
    assert len(changes(tasks)) == 6


def test_after_a_save_the_windows_thread_asks_once_what_is_set_aside(panel, tasks, wait) -> None:
    asked: list[str] = []
    tasks.glance._connection._raw.set_trace_callback(asked.append)
    first_move(panel).click()
    wait(lambda: panel.form.foot.message.text().startswith("Сохранено"))
    tasks.glance._connection._raw.set_trace_callback(None)
    assert sum("state != 'waiting'" in sql and "count" in sql and "AND id" in sql for sql in asked) == 1
    assert panel.form.foot.save.text() == "Сохранить" and panel.form.moves.buttons()[0].text() == "Принять"
