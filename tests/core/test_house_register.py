"""Residents of an outage's houses by the register: every spelling counts once, and what is not known is named."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import pytest
from empty_cache import with_tables
from throwaway import NOW

from citymanager.house_register import Residents, in_words, residents, source
from citymanager.modules import MODULES
from citymanager.schema import Values
from citymanager.store import Profile, Reader
from citymanager.training_city.passports import passports
from citymanager.values import moment

SLACK = 3
"""A shared machine is slower than a desk."""
REGISTER = (
    {"address": "456770, Челябинская обл, г Снежинск, ул Ленина, д. 1", "residents": 120, "as_of": "2026-10-01"},
    {"address": "Ленина, 3 корп. 2", "residents": 80, "as_of": "2026-09-01"},
    {"address": "улица Ленина, 5", "residents": 0},
    {"address": "улица Ленина, 7"},
    {"address": "улица Мира, 2", "residents": 10}, {"address": "Мира 2", "residents": 12},
    {"address": "улица Мира, 4", "residents": 9}, {"address": "ул. Мира, д. 4", "residents": 9},
    {"address": "улица Мира, 6", "residents": 7}, {"address": "Мира, 6"},
    {"address": "Сторожка у пруда", "residents": 2},
)  # fmt: skip


@contextmanager
def cached(folder: Path, records: Sequence[Values]) -> Iterator[Reader]:
    profile = with_tables(Profile(folder), MODULES)
    writer = profile.writer(MODULES, patience=0)
    changes = [
        {"module": "houses", "id": f"h{n}", "version": 1, "data": data, "by": "petrov", "at": moment(NOW),
         "deleted": False}
        for n, data in enumerate(records)
    ]  # fmt: skip
    for start in range(0, len(changes), 500):
        writer.absorb(changes[start : start + 500], NOW, {})
    reader = profile.reader(MODULES)
    yield reader
    reader.close()
    writer.close()


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    with cached(tmp_path_factory.mktemp("register") / "profile", REGISTER) as reader:
        yield reader


def test_houses_are_found_however_they_are_spelt_and_counted_once(city: Reader) -> None:
    found = residents(city, "улица Ленина, 1\nЛенина ул., 3к2\n\nул. Ленина, дом 1\nулица Ленина, 5")
    assert found == Residents(200, 3, (), "2026-09-01")
    assert in_words(found) == "200 в 3 домах"
    assert source(found) == "По справочнику домов, сведения на 01.09.2026."


def test_what_is_not_known_is_named_as_it_is_listed(city: Reader) -> None:
    found = residents(city, "улица Ленина, 1\nЛенина, 7\nулица Мира, 99\nу пруда\nулица Мира, 2")
    lost = ("Ленина, 7", "улица Мира, 99", "у пруда", "улица Мира, 2 (в справочнике два разных числа)")
    assert found == Residents(120, 1, lost, "2026-10-01")
    assert in_words(found) == (
        "120 в 1 доме; не известны для 4 домов: Ленина, 7; улица Мира, 99; у пруда и ещё 1"
    )  # fmt: skip
    assert source(found) == "По справочнику домов, сведения на 01.10.2026; без 4 домов, где жители не известны."


def test_two_records_of_one_house_that_agree_are_one_house(city: Reader) -> None:
    assert residents(city, "улица Мира, 4\nулица Мира, 6") == Residents(16, 2)
    assert residents(city, "сторожка у ПРУДА") == Residents(2, 1), "no house number: by its own words"


def test_an_empty_list_and_an_empty_register_know_nothing(city: Reader, tmp_path: Path) -> None:
    assert residents(city, " \n") == Residents()
    with cached(tmp_path / "profile", ()) as reader:
        assert residents(reader, "улица Ленина, 1") == Residents(unknown=("улица Ленина, 1",))


def test_three_hundred_houses_of_ten_thousand_are_counted_at_once(tmp_path: Path) -> None:
    houses = [{"address": f"улица {chr(0x430 + n % 32) * 5}, {n}", "residents": n} for n in range(10_000)]
    with cached(tmp_path / "profile", houses) as reader:
        zone = houses[5:9600:32]  # one long street
        lines = "\n".join(str(one["address"]) for one in zone)
        began = time.process_time()
        found = residents(reader, lines)
        spent = time.process_time() - began
    assert found == Residents(sum(int(str(one["residents"])) for one in zone), len(zone)) and len(zone) == 300
    assert spent < 0.05 * SLACK, spent


def test_the_training_citys_houses_are_counted_in_time(tmp_path: Path) -> None:
    houses = [data for _, _, data in passports(datetime(2026, 11, 23, tzinfo=UTC))]
    with cached(tmp_path / "profile", houses) as reader:
        lines = "\n".join(str(one["address"]) for one in islice(houses, 300))
        began = time.process_time()
        found = residents(reader, lines)
        spent = time.process_time() - began
    assert found.counted == 300 and found.number == sum(one["residents"] for one in houses[:300])
    assert spent < 0.05 * SLACK, spent
