"""The full text knows of each word in which field it stands, and takes every word for one word."""

import uuid
from collections.abc import Mapping
from typing import Any

import pytest
from sqlcipher3 import dbapi2 as sqlite

from citymanager.modules import BY_KEY, MODULES
from citymanager.store import Query, Record, Writer, full_text
from citymanager.store.records import put
from citymanager.text import words

REPORTS = BY_KEY["reports"]


@pytest.fixture
def told(writer: Writer) -> Any:
    """Lay records as they come from the server, with whatever values; their ids."""

    def lay(*all_data: Mapping[str, Any]) -> list[str]:
        records = [Record("reports", str(uuid.uuid4()), 1, dict(data)) for data in all_data]
        with writer._connection.transaction():
            put(writer._connection, writer._codecs["reports"], records)
        return [one.id for one in records]

    return lay


def test_a_word_is_one_word_to_the_full_text_too() -> None:
    """Else SQLite would take it for a phrase, which an index without places can't answer."""
    every = [chr(code) for code in range(1, 0x20000) if not 0xD800 <= code < 0xE000]
    text = " ".join(f"ж{one}ж" for one in every)
    database = sqlite.connect(":memory:")
    database.execute("CREATE VIRTUAL TABLE said USING fts5(body, tokenize='ascii')")
    database.execute("CREATE VIRTUAL TABLE heard USING fts5vocab(said, row)")
    database.execute("INSERT INTO said VALUES (?)", (full_text.body({"text": "a"}, {"text": text}),))
    assert {row[0] for row in database.execute("SELECT term FROM heard")} == {f"a{one}" for one in words(text)}
    assert words("без_подчёркивания") == ["без", "подчеркивания"]


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.key)
def test_each_field_that_is_searched_by_words_has_a_letter_of_its_own(module: Any) -> None:
    letters = full_text.letters(module)
    own = [letter for key, letter in letters.items() if full_text.has_words(module, key)]
    assert len(set(own)) == len(own) and full_text.TOGETHER not in own
    assert {letter for key, letter in letters.items() if not full_text.has_words(module, key)} <= {full_text.TOGETHER}


def test_a_word_is_found_in_the_field_where_it_stands_and_everywhere(writer: Writer, told: Any) -> None:
    said, answered, lived = told(
        {"text": "Оцените подъезд", "public_answer": "Сделано"},
        {"text": "Темно", "public_answer": "Подъезды освещены. Оцените нашу работу"},
        {"text": "Темно", "author_name": "Подъездов Мир", "address": "улица Мира, 5"},
    )

    def found(**asked: Any) -> set[str]:
        of_list = {one.id for one in writer.first_page(Query("reports", **asked), 10)}
        assert of_list == set(writer.ids(Query("reports", **asked))) and len(of_list) == writer.count(
            Query("reports", **asked)
        )
        return of_list

    assert found(text="подъезд") == {said, answered, lived}
    assert found(containing={"text": "подъезд"}) == {said}
    assert found(containing={"public_answer": "подъезд оцен"}) == {answered}
    assert found(containing={"author_name": "мир"}) == {lived}
    assert found(text="темно", containing={"public_answer": "подъезд"}) == {answered}
    assert found(text="темно", containing={"public_answer": "оценка"}) == set()


def test_what_is_no_text_of_its_field_is_found_everywhere_but_not_in_the_field(writer: Writer, told: Any) -> None:
    number, torn = told({"public_answer": 1917}, {"public_answer": "дом\x00 1917"})
    assert set(writer.ids(Query("reports", text="1917"))) == {number, torn}
    assert not list(writer.ids(Query("reports", containing={"public_answer": "1917"})))
