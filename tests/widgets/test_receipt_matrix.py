"""The receipt matrix in the card: worked by digits, every step saved at once, silence told in words."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from throwaway import NOW

from citymanager.delivery import receipt_id
from citymanager.hub import Hub
from citymanager.modules import BY_KEY
from citymanager.roles import role
from citymanager.tasks import Tasks
from citymanager.values import moment
from widgets.city_norms import CityNorms
from widgets.panels.additions import furnish
from widgets.panels.dictation import Dictation
from widgets.panels.receipt_matrix import ReceiptMatrix
from widgets.panels.stand import Stand
from widgets.record_panel import RecordPanel
from widgets.seat import Seat
from widgets.theme import Appearance

Put = Callable[..., None]
Wait = Callable[[Callable[[], bool]], None]
MINUTE = timedelta(minutes=1)


class Clock:
    """The desk's clock, moved by hand."""

    now = NOW

    def __call__(self):
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def panel(
    put: Put, panel_of: Callable[..., RecordPanel], tasks: Tasks, hub: Hub, seat: Seat, appearance: Appearance,
    norms: CityNorms, clock: Clock,
) -> RecordPanel:  # fmt: skip
    hours = {"begins": moment(NOW - 60 * MINUTE), "ends": moment(NOW + 600 * MINUTE)}
    put("organisations", {
        "o1": {"name": "МУП «Водоканал»", "short_name": "Водоканал"}, "o2": {"name": "ООО «Жилфонд»", "phone": "8-88"},
        "o3": {"name": "Школа"},
    })  # fmt: skip
    put("people", {
        "p1": {"name": "Петров П. П.", "position": "диспетчер", "phone": "1-11"},
        "p2": {"name": "Главный", "position": "заместитель главы", "phone": "5-55"},
        "p3": {"name": "Иванова А. П.", "position": "оперативный дежурный", "login": "ivanova", "phone": "2-11"},
    })  # fmt: skip
    put("duty", {
        "d1": {"post": "dispatcher", "person": "p1", "organisation": "o1", **hours},
        "d2": {"post": "responsible", "person": "p2", **hours},
    })  # fmt: skip
    put("telephonograms", {"t1": {"number": "К1-1", "text": "Вода", "status": "prepared", "type": "informational",
                                  "date": moment(NOW),
                                  "addressees": ["o1", "o2", "o3"]},
                           "t2": {"number": "К1-2", "text": "Буря", "status": "prepared", "addressees": ["o2"]},
                           "t3": {"number": "К1-3", "text": "Никому", "status": "prepared"}})  # fmt: skip
    stand = Stand(tasks, hub, seat, appearance, norms, clock)
    made = panel_of(BY_KEY["telephonograms"], stand)
    furnish(made, stand)
    return made


@pytest.fixture
def matrix(panel: RecordPanel, wait: Wait) -> ReceiptMatrix:
    panel.show_record("t1")
    (found,) = panel.findChildren(ReceiptMatrix)
    wait(lambda: len(found.shown.lines) == 3)
    return found


def statuses(matrix: ReceiptMatrix) -> list[str]:
    return [one.status for one in matrix.shown.lines]


def press(matrix: ReceiptMatrix, wait: Wait, key: Qt.Key, expected: list[str]) -> None:
    QTest.keyClick(matrix.table, key)
    wait(lambda: statuses(matrix) == expected)


def cell(matrix: ReceiptMatrix, row: int, column: int) -> str:
    return matrix.table.item(row, column).text()


def test_a_telephonogram_is_passed_on_by_the_keyboard_alone(
    panel: RecordPanel, matrix: ReceiptMatrix, tasks: Tasks, wait: Wait
) -> None:
    keys = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(panel, Qt.Key.Key_A, keys)
    assert matrix.table.hasFocus()
    press(matrix, wait, Qt.Key.Key_1, ["sent", "prepared", "prepared"])
    QTest.keyClick(matrix.table, Qt.Key.Key_2)
    name = matrix.receiver.fields["receiver_name"]
    assert name.hasFocus() and name.text() == "Петров П. П.", "who is on duty there is offered"
    QTest.keyClick(name, Qt.Key.Key_Return)
    wait(lambda: statuses(matrix)[0] == "received")
    assert matrix.table.hasFocus() and "Петров П. П." in cell(matrix, 0, 0)
    press(matrix, wait, Qt.Key.Key_3, ["read", "prepared", "prepared"])
    press(matrix, wait, Qt.Key.Key_Return, ["done", "prepared", "prepared"])
    QTest.keyClick(matrix.table, Qt.Key.Key_Down)
    press(matrix, wait, Qt.Key.Key_0, ["done", "unreached", "prepared"])
    QTest.keyClick(matrix.table, Qt.Key.Key_0)
    wait(lambda: cell(matrix, 1, 5) == "2")
    assert matrix.summary.text() == "Приняли 1 из 3, не дозвонились: 1"
    QTest.keyClick(panel, Qt.Key.Key_T, keys)
    wait(lambda: statuses(matrix) == ["done", "sent", "sent"])
    kept = tasks.glance.get("receipts", receipt_id("t1", "o1")).data
    assert (kept["receiver_position"], kept["receiver_phone"], kept["sent_by"]) == (
        "диспетчер",
        "1-11",
        "Иванова А. П.",
    )
    told = tasks.glance.get("telephonograms", "t1").data
    assert (told["status"], told["sender_name"], told["sender_phone"]) == ("sent", "Иванова А. П.", "2-11")
    assert {one.module for one in tasks.glance.outbox()} == {"receipts", "telephonograms"}, "all by the outbox"


def test_keys_that_are_quicker_than_the_disk_are_all_written(matrix: ReceiptMatrix, wait: Wait) -> None:
    for key in (Qt.Key.Key_1, Qt.Key.Key_Down, Qt.Key.Key_1, Qt.Key.Key_Down, Qt.Key.Key_0, Qt.Key.Key_0, Qt.Key.Key_0):
        QTest.keyClick(matrix.table, key)
    wait(lambda: statuses(matrix) == ["sent", "sent", "unreached"] and cell(matrix, 2, 5) == "3")


def test_the_steps_of_one_call_need_no_waiting_for_the_table(matrix: ReceiptMatrix, wait: Wait) -> None:
    for key in (Qt.Key.Key_1, Qt.Key.Key_2):
        QTest.keyClick(matrix.table, key)
    QTest.keyClick(matrix.receiver.fields["receiver_name"], Qt.Key.Key_Return)
    for key in (Qt.Key.Key_3, Qt.Key.Key_4):
        QTest.keyClick(matrix.table, key)
    wait(lambda: statuses(matrix) == ["done", "prepared", "prepared"])
    assert not matrix.message.text()


def test_a_card_that_was_opened_just_now_is_passed_to_all(
    panel: RecordPanel, matrix: ReceiptMatrix, wait: Wait
) -> None:
    panel.show_record("t2")
    matrix.pass_to_all()
    wait(lambda: statuses(matrix) == ["sent"])
    assert not matrix.message.text()


def test_what_was_read_out_is_taken_down_there_though_another_card_is_open(
    panel: RecordPanel, matrix: ReceiptMatrix, tasks: Tasks, wait: Wait
) -> None:
    matrix.dictate()
    (window,) = matrix.window().findChildren(Dictation)
    panel.show_record("t2")
    wait(lambda: matrix.shown.telephonogram == "t2" and len(matrix.shown.lines) == 1)
    QTest.keyClick(window.receiver.fields["receiver_name"], Qt.Key.Key_Return)
    wait(lambda: tasks.glance.get("receipts", receipt_id("t1", "o1")) is not None)
    wait(lambda: not matrix.window().findChildren(Dictation))
    assert tasks.glance.get("receipts", receipt_id("t1", "o1")).data["status"] == "received"
    assert statuses(matrix) == ["prepared"]


def test_who_has_received_it_must_have_a_name_and_esc_gives_it_up(matrix: ReceiptMatrix, wait: Wait) -> None:
    press(matrix, wait, Qt.Key.Key_1, ["sent", "prepared", "prepared"])
    matrix.take_step("received")
    name = matrix.receiver.fields["receiver_name"]
    name.clear()
    QTest.keyClick(name, Qt.Key.Key_Return)
    assert matrix.receiver.isVisible() and statuses(matrix)[0] == "sent"
    QTest.keyClick(name, Qt.Key.Key_Escape)
    assert not matrix.receiver.isVisible() and matrix.table.hasFocus() and statuses(matrix)[0] == "sent"


def test_a_row_that_comes_meanwhile_takes_nothing_out_of_the_hands(matrix: ReceiptMatrix, put: Put, wait: Wait) -> None:
    press(matrix, wait, Qt.Key.Key_1, ["sent", "prepared", "prepared"])
    matrix.take_step("received")
    matrix.receiver.fields["receiver_name"].setText("Набираю")
    put("receipts", {"other": {"telephonogram": "t1", "addressee": "o3", "status": "sent", "sent_at": moment(NOW)}})
    wait(lambda: statuses(matrix) == ["sent", "prepared", "sent"])
    assert matrix.receiver.isVisible() and matrix.receiver.fields["receiver_name"].text() == "Набираю"


def test_silence_turns_red_and_says_whom_to_ring_up(matrix: ReceiptMatrix, wait: Wait, clock: Clock) -> None:
    press(matrix, wait, Qt.Key.Key_1, ["sent", "prepared", "prepared"])
    assert matrix.call.isHidden()
    for minutes, words in ((11, "Позвонить: Водоканал — диспетчер, Петров П. П., тел. 1-11."),
                           (61, "Доложить ответственному: заместитель главы, Главный, тел. 5-55.")):  # fmt: skip
        clock.now = NOW + minutes * MINUTE
        matrix._tick.timeout.emit()
        assert matrix.call.text().startswith(words)
        assert "уже" in matrix.table.cellWidget(0, 6).accessibleName()


def test_what_can_not_be_done_says_why(
    panel: RecordPanel, matrix: ReceiptMatrix, seat: Seat, put: Put, wait: Wait
) -> None:
    QTest.keyClick(matrix.table, Qt.Key.Key_3)
    assert "нельзя перейти" in matrix.message.text()
    put("telephonograms", {"t2": {"number": "К1-2", "text": "Буря", "status": "prepared", "type": "emergency",
                                  "addressees": ["o2"]}}, 2)  # fmt: skip
    panel.show_record("t2")
    wait(lambda: [one.name for one in matrix.shown.lines] == ["ООО «Жилфонд»"])
    assert matrix.message.isHidden(), "what was said of another card is over"
    matrix.pass_to_all()
    wait(lambda: "Ресурс" in matrix.message.text())
    assert statuses(matrix) == ["prepared"]
    seat.take("head", "Глава", role("head"))
    matrix.pass_to_all()
    assert "Роль «Глава»" in matrix.message.text()
    assert "Роль «Глава»" in matrix.steps["sent"].toolTip()


def test_there_is_no_table_where_there_are_no_addressees(panel: RecordPanel, matrix: ReceiptMatrix, wait: Wait) -> None:
    panel.show_record("t3")
    wait(lambda: matrix.shown.telephonogram == "t3")
    assert matrix.isHidden()
    panel.open_new()
    assert matrix.isHidden()


def test_a_text_is_dictated_in_large_type_and_the_check_is_recorded(
    matrix: ReceiptMatrix, tasks: Tasks, wait: Wait, clock: Clock
) -> None:
    """One call: the addressee takes it down, reads it back, and the telephonogram has been passed on to him."""
    QTest.keyClick(matrix.table, Qt.Key.Key_5)
    (window,) = matrix.window().findChildren(Dictation)
    assert window.text.text() == "Вода" and "Водоканал — диспетчер, Петров П. П., тел. 1-11" in window.whom.text()
    assert window.text.fontInfo().pixelSize() >= 1.8 * window.whom.fontInfo().pixelSize() / 1.3
    window.receiver.read_back.setChecked(True)
    clock.now = NOW + 2 * MINUTE
    QTest.keyClick(window.receiver.fields["receiver_name"], Qt.Key.Key_Return)
    wait(lambda: statuses(matrix) == ["received", "prepared", "prepared"])
    kept = tasks.glance.get("receipts", receipt_id("t1", "o1")).data
    assert (kept["read_back_at"], kept["read_back_by"]) == (moment(clock.now), "Иванова А. П.")
    assert kept["sent_at"] and kept["received_at"] and kept["receiver_name"] == "Петров П. П."
    wait(lambda: not matrix.window().findChildren(Dictation))
    QTest.keyClick(matrix.table, Qt.Key.Key_5)
    assert "уже принята" in matrix.message.text()


def test_a_dictation_that_is_given_up_records_nothing(matrix: ReceiptMatrix, tasks: Tasks, wait: Wait) -> None:
    matrix.dictation.click()
    (window,) = matrix.window().findChildren(Dictation)
    QTest.keyClick(window.receiver.fields["receiver_phone"], Qt.Key.Key_Escape)
    wait(lambda: not matrix.window().findChildren(Dictation))
    assert not tasks.glance.outbox()


def test_what_is_annulled_rings_no_more(panel: RecordPanel, matrix: ReceiptMatrix, tasks: Tasks, wait: Wait) -> None:
    press(matrix, wait, Qt.Key.Key_1, ["sent", "prepared", "prepared"])
    panel.form.lines["remark"].fill("ошибка", "")
    panel.form.move_to("cancelled")
    wait(lambda: statuses(matrix) == ["withdrawn", "prepared", "prepared"])
    assert tasks.glance.get("receipts", receipt_id("t1", "o1")).data["remark"] == "Телефонограмма аннулирована."
