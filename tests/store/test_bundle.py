"""Taking a module's table whole: all of it or nothing."""

from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest
from bench.city import changes

from citymanager.errors import Damaged, Refused
from citymanager.modules import BY_KEY, MODULES
from citymanager.store import DamagedCache, Profile, Query, Writer
from citymanager.store.connection import Interrupted, suspicion

NOW = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
MANY = 3_000


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Path:
    profile = Profile(tmp_path_factory.mktemp("made"))
    writer = profile.writer([BY_KEY["reports"]])
    page = sorted(changes(MANY, NOW), key=lambda one: str(one["id"]))
    writer.load_page("reports", page, ("", None), NOW, {})
    writer.close()
    return profile.cache


@pytest.fixture
def fresh(tmp_path: Path) -> Writer:
    return Profile(tmp_path / "fresh").writer(MODULES)


def test_broken_off_in_the_middle_nothing_is_there_and_it_may_be_taken_again(fresh: Writer, ready: Path) -> None:
    asked = count()
    with pytest.raises(Interrupted):
        fresh.take_bundle("reports", ready, {"load:reports": "laid"}, lambda: next(asked) < 0)
    assert next(asked) > 0, "it was asked in the middle"
    assert fresh.untouched("reports") and fresh.meta("load:reports") is None
    fresh.take_bundle("reports", ready, {"load:reports": "laid"})
    assert fresh.count(Query("reports")) == MANY and fresh.meta("load:reports") == "laid"
    assert sum(fresh.lists.counters("reports").values()) == MANY


def test_a_table_of_another_shape_or_a_cache_that_holds_something_is_left_alone(fresh: Writer, ready: Path) -> None:
    with pytest.raises(Refused):
        fresh.take_bundle("telephonograms", ready, {})
    fresh.save("reports", None, {"text": "Яма"}, "ivanova", None, NOW)
    with pytest.raises(Refused):
        fresh.take_bundle("reports", ready, {})
    assert fresh.count(Query("reports")) == 1


def test_a_file_that_is_damaged_brings_no_suspicion_on_the_cache(fresh: Writer, tmp_path: Path) -> None:
    file = tmp_path / "given.db"
    file.write_bytes(b"no database at all" * 500)
    with pytest.raises(Damaged) as told:
        fresh.take_bundle("reports", file, {})
    assert not isinstance(told.value, DamagedCache)
    assert not suspicion(tmp_path / "fresh" / "cache.db").exists() and fresh.untouched("reports")
