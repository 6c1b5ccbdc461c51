"""The buttons of the workflow: open, closed with a reason, or leading to what is missing."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from throwaway import HOUSE

from citymanager.modules import BY_KEY
from citymanager.roles import role
from citymanager.workflow import ways

REPORTS = BY_KEY["reports"]
REPORT = {"number": "К1-1", "text": "Яма", "status": "accepted", "regime": "platform"}
WITH_STATUSES = [module for module in HOUSE if module.statuses]


@pytest.fixture
def panel(put, panel_of):
    put("organisations", {"o1": {"name": "ООО «Лавка»"}})
    put("reports", {"r1": REPORT})
    made = panel_of(REPORTS)
    made.show_record("r1")
    return made


def button(panel, title: str):
    return next(one for one in panel.form.moves.buttons() if one.text() == title)


@pytest.mark.parametrize("module", WITH_STATUSES, ids=lambda module: module.key)
def test_every_status_offers_its_declared_moves(module, put, panel_of, seat):
    put(module.key, {one.key: {"status": one.key} for one in module.statuses})
    panel = panel_of(module)
    for status in module.statuses:
        panel.show_record(status.key)
        offered = [one.text() for one in panel.form.moves.buttons()]
        assert offered == [one.title for one in ways(module, {"status": status.key}, seat.role)]


def test_a_move_with_missing_fields_leads_to_them(panel, tasks):
    assert "Исполнитель" in button(panel, "Назначить").toolTip()
    button(panel, "Назначить").click()
    line = panel.form.lines["executor"]
    assert "Назначить" in line.problem_text
    assert line.editor.isAncestorOf(panel.focusWidget())
    assert not tasks.glance.outbox()


def test_what_was_typed_opens_the_move_and_goes_with_it(panel, tasks, wait):
    editor = panel.form.lines["executor"].editor
    editor.line.chosen.emit("o1", "ООО «Лавка»")
    assert button(panel, "Назначить").toolTip() == ""
    button(panel, "Назначить").click()
    wait(lambda: not panel.form.touched)
    assert [one.change for one in tasks.glance.outbox()] == [{"status": "assigned", "executor": "o1"}]
    assert panel.form.moves.buttons()[0].text() == "Взять в работу"


def test_a_closed_move_is_reached_by_the_keyboard_and_says_why(panel, seat, tasks):
    seat.take("petrov", "Петров", role("executor"))
    closed = button(panel, "Назначить")
    assert "Исполнитель" in closed.accessibleDescription()
    closed.setFocus()
    QTest.keyClick(closed, Qt.Key.Key_Space)
    assert "не может перевести" in panel.form.foot.refusal
    assert not tasks.glance.outbox()


def test_a_new_card_has_no_moves(panel):
    panel.open_new()
    assert panel.form.moves.buttons() == []
