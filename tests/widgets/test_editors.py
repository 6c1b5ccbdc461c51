"""Editors of fields: what is typed becomes JSON, what can't be read stays as it is and is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as some
from PySide6.QtCore import QDate
from PySide6.QtWidgets import QCalendarWidget
from throwaway import SQUARE, THROWAWAY, WHOLE

from citymanager.attachments import size_in_words
from citymanager.errors import Refused
from citymanager.modules import BY_KEY
from citymanager.schema import KINDS, Field
from widgets.editors import Surroundings, editor_of
from widgets.editors.lossless import hidden, shown


@pytest.fixture
def make(qtbot, tasks):
    def act(key: str, module=THROWAWAY):
        editor = editor_of(module.field(key), Surroundings(module, tasks))
        qtbot.addWidget(editor)
        return editor

    return act


def test_every_kind_has_its_editor(qtbot, tasks):
    made = {type(editor_of(one, Surroundings(THROWAWAY, tasks))).__name__ for one in THROWAWAY.fields}
    assert {one.kind for one in THROWAWAY.fields} == set(KINDS)
    assert len(made) == 13


@pytest.mark.parametrize("key", WHOLE)
def test_a_value_comes_back_as_it_was_given_and_an_empty_one_as_none(key, make):
    editor, told = make(key), []
    editor.edited.connect(lambda: told.append(key))
    for value in (WHOLE[key], None, WHOLE[key]):
        editor.show_value(value)
        assert editor.value() == value
    assert told == [], "showing is not editing"


@pytest.mark.parametrize("key", WHOLE)
def test_a_draft_brings_back_what_stood_in_the_editor(key, make):
    editor, again = make(key), make(key)
    value = "2026-11-23T04:05:00Z" if key == "checked" else WHOLE[key]  # a person types minutes
    editor.show_value(value)
    again.restore(editor.state())
    assert again.state() == editor.state()
    assert again.value() == value


@pytest.mark.parametrize("key", WHOLE)
def test_a_reading_editor_still_shows_its_value(key, make):
    editor = make(key)
    editor.show_value(WHOLE[key])
    editor.set_reading(True)
    assert editor.value() == WHOLE[key]


@pytest.mark.parametrize(
    ("key", "typed"), [("length", "пять"), ("built", "31.02.2026"), ("checked", "вчера"), ("owner", "кто-то")]
)
def test_what_cannot_be_read_is_refused_and_stays(key, typed, make):
    editor = make(key)
    editor.line.setText(typed)
    with pytest.raises(Refused):
        editor.value()
    assert editor.problem()
    assert editor.line.text() == typed


def test_a_moment_keeps_its_seconds_unless_it_is_typed_anew(make):
    editor = make("checked")
    editor.show_value("2026-11-23T04:05:06Z")
    assert editor.line.text() == "23.11.2026 09:05"
    assert editor.value() == "2026-11-23T04:05:06Z"
    editor.line.setText("23.11.2026 09:06")
    assert editor.value() == "2026-11-23T04:06:00Z"


def test_a_number_is_shown_with_a_comma_and_kept_exactly(make):
    editor = make("length")
    editor.show_value(0.1 + 0.2)
    assert editor.line.text() == "0,3"
    assert editor.value() == 0.1 + 0.2


def test_a_day_is_taken_from_the_calendar(make, qtbot):
    editor = make("built")
    editor.show()
    editor.show_value("2024-02-29")
    editor.pick.click()
    calendar = editor.findChild(QCalendarWidget)
    assert calendar.selectedDate() == QDate(2024, 2, 29)
    with qtbot.waitSignal(editor.edited):
        calendar.clicked.emit(QDate(2025, 5, 9))
    assert editor.value() == "2025-05-09"


def test_a_point_is_typed_as_people_write_it(make):
    editor = make("geometry", BY_KEY["reports"])
    editor.line.setText("56.085, 60.732")
    assert editor.value() == {"type": "Point", "coordinates": [60.732, 56.085]}
    editor.line.setText("у озера")
    assert "широта" in editor.problem() or "не удалось" in editor.problem()


def heard(editor) -> list[str]:
    """What the editor says, by the names of its signals."""
    told = []
    editor.edited.connect(lambda: told.append("edited"))
    editor.draw_requested.connect(lambda shape, begun: told.append(("draw", shape, begun)))
    editor.draw_left.connect(lambda: told.append("left"))
    return told


BEGUN = {"kind": "polygon", "parts": [], "tool": "draw", "run": [[60.7, 56.08], [60.71, 56.08]]}


def test_a_shape_is_named_and_only_the_map_changes_it(make):
    editor = make("geometry")
    assert (editor.draw.text(), editor.clear.isVisibleTo(editor)) == ("Нарисовать на карте", False)
    editor.show_value(SQUARE)
    assert editor.line.text().startswith("Контур, 3 вершины, 346\u00a0") and editor.line.text().endswith("м²")
    assert "56.085000, 60.705000" in editor.line.toolTip()
    assert editor.line.isReadOnly() and editor.draw.text() == "Изменить на карте"
    told = heard(editor)
    editor.draw.click()
    assert told == [("draw", SQUARE, None)]
    editor.clear.click()
    assert editor.value() is None and told[1:] == ["left", "edited"]


def test_a_drawing_under_way_stands_in_the_draft_and_holds_up_saving(make):
    editor, again = make("geometry"), make("geometry")
    editor.show_value(SQUARE)
    editor.draw.click()
    editor.take_drawing(BEGUN)
    assert editor.line.text() == "Рисунок не закончен: 2 вершины" and "не закончен" in editor.problem()
    assert editor.value() == SQUARE
    again.restore(editor.state())
    assert again.draw.text() == "Продолжить на карте"
    told = heard(again)
    again.draw.click()
    assert told == [("draw", SQUARE, BEGUN)]
    again.put(WHOLE["geometry"])
    assert again.problem() == "" and again.state() == [WHOLE["geometry"], None]


def test_what_was_begun_is_given_up_and_the_shape_stays(make):
    editor = make("geometry")
    editor.show_value(SQUARE)
    told = heard(editor)
    editor.draw.click()
    editor.leave_drawing()
    assert told == [("draw", SQUARE, None)], "nothing was drawn: nothing was edited"
    editor.draw.click()
    editor.take_drawing(BEGUN)
    editor.leave_drawing()
    assert editor.value() == SQUARE and editor.problem() == ""
    editor.take_drawing(BEGUN)
    editor.clear.click()
    assert editor.value() == SQUARE and editor.problem() == "", "of the two, the drawing goes first"


@pytest.mark.parametrize(
    "act",
    [lambda one: one.start(), lambda one: one.show_value(None), lambda one: one.set_reading(True)],
    ids=["another record", "another value", "no right any more"],
)
def test_a_drawing_on_the_map_ends_with_what_it_was_for(act, make):
    editor = make("geometry")
    editor.show_value(SQUARE)
    editor.draw.click()
    told = heard(editor)
    act(editor)
    act(editor)
    assert told == ["left"]


def test_a_draft_of_an_earlier_program_and_a_strange_shape_are_taken(make):
    editor = make("geometry")
    editor.restore([SQUARE, "Контур, 4 точки"])
    assert editor.value() == SQUARE and editor.problem() == ""
    for strange in (
        {"type": "Blob", "coordinates": [1]},
        {"type": "Polygon"},
        {"type": "Polygon", "coordinates": [[1]]},
    ):
        editor.show_value(strange)
        assert editor.value() == strange and "не знает" in editor.line.text()


def test_a_value_of_a_newer_server_is_shown_as_it_is(make):
    for key, value in (("colour", "violet"), ("paints", ["red", "violet"])):
        editor = make(key)
        editor.show_value(value)
        assert editor.value() == value
        assert "violet" in editor.problem()


def test_a_reference_to_an_unknown_record_is_kept(make, wait):
    editor = make("owner")
    editor.show_value("o404")
    wait(lambda: "нет на этом рабочем месте" in editor.line.text())
    assert editor.value() == "o404"


def test_a_text_too_long_is_refused_never_cut(make):
    editor = make("name")
    editor.line.setText("я" * 3_000)
    assert len(editor.value()) == 3_000
    assert "не больше 2000" in editor.problem()


def test_sizes_of_files_are_told_in_words():
    assert [size_in_words(size) for size in (10, 2_048, 1_500_000, None)] == ["10 Б", "2,0 КБ", "1,4 МБ", ""]


ODD = "".join(map(chr, (13, 10, 0x2029, 0x2028, 0xFDD0, 0xFDD1, 0xFEFF, 0xFFFE, 0xE0F0D, 0xE0FFF, 0xE0FEF)))


@given(some.text(some.sampled_from(ODD + "абв \t") | some.characters(exclude_categories=["Cs"])))
def test_texts_travel_through_widgets_whole(text):
    assert shown(hidden(text)) == text
    assert not set(hidden(text)) & set("\r\u2029\ufdd0\ufdd1\ufffe")
    assert not hidden(text).startswith("\ufeff")


@pytest.mark.parametrize("key", ["name", "story"])
def test_editors_keep_every_letter(key, make):
    editor = make(key)
    for text in (ODD, ODD[::-1], "\ufeff" * 3, "".join(map(chr, range(1, 0x180)))):
        editor.show_value(text)
        assert editor.value() == text


def test_a_flag_that_must_be_said_has_two_states(qtbot, tasks):
    editor = editor_of(Field("f", "Флаг", "flag", required=True), Surroundings(THROWAWAY, tasks))
    qtbot.addWidget(editor)
    editor.show_value(False)
    editor.check.click()
    assert editor.value() is True
    editor.check.click()
    assert editor.value() is False
