"""Which version of a norm judges a term: validity to the day, seasons, what the program comes with, what is garbled."""

from datetime import date
from typing import Any

import pytest
from throwaway import NOW

from citymanager.limits import shipped
from citymanager.modules.rules import RULES
from citymanager.norms import Norms, read
from citymanager.values import problems

NORM = {"key": "digging", "name": "Срок разрытия", "limit": 20, "unit": "days", "citation": "решение № 136"}


def norm(**more: Any) -> dict[str, Any]:
    return {**NORM, **more}


def limit(norms: Norms, day: str, key: str = "digging") -> int | None:
    found = norms.limit(key, date.fromisoformat(day))
    return found.limit if found else None


def test_a_version_holds_from_its_first_day_to_its_last() -> None:
    norms = Norms({"a": norm(valid_from="2026-03-01", valid_to="2026-11-23")})
    days = ("2026-02-28", "2026-03-01", "2026-11-23", "2026-11-24")
    assert [limit(norms, day) for day in days] == [None, 20, 20, None]


def test_what_has_begun_keeps_its_version_when_a_new_one_comes() -> None:
    norms = Norms({"old": norm(), "new": norm(limit=30, valid_from="2027-01-01")})
    assert (limit(norms, "2026-12-31"), limit(norms, "2027-01-01")) == (20, 30)


@pytest.mark.parametrize("idents", [("a", "b"), ("b", "a")])
def test_of_two_that_overlap_the_later_one_holds_on_every_station(idents: tuple[str, str]) -> None:
    later = {idents[0]: norm(limit=30, valid_from="2026-06-01"), idents[1]: norm(valid_from="2026-01-01")}
    assert limit(Norms(later), "2026-07-01") == 30
    equal = [{"a": norm(limit=1), "b": norm(limit=2)}, {"b": norm(limit=2), "a": norm(limit=1)}]
    assert [limit(Norms(records), "2026-07-01") for records in equal] == [1, 1]


@pytest.mark.parametrize(
    ("day", "days"),
    [("2026-10-31", 3), ("2026-11-01", 5), ("2026-12-31", 5), ("2027-01-01", 5), ("2027-03-31", 5), ("2027-04-01", 3)],
)
def test_winter_has_a_figure_of_its_own(day: str, days: int) -> None:
    assert limit(Norms({}), day, "earthworks.restoration") == days


def test_a_season_within_a_year_and_one_day_long() -> None:
    norms = Norms({"all": norm(), "may": norm(limit=1, season_from="01.05", season_to="01.05")})
    assert [limit(norms, f"2026-{day}") for day in ("04-30", "05-01", "05-02")] == [20, 1, 20]


def test_the_city_s_own_figure_goes_before_the_program_s() -> None:
    shipped_keys = {data["key"] for data in shipped().values()}
    assert "59fz.answer" in shipped_keys and limit(Norms({}), "2026-11-23", "59fz.answer") == 30
    assert limit(Norms({"x": norm(key="59fz.answer", limit=15)}), "2026-11-23", "59fz.answer") == 15
    over = {"x": norm(key="59fz.answer", valid_to="2026-01-01")}
    assert limit(Norms(over), "2026-11-23", "59fz.answer") is None  # out of force here: not the program's either


def test_what_the_program_comes_with_is_sound() -> None:
    for ident, data in shipped().items():
        assert problems(RULES, data) == [] and data["starts"] and set(data) <= set(RULES.columns), ident
        assert not [why for rule in RULES.rules if (why := rule.check({}, data, NOW))]
        assert read(data) is not None


@pytest.mark.parametrize(
    "garbled",
    [{"unit": "fortnights"}, {"limit": "20"}, {"limit": 10**9}, {"limit": -1}, {"limit": None},
     {"season_from": "01.11"}, {"season_from": "31.02", "season_to": "01.03"}, {"valid_from": "soon"},
     {"citation": ""}],
    ids=str,
)  # fmt: skip
def test_a_norm_that_cannot_be_read_judges_nothing(garbled: dict[str, Any]) -> None:
    assert limit(Norms({"a": norm(**garbled)}), "2026-11-23") is None
    assert limit(Norms({"a": norm(**garbled), "b": norm()}), "2026-11-23") == 20


@pytest.mark.parametrize(
    ("record", "why"),
    [({"valid_from": "2026-02-01", "valid_to": "2026-01-31"}, "раньше"), ({"season_from": "01.11"}, "Сезон по"),
     ({"season_to": "31.03"}, "Сезон с"), ({"season_from": "30.02", "season_to": "01.03"}, "01.11"),
     ({"season_from": "зима", "season_to": "весна"}, "01.11")],
)  # fmt: skip
def test_the_register_refuses_it_at_saving(record: dict[str, Any], why: str) -> None:
    reasons = [rule.check({}, norm(**record), NOW) for rule in RULES.rules]
    assert any(why in str(reason) for reason in reasons)
    whole = norm(valid_from="2026-02-01", valid_to="2026-02-01", season_from="29.02", season_to="01.03")
    assert [rule.check({}, whole, NOW) for rule in RULES.rules] == [None, None]
