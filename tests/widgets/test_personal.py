"""Personal data at the desk: masked for everybody, shown for one card and a while, each time with a journal line."""

import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from reading_out import read_out
from throwaway import THROWAWAY, WHOLE
from unsent_edits import bench

from citymanager.access_journal import AccessJournal
from citymanager.modules.access_log import ACCESS_LOG
from citymanager.roles import role
from citymanager.steady import Steady
from citymanager.store import Profile, Record, Writer
from citymanager.tasks import Tasks
from widgets.conflict_panel import ConflictPanel
from widgets.personal import EMPTY, MASK
from widgets.record_panel import RecordPanel
from widgets.seat import Seat

SECRET = str(WHOLE["donor"])
Put = Callable[..., None]
Wait = Callable[[Callable[[], bool]], None]


@pytest.fixture
def panel(put: Put, panel_of: Callable[..., RecordPanel]) -> RecordPanel:
    put("benches", {"b1": WHOLE, "b2": {**WHOLE, "name": "Другая", "donor": "Петров П. П."}, "b3": {"name": "Третья"}})
    made = panel_of(THROWAWAY)
    made.show_record("b1")
    return made


@pytest.fixture
def lines(tasks: Tasks) -> Callable[[], list[Record]]:
    """The journal of access, as it will be sent."""
    return lambda: tasks.write_here(lambda writer: list(_access(writer)))


def _access(writer: Writer) -> Iterator[Record]:
    writer.take_spooled()
    for one in writer.outbox():
        if one.module == ACCESS_LOG.key:
            yield Record(one.module, one.id, 0, one.change, one.author, one.at)


def donor(panel: RecordPanel) -> Any:
    return panel.form.lines["donor"]


def test_a_card_shows_a_mask_and_nothing_reads_behind_it(panel: RecordPanel) -> None:
    line = donor(panel)
    assert line.masked and line.veil.isVisible() and not line.editor.isVisible()
    assert line.veil.words.text() == MASK
    assert SECRET not in read_out(panel)
    panel.show_record("b3")
    assert donor(panel).veil.words.text() == EMPTY


def test_a_reveal_shows_this_card_only_and_is_in_the_journal(
    panel: RecordPanel, lines: Callable[[], list[Record]]
) -> None:
    QTest.keyClick(
        panel.form, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    )  # fmt: skip
    assert donor(panel).editor.value() == SECRET
    assert donor(panel).editor.isVisible()
    (line,) = lines()
    assert (line.data["act"], line.data["module"], line.data["record"]) == ("reveal", "benches", "b1")
    assert line.data["login"] == "ivanova" and line.data["detail"] == "Даритель"
    panel.show_record("b2")
    assert donor(panel).masked
    panel.show_record("b1")
    assert donor(panel).masked, "another card has been open meanwhile"
    donor(panel).veil.button.click()
    assert len(lines()) == 2


def test_it_is_over_after_a_while(panel: RecordPanel, wait: Wait) -> None:
    panel.form.revealed._timer.setInterval(50)
    panel.form.reveal()
    assert not donor(panel).masked
    wait(lambda: bool(donor(panel).masked))
    assert SECRET not in read_out(panel)


def test_without_its_line_nothing_is_shown(
    panel: RecordPanel, profile: Profile, notices: list[tuple[str, str]]
) -> None:
    (profile.folder / "spool.journal").unlink(missing_ok=True)
    (profile.folder / "spool.journal").mkdir()  # nothing can be appended to it
    panel.form.reveal()
    assert donor(panel).masked
    assert "журнал" in notices[-1][0] and notices[-1][1] == "warning"
    shutil.rmtree(profile.folder / "spool.journal")


def test_who_may_not_see_is_told_why(panel: RecordPanel, seat: Seat, notices: list[tuple[str, str]]) -> None:
    panel.form.reveal()
    seat.take("screen", "Экран", role("wall"))
    assert donor(panel).masked
    assert not donor(panel).veil.button.isEnabled()
    panel.form.reveal()
    assert donor(panel).masked
    assert "Роль «Экран» не видит персональные данные" in notices[-1][0]


def test_the_next_person_sees_the_mask(panel: RecordPanel, seat: Seat) -> None:
    panel.form.reveal()
    seat.take("sidorov", "Сидоров", role("moderator"))
    assert donor(panel).masked and SECRET not in read_out(panel)


def test_a_new_card_is_typed_unmasked_and_masked_once_it_is_made(panel: RecordPanel, wait: Wait) -> None:
    panel.open_new()
    assert not donor(panel).masked
    panel.form.lines["name"].editor.setFocus()
    panel.form.lines["name"].editor.line.insert("Новая")
    donor(panel).editor.line.insert("Сидоров")
    panel.form.save()
    wait(lambda: panel.form.ident not in ("", "b1", "b2", "b3"))
    assert donor(panel).masked and donor(panel).stored == "Сидоров"
    assert "Сидоров" not in read_out(panel)


def test_what_was_typed_over_personal_data_waits_behind_the_mask(panel: RecordPanel, tasks: Tasks, wait: Wait) -> None:
    """A draft of a personal field is masked too; it is neither lost nor saved unseen."""
    panel.form.reveal()
    donor(panel).editor.line.selectAll()
    donor(panel).editor.line.insert("Новый даритель")
    panel.show_record("b2")
    panel.show_record("b1")
    assert donor(panel).masked and "Новый" not in read_out(panel)
    panel.form.save()
    assert "Показать" in donor(panel).problem_text
    stored = tasks.glance.get("benches", "b1")
    assert stored is not None and stored.data["donor"] == SECRET
    panel.form.reveal()
    assert donor(panel).editor.value() == "Новый даритель"
    panel.form.save()
    wait(lambda: (tasks.glance.get("benches", "b1") or stored).data["donor"] == "Новый даритель")


def test_the_table_masks_a_personal_column_and_so_does_copying(panel: RecordPanel, wait: Wait) -> None:
    wait(lambda: panel.model.record(0) is not None)
    record = panel.model.record(0)
    assert record is not None
    assert panel.model.text(record, THROWAWAY.field("donor")) in (MASK, "")
    shown = Record("benches", "b1", 1, WHOLE, "", "")
    assert panel.model.text(shown, THROWAWAY.field("donor")) == MASK
    panel.table.setFocus()
    panel.table.selectRow(0)
    QTest.keyClick(panel.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert SECRET not in QGuiApplication.clipboard().text()


def test_personal_text_is_found_by_who_may_see_it_and_not_shown(panel: RecordPanel, wait: Wait) -> None:
    panel.bar.search.setText("Петров")
    wait(lambda: panel.model.complete and panel.model.rowCount() == 1)
    assert "Петров П" not in read_out(panel)


def test_unsent_edits_and_conflicts_mask_it_too(
    tasks: Tasks, hub: Any, seat: Seat, journal: AccessJournal, writer: Writer, wait: Wait
) -> None:
    known = bench(writer)
    known.conflict(known.edit(donor="Моё имя"), ["donor"], donor="Их имя")
    panel = ConflictPanel(tasks, hub, seat, journal, Steady())
    wait(lambda: panel.sheet is not None)
    assert panel.sheet is not None
    assert "Моё имя" not in read_out(panel) and "Их имя" not in read_out(panel)
    assert "Моё имя" not in panel.sheet.edit.what
    panel.reveal.click()
    assert "Моё имя" in read_out(panel) and "Их имя" in read_out(panel)
    seat.take("sidorov", "Сидоров", role("moderator"))
    assert "Моё имя" not in read_out(panel)
    panel.deleteLater()
