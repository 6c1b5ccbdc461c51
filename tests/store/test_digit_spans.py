"""«Содержит» in numbers: spans of the index and the few odd ones, held against plain Python."""

import random
from collections.abc import Iterator
from typing import Any

import pytest
from throwaway import HOUSE, NOW

from citymanager.store import Profile, Query, Writer, digit_spans
from citymanager.store.blocks import BLOCKS
from citymanager.text import fold

ASKED = (
    "7", "77", "777", "707", "070", "0077", "77/", "к1", "К1-", "1-0", "-77", "т-", "т-0000077", "/2", "77/2", "2026",
    "нигде", "-", "0", "00", "", "к1-к2", "1234567890", "12345678901", "٧٧", "7٧", "К77", "ё", "%", "_", "'",
)  # fmt: skip


def _numbers(dice: random.Random) -> Iterator[str]:
    for number in (0, 1, 7, 70, 77, 707, 770, 777, 7_777, 70_077, 1_234_567_890, 9_999_999_999):
        yield from (f"К1-{number:04}", f"К77-{number:04}", f"Т-{number:07}")
    for number in range(600):
        yield f"Т-{dice.randrange(90_000):07}/{number}" if number % 40 == 0 else f"Т-{number * 151:07}"
    yield from ("К1-К2-0077", "К1-К2-0078", "77/2026", "77", "К1-77а", "К1-", "б/н", "К1-0077/2", "К1-12345678901")
    yield from ("К1-٧٧", "К2-٧٧", "К3-77", f"К1-{'7' * 30}", "К" + "Ё" * 30 + "-77", "-77", "- 77", "ё-77", "Е-77")


@pytest.fixture(scope="module")
def numbered(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Writer]:
    writer = Profile(tmp_path_factory.mktemp("digits")).writer(HOUSE)
    _put(writer, sorted(set(_numbers(random.Random(5)))))
    yield writer
    writer.close()


def _put(writer: Writer, numbers: list[str]) -> None:
    changes: list[dict[str, Any]] = [
        {"module": "reports", "id": number, "version": 1, "by": "", "at": "",
         "data": {"number": number, "text": "Яма", "status": ("new", "in_work")[len(number) % 2]}}
        for number in numbers
    ]  # fmt: skip
    for start in range(0, len(changes), 400):
        writer.absorb(changes[start : start + 400], NOW, {})


@pytest.mark.parametrize("most", [0, 300, digit_spans.MOST])
@pytest.mark.parametrize("rare", [0, 40, 5_000])
def test_the_numbers_that_have_it_are_found_and_no_others(
    numbered: Writer, rare: int, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(digit_spans, "MOST", most)
    monkeypatch.setattr("citymanager.store.planning.RARE", rare)
    known = [one.id for one in numbered.each(Query("reports"))]
    for text in ASKED:
        query, wanted = Query("reports", containing={"number": text}), [one for one in known if fold(text) in fold(one)]
        assert [one.id for one in numbered.each(query)] == wanted, text
        assert [one.id for one in numbered.first_page(query, 50)] == wanted[:50], text
        assert numbered.count(query) == len(wanted), text


def test_spans_are_few_and_are_looked_up_without_a_look_at_other_numbers(numbered: Writer) -> None:
    asked = digit_spans.spans(numbered._connection, "reports", "_s_number", ["777"])
    rows = digit_spans.rows("reports", "_s_number", 'instr("_s_number", ?) > 0')
    plan = [row[-1] for row in numbered._connection.all(f"EXPLAIN QUERY PLAN {rows}", (asked, "777"))]
    assert any("USING COVERING INDEX _ix_reports_number (_s_number>? AND _s_number<?)" in one for one in plan), plan
    assert any("_ix_reports_odd_number" in one for one in plan) and "SCAN reports" not in plan, plan


def test_digits_that_nearly_all_numbers_may_have_are_looked_for_in_each(writer: Writer) -> None:
    _put(writer, [f"Т-{number * 100_000:07}" for number in range(1, 90)])
    assert digit_spans.spans(writer._connection, "reports", "_s_number", ["7"]) == ""
    assert digit_spans.spans(writer._connection, "reports", "_s_number", ["777"]) != ""


def test_of_more_blocks_than_are_known_each_number_is_looked_at(writer: Writer) -> None:
    _put(writer, [f"С{block}-0777" for block in range(BLOCKS + 9)])
    assert digit_spans.spans(writer._connection, "reports", "_s_number", ["777"]) == ""
    assert writer.count(Query("reports", containing={"number": "777"})) == BLOCKS + 9


@pytest.mark.parametrize("last", [177, 777, 1_777, 7_770, 7_779, 77_700])
def test_the_first_and_the_last_number_of_a_block_are_found(writer: Writer, last: int) -> None:
    _put(writer, ["Н-0001", f"Н-{last:04}"])
    assert [one.id for one in writer.first_page(Query("reports", containing={"number": "77"}))] == [f"Н-{last:04}"]
    _put(writer, [f"В-{last:04}", "В-990000"])
    assert writer.count(Query("reports", containing={"number": "77"})) == 2
