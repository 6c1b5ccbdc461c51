"""A conflict shows both sides and their authors, survives restarts, and ends only by a person's decision."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot
from throwaway import HOUSE, NOW
from unsent_edits import ME, Bench, bench

from citymanager.access_journal import AccessJournal
from citymanager.hub import Hub
from citymanager.roles import role
from citymanager.steady import Steady
from citymanager.store import Profile, Writer
from citymanager.tasks import Tasks
from citymanager.values import moment
from widgets.conflict_panel import DELETE, GOES_ON, LEAVE, NOTHING, ConflictPanel
from widgets.conflict_sheet import FieldChoice, part_of
from widgets.desk import Desk
from widgets.editors.text import NumberEditor, TextEditor
from widgets.seat import Seat

Wait = Callable[[Callable[[], bool]], None]


@pytest.fixture
def known(writer: Writer) -> Bench:
    return bench(writer)


@pytest.fixture
def contested(known: Bench) -> Bench:
    """I changed name, length and colour; somebody else name and length."""
    saved = known.edit(name="Моё имя", length=5, colour="red")
    known.conflict(saved, ["name", "length"], name="Их имя", length=7)
    return known


@pytest.fixture
def panel(tasks: Tasks, hub: Hub, seat: Seat, journal: AccessJournal, wait: Wait) -> ConflictPanel:
    made = ConflictPanel(tasks, hub, seat, journal, lambda: NOW + timedelta(hours=3))
    wait(lambda: made.sheet is not None or made.title.text() == NOTHING)
    return made


def choice(panel: ConflictPanel, key: str) -> FieldChoice:
    assert panel.sheet is not None
    return next(one for one in panel.sheet.choices if one.edit.field.key == key)


def decided(panel: ConflictPanel, wait: Wait) -> None:
    panel.decide.click()
    wait(lambda: panel.sheet is None)


def test_nothing_to_decide_is_said(known: Bench, panel: ConflictPanel) -> None:
    assert panel.title.text() == NOTHING
    assert not any(button.isEnabled() for button in (panel.decide, panel.again, panel.accept, panel.open))


def test_every_side_is_shown_with_its_author_and_time(contested: Bench, panel: ConflictPanel) -> None:
    name = choice(panel, "name")
    assert name.edit.base is not None
    sides = (name.edit.base.text, name.edit.mine.text, name.edit.theirs.text)
    assert sides == ("Скамейка у озера", "Моё имя", "Их имя")
    assert panel.sheet is not None
    heads = [label.text() for label in panel.sheet.findChildren(type(panel.title))]
    assert "Моя правка: ivanova, 23.11.2026 09:05:06" in heads
    assert "На сервере: petrov, 23.11.2026 09:10:00" in heads


def test_a_contested_field_has_no_choice_until_a_person_makes_it(contested: Bench, panel: ConflictPanel) -> None:
    assert choice(panel, "name").choice is None
    assert choice(panel, "colour").choice == "mine"
    assert not panel.decide.isEnabled()
    choice(panel, "name").mine.button.click()
    assert not panel.decide.isEnabled()
    choice(panel, "length").theirs.button.click()
    assert panel.decide.isEnabled()


def test_mine_and_theirs_are_chosen_field_by_field(contested: Bench, panel: ConflictPanel, wait: Wait) -> None:
    choice(panel, "name").mine.button.click()
    choice(panel, "length").theirs.button.click()
    decided(panel, wait)
    (pending,) = contested.writer.outbox()
    assert (pending.state, pending.base, pending.change) == ("waiting", 2, {"name": "Моё имя", "colour": "red"})
    assert pending.at == moment(NOW + timedelta(hours=3)), "by the clock of the desk, whatever the computer's says"
    record = contested.writer.get("benches", contested.id)
    assert record is not None
    assert (record.data["name"], record.data["length"], record.data["colour"]) == ("Моё имя", 7, "red")


def test_a_third_value_can_be_written(contested: Bench, panel: ConflictPanel, wait: Wait) -> None:
    name, length = choice(panel, "name"), choice(panel, "length")
    assert isinstance(name.editor, TextEditor)
    assert isinstance(length.editor, NumberEditor)
    name.editor.line.setText("Общее имя")
    name.editor.line.textEdited.emit("Общее имя")
    length.editor.line.setText("6,5")
    length.editor.line.textEdited.emit("6,5")
    assert (name.choice, length.choice) == ("edited", "edited")
    decided(panel, wait)
    (pending,) = contested.writer.outbox()
    assert pending.change == {"name": "Общее имя", "length": 6.5, "colour": "red"}


def test_a_third_value_that_can_not_be_read_is_refused(
    contested: Bench, panel: ConflictPanel, notices: list[tuple[str, str]]
) -> None:
    choice(panel, "name").mine.button.click()
    length = choice(panel, "length")
    assert isinstance(length.editor, NumberEditor)
    length.editor.line.setText("много")
    length.editor.line.textEdited.emit("много")
    panel.decide.click()
    assert notices[-1][1] == "error"
    assert "«Длина»" in notices[-1][0]
    assert contested.writer.outbox()[0].state == "conflict"


def test_the_servers_state_can_be_accepted_whole(contested: Bench, panel: ConflictPanel, wait: Wait) -> None:
    panel.accept.click()
    wait(lambda: panel.sheet is None)
    assert contested.writer.outbox() == []
    record = contested.writer.get("benches", contested.id)
    assert record is not None
    assert (record.data["name"], record.data["length"], record.data["colour"]) == ("Их имя", 7, "green")


def test_a_conflict_survives_a_restart_and_is_decided_then(
    contested: Bench, profile: Profile, hub: Hub, seat: Seat, wait: Wait
) -> None:
    journal = AccessJournal(profile, lambda: seat.login)
    tasks = Tasks(profile, HOUSE, contested.writer)
    before = ConflictPanel(tasks, Hub(), seat, journal, Steady())
    wait(lambda: before.sheet is not None)
    tasks.close()
    reopened = profile.writer(HOUSE, patience=0)
    again = Tasks(profile, HOUSE, reopened)
    panel = ConflictPanel(again, hub, seat, journal, Steady())
    wait(lambda: panel.sheet is not None)
    name = choice(panel, "name")
    assert name.edit.base is not None
    assert (name.edit.base.text, name.edit.mine.text) == ("Скамейка у озера", "Моё имя")
    assert name.edit.theirs.text == "Их имя"
    name.theirs.button.click()
    choice(panel, "length").mine.button.click()
    decided(panel, wait)
    (pending,) = reopened.outbox()
    assert pending.change == {"length": 5, "colour": "red"}
    again.close()


def test_a_conflict_survives_later_changes_from_the_server(
    contested: Bench, panel: ConflictPanel, hub: Hub, wait: Wait
) -> None:
    from throwaway import NOW

    newer = {
        "seq": 30, "module": "benches", "id": contested.id, "version": 3, "deleted": False, "by": "sidorov",
        "at": "2026-11-23T05:00:00Z", "data": {**contested.data(), "name": "Ещё одно имя"},
    }  # fmt: skip
    contested.writer.absorb([newer], NOW, {})
    hub.outbox_changed.emit()
    wait(lambda: choice(panel, "name").edit.theirs.text == "Ещё одно имя")
    assert choice(panel, "name").edit.mine.text == "Моё имя"


def test_a_refused_edit_can_be_sent_again_or_given_up(known: Bench, panel: ConflictPanel, hub: Hub, wait: Wait) -> None:
    known.refuse(known.edit(length=9), "Длина не согласована.")
    hub.outbox_changed.emit()
    wait(lambda: panel.sheet is not None)
    assert panel.reason.text() == "Длина не согласована."
    panel.again.click()
    wait(lambda: panel.sheet is None)
    (pending,) = known.writer.outbox()
    assert pending.state == "waiting"
    known.refuse_op(pending.op, "Всё ещё нет.")
    hub.outbox_changed.emit()
    wait(lambda: panel.sheet is not None)
    panel.accept.click()
    wait(lambda: panel.sheet is None)
    assert known.writer.outbox() == []
    record = known.writer.get("benches", known.id)
    assert record is not None
    assert record.data["length"] == 2.5


def test_a_choice_half_made_is_not_lost_when_other_edits_come(
    contested: Bench, panel: ConflictPanel, hub: Hub, wait: Wait
) -> None:
    choice(panel, "name").theirs.button.click()
    other = bench(contested.writer)
    other.refuse(other.edit(length=9), "Нет.")
    hub.outbox_changed.emit()
    wait(lambda: len(panel.edits) == 2)
    assert choice(panel, "name").choice == "theirs"


def test_the_sheet_of_an_operation_is_brought_up(contested: Bench, panel: ConflictPanel, wait: Wait) -> None:
    other = bench(contested.writer)
    refused = other.edit(length=9)
    other.refuse(refused, "Нет.")
    panel.show_operation(refused.op)
    wait(lambda: panel.sheet is not None and panel.sheet.edit.pending.op == refused.op)


@pytest.mark.fault("F14")
def test_a_choice_half_made_outlives_a_third_edit_of_another_field(
    contested: Bench, panel: ConflictPanel, hub: Hub, wait: Wait
) -> None:
    choice(panel, "name").mine.button.click()
    choice(panel, "length").theirs.button.click()
    contested.moves_on(3, length=8, name="Их имя")
    hub.outbox_changed.emit()
    wait(lambda: choice(panel, "length").edit.theirs.text == "8 м")
    assert (choice(panel, "name").choice, choice(panel, "length").choice) == ("mine", None)
    assert not panel.decide.isEnabled() and GOES_ON in panel.reason.text()


@pytest.mark.fault("F14")
def test_a_third_edit_of_what_did_not_meet_before_is_asked_about(
    contested: Bench, panel: ConflictPanel, hub: Hub, wait: Wait
) -> None:
    assert choice(panel, "colour").choice == "mine"
    contested.moves_on(3, colour="blue", name="Их имя", length=7)
    hub.outbox_changed.emit()
    wait(lambda: choice(panel, "colour").edit.contested)
    assert choice(panel, "colour").choice is None
    assert choice(panel, "colour").edit.theirs.text == "Синий"


@pytest.mark.fault("F14")
def test_the_decision_stands_on_what_the_sheet_showed(contested: Bench, panel: ConflictPanel, wait: Wait) -> None:
    choice(panel, "name").mine.button.click()
    choice(panel, "length").mine.button.click()
    contested.moves_on(3, name="Третье имя", length=7)  # the panel has not been told yet
    decided(panel, wait)
    (pending,) = contested.writer.outbox()
    assert pending.base == 2, "the server will find that the name has changed once more"


def test_a_record_deleted_on_the_server_is_said_to_be(
    contested: Bench, panel: ConflictPanel, hub: Hub, wait: Wait
) -> None:
    contested.moves_on(3, deleted=True)
    hub.outbox_changed.emit()
    wait(lambda: "удалена: sidorov" in panel.reason.text())
    assert choice(panel, "name").edit.theirs.text == "—"
    choice(panel, "name").mine.button.click()
    choice(panel, "length").theirs.button.click()
    decided(panel, wait)
    record = contested.writer.get("benches", contested.id)
    assert record is not None and record.data["name"] == "Моё имя" and record.data["length"] == 7


def test_a_deletion_that_met_an_edit_shows_what_it_would_take_away(
    known: Bench, panel: ConflictPanel, hub: Hub, wait: Wait
) -> None:
    saved = known.writer.delete("benches", known.id, ME, role("moderator"), NOW)
    known.conflict(saved, ["name"], name="Их имя", donor="Петров П. П.")
    hub.outbox_changed.emit()
    wait(lambda: panel.sheet is not None)
    assert panel.sheet is not None
    shown = [label.text() for label in panel.sheet.findChildren(QLabel)]
    assert "Скамейка у озера" in shown and "Их имя" in shown and "Петров П. П." not in shown
    assert (panel.decide.text(), panel.accept.text()) == (DELETE, LEAVE)
    assert panel.decide.isEnabled() and panel.again.isHidden()
    decided(panel, wait)
    (pending,) = known.writer.outbox()
    assert (pending.deleted, pending.base, pending.state) == (True, 2, "waiting")


def test_a_move_is_chosen_with_its_moment(known: Bench, writer: Writer, tasks: Tasks, hub: Hub, seat: Seat,
                                          journal: AccessJournal, wait: Wait) -> None:  # fmt: skip
    asked = {"earthworks": "e1", "party": "o1", "status": "asked"}
    theirs = {**asked, "status": "agreed", "answered_at": "2026-11-23T03:00:00Z"}
    writer.absorb([known.change("approvals", "a1", 1, asked)], NOW, {})
    mine = writer.save("approvals", "a1", {"status": "declined", "condition": "Нет"}, ME, role("moderator"), NOW)
    current = known.change("approvals", "a1", 2, theirs)
    writer.settle([{"op": mine.op, "result": "conflict", "current": current, "fields": ["status"]}], "f", NOW)
    panel = ConflictPanel(tasks, hub, seat, journal, Steady())
    wait(lambda: panel.sheet is not None)
    assert panel.sheet is not None
    assert [one.edit.field.key for one in panel.sheet.choices] == ["status", "condition"], "no row for the moment"
    choice(panel, "status").theirs.button.click()
    assert panel.sheet.change() == {"condition": "Нет"}
    choice(panel, "status").mine.button.click()
    assert panel.sheet.change() == {"status": "declined", "answered_at": moment(NOW), "condition": "Нет"}


def test_an_edit_is_decided_with_the_keyboard_alone(
    contested: Bench, panel: ConflictPanel, qtbot: QtBot, wait: Wait
) -> None:
    panel.resize(900, 500)
    with qtbot.waitExposed(panel):
        panel.show()
    panel.activateWindow()
    panel.list.setFocus()

    def press(key: Qt.Key) -> None:
        focused = panel.focusWidget()
        assert focused is not None
        qtbot.keyClick(focused, key)

    def tab_to(wanted: QWidget) -> None:
        for _ in range(40):
            if panel.focusWidget() is wanted:
                return
            press(Qt.Key.Key_Tab)
        raise AssertionError("Tab does not come there")

    tab_to(choice(panel, "name").mine.button)
    press(Qt.Key.Key_Right)
    press(Qt.Key.Key_Space)
    assert choice(panel, "name").choice == "theirs"
    tab_to(choice(panel, "length").mine.button)
    press(Qt.Key.Key_Space)
    tab_to(panel.decide)
    press(Qt.Key.Key_Space)
    wait(lambda: panel.sheet is None)
    assert contested.writer.outbox()[0].change == {"length": 5, "colour": "red"}


def test_own_value_opens_its_editor_only_when_it_is_wanted(contested: Bench, panel: ConflictPanel) -> None:
    name = choice(panel, "name")
    assert name.editor is not None and name.editor.isHidden()
    name.own.click()
    assert not name.editor.isHidden()
    name.theirs.button.click()
    assert name.editor.isHidden()


@pytest.mark.parametrize("width", [520, 760, 1400])
def test_every_text_of_a_sheet_fits(contested: Bench, panel: ConflictPanel, qtbot: QtBot, width: int) -> None:
    panel.resize(width, 500)
    with qtbot.waitExposed(panel):
        panel.show()
    assert panel.sheet is not None
    assert panel.sheet.width() <= panel.area.viewport().width()
    for label in panel.sheet.findChildren(QLabel):
        longest = max((label.fontMetrics().horizontalAdvance(word) for word in label.text().split()), default=0)
        assert label.width() >= longest, label.text()
        assert label.height() >= label.heightForWidth(label.width()), label.text()


def test_of_long_texts_the_part_is_shown_in_which_they_differ() -> None:
    same = "слово " * 200
    mine, theirs = part_of(f"{same}моё", f"{same}их"), part_of(f"{same}их", f"{same}моё")
    assert mine.endswith("моё") and theirs.endswith("их") and mine.startswith("…")
    assert part_of("коротко", "x" * 999) == "коротко"


@pytest.mark.fault("F31")
def test_whatever_is_set_aside_there_is_a_button(known: Bench, panel: ConflictPanel, hub: Hub, wait: Wait) -> None:
    """mergin #1772: an error, and no way on."""
    known.conflict(known.edit(name="Моё"), ["name"], name="Их имя")
    known.refuse(known.edit(length=9), "Нет.")
    failed = known.edit(colour="blue")
    for _ in range(5):
        known.writer.failed([failed.op], "Ошибка 500")
    deletion = known.writer.delete("benches", known.id, ME, role("moderator"), NOW)
    known.refuse(deletion, "Не вам удалять.")
    hub.outbox_changed.emit()
    wait(lambda: len(panel.edits) == 4)
    for row, edit in enumerate(panel.edits):
        panel.list.setCurrentRow(row)
        buttons = (panel.decide, panel.mend, panel.again, panel.accept)
        ways = [one.text() for one in buttons if not one.isHidden() and (one.isEnabled() or one is panel.decide)]
        assert len(ways) >= 2 and panel.reason.text(), edit.state


def test_an_edit_of_another_person_is_left_to_him_or_a_senior(
    contested: Bench, tasks: Tasks, hub: Hub, journal: AccessJournal, wait: Wait
) -> None:
    seat = Seat("sidorova", "", role("operator"))
    panel = ConflictPanel(tasks, hub, seat, journal, Steady())
    wait(lambda: panel.sheet is not None)
    assert f"Это правка «{ME}»" in panel.why.text() and not panel.accept.isEnabled()
    assert panel.sheet is not None
    heads = [label.text() for label in panel.sheet.findChildren(QLabel)]
    assert f"Правка: {ME}, 23.11.2026 09:05:06" in heads, "it is not called mine"
    seat.take("sidorova", "", role("moderator"))
    assert panel.why.text() == "" and panel.accept.isEnabled()


def test_who_may_not_write_any_more_may_still_give_his_edit_up(
    contested: Bench, tasks: Tasks, hub: Hub, journal: AccessJournal, wait: Wait
) -> None:
    panel = ConflictPanel(tasks, hub, Seat(ME, "", role("head")), journal, Steady())
    wait(lambda: panel.sheet is not None)
    assert panel.accept.isEnabled() and not panel.decide.isEnabled() and "не изменяет" in panel.why.text()
    panel.accept.click()
    wait(lambda: panel.sheet is None)


def test_who_may_not_write_decides_nothing(
    contested: Bench, tasks: Tasks, hub: Hub, journal: AccessJournal, wait: Wait
) -> None:
    panel = ConflictPanel(tasks, hub, Seat(read_only=True), journal, Steady())
    wait(lambda: panel.sheet is not None)
    assert not any(button.isEnabled() for button in (panel.decide, panel.again, panel.accept))
    assert panel.open.isEnabled()


@pytest.mark.fault("F31")
def test_what_was_refused_is_opened_in_its_card_to_be_corrected(
    known: Bench, writer: Writer, desk: Desk, hub: Hub, wait: Wait
) -> None:
    saved = writer.save("organisations", None, {"name": "Служба"}, ME, role("moderator"), NOW)
    known.refuse(saved, "Такая уже есть.")
    hub.outbox_changed.emit()
    wait(lambda: desk.conflicts.sheet is not None)
    assert not desk.conflicts.mend.isHidden() and desk.conflicts.decide.isHidden()
    desk.conflicts.mend.click()
    form = desk.record("organisations").form
    assert form.ident == saved.id and "Сервер отказал: Такая уже есть." in form.note
