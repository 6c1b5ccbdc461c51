"""Saved views: filter, sort, columns and words come back as they were, each person's own, after a restart too."""

import pytest
from PySide6.QtCore import Qt
from throwaway import THROWAWAY

from citymanager.modules import BY_KEY
from citymanager.roles import role
from citymanager.store.due_order import DUE
from widgets.filters import Filter, among, between, containing, filled
from widgets.views import Views, shipped
from widgets.views_kept import View

REPORTS = BY_KEY["reports"]


@pytest.fixture
def panel(put, panel_of):
    put("reports", {
        "r1": {"number": "К1-1", "text": "Яма", "status": "in_work", "regime": "platform",
               "received": "2026-01-01T00:00:00Z", "executor": "o1"},
        "r2": {"number": "К1-2", "text": "Снег", "status": "new", "received": "2026-01-02T00:00:00Z"},
        "r3": {"number": "К1-3", "text": "Яма", "status": "solved", "received": "2026-01-03T00:00:00Z"},
    })  # fmt: skip
    return panel_of(REPORTS)


def listed(panel) -> list[str]:
    return [record.id for row in range(panel.model.rowCount()) if (record := panel.model.record(row)) is not None]


def entries(menu) -> dict:
    """By their names, without keys."""
    return {one.text().partition("\t")[0]: one for one in menu.actions() if one.text()}


def save_as(panel, name: str) -> None:
    panel.views.fill()
    sheet = panel.views.ask_name(panel.views._keep)
    sheet.line.setText(name)
    sheet.accept.click()


def narrow(panel, wait) -> None:
    panel.bar.search.setText("яма")
    panel.bar.choose_statuses(["in_work", "solved"])
    panel.table.sortByColumn(panel.model.column_of("number"), Qt.SortOrder.AscendingOrder)
    panel.table._show_column(panel.model.column_of("received"), shown=False)
    wait(lambda: panel.model.complete and listed(panel) == ["r1", "r3"])


def test_a_view_brings_back_words_filter_sort_and_columns(panel, wait):
    narrow(panel, wait)
    save_as(panel, "Ямы")
    panel.bar.clear()
    panel.table.sortByColumn(panel.model.column_of("received"), Qt.SortOrder.DescendingOrder)
    panel.table._show_column(panel.model.column_of("received"), shown=True)
    wait(lambda: panel.model.complete and listed(panel) == ["r3", "r2", "r1"])
    panel.views.fill()
    entries(panel.views.menu())["Ямы"].trigger()
    wait(lambda: panel.model.complete and listed(panel) == ["r1", "r3"])
    assert panel.bar.search.text() == "яма" and panel.bar.filter.statuses == ("in_work", "solved")
    assert panel.model.query.sort == "number" and "received" not in panel.table.shown_columns


def test_a_key_shows_the_saved_view_of_its_place_in_the_panel_that_has_the_keyboard(panel, profile, seat, qtbot, wait):
    views = Views(REPORTS, profile)
    for number in range(1, 11):
        views.keep(seat.login, View(f"Вид\t{number}", Filter(text="яма" if number == 2 else "нет такого")))
    panel.views.fill()
    told = [one.text() for one in panel.views.menu().actions() if one.text().startswith("Вид ")]
    assert told == [*(f"Вид {number}\tAlt+{number}" for number in range(1, 10)), "Вид 10"]
    panel.show()
    qtbot.waitUntil(panel.isActiveWindow, timeout=20_000)
    panel.table.setFocus()
    qtbot.keyClick(panel.table, Qt.Key.Key_2, Qt.KeyboardModifier.AltModifier)
    wait(lambda: panel.model.complete and listed(panel) == ["r3", "r1"])
    assert panel.bar.search.text() == "яма"


def test_a_key_without_a_view_says_so_and_changes_nothing(panel, wait, notices):
    narrow(panel, wait)
    panel.views.show_nth(4)
    assert "с номером 5" in notices[-1][0] and panel.bar.search.text() == "яма"


def test_each_person_has_his_own(panel, seat, wait):
    narrow(panel, wait)
    save_as(panel, "Ямы")
    seat.take("petrov", "Петров", role("operator"))
    panel.views.fill()
    assert "Ямы" not in entries(panel.views.menu())


def test_the_table_begins_with_the_view_that_was_chosen(panel, panel_of, wait):
    narrow(panel, wait)
    save_as(panel, "Ямы")
    panel.views._begin_with("Ямы")
    again = panel_of(REPORTS)
    wait(lambda: again.model.complete and listed(again) == ["r1", "r3"])
    panel.views._drop("Ямы")
    third = panel_of(REPORTS)
    wait(lambda: third.model.complete and len(listed(third)) == 3)


def test_a_view_is_renamed_and_deleted(panel, profile, seat):
    views = Views(REPORTS, profile)
    for name in ("Первый", "Второй"):
        views.keep(seat.login, View(name, Filter(text=name)))
    views.begin_with(seat.login, "Первый")
    views.rename(seat.login, "Первый", "Главный")
    assert [one.name for one in views.saved(seat.login)] == ["Главный", "Второй"]
    first = views.first(seat.login)
    assert first is not None and first.filter.text == "Первый"
    views.drop(seat.login, "Главный")
    assert [one.name for one in views.saved(seat.login)] == ["Второй"] and views.first(seat.login) is None


def test_a_name_must_be_given_and_free(panel, profile, seat):
    sheet = panel.views.ask_name(panel.views._keep)
    sheet.accept.click()
    assert sheet.problem.text() == "Назовите вид."
    sheet.line.setText("Просроченные")
    sheet.accept.click()
    assert sheet.problem.text().startswith("Это имя занято") and not Views(REPORTS, profile).saved(seat.login)
    sheet.close()


def test_the_shipped_ones_follow_from_the_declaration(panel, wait):
    assert [one.name for one in shipped(REPORTS)] == [
        "Мои",
        "Просроченные",
        "Истекают",
        "Без исполнителя",
        "Неотправленные",
    ]
    assert [one.name for one in shipped(BY_KEY["people"])] == ["Неотправленные"]
    panel.show_view(shipped(REPORTS)[1])
    wait(lambda: panel.model.complete and listed(panel) == ["r1"])
    assert panel.model.query.sort == DUE
    panel.show_view(shipped(REPORTS)[3])
    wait(lambda: panel.model.complete and listed(panel) == ["r2"])


def test_every_kind_of_condition_comes_back_the_same(profile):
    field, views = THROWAWAY.field, Views(THROWAWAY, profile)
    conditions = [
        among(field("colour"), ["red", None], ["Красный", "(не заполнено)"]), between(field("length"), 1.5, None),
        between(field("checked"), "2026-01-01", None), containing(field("name"), "ёлка"),
        filled(field("story"), on=True), among(field("public"), [True], ["да"]),
    ]  # fmt: skip
    view = View("Все", Filter(conditions={one.key: one for one in conditions}), "-built", ("name", "built"))
    views.keep("i", view)
    assert Views(THROWAWAY, profile).saved("i") == [view]


def test_what_is_garbled_or_of_another_program_is_left_out(profile):
    views = Views(THROWAWAY, profile)
    views.keep("i", View("Есть", Filter()))
    place = f"views.{THROWAWAY.key}.i"
    kept = profile.setting(place)["views"]
    strange = kept[0] | {"sort": "no_such_field"}
    profile.set(place, {"views": [*kept, strange, {"name": 5}, "x"], "first": 7})
    assert [one.name for one in views.saved("i")] == ["Есть"] and views.first("i") is None
    profile.set(place, "x")
    assert views.saved("i") == []
