"""Filters by every kind of field, from the small window to the rows that are left."""

import pytest
from PySide6.QtCore import QModelIndex, Qt
from throwaway import THROWAWAY

from widgets.filter_popup import part_of
from widgets.filters import Filter, between, filterable

BENCHES = {
    "b1": {"name": "Ёлочная", "length": 1, "built": "2020-01-01", "checked": "2026-01-01T18:59:59Z", "public": True,
           "colour": "red", "paints": ["red", "blue"], "keeper": "p1", "owner": "o1", "owners": ["o1", "o2"],
           "address": "ул. Мира, 1", "story": "старая", "regime": "а", "donor": "Пётр", "number": "1"},
    "b2": {"name": "Новая", "length": 2.5, "built": "2024-06-01", "checked": "2026-01-01T19:00:00Z", "public": False,
           "colour": "green", "paints": ["green"], "owner": "o2", "owners": ["o2"], "address": "пр. Мира, 2",
           "story": "новая", "regime": "б", "donor": "Анна", "number": "2"},
    "b3": {"name": "Пустая"},
}  # fmt: skip


@pytest.fixture
def panel(put, panel_of):
    put("organisations", {"o1": {"name": "ООО «Лавка»"}, "o2": {"name": "АО «Доска»"}})
    put("people", {"p1": {"name": "Иванов И. И."}})
    put(THROWAWAY.key, BENCHES)
    return panel_of(THROWAWAY)


def tick(part, *titles: str) -> None:
    for row in range(part.list.count()):
        item = part.list.item(row)
        item.setCheckState(Qt.CheckState.Checked if item.text() in titles else Qt.CheckState.Unchecked)


def span(part, low: str, high: str) -> None:
    part.low.setText(low)
    part.high.setText(high)


CASES = [
    ("colour", lambda part: tick(part, "Красный"), {"b1"}, "Цвет: Красный"),
    ("colour", lambda part: tick(part, "Красный", "(не заполнено)"), {"b1", "b3"}, "Цвет: Красный, (не заполнено)"),
    ("paints", lambda part: tick(part, "Синий"), {"b1"}, "Краски: Синий"),
    ("public", lambda part: tick(part, "нет"), {"b2"}, "Общедоступна: нет"),
    ("length", lambda part: span(part, "1,5", ""), {"b2"}, "Длина: от 1,5 м"),
    ("length", lambda part: span(part, "", "1"), {"b1"}, "Длина: до 1 м"),
    ("built", lambda part: span(part, "01.01.2020", "01.01.2021"), {"b1"}, "Построена: от 01.01.2020 до 01.01.2021"),
    ("checked", lambda part: span(part, "02.01.2026", ""), {"b2"}, "Осмотрена: от 02.01.2026"),
    ("checked", lambda part: span(part, "", "01.01.2026"), {"b1"}, "Осмотрена: до 01.01.2026"),
    ("owner", lambda part: part.line.chosen.emit("o1", "ООО «Лавка»"), {"b1"}, "Владелец: ООО «Лавка»"),
    ("owner", lambda part: part.empty.click(), {"b3"}, "Владелец: (не заполнено)"),
    ("owners", lambda part: part.line.chosen.emit("o2", "АО «Доска»"), {"b1", "b2"}, "Совладельцы: АО «Доска»"),
    ("keeper", lambda part: part.line.chosen.emit("p1", "Иванов"), {"b1"}, "Смотритель: Иванов"),
    ("name", lambda part: part.line.setText("елочн"), {"b1"}, "Название: «елочн»"),
    ("address", lambda part: part.line.setText("МИРА"), {"b1", "b2"}, "Адрес: «МИРА»"),
    ("story", lambda part: part.line.setText("нов"), {"b2"}, "История: «нов»"),
    ("story", lambda part: part.empty.click(), {"b3"}, "История: не заполнено"),
    ("name", lambda part: part.any.click(), {"b1", "b2", "b3"}, "Название: заполнено"),
    ("length", lambda part: part.any.click(), {"b1", "b2"}, "Длина: заполнено"),
    ("built", lambda part: part.empty.click(), {"b3"}, "Построена: не заполнено"),
    ("checked", lambda part: part.any.click(), {"b1", "b2"}, "Осмотрена: заполнено"),
    ("owner", lambda part: part.any.click(), {"b1", "b2"}, "Владелец: заполнено"),
    ("owners", lambda part: part.any.click(), {"b1", "b2"}, "Совладельцы: заполнено"),
]  # fmt: skip


def test_a_filter_on_a_field_leaves_what_it_says(panel, wait, subtests):
    """One panel for all: each case ends with the filter cleared."""
    for key, act, left, words in CASES:
        with subtests.test(words):
            leaves(panel, wait, key, act, left, words)


def leaves(panel, wait, key, act, left, words) -> None:
    popup = panel.bar.ask(THROWAWAY.field(key))
    act(popup.part)
    popup.accept.click()
    found = lambda: {panel.model.record(row).id for row in range(panel.model.rowCount())}  # noqa: E731
    wait(lambda: panel.model.complete and found() == left)
    chip = panel.bar.condition_chips[key]
    assert words in chip.toolTip().replace("&quot;", '"')
    chip.click()
    wait(lambda: panel.model.complete and found() == set(BENCHES))
    assert panel.bar.filter == Filter()


def test_every_filterable_field_has_its_part(tasks, qtbot):
    fields = filterable(THROWAWAY)
    assert {one.key for one in fields} == {one.key for one in THROWAWAY.fields} - {"geometry", "photos"}
    for one in fields:
        part = part_of(one, THROWAWAY, tasks)
        qtbot.addWidget(part)
        assert part.condition() is None


def test_a_wrong_span_is_said_and_nothing_is_filtered(panel):
    popup = panel.bar.ask(THROWAWAY.field("length"))
    span(popup.part, "пять", "")
    popup.accept.click()
    assert "Нужно число" in popup.problem_text
    span(popup.part, "5", "1")
    popup.accept.click()
    assert "поменяйте" in popup.problem_text
    assert panel.bar.filter == Filter()
    popup.close()


def test_filters_add_up(panel, wait):
    panel.bar.search.setText("мира")
    panel.bar.put(between(THROWAWAY.field("length"), 2, None))
    wait(lambda: panel.model.complete and panel.model.rowCount() == 1)
    assert panel.model.record(0).id == "b2"


def test_a_reference_is_found_by_its_words(panel, qtbot, wait):
    popup = panel.bar.ask(THROWAWAY.field("owner"))
    line = popup.part.line
    line.setFocus()
    line.setText("лав")
    line.textEdited.emit("лав")
    model = line.completer().model()
    wait(lambda: model.rowCount() == 1 and model.index(0, 0).data() == "ООО «Лавка»")
    line.completer().activated[QModelIndex].emit(line.completer().completionModel().index(0, 0))
    assert popup.part.condition().among == ("o1",)
    popup.close()
