"""A low card, as on a small screen under an alarm: terms scroll with the fields, and nobody works blind."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from throwaway import NOW

from citymanager.modules import BY_KEY
from citymanager.values import moment
from widgets.in_sight import SETTLED_MS
from widgets.panels.additions import furnish
from widgets.panels.receipt_matrix import ReceiptMatrix
from widgets.panels.stand import Stand
from widgets.record_panel import RecordPanel

Put = Callable[..., None]
Wait = Callable[[Callable[[], bool]], None]
KEYS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
LOW = (940, 530)


@pytest.fixture
def panel(put: Put, panel_of: Callable[..., RecordPanel], stand: Stand, wait: Wait) -> RecordPanel:
    """Eight addressees, in a panel as low as it is at 1366×768 under an alarm."""
    names = [f"o{n}" for n in range(8)]
    put("organisations", {one: {"name": f"Служба {one}"} for one in names})
    put("telephonograms", {"t1": {"number": "К1-1", "text": "Вода", "status": "sent", "type": "emergency",
                                  "began": moment(NOW), "planned_end": moment(NOW), "sent_at": moment(NOW),
                                  "addressees": names}})  # fmt: skip
    made = panel_of(BY_KEY["telephonograms"])
    furnish(made, stand)
    made.resize(*LOW)
    made.show_record("t1")
    wait(lambda: matrix(made).table.rowCount() == len(names))
    wait(made.isActiveWindow)
    return made


def matrix(panel: RecordPanel) -> ReceiptMatrix:
    (found,) = panel.findChildren(ReceiptMatrix)
    return found


def seen(panel: RecordPanel, widget: QWidget) -> bool:
    """Whether the whole of it can be seen in the card."""
    sheet = panel.form.sheet.viewport()
    top = widget.mapTo(sheet, widget.rect().topLeft()).y()
    return top >= 0 and top + widget.height() <= sheet.height()


def row_seen(panel: RecordPanel) -> bool:
    table, sheet = matrix(panel).table, panel.form.sheet.viewport()
    row = table.visualItemRect(table.currentItem())
    top = table.viewport().mapTo(sheet, row.topLeft()).y()
    return top >= 0 and top + row.height() <= sheet.height()


def test_who_works_the_addressees_by_keys_sees_which_one_it_is(panel: RecordPanel, wait: Wait) -> None:
    QTest.keyClick(panel, Qt.Key.Key_A, KEYS)
    assert matrix(panel).table.hasFocus() and row_seen(panel)
    for _ in range(7):
        QTest.keyClick(matrix(panel).table, Qt.Key.Key_Down)
        assert row_seen(panel)
    QTest.keyClick(matrix(panel).table, Qt.Key.Key_1)
    wait(lambda: matrix(panel).table.current.status == "sent")
    QTest.keyClick(matrix(panel).table, Qt.Key.Key_2)
    name = matrix(panel).receiver.fields["receiver_name"]
    assert name.hasFocus()
    wait(lambda: seen(panel, name))


def test_what_is_typed_into_stays_in_sight_when_the_card_gets_lower(panel: RecordPanel, wait: Wait) -> None:
    panel.resize(LOW[0], 900)
    panel.form.open_new()
    panel.form.sheet.focus_needed()
    page = panel.form.lines["text"].editor
    assert page.isAncestorOf(panel.focusWidget()) or page is panel.focusWidget()
    panel.resize(*LOW)
    wait(lambda: seen(panel, page))


def test_a_card_that_is_opened_shows_its_terms_until_somebody_types(panel: RecordPanel, wait: Wait) -> None:
    panel.form.sheet.focus_first()
    QTest.qWait(3 * SETTLED_MS)
    assert seen(panel, panel.form.due)
    first = panel.focusWidget()
    assert first is not None and not seen(panel, first)
    QTest.keyClick(first, Qt.Key.Key_1)
    wait(lambda: seen(panel, first))


def test_terms_are_read_whole_however_low_the_card_is(panel: RecordPanel, wait: Wait) -> None:
    due = panel.form.due
    assert panel.form.sheet.isAncestorOf(due) and seen(panel, due), "on top of what scrolls"
    panel.resize(LOW[0], 900)
    wait(lambda: not panel.form.sheet.isAncestorOf(due) and due.isVisible())
    panel.resize(560, LOW[1])
    wait(lambda: panel.form.sheet.isAncestorOf(due) and due.isVisible())
    for _, words in due._lines:
        assert words.isHidden() or words.height() >= words.heightForWidth(words.width()), words.text()
