"""A status of a newer program: shown as text everywhere, moved nowhere, and everything else can be edited."""

from datetime import date

import pytest
from PySide6.QtTest import QTest
from throwaway import NOW

from citymanager.calendar import WorkCalendar
from citymanager.clocks import dues
from citymanager.modules import BY_KEY
from citymanager.norms import Norms
from citymanager.roles import role
from citymanager.store import Query
from citymanager.workflow import closed, ways
from layers.points import PointLayer
from layers.style import marks
from layers.window import Window
from widgets.printing.documents import Imprint, card_paper, table_paper
from widgets.wall_facts import facts

pytestmark = pytest.mark.fault("F32")
REPORTS = BY_KEY["reports"]
TOMORROW = "of_tomorrow"
POINT = {"type": "Point", "coordinates": [60.73, 56.08]}
REPORT = {
    "number": "К1-1", "text": "Яма", "status": TOMORROW, "registered": "2026-11-20T04:00:00Z", "regime": "platform",
    "geometry": POINT, "of_tomorrow": {"а": [1, None]},
}  # fmt: skip


@pytest.fixture
def panel(put, panel_of):
    put("reports", {"r1": REPORT, "r2": {**REPORT, "number": "К1-2", "status": "new"}})
    made = panel_of(REPORTS)
    made.show_record("r1")
    return made


def test_it_is_text_in_table_card_and_filter(panel, qtbot):
    rows = {model_text(panel, row) for row in range(panel.model.rowCount())}
    assert any(TOMORROW in text for text in rows)
    assert panel.form.head.pill.accessibleName() == f"Статус: {TOMORROW}"
    chip = panel.bar.status_chips[TOMORROW]
    assert chip.isVisibleTo(panel) and chip.text() == f"{TOMORROW}  1"
    chip.click()
    qtbot.waitUntil(lambda: panel.model.complete and panel.model.rowCount() == 1, timeout=20_000)
    panel.grab()


def model_text(panel, row):
    return " ".join(str(panel.model.index(row, column).data() or "") for column in range(panel.model.columnCount()))


def test_no_move_is_offered_and_it_is_said_why(panel):
    assert panel.form.moves.buttons() == []
    assert f"Статус «{TOMORROW}» появился в более новой версии" in panel.form.stuck
    panel.show_record("r2")
    assert panel.form.stuck == "" and panel.form.moves.buttons()
    assert ways(REPORTS, REPORT, role("moderator")) == []
    assert "нельзя перейти" in str(closed(REPORTS, REPORT, {**REPORT, "status": "new"}, role("moderator")))


def test_other_fields_are_edited_and_nothing_foreign_is_lost(panel, tasks, wait):
    QTest.keyClicks(panel.form.lines["text"].editor.focusProxy(), "7")
    panel.form.save()
    wait(lambda: len(tasks.glance.outbox()) == 1)
    text = tasks.glance.get("reports", "r1").data["text"]
    assert text in ("Яма7", "7Яма")  # where the cursor stood
    assert tasks.glance.outbox()[0].change == {"text": text}
    assert tasks.glance.get("reports", "r1").data == {**REPORT, "text": text}


def test_paper_wall_map_and_due_times_bear_it(panel, tasks):
    reader, imprint = tasks.glance, Imprint("Учебный", "Иванова", NOW, True)
    table = table_paper(reader, Query("reports"), REPORTS.table, "", imprint, lambda *_: None)
    assert any(TOMORROW in row for row in table.rows)
    card_paper(reader, reader.get("reports", "r1"), [], imprint, revealed=False)
    found = facts(reader, REPORTS, date(2026, 11, 23))
    assert sum(found.counts.values()) == 2 and {one.tone for one in found.cards} == {"work", "new"}
    known = [one.value for one in marks(REPORTS)][:-1]
    layer = PointLayer(known)
    layer.load(reader.features.points("reports"))
    view = layer.view(Window(0.0, 0.0, 1.0, 1.0, 3))
    assert len(view.points) + len(view.clusters) > 0 and len(layer) == 2
    assert marks(REPORTS)[-1].title == "Прочее"
    assert isinstance(dues(REPORTS, REPORT, Norms({}), WorkCalendar(), NOW), list)
