"""Records by their numbers, as they are dictated: whole, without the station's block, without the noughts before."""

import time

import pytest
from throwaway import NOW

from citymanager.store import Writer
from citymanager.store.blocks import BLOCKS

NUMBERS = (
    "К1-0001", "К1-0317", "К12-0317", "Т-0000317", "Т-0003170", "317/2025", "317/2026", "3170/2026", "УТ-0317", "б/н",
)  # fmt: skip


@pytest.fixture
def full(writer: Writer) -> Writer:
    _put(writer, NUMBERS)
    return writer


def _put(writer: Writer, numbers: "tuple[str, ...] | list[str]") -> None:
    changes = [
        {"seq": 1, "module": "reports", "id": number, "version": 1, "deleted": False, "by": "", "at": "",
         "data": {"number": number, "text": "Яма", "status": "new"}}
        for number in numbers
    ]  # fmt: skip
    for start in range(0, len(changes), 500):
        writer.absorb(changes[start : start + 500], NOW, {})


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Т-0000317", ["Т-0000317"]),
        ("т-317", ["Т-0000317"]),
        ("№ Т-317", ["Т-0000317"]),
        ("К1-317", ["К1-0317"]),
        ("к1", ["К1-0317", "К1-0001"]),
        ("317", ["317/2026", "317/2025", "К1-0317", "К12-0317", "Т-0000317", "УТ-0317"]),
        ("0317", ["317/2026", "317/2025", "К1-0317", "К12-0317", "Т-0000317", "УТ-0317"]),
        ("317/2026", ["317/2026"]),
        ("3170", ["3170/2026", "Т-0003170"]),
        ("б/н", []),
        ("яма 317", []),
        ("", []),
        ("%", []),
    ],
)
def test_the_number_leads_to_its_record(full: Writer, typed: str, meant: list[str]) -> None:
    assert [one.id for one in full.lists.numbered("reports", typed, 10)] == meant


def test_no_more_are_given_than_were_asked_for(full: Writer) -> None:
    assert [one.id for one in full.lists.numbered("reports", "317", 2)] == ["317/2026", "317/2025"]


def test_a_module_without_numbers_of_its_own_has_none(full: Writer) -> None:
    assert full.lists.numbered("organisations", "317", 10) == []


def test_whatever_is_typed_is_answered(full: Writer, blns: list[str]) -> None:
    for text in blns:
        full.lists.numbered("reports", text, 4)


def test_very_many_blocks_and_numbers_without_one_cost_nothing(writer: Writer) -> None:
    _put(writer, [f"{n}/2026" for n in range(2_000)] + [f"С{n}-{n:04}" for n in range(2_000)])
    begun = time.perf_counter()
    found = writer.lists.numbered("reports", "7", 4)
    assert time.perf_counter() - begun < 0.15  # 2 ms on an idle machine
    assert [one.id for one in found][:2] == ["7/2026", "С7-0007"] and BLOCKS < 2_000
