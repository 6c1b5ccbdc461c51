"""«Мои»: the records of whoever sits here now, his own or his organisation's, and of nobody who sat here before."""

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QMenu

from citymanager.modules import BY_KEY, MODULES
from citymanager.oneself import Oneself, has_own, held
from citymanager.roles import role
from citymanager.store import Profile
from citymanager.store.due_order import DUE
from widgets.filters import MINE
from widgets.printing.documents import in_words
from widgets.record_panel import RecordPanel
from widgets.seat import Seat
from widgets.views import OWN, Views, shipped

REPORTS = BY_KEY["reports"]
PEOPLE = {
    "p1": {"name": "Иванова А. П.", "login": "ivanova", "organisation": "o1"},
    "p0": {"name": "Иванова А. П.", "login": "ivanova", "organisation": "o2", "active": False},
    "p2": {"name": "Петров П. П.", "login": "petrov", "organisation": "o2"},
}
Put = Callable[..., None]
Wait = Callable[[Callable[[], bool]], None]
PanelOf = Callable[..., RecordPanel]


@pytest.fixture
def city(put: Put) -> None:
    put("people", PEOPLE)
    made = {
        "mine": {"curator": "p1"}, "ours": {"executor": "o1"}, "over": {"curator": "p1", "status": "solved"},
        "theirs": {"executor": "o2"}, "his": {"curator": "p2"}, "nobody": {},
    }  # fmt: skip
    rows = {key: {"number": key, "status": "in_work", "text": "Яма", **one} for key, one in made.items()}
    put("reports", rows)


def listed(panel: RecordPanel) -> set[str]:
    found = (panel.model.record(row) for row in range(panel.model.rowCount()))
    return {one.id for one in found if one is not None}


def offered(panel: RecordPanel) -> bool:
    panel.views.fill()
    menu = panel.views.menu()
    assert isinstance(menu, QMenu)
    return OWN in [one.text() for one in menu.actions()]


def own(panel: RecordPanel, wait: Wait) -> None:
    wait(lambda: bool(panel.own.now.person))
    panel.show_view(next(one for one in shipped(panel.module) if one.name == OWN))


def test_it_shows_what_is_not_over_and_follows_the_person(
    city: None, panel_of: PanelOf, seat: Seat, wait: Wait
) -> None:
    panel = panel_of(REPORTS)
    own(panel, wait)
    wait(lambda: panel.model.complete and listed(panel) == {"mine", "ours"})
    assert panel.model.query.sort == DUE and in_words(panel.bar.filter, REPORTS).endswith("Мои")
    seat.take("petrov", "Петров П. П.", role("operator"))
    assert not {"p1", "o1"} & set(panel.model.query.one_of.values()), "of who has left nothing is asked any more"
    wait(lambda: panel.model.complete and listed(panel) == {"theirs", "his"})
    seat.take("ivanova", "Иванова А. П.", role("moderator"))
    wait(lambda: panel.model.complete and listed(panel) == {"mine", "ours"})


def test_it_follows_the_register_of_officials(city: None, panel_of: PanelOf, put: Put, wait: Wait) -> None:
    panel = panel_of(REPORTS)
    own(panel, wait)
    put("people", {"p1": {**PEOPLE["p1"], "organisation": "o2"}}, version=2)
    wait(lambda: panel.model.complete and listed(panel) == {"mine", "theirs"})


def test_who_takes_the_desk_and_has_none_is_not_left_with_an_empty_table(
    city: None, panel_of: PanelOf, seat: Seat, wait: Wait
) -> None:
    panel = panel_of(REPORTS)
    own(panel, wait)
    seat.take("stranger", "Новенький", role("operator"))
    wait(lambda: MINE not in panel.bar.filter.conditions)
    wait(lambda: panel.model.complete and len(listed(panel)) == 5)
    assert not offered(panel)


def test_a_saved_view_of_ones_own_means_whoever_looks(
    city: None, panel_of: PanelOf, profile: Profile, seat: Seat, wait: Wait
) -> None:
    panel = panel_of(REPORTS)
    own(panel, wait)
    panel.bar.choose_statuses([])
    wait(lambda: panel.model.complete and listed(panel) == {"mine", "ours", "over"})
    views = Views(REPORTS, profile)
    views.keep("petrov", panel._view("Мои все"))
    panel.bar.clear()
    seat.take("petrov", "Петров П. П.", role("operator"))
    wait(lambda: panel.own.now.person == "p2")
    panel.show_view(views.saved("petrov")[0])
    wait(lambda: panel.model.complete and listed(panel) == {"theirs", "his"})


def test_the_table_may_begin_with_it(
    city: None, panel_of: PanelOf, profile: Profile, seat: Seat, wait: Wait
) -> None:  # fmt: skip
    Views(REPORTS, profile).begin_with(seat.login, OWN)
    panel = panel_of(REPORTS)
    wait(lambda: panel.model.complete and listed(panel) == {"mine", "ours"})


def test_it_is_offered_where_it_means_something(city: None, panel_of: PanelOf, seat: Seat, wait: Wait) -> None:
    panel, people = panel_of(REPORTS), panel_of(BY_KEY["people"])
    wait(lambda: offered(panel))
    assert not offered(people)
    seat.take("petrov", "Петров П. П.", role("executor"))
    wait(lambda: panel.own.now.person == "p2")
    assert not offered(panel), "an executor sees nothing but his own"


WHO = Oneself("i", "p", "o")
HAVE = {
    "reports": {"curator": "p", "executor": "o"}, "earthworks": {"executor": "o"}, "replies": {"prepared_by": "i"},
    "receipts": {"addressee": "o"}, "approvals": {"party": "o"}, "inspections": {"inspector": "p"},
    "closures": {"organisation": "o"}, "crews": {"executor": "o"}, "duty": {"person": "p", "substitute": "p"},
    "service_areas": {"company": "o"}, "alarm_log": {"login": "i"}, "access_log": {"login": "i"},
    "views": {"author": "i"},
}  # fmt: skip


def test_each_module_says_by_which_fields() -> None:
    assert {one.key: held(one, WHO) for one in MODULES if one.mine} == HAVE
    operator, executor = role("operator"), role("executor")
    assert {one.key for one in MODULES if has_own(one, WHO, operator)} == set(HAVE)
    assert {one.key for one in MODULES if has_own(one, Oneself("i"), operator)} == {
        "replies",
        "alarm_log",
        "access_log",
        "views",
    }
    assert set(HAVE) - {one.key for one in MODULES if has_own(one, WHO, executor)} == {"reports", "earthworks", "crews"}
    assert not has_own(REPORTS, Oneself(), None)


def test_its_name_is_taken(city: None, panel_of: PanelOf) -> None:
    panel = panel_of(REPORTS)
    named: list[str] = []
    sheet = panel.views.ask_name(named.append)
    sheet.line.setText(OWN)
    sheet.accept.click()
    assert sheet.problem.text().startswith("Это имя занято") and named == []
    sheet.close()
