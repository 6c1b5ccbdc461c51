"""An offered view that a role begins with: set by seniors, shown to whoever sits down, beaten by his own choice."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from citymanager.errors import Refused
from citymanager.modules import BY_KEY
from citymanager.modules.views import VIEWS
from citymanager.roles import ROLES, SENIORS, role
from citymanager.store import Profile
from citymanager.tasks import Tasks
from widgets.filters import Filter
from widgets.panels.stand import Stand
from widgets.record_panel import RecordPanel
from widgets.seat import Seat
from widgets.views import ALL, Views
from widgets.views_kept import View
from widgets.views_roles import RolesSheet

REPORTS = BY_KEY["reports"]
FIRST = "Открывать таблицу с видом"
GIVE = "Начинать с общего: роли"
Put = Callable[..., None]
Wait = Callable[[Callable[[], bool]], None]
PanelOf = Callable[..., RecordPanel]
Notices = list[tuple[str, str]]
EARLY, LATE, YET_TO_COME = "2026-11-20T00:00:00Z", "2026-11-21T00:00:00Z", "2999-01-01T00:00:00Z"


def view(name: str, roles: list[str], since: str = EARLY, **content: Any) -> dict[str, Any]:
    return {
        "name": name, "module": "reports", "author": "petrov", "content": json.dumps(content),
        "first_for": roles, "first_since": since,
    }  # fmt: skip


@pytest.fixture(autouse=True)
def city(put: Put) -> None:
    put("people", {"p2": {"name": "Петров П. П.", "login": "petrov"}})
    put("reports", {
        "r1": {"number": "1", "text": "Яма", "status": "in_work"},
        "r2": {"number": "2", "text": "Снег", "status": "new"},
    })  # fmt: skip


def listed(panel: RecordPanel) -> set[str]:
    found = (panel.model.record(row) for row in range(panel.model.rowCount()))
    return {one.id for one in found if one is not None}


def shows(panel: RecordPanel, *idents: str) -> Callable[[], bool]:
    return lambda: panel.model.complete and listed(panel) == set(idents)


def read(panel: RecordPanel, wait: Wait, count: int) -> None:
    wait(lambda: panel.views.shared.known and len(panel.views.shared.now) == count)


def actions(panel: RecordPanel) -> list[QAction]:
    panel.views.fill()
    menu = panel.views.menu()
    assert isinstance(menu, QMenu)
    return menu.actions()


def below(panel: RecordPanel, title: str) -> dict[str, QAction]:
    found = next((one.menu() for one in actions(panel) if one.text() == title), None)
    return {one.text(): one for one in found.actions()} if isinstance(found, QMenu) else {}


def ticked(panel: RecordPanel) -> list[str]:
    return [text for text, one in below(panel, FIRST).items() if one.isChecked()]


def kept(tasks: Tasks, ident: str) -> list[str]:
    record = tasks.glance.get(VIEWS.key, ident)
    assert record is not None
    return list(record.data.get("first_for", []))


def saved(tasks: Tasks, panel: RecordPanel, change: dict[str, Any], key: str) -> None:
    tasks.write_here(lambda writer: writer.save("views", "v1", change, "petrov", role(key), panel.model.clock()))


# what a table begins with


def test_the_role_begins_with_it_and_others_do_not(panel_of: PanelOf, put: Put, seat: Seat, wait: Wait) -> None:
    put("views", {"v1": view("Ямы", ["moderator"], text="яма")})
    panel = panel_of(REPORTS)
    wait(shows(panel, "r1"))
    assert ticked(panel) == ["Как у роли «Модератор»: Ямы"]
    assert "Ямы — Петров П. П. · начинают: Модератор\tAlt+1" in [one.text() for one in actions(panel)]
    seat.take("petrov", "Петров П. П.", role("operator"))
    wait(shows(panel, "r1", "r2"))
    assert ticked(panel) == ["Как у роли «Оператор»: все записи"]


def test_ones_own_choice_beats_the_roles(
    panel_of: PanelOf, put: Put, profile: Profile, seat: Seat, wait: Wait
) -> None:  # fmt: skip
    put("views", {"v1": view("Ямы", ["moderator"], text="яма")})
    views = Views(REPORTS, profile)
    views.keep(seat.login, View("Снег", Filter("снег")))
    assert views.first(seat.login) is None, "to keep a view is no choice to begin with it"
    views.begin_with(seat.login, "Снег")
    panel = panel_of(REPORTS)
    read(panel, wait, 1)
    wait(shows(panel, "r2"))
    assert ticked(panel) == ["Снег"]


def test_all_records_are_a_choice_as_well_and_the_roles_can_be_chosen_again(
    panel_of: PanelOf, put: Put, seat: Seat, profile: Profile, wait: Wait
) -> None:
    put("views", {"v1": view("Ямы", ["moderator"], text="яма")})
    panel = panel_of(REPORTS)
    wait(shows(panel, "r1"))
    below(panel, FIRST)["Все записи"].trigger()
    assert Views(REPORTS, profile).first(seat.login) == ALL
    second = panel_of(REPORTS)
    read(second, wait, 1)
    wait(shows(second, "r1", "r2"))
    assert ticked(second) == ["Все записи"]
    below(second, FIRST)["Как у роли «Модератор»: Ямы"].trigger()
    third = panel_of(REPORTS)
    wait(shows(third, "r1"))


def test_a_choice_that_is_not_there_any_more_is_none(profile: Profile) -> None:
    views = Views(REPORTS, profile)
    views.keep("i", View("Снег", Filter("снег")))
    views.begin_with("i", "Снег")
    views.drop("i", "Снег")
    assert views.first("i") is None
    profile.set("views.reports.i", {"views": [], "first": ""})  # as kept before roles had theirs
    assert views.first("i") is None


def test_a_desk_that_does_not_know_yet_who_sits_there_begins_once_it_does(
    panel_of: PanelOf, put: Put, stand: Stand, profile: Profile, wait: Wait
) -> None:
    put("views", {"v1": view("Ямы", ["operator"], text="яма")})
    Views(REPORTS, profile).keep("petrov", View("Снег", Filter("снег")))
    Views(REPORTS, profile).begin_with("petrov", "Снег")
    unknown = Seat()
    panel = panel_of(REPORTS, replace(stand, seat=unknown))
    read(panel, wait, 1)
    assert panel.bar.filter == Filter(), "nobody knows whose role it would be"
    unknown.take("petrov", "Петров П. П.", role("operator"))
    wait(shows(panel, "r2"))
    unknown.take("sidorov", "Сидоров", role("operator"))
    wait(shows(panel, "r1"))


def test_what_he_has_narrowed_before_it_is_known_who_he_is_stays(
    panel_of: PanelOf, put: Put, stand: Stand, wait: Wait
) -> None:
    put("views", {"v1": view("Ямы", ["operator"], text="яма")})
    unknown = Seat()
    panel = panel_of(REPORTS, replace(stand, seat=unknown))
    read(panel, wait, 1)
    panel.bar.search.setText("снег")
    unknown.take("petrov", "Петров П. П.", role("operator"))
    wait(shows(panel, "r2"))
    assert panel.bar.search.text() == "снег"


def test_what_is_set_or_withdrawn_later_changes_nothing_under_his_hands(
    panel_of: PanelOf, put: Put, wait: Wait
) -> None:
    panel = panel_of(REPORTS)
    read(panel, wait, 0)
    put("views", {"v1": view("Ямы", ["moderator"], YET_TO_COME, text="яма")})
    read(panel, wait, 1)
    assert panel.bar.filter == Filter() and ticked(panel) == ["Как у роли «Модератор»: Ямы"]
    second = panel_of(REPORTS)
    wait(shows(second, "r1"))
    put("views", {"v1": {}}, 2, deleted=True)
    read(second, wait, 0)
    assert second.bar.filter.text == "яма" and ticked(second) == ["Как у роли «Модератор»: все записи"]


def test_what_was_set_before_comes_to_a_new_desk_while_nothing_is_touched(
    panel_of: PanelOf, put: Put, wait: Wait
) -> None:
    """Its table is there before the server's records are."""
    panel, touched = panel_of(REPORTS), panel_of(REPORTS)
    read(panel, wait, 0)
    touched.bar.search.setText("снег")
    wait(shows(touched, "r2"))
    put("views", {"v1": view("Ямы", ["moderator"], text="яма")})
    wait(shows(panel, "r1"))
    read(touched, wait, 1)
    assert touched.bar.search.text() == "снег"
    panel.bar.search.setText("")
    wait(shows(panel, "r1", "r2"))
    put("views", {"v1": view("Ямы!", ["moderator"], text="яма")}, 2)
    wait(lambda: panel.views.shared.now[0].view.name == "Ямы!")
    assert panel.bar.filter == Filter(), "it comes once"


def test_one_of_a_newer_program_is_shown_as_far_as_it_is_known_and_that_is_told(
    panel_of: PanelOf, put: Put, wait: Wait, notices: Notices
) -> None:
    put("views", {"v1": view("Будущее", ["moderator", "dispatcher"], text="яма", statuses=["flying"], sort="wings")})
    panel = panel_of(REPORTS)
    wait(shows(panel, "r1"))
    assert [level for text, level in notices if "статус «flying»; сортировка по «wings»" in text] == ["warning"]
    (line,) = [one.text() for one in actions(panel) if "Будущее" in one.text()]
    assert "начинают: Модератор, dispatcher" in line


def test_of_two_that_name_a_role_the_one_that_was_set_later_and_it_is_said(
    panel_of: PanelOf, put: Put, wait: Wait, notices: Notices
) -> None:
    put("views", {
        "v1": view("Снег", ["moderator", "head"], EARLY, text="снег"),
        "v2": view("Ямы", ["moderator"], LATE, text="яма"),
    })  # fmt: skip
    panel = panel_of(REPORTS)
    wait(shows(panel, "r1"))
    later, early = sorted(panel.views.shared.now, key=lambda one: one.view.name, reverse=True)
    assert (later.begins, early.begins) == (("moderator",), ("head",))
    assert "Роль «Модератор» начинает с вида «Ямы — Петров П. П.»: он назначен позже." in early.note
    put("views", {"v2": {}}, 2, deleted=True)
    again = panel_of(REPORTS)
    wait(shows(again, "r2"))


# who says what a role begins with


def test_a_senior_gives_it_to_roles_and_what_they_began_with_gives_way(
    panel_of: PanelOf, put: Put, tasks: Tasks, wait: Wait, notices: Notices
) -> None:
    put("views", {"v1": view("Снег", ["operator", "head"], text="снег"), "v2": view("Ямы", [], text="яма")})
    panel = panel_of(REPORTS)
    read(panel, wait, 2)
    below(panel, GIVE)["Ямы — Петров П. П."].trigger()
    (sheet,) = panel.views.findChildren(RolesSheet)
    assert not any(box.isChecked() for box in sheet.boxes.values())
    sheet.boxes["operator"].click()
    sheet.boxes["moderator"].click()
    sheet.accept.click()
    wait(lambda: ("С вида «Ямы» начинают: Модератор, Оператор.", "good") in notices)
    assert (kept(tasks, "v2"), kept(tasks, "v1")) == (["moderator", "operator"], ["head"])
    wait(lambda: panel.views.shared.of_role is not None)
    now = tasks.glance.get(VIEWS.key, "v2")
    assert now is not None and now.data["first_since"] > LATE


def test_it_is_taken_off_all_roles_again_and_a_withdrawal_says_whose_it_was(
    panel_of: PanelOf, put: Put, tasks: Tasks, wait: Wait, notices: Notices
) -> None:
    put("views", {"v1": view("Снег", ["head"], text="снег"), "v2": view("Ямы", ["operator"], text="яма")})
    panel = panel_of(REPORTS)
    read(panel, wait, 2)
    below(panel, GIVE)["Снег — Петров П. П. · начинают: Глава"].trigger()
    (sheet,) = panel.views.findChildren(RolesSheet)
    assert [key for key, box in sheet.boxes.items() if box.isChecked()] == ["head"]
    sheet.boxes["head"].click()
    sheet.accept.click()
    wait(lambda: ("С вида «Снег» больше никто не начинает.", "good") in notices)
    assert kept(tasks, "v1") == []
    below(panel, "Отозвать общий")["Ямы — Петров П. П."].trigger()
    wait(lambda: ("Общий вид «Ямы» отозван. С него больше не начинают: Оператор.", "good") in notices)


@pytest.mark.parametrize("key", [one.key for one in ROLES if one.writes and not one.outside])
def test_only_seniors_are_offered_it_and_only_theirs_is_kept(
    panel_of: PanelOf, put: Put, seat: Seat, tasks: Tasks, wait: Wait, key: str
) -> None:
    put("views", {"v1": view("Ямы", [], text="яма")})
    seat.take("petrov", "Петров П. П.", role(key))
    panel = panel_of(REPORTS)
    read(panel, wait, 1)
    assert bool(below(panel, GIVE)) == (key in SENIORS)
    if key in SENIORS:
        saved(tasks, panel, {"first_for": ["head"]}, key)
        assert kept(tasks, "v1") == ["head"]
        return
    with pytest.raises(Refused, match="«Начинать с него: роли» не заполняет роль"):
        saved(tasks, panel, {"first_for": ["head"]}, key)
    saved(tasks, panel, {"name": "Ухабы"}, key)


def test_a_view_that_names_a_role_of_a_newer_program_is_not_cut_short(
    panel_of: PanelOf, put: Put, tasks: Tasks, wait: Wait, notices: Notices
) -> None:
    put("views", {"v1": view("Снег", ["head", "dispatcher"], text="снег"), "v2": view("Ямы", [], text="яма")})
    panel = panel_of(REPORTS)
    read(panel, wait, 2)
    ours = next(one for one in panel.views.shared.now if one.view.name == "Ямы")
    panel.views.shared.begin_with(ours, ["head"])
    wait(lambda: ("С вида «Ямы» начинают: Глава.", "good") in notices)
    assert kept(tasks, "v1") == ["head", "dispatcher"]
    wait(lambda: any(one.view.name == "Ямы" and one.begins == ("head",) for one in panel.views.shared.now))
    theirs = next(one for one in panel.views.shared.now if one.view.name == "Снег")
    panel.views.shared.begin_with(theirs, [])
    wait(lambda: notices[-1][1] == "error" and "dispatcher" in notices[-1][0])
    assert kept(tasks, "v1") == ["head", "dispatcher"]
