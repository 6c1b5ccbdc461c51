"""Intake at the desk: an address becomes a house, a house a point, a point a territory; nothing begun is lost."""

from typing import Any

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from test_record_form import type_into
from throwaway import SQUARE

from citymanager.modules import BY_KEY
from citymanager.roles import role
from widgets.intake_places import CityPlaces

REPORTS = BY_KEY["reports"]
TABLE = {
    "streets": [["Комсомольская улица", 60.705, 56.085], ["улица Мира", 60.715, 56.085]],
    "houses": [[0, "13", 60.7051, 56.0851], [0, "15", 60.7052, 56.0852], [1, "2", 60.7151, 56.0851]],
}


def area(west: float) -> dict[str, Any]:
    east = west + 0.01
    ring = [[west, 56.08], [east, 56.08], [east, 56.09], [west, 56.09], [west, 56.08]]
    return {"type": "Polygon", "coordinates": [ring]}


@pytest.fixture
def places(tasks, wait):
    made = CityPlaces(tasks)
    made.take_addresses(TABLE)
    wait(lambda: len(made.book) == 3)
    return made


@pytest.fixture
def panel(put, panel_of, places):
    """The queue in a city of two streets and two territories."""
    put("organisations", {"o1": {"name": "УК «Запад»"}, "o2": {"name": "УК «Восток»"}, "o9": {"name": "УК «Чужая»"}})
    put("service_areas", {"a1": {"name": "Западная", "company": "o1", "geometry": area(60.70)},
                          "a2": {"name": "Восточная", "company": "o2", "geometry": area(60.71)}})  # fmt: skip
    put("electoral_districts", {"d1": {"name": "Округ № 1", "geometry": area(60.70)}})
    return panel_of(REPORTS, places=places)


def line(panel, key):
    return panel.form.lines[key]


def value(panel, key):
    return line(panel, key).editor.value()


def type_keys(box, text: str) -> None:
    """Type letter by letter, as a keyboard of any layout does."""
    for letter in text:
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            QApplication.sendEvent(box, QKeyEvent(kind, 0, Qt.KeyboardModifier.NoModifier, letter))


def choose(panel, wait, typed: str) -> None:
    """Type an address by keys and take the best suggestion with Enter."""
    box = line(panel, "address").editor.line
    box.setFocus()
    box.selectAll()
    type_keys(box, typed)
    wait(lambda: bool(box.offered) and typed == box.text())
    QTest.keyClick(box, Qt.Key.Key_Return)


def test_a_chosen_house_sets_point_and_territory_and_says_why(panel, wait, qtbot):
    panel.open_new()
    with qtbot.waitSignal(panel.placed) as heard:
        choose(panel, wait, "комс 13")
    assert heard.args == [(56.0851, 60.7051)]
    assert value(panel, "address") == "Комсомольская улица, 13"
    assert value(panel, "geometry") == {"type": "Point", "coordinates": [60.7051, 56.0851]}
    wait(lambda: value(panel, "district") == "d1")
    assert value(panel, "management_company") == "o1"
    why = "Заполнено программой: точка внутри границы территории «Западная»"
    assert line(panel, "management_company").why.text() == why
    assert value(panel, "precinct") is None
    assert line(panel, "precinct").why.text() == "Не заполнено: точка вне полицейских участков"


def test_a_street_leads_to_its_houses_and_the_flat_is_kept(panel, wait):
    panel.open_new()
    box = line(panel, "address").editor.line
    choose(panel, wait, "комс")
    assert box.text() == "Комсомольская улица, " and value(panel, "geometry") is None
    wait(lambda: box.offered == ["Комсомольская улица, 13", "Комсомольская улица, 15"])
    choose(panel, wait, "комс 15, кв. 7")
    assert value(panel, "address") == "Комсомольская улица, 15, кв. 7"
    assert value(panel, "geometry")["coordinates"] == [60.7052, 56.0852]


def test_a_whole_address_that_was_typed_out_needs_no_choosing(panel, wait):
    panel.open_new()
    box = line(panel, "address").editor.line
    box.setFocus()
    type_keys(box, "ул. Мира, д. 2")
    wait(lambda: bool(box.offered))
    box.hide_offers()
    line(panel, "text").editor.page.setFocus()
    wait(lambda: value(panel, "management_company") == "o2")
    assert value(panel, "address") == "ул. Мира, д. 2"


def test_another_house_moves_the_programs_own_point_and_territory(panel, wait):
    panel.open_new()
    choose(panel, wait, "комс 13")
    wait(lambda: value(panel, "district") == "d1")
    choose(panel, wait, "мира 2")
    wait(lambda: value(panel, "management_company") == "o2")
    assert value(panel, "geometry")["coordinates"] == [60.7151, 56.0851]
    assert value(panel, "district") is None
    assert line(panel, "district").why.text().startswith("Не заполнено: точка вне округов")


def test_a_point_set_by_hand_is_moved_only_when_that_is_wanted(panel, wait):
    panel.open_new()
    panel.form.place.point(56.0855, 60.7155)
    wait(lambda: value(panel, "management_company") == "o2")
    choose(panel, wait, "комс 13")
    wait(lambda: panel.form.intake.move.words == "Точка стоит в другом месте: перенести?")
    assert value(panel, "geometry")["coordinates"] == [60.7155, 56.0855]
    panel.form.intake.move.accept.click()
    assert value(panel, "geometry")["coordinates"] == [60.7051, 56.0851]
    wait(lambda: value(panel, "management_company") == "o1")
    assert panel.form.intake.move.words == ""


def test_what_was_chosen_by_hand_stays(panel, wait):
    panel.open_new()
    line(panel, "management_company").editor._choose("o9", "УК «Чужая»")
    choose(panel, wait, "комс 13")
    wait(lambda: value(panel, "district") == "d1")
    assert value(panel, "management_company") == "o9"
    assert line(panel, "management_company").why.text().startswith("Выбрано вручную. По точке: УК «Запад»")


def test_a_point_without_an_address_is_offered_the_nearest_house(panel, wait):
    panel.open_new()
    panel.form.place.point(56.085, 60.7051)
    wait(lambda: panel.form.intake.name.words == "Ближайший дом: Комсомольская улица, 13 (11 м)")
    panel.form.intake.name.accept.click()
    assert value(panel, "address") == "Комсомольская улица, 13"
    assert value(panel, "geometry")["coordinates"] == [60.7051, 56.085]


def test_the_point_of_a_stored_record_takes_its_territory_along(panel, put, wait):
    put("reports", {"r1": {"text": "Яма", "status": "new", "address": "Комсомольская улица, 13",
                           "received": "2026-11-01T00:00:00Z",
                           "geometry": {"type": "Point", "coordinates": [60.7051, 56.0851]},
                           "management_company": "o1", "district": "d1"}})  # fmt: skip
    panel.show_record("r1")
    assert not panel.form.touched
    choose(panel, wait, "мира 2")
    wait(lambda: value(panel, "management_company") == "o2")
    assert value(panel, "district") is None


def test_a_report_that_came_from_elsewhere_is_filled_in_when_that_is_wanted(panel, put, wait):
    put("organisations", {"o1": {"name": "УК «Запад»", "kind": "management", "categories": ["garbage"]}}, version=2)
    place = {"type": "Point", "coordinates": [60.7051, 56.0851]}
    put("reports", {"r1": {"text": "Мусор", "status": "new", "category": "garbage", "geometry": place,
                           "channel": "portal", "received": "2026-11-01T00:00:00Z"},
                    "r2": {"text": "Яма", "status": "new", "management_company": "o1", "district": "d1",
                           "precinct": "p1", "executor": "o9", "geometry": place}})  # fmt: skip
    panel.show_record("r1")
    offer = panel.form.intake.unfilled.offer
    wait(lambda: "Исполнитель — УК «Запад»" in offer.words)
    assert not panel.form.touched, "a card that was only looked at is as it was"
    offer.accept.click()
    assert [value(panel, key) for key in ("management_company", "district", "executor")] == ["o1", "d1", "o1"]
    why = "Заполнено программой: УК этого места принимает категорию «Неубранный мусор»"
    assert line(panel, "executor").why.text() == why and not offer.words
    panel.show_record("r2")
    wait(lambda: panel.form.ident == "r2")
    assert not offer.words, "there is nothing to be filled in"


def test_a_module_without_a_point_takes_only_the_address(put, panel_of, places, wait):
    bench = panel_of(BY_KEY["earthworks"], places=places)
    bench.open_new()
    bench.form.place.put(SQUARE)
    choose(bench, wait, "комс 13")
    assert value(bench, "address") == "Комсомольская улица, 13" and value(bench, "geometry") == SQUARE


def test_without_a_map_the_addresses_used_before_are_offered_with_their_points(put, panel_of, tasks, wait):
    spot = {"type": "Point", "coordinates": [60.75, 56.08]}
    put("reports", {"r1": {"text": "Яма", "status": "new", "address": "Лесная, 4, у магазина", "geometry": spot}})
    bare = panel_of(REPORTS, places=CityPlaces(tasks))
    bare.open_new()
    choose(bare, wait, "лесная 4")
    assert value(bare, "address") == "Лесная, 4, у магазина" and value(bare, "geometry") == spot


def test_what_the_map_does_not_have_stays_as_it_was_typed(panel, wait):
    panel.open_new()
    box = line(panel, "address").editor.line
    box.setFocus()
    type_keys(box, "за гаражами у реки")
    wait(lambda: box.offered == ["Такого адреса на карте нет: останется, как введено"])
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert value(panel, "address") == "за гаражами у реки" and value(panel, "geometry") is None


def test_a_second_new_card_is_empty_and_the_first_waits_in_plain_sight(panel, panel_of, places, tasks, wait):
    panel.open_new()
    type_into(line(panel, "text"), "Прорвало трубу")
    panel.open_new()
    assert value(panel, "text") is None
    assert len(panel.unfinished.told) == 1 and panel.unfinished.told[0].endswith(": Прорвало трубу")
    type_into(line(panel, "text"), "Второй звонок")
    (first,) = panel.form._drafts.unfinished("ivanova")
    panel.resume(first.ident)
    assert value(panel, "text") == "Прорвало трубу"
    assert [told.split(": ")[1] for told in panel.unfinished.told] == ["Второй звонок"]
    panel.form.keep_draft()
    tasks.write_here(lambda writer: None)  # all drafts are on the disk
    again = panel_of(REPORTS, places=places)
    assert sorted(told.split(": ")[1] for told in again.unfinished.told) == ["Второй звонок", "Прорвало трубу"]


def test_a_card_thrown_away_can_be_brought_back(panel):
    panel.open_new()
    type_into(line(panel, "text"), "Прорвало трубу")
    panel.open_new()
    (card,) = panel.form._drafts.unfinished("ivanova")
    panel.unfinished._drop("ivanova", card, "")
    assert panel.unfinished.told == ["Незаконченная карточка удалена."]
    panel.unfinished._bring_back("")
    assert panel.unfinished.told[0].endswith("Прорвало трубу")


def test_a_card_begun_while_the_first_is_being_saved_is_another_card(panel, tasks, wait):
    panel.open_new()
    type_into(line(panel, "text"), "Первая")
    panel.form.save()
    panel.open_new()
    type_into(line(panel, "text"), "Вторая")
    wait(lambda: len(tasks.glance.outbox()) == 1)
    wait(lambda: panel.unfinished.told == [])
    assert tasks.glance.outbox()[0].change["text"] == "Первая"
    assert panel.form.ident == "" and value(panel, "text") == "Вторая" and panel.form.touched
    panel.form.save()
    wait(lambda: len(tasks.glance.outbox()) == 2)
    wait(lambda: not panel.form.touched)
    assert [one.draft for one in panel.form._drafts.unfinished("ivanova")] == []


def test_the_next_person_sees_no_card_that_another_began(panel, seat):
    panel.open_new()
    type_into(line(panel, "text"), "Моё")
    panel.open_new()
    assert panel.unfinished.told
    seat.take("petrov", "Петров П. П.", role("operator"))
    assert panel.unfinished.told == []
    seat.take("ivanova", "Иванова А. П.", role("operator"))
    assert panel.unfinished.told


def test_the_category_leads_to_the_executor_and_another_one_to_another(panel, put, wait):
    company = {"name": "УК «Запад»", "kind": "management", "categories": ["garbage"]}
    lamps = {"name": "Горсвет", "kind": "service", "categories": ["lighting"]}
    put("organisations", {"o1": company, "o5": lamps}, version=2)
    panel.open_new()
    panel.form.place.point(56.085, 60.705)
    wait(lambda: line(panel, "executor").why.text() == "Не заполнено: категория не выбрана")
    pick(panel, "garbage")
    wait(lambda: value(panel, "executor") == "o1")
    why = "Заполнено программой: УК этого места принимает категорию «Неубранный мусор»"
    assert line(panel, "executor").why.text() == why
    pick(panel, "lighting")
    wait(lambda: value(panel, "executor") == "o5")
    pick(panel, "pothole")
    wait(lambda: value(panel, "executor") is None)
    assert "решит модератор" in line(panel, "executor").why.text()


def test_an_executor_chosen_by_hand_stays_whatever_the_category(panel, wait):
    panel.open_new()
    line(panel, "executor").editor._choose("o9", "УК «Чужая»")
    panel.form.place.point(56.085, 60.705)
    pick(panel, "garbage")
    wait(lambda: value(panel, "management_company") == "o1")
    assert value(panel, "executor") == "o9"


def pick(panel, category: str) -> None:
    """Choose a category as a person does from the list."""
    box = line(panel, "category").editor.box
    box.setCurrentIndex(box.findData(category))
    box.activated.emit(box.currentIndex())
