"""The table with the rest of the window: selection both ways, columns that stay, filters that the map follows."""

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtTest import QTest
from throwaway import THROWAWAY

from citymanager.modules import BY_KEY
from citymanager.roles import role

REPORTS = BY_KEY["reports"]


def rows() -> dict[str, dict]:
    statuses = ("new", "new", "in_work", "solved")
    texts = ("Яма на дороге", "Не горит фонарь", "Ёлка упала на фонарь", "Снег")
    return {
        f"r{n}": {"number": f"К1-{n}", "text": text, "status": status, "received": f"2026-01-0{n + 1}T00:00:00Z"}
        for n, (text, status) in enumerate(zip(texts, statuses, strict=True))
    }


@pytest.fixture
def panel(put, panel_of):
    put("reports", rows())
    return panel_of(REPORTS)


def heard(signal) -> list:
    got: list = []
    signal.connect(lambda *words: got.append(words))
    return got


def listed(panel) -> set[str]:
    return {record.id for row in range(panel.model.rowCount()) if (record := panel.model.record(row)) is not None}


def test_choosing_a_row_shows_its_card_and_tells_the_map(panel, hub):
    selected = heard(hub.selected)
    panel.table.setFocus()
    QTest.keyClick(panel.table, Qt.Key.Key_Down)
    QTest.keyClick(panel.table, Qt.Key.Key_Down)
    assert selected == [("reports", "r3"), ("reports", "r2")], "the newest stands first"
    assert panel.form.ident == "r2"


def test_what_is_chosen_on_the_map_is_chosen_in_the_table(panel, hub, wait):
    selected = heard(hub.selected)
    hub.selected.emit("reports", "r1")
    assert (panel.table.current, panel.form.ident) == ("r1", "r1")
    assert panel.table.currentIndex().row() == panel.model.row_of("r1")
    assert selected == [("reports", "r1")], "no echo"
    hub.selected.emit("people", "r2")
    assert panel.form.ident == "r1"


def test_enter_opens_the_card(panel, hub, qtbot):
    panel.show_record("r1")
    panel.table.setFocus()
    with qtbot.waitSignal(hub.opened) as opened:
        QTest.keyClick(panel.table, Qt.Key.Key_Return)
    assert opened.args == ["reports", "r1"]
    assert panel.form.isAncestorOf(panel.focusWidget())


def test_keys_reach_every_act(panel, tasks, wait):
    panel.activateWindow()
    panel.table.setFocus()
    QTest.keyClick(panel.table, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    wait(lambda: panel.bar.search.hasFocus())
    QTest.keyClick(panel.bar.search, Qt.Key.Key_Down)
    wait(lambda: panel.table.hasFocus())
    assert panel.table.currentIndex().row() == 0
    QTest.keyClick(panel.table, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    wait(lambda: panel.form.ident == "" and panel.form.isAncestorOf(panel.focusWidget()))
    page = panel.form.lines["text"].editor.page
    page.setFocus()
    QTest.keyClicks(page, "New")
    QTest.keyClick(page, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    wait(lambda: panel.form.ident != "")
    QTest.keyClick(page, Qt.Key.Key_Escape)
    wait(lambda: panel.table.hasFocus())
    panel.bar.search.setFocus()
    QTest.keyClicks(panel.bar.search, "abc")
    QTest.keyClick(panel.bar.search, Qt.Key.Key_Escape)
    assert (panel.bar.search.text(), panel.bar.search.hasFocus()) == ("", True)
    QTest.keyClick(panel.bar.search, Qt.Key.Key_Escape)
    assert panel.table.hasFocus()
    assert panel.form.isVisible()
    QTest.keyClick(panel.table, Qt.Key.Key_Escape)
    assert not panel.form.isVisible()


def test_the_table_has_all_the_room_until_a_card_is_asked_for(panel, hub):
    assert not panel.form.isVisible()
    assert panel.table.width() > panel.width() - 10
    hub.selected.emit("reports", "r1")
    assert panel.form.isVisible()
    panel.table.setFocus()
    QTest.keyClick(panel.table, Qt.Key.Key_Escape)
    place = panel.table.visualRect(panel.table.currentIndex()).center()
    QTest.mouseClick(panel.table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert panel.form.isVisible()
    assert panel.form.ident == "r1"


def test_search_follows_the_typing_and_the_map_follows_it(panel, hub, wait):
    filtered = heard(hub.filtered)
    QTest.keyClicks(panel.bar.search, "a")
    panel.bar.search.setText("фонар")
    wait(lambda: listed(panel) == {"r1", "r2"} and panel.model.complete)
    wait(lambda: bool(filtered))
    assert filtered[-1][0] == "reports"
    assert set(filtered[-1][1]) == {panel.model.number_at(panel.model.row_of(one)) for one in ("r1", "r2")}
    assert panel.count.whole == "показано 2 из 4"
    panel.bar.search.setText("елка")
    wait(lambda: listed(panel) == {"r2"} and panel.model.complete)
    panel.bar.clear()
    wait(lambda: listed(panel) == set(rows()) and filtered[-1] == ("reports", None))
    assert panel.count.whole == "показано 4 из 4"


def test_records_that_come_later_reach_a_filtered_map_and_those_that_match_no_more_leave_it(panel, hub, put, wait):
    filtered = heard(hub.filtered)
    number = panel._tasks.glance.row_number

    def told(*idents):
        return bool(filtered) and set(filtered[-1][1] or ()) == {number("reports", one) for one in idents}

    panel.bar.search.setText("фонар")
    wait(lambda: told("r1", "r2"))
    put("reports", {"r9": {**rows()["r1"], "number": "К-9"}})
    wait(lambda: told("r1", "r2", "r9"))
    put("reports", {"r1": {**rows()["r1"], "text": "Яма"}}, version=2)
    wait(lambda: told("r2", "r9"))
    many = len(filtered)
    put("reports", {"r0": {**rows()["r0"], "number": "К-10"}}, version=2)
    wait(lambda: panel.model.complete and panel.model._cache._changed.get("r0", 0) and not panel.model._busy)
    assert len(filtered) == many, "a list that is the same is not told again"


def test_a_late_answer_to_an_early_word_is_not_shown(panel, wait):
    shown = []
    panel.model.listed.connect(lambda: shown.append(listed(panel)))
    for text in ("фонарь", "снег", "яма"):
        panel.bar.search.setText(text)
        panel.bar._take_search()
    wait(lambda: panel.model.complete and panel.model.rowCount() == 1)
    assert shown == [{"r0"}]


def test_statuses_are_counted_and_filter(panel, put, wait):
    chips = panel.bar.status_chips
    assert [chips[key].text() for key in ("new", "in_work", "solved")] == ["Новое  2", "В работе  1", "Решено  1"]
    assert not chips["rated"].isVisibleTo(panel)
    chips["new"].click()
    chips["solved"].click()
    wait(lambda: panel.model.complete and listed(panel) == {"r0", "r1", "r3"})
    put("reports", {"r0": {**rows()["r0"], "status": "rated"}}, version=2)
    wait(lambda: listed(panel) == {"r1", "r3"})
    assert (chips["new"].text(), chips["rated"].text()) == ("Новое  1", "Оценено  1")


def test_an_empty_table_says_why_and_what_to_do(panel_of, put, seat, wait):
    panel = panel_of(REPORTS)
    assert panel.why_empty == "Здесь пока нет записей."
    put("reports", rows())
    wait(lambda: panel.why_empty == "")
    panel.bar.search.setText("абракадабра")
    wait(lambda: panel.why_empty == "Ничего не найдено.")
    panel.empty.buttons["Сбросить фильтры"].click()
    wait(lambda: panel.why_empty == "" and listed(panel) == set(rows()))


def test_columns_stay_as_they_were_left(panel, panel_of):
    header = panel.table.horizontalHeader()
    address, number = panel.model.column_of("address"), panel.model.column_of("number")
    header.moveSection(header.visualIndex(address), 1)
    header.resizeSection(number, 177)
    panel.table._show_column(panel.model.column_of("channel"), shown=False)
    panel.closing()
    again = panel_of(REPORTS).table
    assert again.horizontalHeader().visualIndex(address) == 1
    assert again.columnWidth(number) == 177
    assert again.isColumnHidden(panel.model.column_of("channel"))


def test_every_status_can_be_read_whole_also_in_larger_letters(panel, appearance, qapp, wait):
    table, column = panel.table, panel.model.column_of("status")
    pills = table.itemDelegateForColumn(column)
    wait(lambda: table.columnWidth(column) >= pills.widest(table.fontMetrics()))
    usual = table.columnWidth(column)
    appearance.use("day", qapp, 150)
    wait(lambda: table.columnWidth(column) >= pills.widest(table.fontMetrics()) > usual)


def test_on_a_low_screen_only_the_chosen_quick_filters_stay_over_a_card(panel, wait):
    chips = panel.bar.status_chips
    chips["new"].click()
    wait(lambda: panel.model.complete and panel.model.rowCount() == 2)
    panel.bar.fold(True)
    assert [key for key, chip in chips.items() if chip.isVisibleTo(panel)] == ["new"]
    panel.bar.fold(False)
    assert chips["solved"].isVisibleTo(panel)


def test_the_last_column_can_not_be_hidden(panel):
    for column in range(1, panel.model.columnCount()):
        panel.table._show_column(column, shown=False)
    assert [panel.table.isColumnHidden(column) for column in range(1, panel.model.columnCount())].count(False) == 1


def test_a_click_on_the_header_sorts(panel, wait):
    column = panel.model.column_of("status")
    panel.table.horizontalHeader().setSortIndicator(column, Qt.SortOrder.AscendingOrder)
    wait(lambda: panel.model.complete and panel.model.query.sort == "status")
    wait(lambda: panel.model.record(3) is not None and panel.model.record(3).id == "r3")
    panel.table.horizontalHeader().setSortIndicator(0, Qt.SortOrder.AscendingOrder)
    assert panel.model.query.sort == "status", "the marks are not a column of the store"


def test_selecting_by_program_does_not_chase_itself(panel, hub):
    selected = heard(hub.selected)
    flags = QItemSelectionModel.SelectionFlag
    panel.table.selectionModel().setCurrentIndex(panel.model.index(2, 1), flags.ClearAndSelect | flags.Rows)
    assert len(selected) == 1


def test_a_reader_of_the_wall_makes_no_card(panel, seat, notices):
    seat.take("screen", "Экран", role("wall"))
    panel.open_new()
    assert "Экран" in notices[-1][0]
    assert notices[-1][1] == "warning"


def test_in_a_narrow_dock_the_card_stands_under_the_table(panel):
    panel.show_record("r1")
    assert panel.minimumSizeHint().width() < 600
    for width, orientation in ((700, Qt.Orientation.Vertical), (1300, Qt.Orientation.Horizontal)):
        panel.resize(width, 900)
        assert panel.splitter.orientation() == orientation


def test_a_throw_away_module_has_its_table(put, panel_of, wait):
    put(THROWAWAY.key, {"b1": {"name": "Скамья", "status": "broken"}})
    panel = panel_of(THROWAWAY)
    assert listed(panel) == {"b1"}
    assert panel.bar.status_chips["broken"].text() == "Сломана  1"


def test_a_table_with_room_to_spare_cuts_no_name(put, panel_of, wait):
    put("service_areas", {"a1": {"name": "Территория управляющей компании", "company": "УК «Вокзальная»"}})
    panel = panel_of(BY_KEY["service_areas"])
    table, column = panel.table, panel.model.column_of("name")
    wait(lambda: table.columnWidth(column) > table.sizeHintForColumn(column))
    assert sum(table.columnWidth(one) for one in range(panel.model.columnCount())) <= table.viewport().width()
