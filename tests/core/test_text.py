"""Russian text: two spellings of one word meet, numbers sort by value, plurals agree."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citymanager.text import fold, plural, sort_key, span, words


@pytest.mark.parametrize(
    ("one", "other"), [("ЁЛКА", "елка"), ("Берёзовая", "БЕРЕЗОВАЯ"), ("ﬁ", "FI"), ("Straße", "STRASSE")]
)
def test_spellings_meet(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


def test_words_are_what_people_type() -> None:
    assert words("ул. Комсомольская, д. 13с1!") == ["ул", "комсомольская", "д", "13с1"]


@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_numbers_in_text_sort_by_value(one: int, other: int) -> None:
    assert (sort_key(f"дом {one}") < sort_key(f"дом {other}")) == (one < other)


@pytest.mark.parametrize(
    ("number", "said"),
    [(0, "0 правок"), (1, "1 правка"), (2, "2 правки"), (4, "4 правки"), (5, "5 правок"), (11, "11 правок"),
     (12, "12 правок"), (21, "21 правка"), (22, "22 правки"), (111, "111 правок"), (1001, "1001 правка")],
)  # fmt: skip
def test_plurals_agree(number: int, said: str) -> None:
    assert plural(number, "правка", "правки", "правок") == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "0 с"), (59.9, "59 с"), (60, "1 мин"), (-3_600, "1 ч"), (3_660, "1 ч 1 мин"), (86_400, "1 день"),
     (2 * 86_400 + 3 * 3_600, "2 дня 3 ч"), (30 * 86_400, "30 дней")],
)  # fmt: skip
def test_a_span_is_said_in_two_units(seconds: float, said: str) -> None:
    assert span(seconds) == said
