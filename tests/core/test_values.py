"""Values: what people write is read, what can't stand is refused in Russian, what is stored is shown."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from throwaway import SQUARE, THROWAWAY, WHOLE

from citymanager.errors import Refused
from citymanager.modules import BY_KEY
from citymanager.values import problem, problems, read, show

READ = [
    ("name", "  как есть\n", "  как есть\n"), ("length", "12,5", 12.5), ("length", "1 000", 1000), ("length", "3.0", 3),
    ("built", "29.02.2024", "2024-02-29"), ("built", "2024-02-29", "2024-02-29"),
    ("checked", "23.11.2026 09:05", "2026-11-23T04:05:00Z"),
    ("checked", "2026-11-23T04:05:06Z", "2026-11-23T04:05:06Z"),
    ("checked", "1400000000", "2014-05-13T16:53:20Z"), ("public", "Да", True), ("public", "0", False),
    ("colour", "зелёный", "green"), ("colour", "green", "green"), ("paints", "Красный; blue", ["red", "blue"]),
    ("owners", "o1;o2", ["o1", "o2"]), ("length", "", None), ("photos", "[]", []),
]  # fmt: skip


@pytest.mark.parametrize(("key", "text", "value"), READ)
def test_what_people_write_is_read(key: str, text: str, value: Any) -> None:
    found = read(THROWAWAY, THROWAWAY.field(key), text)
    assert found == value and type(found) is type(value)


def test_a_point_is_read_as_people_write_it() -> None:
    reports = BY_KEY["reports"]
    assert read(reports, reports.field("geometry"), "56.085, 60.732") == {
        "type": "Point", "coordinates": [60.732, 56.085],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("key", "text"),
    [("length", "много"), ("length", "nan"), ("length", "1e999"), ("built", "30.02.2024"), ("built", "вчера"),
     ("checked", "25:00"), ("public", "может быть"), ("colour", "серый"), ("geometry", "{"), ("geometry", "[" * 10**5)],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_with_its_field(key: str, text: str) -> None:
    with pytest.raises(Refused, match=THROWAWAY.field(key).title):
        read(THROWAWAY, THROWAWAY.field(key), text)


BAD: list[tuple[str, Any, str]] = [
    ("name", 5, "нужен текст"), ("name", "a\x00b", "знак с кодом 0"), ("name", "\ud800", "суррогат"),
    ("name", "я" * 2001, "не больше 2000 знаков"), ("length", "5", "нужно число"), ("length", True, "нужно число"),
    ("length", math.nan, "нужно число"), ("length", 101, "от 0 до 100"), ("length", 2**60, "слишком велико"),
    ("length", 10**400, "слишком велико"),
    ("built", "2024-2-9", "нужна дата"), ("built", 5, "нужна дата"), ("checked", "2026-11-23", "момент"),
    ("checked", "2026-11-23T04:05:06+05:00", "момент"),
    ("public", 1, "да или нет"), ("colour", "серый", "варианта нет"),
    ("paints", "red", "список"), ("paints", ["red", 5], "варианта нет"),
    ("owner", "", "ссылка"), ("owner", {}, "ссылка"),
    ("geometry", {"type": "Point", "coordinates": [1, 2]}, "Polygon"), ("geometry", "POINT(1 2)", "GeoJSON"),
    ("geometry", {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [0, 0]]]}, "не хватает точек"),
    ("geometry", {"type": "Polygon", "coordinates": [[[0, 0], [1, 95], [2, 2], [0, 0]]]}, "широта"),
    ("geometry", {"type": "Polygon", "coordinates": [[[0, 0], [1, math.nan], [2, 2], [0, 0]]]}, "парой чисел"),
    ("photos", [{"sha256": "x", "name": "a"}], "контрольной суммой"),
]  # fmt: skip


@pytest.mark.parametrize(("key", "value", "said"), BAD)
def test_what_cannot_stand_is_said_in_russian(key: str, value: Any, said: str) -> None:
    text = problem(THROWAWAY, THROWAWAY.field(key), value)
    assert text is not None and said in text and THROWAWAY.field(key).title in text


def test_a_whole_record_is_sound_and_a_missing_field_is_named() -> None:
    assert problems(THROWAWAY, WHOLE) == []
    assert problems(THROWAWAY, {**WHOLE, "name": ""}) == ["Заполните «Название»."]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(key=st.sampled_from(sorted(THROWAWAY.columns)), value=JSON)
def test_no_foreign_value_makes_the_program_fail(key: str, value: Any) -> None:
    field = THROWAWAY.field(key)
    assert isinstance(show(field, value), str)
    assert problem(THROWAWAY, field, value) is None or isinstance(problem(THROWAWAY, field, value), str)


@given(key=st.sampled_from(sorted(WHOLE)), text=st.text(max_size=60))
def test_whatever_is_read_may_stand_or_is_refused(key: str, text: str) -> None:
    field = THROWAWAY.field(key)
    try:
        value = read(THROWAWAY, field, text)
    except Refused:
        return
    assert value is None or problem(THROWAWAY, field, value) is None or field.kind in (
        "text", "long_text", "address", "geometry", "files", "number", "person", "reference",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("key", "value", "shown"),
    [("length", 2.5, "2,5 м"), ("built", "2024-02-29", "29.02.2024"), ("public", False, "нет"),
     ("colour", "red", "Красный"),
     ("checked", "2026-11-23T04:05:06Z", "23.11.2026 09:05"), ("paints", ["red", "gold"], "Красный; gold"),
     ("geometry", SQUARE, "Polygon"), ("status", "from_the_future", "from_the_future"), ("name", None, "")],
)  # fmt: skip
def test_values_are_shown_in_russian(key: str, value: Any, shown: str) -> None:
    assert show(THROWAWAY.field(key), value) == shown
