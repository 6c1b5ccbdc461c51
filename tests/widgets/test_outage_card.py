"""An outage's card: houses by street and number, the zone beside them, those who report it, and its end, by keys."""

from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from throwaway import NOW

from citymanager.known_outages import answer_id
from citymanager.modules import BY_KEY
from citymanager.outage_zone import zone_around
from citymanager.roles import role
from citymanager.store import Query
from citymanager.values import moment
from widgets.editors.houses import NO_HOUSE, WAITS
from widgets.intake_places import CityPlaces
from widgets.panels.additions import furnish
from widgets.panels.known_outage import KnownOutage
from widgets.panels.outage_strip import END, SHOW_END, OutageStrip
from widgets.panels.stand import Stand
from widgets.panels.zone_strip import NO_HOUSES, ZoneStrip

PHONES, REPORTS = BY_KEY["telephonograms"], BY_KEY["reports"]
TABLE = {
    "streets": [["улица Ленина", 60.705, 56.085], ["улица Мира", 60.715, 56.085]],
    "houses": [*([0, str(n), 60.70 + n / 10_000, 56.085] for n in range(1, 8)), [1, "2", 60.7151, 56.085]],
}
RING = [[60.70, 56.08], [60.71, 56.08], [60.71, 56.09], [60.70, 56.09], [60.70, 56.08]]
ZONE = {"type": "Polygon", "coordinates": [RING]}
OUTAGE = {
    "type": "emergency", "status": "sent", "resource": ["cold_water"], "geometry": ZONE, "text": "Нет воды",
    "began": moment(NOW - timedelta(hours=2)), "planned_end": moment(NOW - timedelta(hours=1)),
}  # fmt: skip
REPORT = {
    "text": "В доме нет воды", "status": "moderation", "received": moment(NOW), "address": "улица Ленина, 5",
    "geometry": {"type": "Point", "coordinates": [60.7005, 56.085]}, "channel": "portal", "number": "К1-7",
}  # fmt: skip
SCHOOL = {"name": "Школа № 1", "kind": "institution", "address": "ул. Ленина, д. 3", "active": True}


@pytest.fixture
def places(tasks, wait):
    made = CityPlaces(tasks)
    made.take_addresses(TABLE)
    wait(lambda: len(made.book) == 8)
    return made


@pytest.fixture
def card(put, panel_of, places, tasks, hub, seat, appearance, norms):
    def make(module):
        panel = panel_of(module, places=places)
        furnish(panel, Stand(tasks, hub, seat, appearance, norms, lambda: NOW))
        hub.opened.connect(lambda key, ident: panel.open_record(ident) if key == module.key else None)
        return panel

    put("organisations", {"o1": SCHOOL, "o2": {**SCHOOL, "name": "Больница", "address": "ул. Мира, 2"}})
    return make


def value(panel, key):
    return panel.form.lines[key].editor.value()


def strip(panel, kind):
    (found,) = panel.findChildren(kind)
    return found


def type_houses(panel, text, modifier=Qt.KeyboardModifier.NoModifier):
    editor = panel.form.lines["houses"].editor
    editor.line.setText(text)
    editor.line.textEdited.emit(text)
    QTest.keyClick(editor.line, Qt.Key.Key_Return, modifier)
    return editor


def test_houses_are_typed_counted_and_draw_the_zone(card, places, wait):
    panel = card(PHONES)
    panel.open_new({"type": "emergency", "text": "Нет воды"})
    editor = type_houses(panel, "Ленина 1-5 нечётные; Мира 2, 99")
    assert editor.houses == ["улица Ленина, 1", "улица Ленина, 3", "улица Ленина, 5", "улица Мира, 2"]
    assert "дома «99» на карте нет" in editor.said.text() and editor.problem() == WAITS
    editor.line.clear()
    assert editor.problem() == ""
    wait(lambda: value(panel, "geometry") is not None)
    assert value(panel, "geometry") == zone_around([places.find(one) for one in editor.houses])
    wait(lambda: value(panel, "social_objects") == "Больница (ул. Мира, 2)\nШкола № 1 (ул. Ленина, д. 3)")
    counted = "Жители не известны для 4 домов: впишите «Жителей». Соц. объектов по справочнику: 2."
    assert strip(panel, ZoneStrip).told.text() == counted
    editor.rows.setCurrentRow(3)
    QTest.keyClick(editor.rows, Qt.Key.Key_Delete)
    wait(lambda: value(panel, "social_objects") == "Школа № 1 (ул. Ленина, д. 3)")
    assert value(panel, "houses") == "улица Ленина, 1\nулица Ленина, 3\nулица Ленина, 5"
    type_houses(panel, "у пруда", Qt.KeyboardModifier.ShiftModifier)
    assert editor.said.text() == NO_HOUSE
    type_houses(panel, "Мира 99", Qt.KeyboardModifier.ShiftModifier)
    assert editor.houses[-1] == "Мира 99" and editor.line.text() == ""


def test_a_drawn_zone_lists_its_houses_and_leaves_what_was_typed(card, wait):
    panel = card(PHONES)
    panel.open_new({"type": "planned", "text": "Нет воды"})
    panel.form.place.put(ZONE)
    wait(lambda: len(panel.form.lines["houses"].editor.houses) == 7)
    editor = panel.form.lines["houses"].editor
    editor.rows.setCurrentRow(0)
    QTest.keyClick(editor.rows, Qt.Key.Key_Delete)
    wait(lambda: strip(panel, ZoneStrip).add.isVisible())
    assert value(panel, "geometry") == ZONE and "ещё 1 дом" in strip(panel, ZoneStrip).add.text()
    strip(panel, ZoneStrip).add.click()
    assert len(editor.houses) == 7
    panel.form.save()
    wait(lambda: panel.form.record is not None)
    assert panel.form.record.data["houses"].count("\n") == 6


def houses(*numbers):
    """Records of the register of houses: how many live in Lenina 1, 2 …; None: nobody knows."""
    return {
        f"h{n}": {"address": f"ул. Ленина, д. {n}", "residents": number, "as_of": "2026-10-01"}
        for n, number in enumerate(numbers, 1)
        if number is not None
    }


def type_residents(panel, text):
    line = panel.form.lines["residents"].editor.line
    line.setFocus()
    line.selectAll()
    QTest.keyClicks(line, text) if text else QTest.keyClick(line, Qt.Key.Key_Delete)
    return line


def test_residents_are_counted_by_the_register_and_follow_the_houses(card, put, wait):
    put("houses", houses(120, 80, 1_100))
    panel = card(PHONES)
    panel.open_new({"type": "emergency", "text": "Нет воды"})
    editor = type_houses(panel, "Ленина 1-4")
    wait(lambda: value(panel, "residents") == 1_300)
    told = strip(panel, ZoneStrip).told
    counted = "Жителей по справочнику: 1\u00a0300 в 3 домах; не известны для 1 дома: улица Ленина, 4."
    assert told.text().startswith(counted)
    why = "По справочнику домов, сведения на 01.10.2026; без 1 дома, где жители не известны."
    assert panel.form.lines["residents"].why.text() == why
    editor.rows.setCurrentRow(2)
    QTest.keyClick(editor.rows, Qt.Key.Key_Delete)
    wait(lambda: value(panel, "residents") == 200)
    panel.form.save()
    wait(lambda: panel.form.record is not None)
    assert panel.form.record.data["residents"] == 200


def test_a_zone_that_is_drawn_anew_counts_anew_also_in_a_saved_card(card, put, wait):
    put("houses", houses(10, 20, 30, 40, 50, 60, 70))
    half = [[60.70, 56.08], [60.70035, 56.08], [60.70035, 56.09], [60.70, 56.09], [60.70, 56.08]]
    panel = card(PHONES)
    panel.open_new({"type": "planned", "text": "Нет воды"})
    panel.form.place.put({"type": "Polygon", "coordinates": [half]})
    wait(lambda: value(panel, "residents") == 60)
    panel.form.save()
    wait(lambda: panel.form.record is not None)
    saved = panel.form.record.id
    told = strip(panel, ZoneStrip).told
    panel.open_new({"type": "planned", "text": "Нет света"})
    wait(lambda: told.text() == NO_HOUSES)
    panel.show_record(saved)
    wait(lambda: "60 в 3 домах" in told.text())
    assert not panel.form.touched, "a card that is only looked at is not changed"
    panel.form.place.put(ZONE)
    wait(lambda: value(panel, "residents") == 280)


def test_what_a_person_has_typed_is_never_overwritten(card, put, wait):
    put("houses", houses(120, 80, 1_100))
    panel = card(PHONES)
    panel.open_new({"type": "emergency", "text": "Нет воды"})
    type_houses(panel, "Ленина 1-2")
    wait(lambda: value(panel, "residents") == 200)
    told = strip(panel, ZoneStrip).told
    type_residents(panel, "")
    wait(lambda: not strip(panel, ZoneStrip)._soon.isActive())
    QTest.keyClicks(panel.form.lines["residents"].editor.line, "215")
    wait(lambda: "в карточке — 215" in told.text())
    type_houses(panel, "Ленина 3")
    wait(lambda: "1\u00a0300 в 3 домах; в карточке — 215." in told.text())
    assert value(panel, "residents") == 215
    type_residents(panel, "")
    wait(lambda: "в карточке" not in told.text())
    assert value(panel, "residents") is None, "who is typing is not interrupted"
    panel.form.lines["text"].editor.setFocus()
    wait(lambda: value(panel, "residents") == 1_300)


def test_a_number_in_a_saved_card_that_is_not_the_registers_is_a_persons(card, put, wait):
    put("houses", houses(120, 80))
    put("telephonograms", {"t1": {**OUTAGE, "houses": "улица Ленина, 1", "residents": 115}})
    panel = card(PHONES)
    panel.show_record("t1")
    told = strip(panel, ZoneStrip).told
    wait(lambda: "120 в 1 доме; в карточке — 115." in told.text())
    type_houses(panel, "Ленина 2")
    wait(lambda: "200 в 2 домах; в карточке — 115." in told.text())
    assert value(panel, "residents") == 115


def test_reports_are_linked_and_the_end_is_told_by_one_key_each(card, put, tasks, wait, notices):
    put("reports", {"r1": REPORT, "r2": {**REPORT, "number": "К1-8"}, "r3": {**REPORT, "text": "Яма"}})
    put("telephonograms", {"t1": OUTAGE})
    panel = card(PHONES)
    panel.show_record("t1")
    acts = strip(panel, OutageStrip)
    wait(lambda: acts.rows.count() == 2)
    assert acts.time.text() == "Длится 2 ч, по плану 1 ч"
    acts.rows.setCurrentRow(0)
    dropped = acts.rows.item(0).data(Qt.ItemDataRole.UserRole)
    QTest.keyClick(acts.rows, Qt.Key.Key_Space)
    assert "2, отмечено 1" in acts.told.text()
    acts.link.click()
    wait(lambda: acts.rows.count() == 1 and "Связано: 1 сообщение" in acts.told.text())
    (linked,) = {"r1", "r2"} - {dropped}
    assert tasks.glance.get("replies", answer_id("known", "t1", linked)).data["status"] == "to_send"
    acts.end.click()
    wait(lambda: value(panel, "type") == "ending")
    assert panel.form.record.data["ends"] == "t1" and "длилось 2 ч" in value(panel, "text")
    assert acts.isHidden()
    panel.show_record("t1")
    wait(lambda: acts.end.text() == SHOW_END)
    assert acts.time.text() == "Длилось 2 ч, по плану 1 ч: на 1 ч дольше"
    assert "Отключение окончено. Подготовлено ответов: 1" in notices[-1][0]
    acts.end.click()
    wait(lambda: value(panel, "type") == "ending")
    assert len(tasks.glance.first_page(Query("telephonograms"))) == 2


def test_a_report_is_linked_from_its_own_card(card, put, tasks, wait):
    put("telephonograms", {"t1": OUTAGE})
    put("reports", {"r1": REPORT})
    panel = card(REPORTS)
    panel.show_record("r1")
    known = strip(panel, KnownOutage)
    wait(lambda: bool(known.words))
    assert known.words == "Это об отключении? Автору будет подготовлен ответ."
    known.accept.click()
    wait(lambda: tasks.glance.get("telephonograms", "t1").data.get("reports") == ["r1"])
    wait(lambda: not known.words)
    panel.show_record("r1")
    assert not known.words


def test_what_arrives_later_is_told_once_and_linked_by_who_has_begun(card, put, tasks, wait, notices):
    put("telephonograms", {"t1": {**OUTAGE, "number": "К1-3"}})
    panel = card(PHONES)
    put("reports", {"r1": REPORT})
    wait(lambda: any("Жители сообщают об отключении К1-3" in text for text, _ in notices))
    panel.show_record("t1")
    acts = strip(panel, OutageStrip)
    wait(lambda: acts.rows.count() == 1)
    assert tasks.glance.get("telephonograms", "t1").data.get("reports") is None, "a person decides first"
    acts.link.click()
    wait(lambda: tasks.glance.get("telephonograms", "t1").data.get("reports") == ["r1"])
    put("reports", {"r2": REPORT, "r3": {**REPORT, "text": "Яма"}})
    wait(lambda: tasks.glance.get("telephonograms", "t1").data["reports"] == ["r1", "r2"])
    assert tasks.glance.get("replies", answer_id("known", "t1", "r2")).data["status"] == "to_send"
    assert sum("Жители сообщают" in text for text, _ in notices) == 1


def test_who_may_not_is_offered_nothing(card, put, seat, wait):
    put("reports", {"r1": REPORT})
    put("telephonograms", {"t1": OUTAGE})
    seat.take("head", "Глава", role("head"))
    panel = card(PHONES)
    panel.show_record("t1")
    acts = strip(panel, OutageStrip)
    wait(lambda: acts.rows.count() == 1)
    assert not acts.link.isEnabled() and not acts.end.isEnabled() and acts.end.text() == END
    assert panel.form.lines["houses"].editor.line.isHidden()


def test_of_two_telephonograms_about_one_end_the_second_gives_way(card, put, tasks, wait, notices):
    put("telephonograms", {"t1": OUTAGE})
    ending = {"type": "ending", "ends": "t1", "text": "Вода есть", "status": "prepared"}
    first = {**ending, "number": "К1-0005", "date": "2026-11-23T01:00:00Z"}
    panel = card(PHONES)
    put("telephonograms", {"e1": first, "e2": {**first, "number": "К1-0006", "date": "2026-11-23T02:00:00Z"}})
    other = {"number": "К2-0003", "date": "2026-11-23T03:00:00Z", "text": "Вода ржавая"}
    put("telephonograms", {"e3": {**ending, **other}})
    panel.open_record("e3")
    wait(lambda: panel.form.record.data["status"] == "cancelled")
    assert panel.form.record.data["remark"] == "Завершение уже передано: № К1-0005."
    assert panel.form.record.data["text"] == "Вода ржавая"
    assert [(one.id, one.change["status"]) for one in tasks.glance.outbox()] == [("e3", "cancelled")]
    assert any("действует № К1-0005, № К2-0003" in text for text, _ in notices)


def test_two_that_stood_there_before_the_window_was_opened_are_found(card, put, seat, tasks, wait):
    rows = {f"e{n}": {"type": "ending", "ends": "t1", "text": "Вода есть", "number": f"К{n}-0001",
                      "date": f"2026-11-2{n}T01:00:00Z", "status": "sent"} for n in (1, 2)}  # fmt: skip
    put("telephonograms", {"t1": OUTAGE, **rows})
    seat.take("stena", "", role("wall"))
    card(PHONES)
    seat.take("orlova", "Орлова", role("operator"))
    wait(lambda: [(one.id, one.author) for one in tasks.glance.outbox()] == [("e2", "orlova")])
