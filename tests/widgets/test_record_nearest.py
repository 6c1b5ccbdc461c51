"""The column of the nearest due time: what it says, how it sorts and narrows, and that it never shows what is old."""

from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from citymanager.exchange.formats import Formats
from citymanager.modules import BY_KEY
from citymanager.modules.rules import RULES
from citymanager.schema import STATUS
from citymanager.store.due_order import DUE
from citymanager.values import moment
from layers.geofiles import GeoFiles
from widgets.due_recount import DueRecount
from widgets.filters import among
from widgets.printing.documents import Imprint, in_words, table_paper
from widgets.record_cells import LEVEL
from widgets.record_export import Exports
from widgets.record_nearest import COUNTED, STANDS, STATE

REPORTS = BY_KEY["reports"]
NOW = datetime.now(UTC)


def report(text: str, status: str, **ago: float) -> dict:
    received = moment(NOW - timedelta(**ago))
    return {"number": text, "text": text, "status": status, "regime": "platform", "received": received}


@pytest.fixture
def panel(put, panel_of):
    put("reports", {
        "late": report("1", "in_work", days=90), "fresh": report("2", "new", minutes=1),
        "over": report("3", "solved", days=90),
        "waits": report("4", "postponed", days=2) | {"postponed_until": "2030-01-01"},
    })  # fmt: skip
    return panel_of(REPORTS)


def cells(panel, role=Qt.ItemDataRole.DisplayRole) -> dict:
    model = panel.model
    return {model.record(row).id: model.index(row, model.column_of(DUE)).data(role) for row in range(model.rowCount())}


def test_a_cell_says_how_long_is_left_and_how_urgent_that_is(panel):
    said, levels = cells(panel), cells(panel, LEVEL)
    assert said["late"].startswith("просрочено на ") and levels["late"] == "error"
    assert said["fresh"].startswith("осталось ") and levels["fresh"] == "info"
    assert (said["over"], said["waits"]) == ("", STANDS)
    assert "Решение: до" in cells(panel, Qt.ItemDataRole.ToolTipRole)["late"]


def test_the_column_stands_behind_the_first(panel):
    assert panel.model.keys[:2] == (REPORTS.table[0], DUE)
    assert panel.model.column_of(STATUS) == panel.model.keys.index(STATUS) + 1
    assert panel.table.shown_columns == panel.model.keys


def test_it_sorts_and_narrows(panel, wait):
    panel.table.sortByColumn(panel.model.column_of(DUE), Qt.SortOrder.AscendingOrder)
    wait(lambda: list(cells(panel))[:2] == ["late", "fresh"])
    panel.bar.put(among(STATE, ["overdue"], ["просрочено"]))
    wait(lambda: list(cells(panel)) == ["late"])
    assert "просрочено" in panel.bar.condition_chips[DUE].text()
    panel.bar.put(among(STATE, ["none"], ["без срока"]))
    wait(lambda: list(cells(panel)) == ["waits"])


def shown_cells(panel) -> list[tuple[str, str]]:
    """What the screen says, from the top down."""
    columns = [panel.model.column_of(key) for key in ("number", DUE)]
    return [
        tuple(panel.model.index(row, one).data() for one in columns) for row in range(panel.model.rowCount())
    ]  # fmt: skip


def by_due(panel, wait, order=Qt.SortOrder.AscendingOrder) -> list[tuple[str, str]]:
    panel.table.sortByColumn(panel.model.column_of(DUE), order)
    first = "1" if order is Qt.SortOrder.AscendingOrder else "2"
    wait(lambda: panel.model.complete and shown_cells(panel)[0][0] == first)
    return shown_cells(panel)


@pytest.mark.parametrize("order", [Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder])
def test_it_is_printed_where_it_stands_as_it_is_shown_and_in_its_order(panel, tasks, wait, order):
    shown, columns = by_due(panel, wait, order), panel.table.shown_columns
    imprint = Imprint("Снежинск", "Иванова", panel.model.clock(), training=False)
    paper = table_paper(tasks.glance, panel.model.query, columns, "", imprint, lambda *_: None)
    titles = [one.title for one in paper.columns]
    assert titles.index("Ближайший срок") == columns.index(DUE) == 1
    number = columns.index("number")
    assert [(row[number], row[1]) for row in paper.rows] == shown
    assert sum("просрочено на" in text for _, text in shown) == 1 and len(shown) == 4


def test_a_hidden_one_is_not_printed(panel, tasks):
    panel.table._show_column(panel.model.column_of(DUE), shown=False)
    imprint = Imprint("Снежинск", "Иванова", NOW, training=False)
    paper = table_paper(tasks.glance, panel.model.query, panel.table.shown_columns, "", imprint, lambda *_: None)
    assert [one.title for one in paper.columns] == [REPORTS.field(key).title for key in REPORTS.table]


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_it_goes_into_a_file_as_it_is_shown_and_in_its_order(
    panel, tasks, hub, seat, journal, wait, notices, tmp_path, ending
):
    shown, file = by_due(panel, wait), tmp_path / f"Сообщения.{ending}"
    formats, window = Formats(GeoFiles()), QWidget()
    exports = Exports(tasks, hub, seat, journal, formats, window, lambda: "")
    exports.keep(REPORTS, panel.model.query, file, panel.model.clock())
    wait(lambda: any("Сохранено в" in text for text, _ in notices))
    source = formats.opened(file, "")
    assert source.columns[:3] == ("id", "Ближайший срок", "Ближайший срок: какой и до какого времени")
    rows = [one.cells for one in source.rows]
    assert [(one["Номер"], one["Ближайший срок"]) for one in rows] == shown
    assert rows[0]["Ближайший срок: какой и до какого времени"].startswith("Решение: до ")
    assert rows[-1]["Ближайший срок"] == ""


def test_a_paper_of_such_a_list_says_how_it_was_narrowed_and_has_its_rows(panel, tasks, wait):
    panel.bar.put(among(STATE, ["overdue"], ["просрочено"]))
    panel.table.sortByColumn(panel.model.column_of(DUE), Qt.SortOrder.AscendingOrder)
    wait(lambda: list(cells(panel)) == ["late"])
    assert in_words(panel.bar.filter, REPORTS) == "Отбор: Ближайший срок: просрочено"
    rows = [one.id for one in tasks.glance.each(panel.model.query)]
    assert rows == ["late"]


def test_the_filter_offers_the_states_and_no_empty_one(panel):
    popup = panel.bar.ask(STATE)
    assert set(popup.part._titles.values()) == {"просрочено", "истекает (80 %)", "сегодня", "без срока"}
    popup.close()


def test_an_edit_shows_its_due_time_at_once(panel, put, wait):
    put("reports", {"fresh": report("2", "new", days=90)}, version=2)
    wait(lambda: cells(panel)["fresh"].startswith("просрочено на "))


def test_what_is_not_judged_yet_says_so_until_it_is(panel, put, tasks, hub, wait):
    slow = {"key": "platform.solve", "name": "Решение", "limit": 3_000, "unit": "days", "citation": "Испытание"}

    def take(writer) -> None:
        change = {"module": RULES.key, "id": "n1", "version": 1, "data": slow, "by": "a", "at": moment(NOW)}
        writer.load_page(RULES.key, [change], ("", None), NOW, {})

    tasks.write_here(take)
    hub.changed.emit("reports", [])
    wait(lambda: cells(panel)["late"] == COUNTED)
    wait(lambda: panel.model.unjudged == 3)
    assert "сроки считаются: ещё 3" in panel.count.accessibleName() + panel.count.toolTip() + panel.count.text()
    recount = DueRecount(tasks, hub, panel)
    wait(lambda: cells(panel)["late"].startswith("осталось "))
    wait(lambda: "считаются" not in panel.count.text())
    assert recount is not None
