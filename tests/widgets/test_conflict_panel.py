"""A conflict shows both sides and their authors, survives restarts, and ends only by a person's decision."""

from collections.abc import Callable

import pytest
from throwaway import HOUSE
from unsent_edits import Bench, bench

from citymanager.access_journal import AccessJournal
from citymanager.hub import Hub
from citymanager.store import Profile, Writer
from citymanager.tasks import Tasks
from widgets.conflict_panel import NOTHING, ConflictPanel
from widgets.conflict_sheet import FieldChoice
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
    made = ConflictPanel(tasks, hub, seat, journal)
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
    before = ConflictPanel(tasks, Hub(), seat, journal)
    wait(lambda: before.sheet is not None)
    tasks.close()
    reopened = profile.writer(HOUSE, patience=0)
    again = Tasks(profile, HOUSE, reopened)
    panel = ConflictPanel(again, hub, seat, journal)
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


def test_who_may_not_write_decides_nothing(
    contested: Bench, tasks: Tasks, hub: Hub, journal: AccessJournal, wait: Wait
) -> None:
    panel = ConflictPanel(tasks, hub, Seat(read_only=True), journal)
    wait(lambda: panel.sheet is not None)
    assert not any(button.isEnabled() for button in (panel.decide, panel.again, panel.accept))
    assert panel.open.isEnabled()
