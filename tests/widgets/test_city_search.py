"""The one box for the whole city: what it finds, in which order, where it leads, and what it keeps to itself."""

import time
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from citymanager.hub import Hub
from citymanager.modules import MODULES
from citymanager.record_search import MASKED
from citymanager.roles import role
from citymanager.schema import Module
from citymanager.store import Reader
from citymanager.tasks import Tasks
from widgets.city_search import HINTS, MAY_BE_TYPED, NEW_HERE, NO_STREETS, NOTHING, SEARCHING, CitySearch
from widgets.desk import Desk
from widgets.search_delegate import beginnings, parts
from widgets.search_list import words_of
from widgets.seat import Seat

Put = Callable[..., None]
Wait = Callable[[Callable[[], bool]], None]
TABLE: dict[str, Any] = {
    "streets": [["Комсомольская улица", 60.705, 56.085], ["улица Мира", 60.715, 56.085]],
    "houses": [[0, "13 с1", 60.7051, 56.0851], [0, "15", 60.7052, 56.0852], [1, "2", 60.7151, 56.0851],
               [-1, "77", 60.69, 56.05]],
    "crossings": [[0, 1, 60.71, 56.085]],
}  # fmt: skip
REPORT = {
    "number": "Т-0000317", "received": "2026-11-20T08:00:00Z", "status": "in_work", "address": "улица Мира, 2",
    "text": "Не горит фонарь у подъезда", "author_name": "Скрытная Анна", "author_phone": "+79510001122",
}  # fmt: skip


@pytest.fixture
def house() -> Sequence[Module]:
    return MODULES


@pytest.fixture
def search(put: Put, desk: Desk, wait: Wait) -> CitySearch:
    put(
        "reports",
        {"r1": REPORT, "r2": {**REPORT, "number": "Т-0000318", "text": "Яма на Комсомольской", "address": ""}},
    )
    put("organisations", {"o1": {"name": "Горсвет", "address": "улица Мира, 2"}})
    put("telephonograms", {"t1": {"number": "317/2026", "text": "Отключение: Горсвет меняет фонарь", "place": "Мира"}})
    put("access_log", {"a1": {"login": "shpion", "act": "reveal", "at": "2026-11-20T08:00:00Z"}})
    desk.places.take_addresses(TABLE)
    wait(lambda: len(desk.places.book) == 4)
    return desk.search


def press(box: QLineEdit, text: str) -> None:
    """Type letter by letter, as a keyboard of any layout does."""
    for letter in text:
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            QApplication.sendEvent(box, QKeyEvent(kind, 0, Qt.KeyboardModifier.NoModifier, letter))


def find(search: CitySearch, wait: Wait, text: str) -> list[str]:
    """Type a text by keys into the box; what stands in the list once all is answered."""
    search.line.setFocus()
    search.line.selectAll()
    press(search.line, text)
    wait(lambda: search.complete)
    return search.list.texts()


def titles(search: CitySearch, wait: Wait, text: str) -> list[tuple[str, str]]:
    find(search, wait, text)
    return [(one.group, one.title) for one in search.list.hits()]


def test_numbers_come_first_then_addresses_then_words(search: CitySearch, wait: Wait) -> None:
    assert titles(search, wait, "Т-317")[0] == ("Номера", "Т-0000317 · улица Мира, 2")
    assert titles(search, wait, "317/2026")[0][0] == "Номера"
    assert [one.split(" · ")[0] for _, one in titles(search, wait, "317")] == ["Т-0000317", "317/2026"]
    assert titles(search, wait, "комсомольск 13с1") == [("Адреса", "Комсомольская улица, 13 с1")]
    found = titles(search, wait, "мира 2")
    assert found[0] == ("Адреса", "улица Мира, 2") and ("Записи", "Т-0000317 · улица Мира, 2") in found[1:]


def test_who_is_called_so_comes_before_those_who_speak_of_him(search: CitySearch, wait: Wait) -> None:
    assert [one.split(" · ")[0] for _, one in titles(search, wait, "горсв")] == ["Горсвет", "317/2026"]
    first, second = search.list.hits()
    assert (first.kind, second.kind) == ("организация", "телефонограмма")
    assert "Горсвет меняет фонарь" in second.about


def test_a_record_is_told_with_its_date_and_status(search: CitySearch, wait: Wait) -> None:
    find(search, wait, "подъезда")
    (one,) = search.list.hits()
    assert (one.kind, one.when, one.status_title) == ("сообщение", "20.11.2026 13:00", "В работе")
    assert one.told.startswith("Т-0000317 · улица Мира, 2, сообщение, В работе")


@pytest.mark.parametrize(
    ("typed", "group", "title"),
    [
        ("56.0853 60.7350", "Координаты", "56.085300, 60.735000"),
        ("мира / комс", "Адреса", "улица Мира / Комсомольская улица"),
        ("дом 77", "Адреса", "дом 77 (улица не указана)"),
        ("vbhf 2", "Адреса", "улица Мира, 2"),
    ],
)
def test_places_of_every_kind_are_found(search: CitySearch, wait: Wait, typed: str, group: str, title: str) -> None:
    assert titles(search, wait, typed)[0] == (group, title)


def test_enter_goes_to_the_address_and_offers_a_report_there(
    search: CitySearch, desk: Desk, hub: Hub, wait: Wait, qtbot: QtBot
) -> None:
    find(search, wait, "комс 15")
    with qtbot.waitSignal(desk.placed) as heard:
        QTest.keyClick(search.line, Qt.Key.Key_Return)
    assert heard.args == [(56.0852, 60.7052)]
    assert search.line.text() == "Комсомольская улица, 15" and not search.list.isVisible()
    assert search.begin.isVisible() and search.begin.text() == NEW_HERE
    search.begin.click()
    form = desk.record("reports").form
    wait(lambda: form.isVisible() and form.lines["address"].editor.value() == "Комсомольская улица, 15")
    assert form.lines["geometry"].editor.value() == {"type": "Point", "coordinates": [60.7052, 56.0852]}
    assert not search.begin.isVisible()


def test_ctrl_enter_begins_the_report_at_once(search: CitySearch, desk: Desk, wait: Wait) -> None:
    find(search, wait, "мира 2 кв. 5")
    QTest.keyClick(search.line, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    wait(lambda: desk.record("reports").form.lines["address"].editor.value() == "улица Мира, 2, кв. 5")


def test_coordinates_are_a_point_and_no_address(search: CitySearch, desk: Desk, wait: Wait) -> None:
    find(search, wait, "56.0853 60.7350")
    QTest.keyClick(search.line, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    form, point = desk.record("reports").form, {"type": "Point", "coordinates": [60.735, 56.0853]}
    wait(lambda: form.lines["geometry"].editor.value() == point)
    assert not form.lines["address"].editor.value()


def test_a_report_from_the_box_finds_its_territory(search: CitySearch, desk: Desk, put: Put, wait: Wait) -> None:
    ring = [[60.70, 56.08], [60.71, 56.08], [60.71, 56.09], [60.70, 56.09], [60.70, 56.08]]
    put("electoral_districts", {"d1": {"name": "Округ № 1", "geometry": {"type": "Polygon", "coordinates": [ring]}}})
    find(search, wait, "комс 15")
    QTest.keyClick(search.line, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    wait(lambda: desk.record("reports").form.lines["district"].editor.value() == "d1")


def test_a_street_is_no_point_of_a_report(search: CitySearch, desk: Desk, wait: Wait) -> None:
    find(search, wait, "улица мира")
    QTest.keyClick(search.line, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    form = desk.record("reports").form
    wait(lambda: form.lines["address"].editor.value() == "улица Мира")
    assert form.lines["geometry"].editor.value() is None


def test_enter_on_a_record_opens_its_card_and_shows_it_on_the_map(
    search: CitySearch, desk: Desk, hub: Hub, wait: Wait
) -> None:
    heard: list[tuple[str, str]] = []
    hub.selected.connect(lambda module, ident: heard.append((module, ident)))
    find(search, wait, "горсв")
    QTest.keyClick(search.line, Qt.Key.Key_Down)
    QTest.keyClick(search.line, Qt.Key.Key_Return)
    wait(lambda: "telephonograms" in desk.records and desk.record("telephonograms").form.ident == "t1")
    assert ("telephonograms", "t1") in heard


def test_arrows_walk_over_hits_only_and_round(search: CitySearch, wait: Wait) -> None:
    find(search, wait, "мира 2")
    all_of_them = search.list.hits()
    assert len(all_of_them) > 1 and search.list.chosen() == all_of_them[0]
    walked = []
    for _ in range(len(all_of_them)):
        QTest.keyClick(search.line, Qt.Key.Key_Down)
        walked.append(search.list.chosen())
    assert walked == [*all_of_them[1:], all_of_them[0]]
    QTest.keyClick(search.line, Qt.Key.Key_Up)
    assert search.list.chosen() == all_of_them[-1]
    assert search.line.accessibleDescription() == all_of_them[-1].told


def test_ctrl_k_calls_it_and_escape_leads_back(search: CitySearch, desk: Desk, wait: Wait) -> None:
    before = desk.record("reports").bar.search
    before.setFocus()
    QTest.keyClick(before, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    wait(search.line.hasFocus)
    assert search.list.texts() == [MAY_BE_TYPED, *HINTS]
    press(search.line, "мира")
    wait(lambda: search.complete)
    for still in (search.line, search.line, before):
        QTest.keyClick(search.line, Qt.Key.Key_Escape)
        assert still.hasFocus()
    assert not search.line.text() and not search.list.isVisible()


def test_who_passes_by_with_tab_sees_no_list_and_who_clicks_does(search: CitySearch, desk: Desk) -> None:
    search.line.setFocus(Qt.FocusReason.TabFocusReason)
    assert not search.list.isVisible()
    QTest.keyClick(search.line, Qt.Key.Key_Down)
    assert search.list.isVisible()
    desk.record("reports").bar.search.setFocus()
    assert not search.list.isVisible()
    search.line.setFocus(Qt.FocusReason.MouseFocusReason)
    assert search.list.isVisible() and not search.list.foot.isVisible()


def test_nothing_found_is_said(search: CitySearch, wait: Wait) -> None:
    assert find(search, wait, "ъъъ") == [NOTHING]


def test_without_a_map_it_says_why_no_address_is_found(desk: Desk, wait: Wait) -> None:
    assert find(desk.search, wait, "ленина 5") == [NOTHING, NO_STREETS]


def test_while_the_records_are_read_it_says_so_and_shows_what_it_has(
    search: CitySearch, tasks: Tasks, wait: Wait
) -> None:
    with held(tasks, 2):
        search.line.setFocus()
        press(search.line, "м")
        assert search.list.texts() == [SEARCHING]
        QTest.keyClick(search.line, Qt.Key.Key_Return)  # before there is anything to be opened
    wait(lambda: search.begin.isVisible())
    assert search.line.text() == "улица Мира"


def test_an_answer_to_an_older_key_is_never_shown(search: CitySearch, tasks: Tasks, wait: Wait) -> None:
    shown: list[list[str]] = []
    with held(tasks, 2):
        search.line.setFocus()
        press(search.line, "комс 15")
        search.line.selectAll()
        search.list.turned.connect(lambda one: shown.append([hit.title for hit in search.list.hits()]))
        press(search.line, "мира 2")
    wait(lambda: search.complete)
    assert search.list.hits()[0].title == "улица Мира, 2"
    assert not [titles for titles in shown if any("Комсомольская" in one for one in titles)]


def test_a_key_fills_the_list_once(search: CitySearch, wait: Wait) -> None:
    """Places wait for the records: a list that shrinks and grows at every key can't be read."""
    find(search, wait, "мир")
    filled: list[list[str]] = []
    search.list.view.model().modelReset.connect(lambda: filled.append(search.list.texts()))
    search._soon.setInterval(60_000)
    press(search.line, "а")
    wait(lambda: search.complete)
    assert len(filled) == 1 and search.list.hits()[0].title == "улица Мира"


def test_enter_means_what_was_typed_last_though_the_list_waits_for_the_records(
    search: CitySearch, tasks: Tasks, wait: Wait
) -> None:
    find(search, wait, "мира")
    places = list(search.list.hits())
    find(search, wait, "комс")
    search._soon.setInterval(60_000)
    with held(tasks, 2):
        press(search.line, " 15")
        search._take_places([one for one in places if one.group == "Адреса"])  # as the reader gives them
        assert search.list.hits()[0].title == "Комсомольская улица"
        QTest.keyClick(search.line, Qt.Key.Key_Return)
    assert search.line.text() == "улица Мира"


def test_another_answer_chooses_its_best_line(search: CitySearch, wait: Wait) -> None:
    find(search, wait, "мира")
    QTest.keyClick(search.line, Qt.Key.Key_Down)
    assert search.list.chosen() == search.list.hits()[1]
    press(search.line, " 2")
    wait(lambda: search.complete)
    assert search.list.chosen() == search.list.hits()[0]


@pytest.mark.parametrize(
    ("typed", "line", "bold"),
    [
        ("фон", "…не горит Фонарь у фонтана", ["Фон", "фон"]),
        ("елка", "Ёлка № 5 упала, а селёлка — нет", ["Ёлка"]),
        ("т-317", "Т-0000317 · улица Мира, 2", ["317"]),
        ("vbhf 2", "улица Мира, 2", ["Мира", "2"]),
        ("фонарь у", "Фонарь у подъезда", ["Фонарь"]),
        ("м", "улица Мира", ["М"]),
        ("", "улица Мира", []),
        ("стр", "ﬁстр стр", []),
    ],
)
def test_what_was_typed_stands_out_in_the_lines(typed: str, line: str, bold: list[str]) -> None:
    found = list(parts(line, beginnings(words_of(typed))))
    assert "".join(part for part, _ in found) == line
    assert [part for part, typed in found if typed] == bold


def test_the_words_that_were_found_are_at_the_beginning_of_a_short_line(
    search: CitySearch, put: Put, wait: Wait
) -> None:
    text = "Добрый вечер. Уже третий день подряд в третьем подъезде нашего дома не работает домофон, помогите"
    put("reports", {"r3": {**REPORT, "number": "Т-0000319", "text": text}})
    find(search, wait, "не домофон")
    assert [one.about for one in search.list.hits()] == ["…не работает домофон, помогите"]
    find(search, wait, "добрый")
    assert search.list.hits()[0].about == text


def test_a_long_note_is_folded_and_not_cut(search: CitySearch, wait: Wait) -> None:
    find(search, wait, "мира")
    one_line = search.list.view.sizeHintForRow(0)
    find(search, wait, "ъъъ")
    search.list._delegate.wide = 200
    assert search.list.view.sizeHintForRow(0) > 1.5 * one_line


def test_the_list_goes_with_the_box_when_something_comes_above_it(search: CitySearch, desk: Desk, wait: Wait) -> None:
    """An alarm pushed the box down, and the list lay over what was typed."""
    find(search, wait, "мира")

    def below() -> int:
        return search.list.y() - search.line.mapTo(search.window(), QPoint(0, search.line.height())).y()

    apart, before = below(), search.list.y()
    strip = QWidget()
    strip.setFixedHeight(90)
    desk.window.setMenuWidget(strip)
    wait(lambda: search.list.y() > before)
    assert below() == apart > 0


def test_an_emptied_box_is_not_filled_by_a_late_answer(search: CitySearch, tasks: Tasks, wait: Wait) -> None:
    with held(tasks, 2):
        search.line.setFocus()
        press(search.line, "м")
        search.line.clear()
    wait(lambda: idle(tasks))
    assert search.list.texts() == [MAY_BE_TYPED, *HINTS]


def test_what_one_may_not_read_is_not_found(search: CitySearch, seat: Seat, wait: Wait) -> None:
    assert find(search, wait, "shpion") == [NOTHING]
    seat.take("root", "Админ", role("admin"))
    assert search.line.text() == ""
    assert titles(search, wait, "shpion") != []


def test_personal_data_are_found_by_those_who_see_them_and_shown_to_nobody(
    search: CitySearch, seat: Seat, wait: Wait
) -> None:
    find(search, wait, "скрытная")
    assert [one.about for one in search.list.hits()] == [MASKED, MASKED]
    told = " ".join(one.told for one in search.list.hits())
    assert "Скрытная" not in told and "1122" not in told
    seat.take("screen", "", role("wall"))
    assert find(search, wait, "скрытная") == [NOTHING]
    assert find(search, wait, "79510001122") == [NOTHING]
    assert [one for _, one in titles(search, wait, "подъезда")] == ["Т-0000317 · улица Мира, 2"]


def test_a_locked_desk_holds_nothing_of_what_was_found(search: CitySearch, desk: Desk, wait: Wait) -> None:
    find(search, wait, "мира 2")
    desk.lock_away()
    assert (search.line.text(), search.list.texts(), search.list.isVisible()) == ("", [], False)


def test_who_may_make_no_report_is_offered_none(search: CitySearch, seat: Seat, wait: Wait) -> None:
    seat.take("boss", "Глава", role("head"))
    find(search, wait, "мира 2")
    QTest.keyClick(search.line, Qt.Key.Key_Return)
    assert not search.begin.isVisible()


def test_untrusted_text_stays_text(search: CitySearch, put: Put, wait: Wait) -> None:
    put("organisations", {"o2": {"name": "<img src=x onerror=alert(1)> ЖЭК\nвторая строка"}})
    assert titles(search, wait, "жэк") == [("Записи", "<img src=x onerror=alert(1)> ЖЭК вторая строка")]
    search.list.grab()


def test_each_key_is_answered_at_once(search: CitySearch, put: Put, wait: Wait) -> None:
    put("reports", {f"n{n}": {**REPORT, "number": f"А-{n}", "text": f"Подъезд {n} фонарь"} for n in range(5_000)})
    find(search, wait, "ф")
    times = []
    for letter in "онарь":
        begun = time.perf_counter()
        press(search.line, letter)
        wait(lambda: search.complete)
        times.append(time.perf_counter() - begun)
    assert sorted(times)[2] < 0.15  # 50 ms are promised at a million; see tests/bench/searching.py


class held:
    """Keeps all readers busy, so that what is asked meanwhile waits its turn."""

    def __init__(self, tasks: Tasks, readers: int) -> None:
        import threading

        self._free, self._busy = threading.Event(), threading.Barrier(readers + 1)
        for _ in range(readers):
            tasks.read(self._hold)
        self._busy.wait(20)

    def _hold(self, reader: Reader) -> None:
        self._busy.wait(20)
        self._free.wait(20)

    def __enter__(self) -> None:
        pass

    def __exit__(self, *_: object) -> None:
        self._free.set()


def idle(tasks: Tasks) -> bool:
    """Whether both readers have done what they were asked before."""
    answered: list[int] = []
    for number in range(2):
        tasks.read(lambda reader, number=number: number, answered.append)
    QTest.qWait(50)
    return len(answered) == 2
