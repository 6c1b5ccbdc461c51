"""Views that are offered to all: told apart from one's own, shown as far as this program knows them."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu
from throwaway import THROWAWAY

from citymanager.errors import Refused
from citymanager.modules import BY_KEY
from citymanager.modules.views import VIEWS
from citymanager.roles import role
from citymanager.store import Profile, Query
from citymanager.store.due_order import DUE
from citymanager.store.reader import Pending
from citymanager.tasks import Tasks
from widgets.filters import MINE, Condition, Filter, containing
from widgets.record_panel import RecordPanel
from widgets.seat import Seat
from widgets.views import Views
from widgets.views_kept import View, understood, written
from widgets.views_name import NameSheet

REPORTS = BY_KEY["reports"]
Put = Callable[..., None]
Wait = Callable[[Callable[[], bool]], None]
PanelOf = Callable[..., RecordPanel]
Notices = list[tuple[str, str]]


def offered(name: str, content: Any, author: str = "petrov", module: str = "reports") -> dict[str, Any]:
    text = content if isinstance(content, str) else json.dumps(content)
    return {"name": name, "module": module, "author": author, "content": text}


@pytest.fixture
def panel(put: Put, panel_of: PanelOf) -> RecordPanel:
    put("people", {"p2": {"name": "Петров П. П.", "login": "petrov"}})
    put("reports", {
        "r1": {"number": "1", "text": "Яма", "status": "in_work"},
        "r2": {"number": "2", "text": "Снег", "status": "new"},
    })  # fmt: skip
    return panel_of(REPORTS)


def menu_of(panel: RecordPanel) -> list[QAction]:
    panel.views.fill()
    menu = panel.views.menu()
    assert isinstance(menu, QMenu)
    return menu.actions()


def named(panel: RecordPanel) -> list[str]:
    return [one.text() for one in menu_of(panel) if one.text()]


def below(panel: RecordPanel, title: str) -> dict[str, QAction]:
    """The entries of a submenu; none where there is no such."""
    found = next((one.menu() for one in menu_of(panel) if one.text() == title), None)
    return {one.text(): one for one in found.actions()} if isinstance(found, QMenu) else {}


def listed(panel: RecordPanel) -> set[str]:
    found = (panel.model.record(row) for row in range(panel.model.rowCount()))
    return {one.id for one in found if one is not None}


def operations(tasks: Tasks) -> list[Pending]:
    return tasks.write_here(lambda writer: [one for one in writer.outbox() if one.module == VIEWS.key])


def test_it_is_offered_saved_here_without_a_line_and_shown_to_the_next_person(
    panel: RecordPanel, profile: Profile, seat: Seat, tasks: Tasks, wait: Wait, notices: Notices
) -> None:
    Views(REPORTS, profile).keep(seat.login, View("Ямы", Filter("яма"), DUE))
    below(panel, "Предложить всем")["Ямы"].trigger()
    wait(lambda: bool(panel.views.shared.now))
    assert ("Вид «Ямы» предложен всем.", "good") in notices
    (sent,) = operations(tasks)
    assert sent.change["author"] == seat.login and sent.change["module"] == "reports" and sent.author == seat.login
    seat.take("petrov", "Петров П. П.", role("operator"))
    assert "Ямы — ivanova\tAlt+1" in named(panel), "who has none of his own has the keys for those of all"
    panel.views.show_nth(0)
    wait(lambda: panel.model.complete and listed(panel) == {"r1"})
    assert panel.model.query.sort == DUE and panel.bar.search.text() == "яма"


def test_offering_the_same_name_again_replaces_it(
    panel: RecordPanel, profile: Profile, seat: Seat, tasks: Tasks, wait: Wait
) -> None:
    for text in ("яма", "снег"):
        Views(REPORTS, profile).keep(seat.login, View("Вид", Filter(text)))
        below(panel, "Предложить всем")["Вид"].trigger()
        wait(lambda text=text: [one.view.filter.text for one in panel.views.shared.now] == [text])
    assert tasks.glance.count(Query(VIEWS.key)) == 1


def test_offered_twice_before_it_is_read_it_is_one(
    panel: RecordPanel, profile: Profile, seat: Seat, tasks: Tasks, wait: Wait, notices: Notices
) -> None:
    Views(REPORTS, profile).keep(seat.login, View("Вид", Filter("яма")))
    for _ in range(2):
        below(panel, "Предложить всем")["Вид"].trigger()
    wait(lambda: notices.count(("Вид «Вид» предложен всем.", "good")) == 2)
    assert tasks.glance.count(Query(VIEWS.key)) == 1


def test_a_shared_one_is_told_apart_from_ones_own_of_the_same_name(
    panel: RecordPanel, profile: Profile, seat: Seat, put: Put, wait: Wait
) -> None:
    Views(REPORTS, profile).keep(seat.login, View("Ямы", Filter("яма")))
    put("views", {"v1": offered("Ямы", {"text": "снег"}), "v2": offered("Ямы", {}, "sidorov")})
    put("views", {"other": offered("Чужой раздел", {}, module="earthworks")})
    wait(lambda: len(panel.views.shared.now) == 2)
    titles = named(panel)
    at = titles.index("Общие")
    assert titles[at - 1] == "Ямы\tAlt+1"
    assert set(titles[at + 1 : at + 3]) in (
        {"Ямы — Петров П. П.\tAlt+2", "Ямы — sidorov\tAlt+3"}, {"Ямы — Петров П. П.\tAlt+3", "Ямы — sidorov\tAlt+2"}
    )  # fmt: skip
    assert not any("Чужой" in one for one in titles)


def test_what_this_program_does_not_know_is_told_and_the_rest_is_shown(
    panel: RecordPanel, put: Put, wait: Wait, notices: Notices
) -> None:
    content = {
        "text": "яма", "statuses": ["in_work", "flying"], "sort": "-wings", "columns": ["number", "wings"],
        "conditions": [{"key": "wings", "words": "Крылья: 2", "among": [2]}],
    }  # fmt: skip
    put("views", {"v1": offered("Будущее", content)})
    wait(lambda: bool(panel.views.shared.now))
    panel.views.show_nth(0)
    wait(lambda: panel.model.complete and listed(panel) == {"r1"})
    text, level = notices[-1]
    assert level == "warning" and "другой версии программы" in text
    for word in ("условие «Крылья: 2»", "статус «flying»", "сортировка по «wings»", "столбец «wings»"):
        assert word in text
    assert panel.bar.filter.statuses == ("in_work",) and panel.table.shown_columns == ("number",)


ODD: list[Any] = [
    "", "[]", "null", "не JSON", "[" * 5000, {"conditions": 5, "statuses": {"a": 1}, "columns": None, "sort": []},
    {"text": 5, "unsent": "да"}, {"conditions": [5, None, {}, {"key": 5}, {"key": "category"}]},
    {"conditions": [{"key": "category", "among": [{"a": 1}]}]}, {"conditions": [{"key": "rating", "between": [1]}]},
    {"conditions": [{"key": "rating", "among": [2**70]}]}, {"conditions": [{"key": "rating", "containing": "5"}]},
    '{"conditions": [{"key": "rating", "between": [NaN, Infinity]}]}', '{"text": "\\ud800", "statuses": ["\\udfff"]}',
    '{"conditions": [{"key": "text", "containing": "\\ud800", "words": "\\ud800"}]}',
    {"conditions": [{"key": "_due", "among": ["x; DROP TABLE reports"]}]}, {"sort": "_mine"}, {"sort": '"; DROP'},
    {"sort": "text; --"}, {"conditions": [{"key": "_row", "among": [1]}]}, {"sort": "geometry"},
    {"conditions": [{"key": "geometry", "filled": True}, {"key": "photos", "among": ["x"]}]},
]  # fmt: skip


def test_whatever_a_record_holds_the_cache_can_be_asked_for_it(
    panel: RecordPanel, tasks: Tasks, subtests: pytest.Subtests
) -> None:
    for content in ODD:
        text = content if isinstance(content, str) else json.dumps(content)
        with subtests.test(text[:40]):
            for module in (REPORTS, THROWAWAY):
                view, _ = understood("Вид", text, module)
                assert tasks.glance.first_page(view.filter.query(module, view.sort)) is not None
            panel.show_view(understood("Вид", text, REPORTS)[0])


def test_one_that_this_program_has_written_is_understood_whole() -> None:
    conditions = [Condition(MINE, "Мои"), containing(THROWAWAY.field("name"), "ёлка")]
    view = View("Все", Filter("слова", ("planned",), True, {one.key: one for one in conditions}), f"-{DUE}", ("name",))
    assert understood("Все", json.dumps(written(view)), THROWAWAY) == (view, [])


def test_a_name_is_plain_text(panel: RecordPanel, put: Put, wait: Wait) -> None:
    put("views", {"v1": offered('<img src="http://x/">&Файл\tCtrl+Q\nстрока', {}, author="<b>")})
    wait(lambda: bool(panel.views.shared.now))
    (title,) = [one for one in named(panel) if "img" in one]
    assert title == '<img src="http://x/">&&Файл Ctrl+Q строка — <b>\tAlt+1'
    (act,) = [one for one in menu_of(panel) if "img" in one.text()]
    assert "&lt;b&gt;" in act.toolTip() and act.shortcut().isEmpty()


def test_what_is_looked_for_in_personal_data_is_not_offered(
    panel: RecordPanel, profile: Profile, seat: Seat, tasks: Tasks, notices: Notices
) -> None:
    phone = containing(REPORTS.field("author_name"), "Петров")
    Views(REPORTS, profile).keep(seat.login, View("Жалобщик", Filter(conditions={phone.key: phone})))
    below(panel, "Предложить всем")["Жалобщик"].trigger()
    assert "по личным данным" in notices[-1][0] and operations(tasks) == []


def test_its_author_and_seniors_rename_and_withdraw_it(
    panel: RecordPanel, put: Put, seat: Seat, wait: Wait, tasks: Tasks, notices: Notices
) -> None:
    put("views", {"v1": offered("Ямы", {})})
    wait(lambda: bool(panel.views.shared.now))
    seat.take("sidorov", "Сидоров", role("operator"))
    assert not below(panel, "Отозвать общий") and not below(panel, "Переименовать общий")
    seat.take("ivanova", "Иванова", role("moderator"))
    assert below(panel, "Отозвать общий")
    seat.take("petrov", "Петров", role("operator"))
    below(panel, "Переименовать общий")["Ямы — Петров П. П."].trigger()
    sheet = panel.views.findChildren(NameSheet)[0]
    sheet.line.setText("Ямы & ухабы")
    sheet.accept.click()
    wait(lambda: [one.view.name for one in panel.views.shared.now] == ["Ямы & ухабы"])
    below(panel, "Отозвать общий")["Ямы && ухабы — Петров П. П."].trigger()
    wait(lambda: panel.views.shared.now == [])
    assert "Общие" not in named(panel) and operations(tasks)[-1].deleted


def test_the_store_holds_to_its_author(panel: RecordPanel, put: Put, tasks: Tasks) -> None:
    put("views", {"v1": offered("Ямы", {})})

    def saved(ident: str | None, change: dict[str, Any], login: str, key: str) -> None:
        tasks.write_here(lambda writer: writer.save("views", ident, change, login, role(key), panel.model.clock()))

    def deleted(login: str, key: str) -> None:
        tasks.write_here(lambda writer: writer.delete("views", "v1", login, role(key), panel.model.clock()))

    for act in (
        lambda: saved("v1", {"name": "Моё"}, "sidorov", "operator"), lambda: deleted("sidorov", "executor"),
        lambda: saved(None, offered("Чужим именем", {}), "sidorov", "operator"),
    ):  # fmt: skip
        with pytest.raises(Refused, match="сотрудника «petrov»"):
            act()
    with pytest.raises(Refused, match="записывает программа"):
        saved("v1", {"content": "правка"}, "petrov", "operator")
    saved("v1", {"name": "Своё"}, "petrov", "operator")
    saved("v1", {"name": "Старшего"}, "ivanova", "moderator")
    deleted("ivanova", "admin")


def test_without_the_right_to_write_nothing_is_offered(
    panel: RecordPanel, profile: Profile, seat: Seat, put: Put, wait: Wait
) -> None:
    Views(REPORTS, profile).keep(seat.login, View("Ямы", Filter("яма")))
    put("views", {"v1": offered("Ямы", {}, seat.login)})
    wait(lambda: len(panel.views.shared.own) == 1)
    seat.read_only = True
    assert not below(panel, "Предложить всем") and panel.views.shared.own == []


def test_the_register_opens_in_its_own_panel(panel_of: PanelOf, put: Put, tasks: Tasks) -> None:
    put("views", {"v1": offered("Ямы", {"text": "яма"})})
    shown = panel_of(VIEWS)
    shown.show_record("v1")
    assert shown.form.record is not None and shown.form.record == tasks.glance.get("views", "v1")
