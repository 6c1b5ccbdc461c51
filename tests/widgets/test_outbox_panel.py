"""What is not on the server yet is shown whole: which record, what changed, why it waits, what can be done."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from throwaway import NOW
from unsent_edits import ME, Bench, bench

from citymanager.access_journal import AccessJournal
from citymanager.hub import Hub
from citymanager.roles import role
from citymanager.store import Writer
from citymanager.tasks import Tasks
from widgets.outbox_panel import OutboxPanel
from widgets.seat import Seat
from widgets.theme import Appearance

Wait = Callable[[Callable[[], bool]], None]


@pytest.fixture
def known(writer: Writer) -> Bench:
    return bench(writer)


@pytest.fixture
def panel(
    known: Bench, tasks: Tasks, hub: Hub, appearance: Appearance, seat: Seat, journal: AccessJournal, wait: Wait
) -> OutboxPanel:
    """The panel after its first look at the outbox: what a test edits later can't slip into that look."""
    made = OutboxPanel(tasks, hub, appearance, seat, journal)
    wait(lambda: bool(made.counts.text()))
    return made


def texts(panel: OutboxPanel, row: int) -> list[str]:
    return [panel.model.index(row, column).data() for column in range(panel.model.columnCount())]


def edited(panel: OutboxPanel, hub: Hub, wait: Wait, rows: int) -> None:
    hub.outbox_changed.emit()
    wait(lambda: panel.model.rowCount() == rows)


def test_an_empty_outbox_says_that_all_is_sent(panel: OutboxPanel, wait: Wait) -> None:
    wait(lambda: panel.counts.text() == "Все правки на сервере.")
    assert panel.model.rowCount() == 0
    assert not panel.keep.isEnabled()


def test_an_edit_is_told_in_words(known: Bench, panel: OutboxPanel, hub: Hub, wait: Wait) -> None:
    known.edit(status="standing", colour="red", length=None)
    edited(panel, hub, wait, 1)
    state, time, caption, what, reason, author, module, tries = texts(panel, 0)
    assert state == "ждёт отправки"
    assert time == "23.11.2026 09:05:06"
    assert caption.endswith("· Скамейка у озера")
    assert what == "Длина: 2,5 м → —; Цвет: Зелёный → Красный; Статус: Задумана → Стоит"
    assert (reason, author, module, tries) == ("", ME, "Скамейки", "")


def test_references_are_told_by_the_names_of_their_records(
    known: Bench, writer: Writer, panel: OutboxPanel, hub: Hub, wait: Wait
) -> None:
    owner = writer.save("organisations", None, {"name": "МКУ «УГХ СГО»"}, ME, role("moderator"), NOW)
    known.edit(owner=owner.id)
    edited(panel, hub, wait, 2)
    assert [row for row in range(2) if texts(panel, row)[3] == "Владелец: o1 → МКУ «УГХ СГО»"]


def test_a_new_and_a_deleted_record_are_told(
    known: Bench, writer: Writer, panel: OutboxPanel, hub: Hub, wait: Wait
) -> None:
    writer.save("organisations", None, {"name": "Горсвет"}, ME, role("moderator"), NOW)
    writer.delete("benches", known.id, ME, role("moderator"), NOW)
    edited(panel, hub, wait, 2)
    told = [texts(panel, row)[3] for row in range(2)]
    assert told[0].startswith("Новая запись. Наименование: Горсвет")
    assert told[1] == "Запись удалена"


def test_what_needs_a_person_comes_first_and_the_groups_part_it(
    known: Bench, panel: OutboxPanel, hub: Hub, wait: Wait
) -> None:
    known.edit(colour="red")
    refused = known.edit(length=3)
    known.refuse(refused, "Длина не согласована.")
    edited(panel, hub, wait, 2)
    assert texts(panel, 0)[0] == "отказано сервером"
    assert texts(panel, 0)[4] == "Длина не согласована."
    assert (panel.aside.text(), panel.waits.text()) == ("Требует внимания: 1", "Ждёт отправки: 1")
    panel.aside.click()
    assert panel.model.rowCount() == 1
    panel.waits.click()
    assert texts(panel, 0)[0] == "ждёт отправки"


def test_a_refused_edit_is_offered_again(known: Bench, panel: OutboxPanel, hub: Hub, wait: Wait) -> None:
    known.refuse(known.edit(length=3), "Длина не согласована.")
    edited(panel, hub, wait, 1)
    assert not panel.again.isEnabled()
    panel.table.selectRow(0)
    panel.again.click()
    wait(lambda: texts(panel, 0)[0] == "ждёт отправки")
    assert known.writer.unsent() == 1


def test_the_chosen_edits_stay_chosen_when_others_come(known: Bench, panel: OutboxPanel, hub: Hub, wait: Wait) -> None:
    first = known.edit(length=3)
    edited(panel, hub, wait, 1)
    panel.table.selectRow(0)
    known.refuse(known.edit(colour="red"), "Нет.")
    edited(panel, hub, wait, 2)
    assert [edit.pending.op for edit in panel.selected()] == [first.op]


def test_mending_and_opening_ask_the_others(known: Bench, panel: OutboxPanel, hub: Hub, wait: Wait) -> None:
    asked: list[tuple[str, ...]] = []
    panel.mend_requested.connect(lambda op: asked.append((op,)))
    hub.opened.connect(lambda module, ident: asked.append((module, ident)))
    refused = known.edit(length=3)
    known.refuse(refused, "Нет.")
    edited(panel, hub, wait, 1)
    panel.table.selectRow(0)
    panel.mend.click()
    panel.open.click()
    assert asked == [(refused.op,), ("benches", known.id)]


def test_edits_are_exported_as_they_would_be_sent(
    known: Bench, panel: OutboxPanel, hub: Hub, wait: Wait, tmp_path: Path, notices: list[tuple[str, str]]
) -> None:
    saved = known.edit(name="Скамейка «У пирса»\n<b>")
    edited(panel, hub, wait, 1)
    panel.export(tmp_path / "правки.json")
    found = json.loads((tmp_path / "правки.json").read_text(encoding="utf-8"))
    assert [one["op"] for one in found] == [saved.op]
    assert found[0]["set"] == {"name": "Скамейка «У пирса»\n<b>"}
    assert (found[0]["author"], found[0]["state"], found[0]["base"]) == (ME, "waiting", 1)
    assert notices[-1][1] == "info"


def test_an_export_that_can_not_be_written_says_so_and_leaves_nothing(
    known: Bench, panel: OutboxPanel, hub: Hub, wait: Wait, tmp_path: Path, notices: list[tuple[str, str]]
) -> None:
    known.edit(length=3)
    edited(panel, hub, wait, 1)
    panel.export(tmp_path / "нет такой папки" / "правки.json")
    assert notices[-1][1] == "error"
    assert "Не удалось записать файл" in notices[-1][0]
    assert not list(tmp_path.glob("*.json*"))


def test_an_export_with_personal_data_is_in_the_journal_first(
    known: Bench, writer: Writer, panel: OutboxPanel, hub: Hub, wait: Wait, tmp_path: Path
) -> None:
    known.edit(donor="Иванова М. П.")
    edited(panel, hub, wait, 1)
    panel.export(tmp_path / "правки.json")
    wait(lambda: any(one.module == "access_log" for one in writer.outbox()))
    (line,) = [one.change for one in writer.outbox() if one.module == "access_log"]
    assert (line["act"], line["module"], line["records"]) == ("export", "benches", 1)


def test_who_may_not_take_data_out_exports_no_personal_ones(
    known: Bench, panel: OutboxPanel, seat: Seat, hub: Hub, wait: Wait, tmp_path: Path, notices: list[tuple[str, str]]
) -> None:
    known.edit(donor="Иванова М. П.")
    edited(panel, hub, wait, 1)
    seat.take("wall", "", role("wall"))
    panel.export(tmp_path / "правки.json")
    assert notices[-1][1] == "warning" and not list(tmp_path.glob("*.json"))


@pytest.mark.fault("F31")
def test_a_conflict_is_not_sent_again_but_decided(known: Bench, panel: OutboxPanel, hub: Hub, wait: Wait) -> None:
    known.conflict(known.edit(name="Моё"), ["name"], name="Их")
    edited(panel, hub, wait, 1)
    panel.table.selectRow(0)
    assert panel.mend.isEnabled() and not panel.again.isEnabled()


@pytest.mark.fault("F31")
def test_what_waits_for_a_refused_new_record_says_so(
    known: Bench, writer: Writer, panel: OutboxPanel, hub: Hub, wait: Wait
) -> None:
    made = writer.save("organisations", None, {"name": "Служба"}, ME, role("moderator"), NOW)
    writer.save("organisations", made.id, {"name": "Служба города"}, ME, role("moderator"), NOW)
    known.refuse(made, "Нет.")
    edited(panel, hub, wait, 2)
    assert [texts(panel, row)[0] for row in range(2)] == ["отказано сервером", "ждёт решения о новой записи"]


def test_what_residents_write_stays_text(known: Bench, panel: OutboxPanel, hub: Hub, wait: Wait) -> None:
    known.edit(name="<img src='file:///etc/passwd'>\nвторая строка")
    edited(panel, hub, wait, 1)
    index = panel.model.index(0, 3)
    assert index.data() == "Название: Скамейка у озера → <img src='file:///etc/passwd'> вторая строка"
    assert "<img" not in index.data(Qt.ItemDataRole.ToolTipRole)


def test_more_than_can_be_shown_is_counted(
    known: Bench, writer: Writer, panel: OutboxPanel, hub: Hub, wait: Wait
) -> None:
    for number in range(505):
        writer.save("organisations", None, {"name": f"Служба {number}"}, ME, role("moderator"), NOW)
    edited(panel, hub, wait, 500)
    assert panel.waits.text() == "Ждёт отправки: 505"
    assert panel.counts.text() == "Показаны не все: ещё 5 правок."
