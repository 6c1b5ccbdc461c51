"""The queue of the training city is a believable one: shares as the city's own figures, letters that nobody copied."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from citymanager.modules import BY_KEY
from citymanager.schema import Values
from citymanager.training_city import records
from citymanager.values import CITY_ZONE, parse_moment

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
OVER = ("rejected", "redirected", "solved", "rated")
SHARES = {
    "category": {"improvement": 43.8, "pothole": 17.9, "lighting": 15.2, "garbage": 11.6, "snow": 4.9},
    "channel": {"email": 66.9, "vk": 16.6},
    "nature": {"problem": 84.4, "proposal": 15.6},
}  # fmt: skip
DURATIONS = ((1, 4.9), (5, 6.8), (7, 12.6), (31, 42.8), (400, 32.9))
"""Up to so many days: the share of the solved."""


@pytest.fixture(scope="module")
def city() -> dict[str, dict[str, Values]]:
    found: dict[str, dict[str, Values]] = {}
    for module, ident, data in records(NOW):
        found.setdefault(module, {})[ident] = data
    return found


@pytest.fixture(scope="module")
def queue(city: dict[str, dict[str, Values]]) -> list[Values]:
    return list(city["reports"].values())


def local(text: str) -> datetime:
    return parse_moment(text).astimezone(CITY_ZONE)


@pytest.mark.parametrize("key", SHARES)
def test_shares_are_the_citys_own(queue: list[Values], key: str) -> None:
    counted = Counter(data[key] for data in queue)
    for word, share in SHARES[key].items():
        assert 100 * counted[word] / len(queue) == pytest.approx(share, abs=1.2), word


def test_every_choice_of_a_report_occurs(queue: list[Values]) -> None:
    for key in ("status", "channel", "regime", "category", "nature", "rejection"):
        wanted = {one.key for one in BY_KEY["reports"].field(key).choices}
        assert wanted == {data[key] for data in queue if key in data}, key
    assert len(queue) == 2_000


def test_nine_of_ten_are_taken_into_work_and_one_of_seven_of_the_citys_is_postponed(
    city: dict[str, dict[str, Values]], queue: list[Values]
) -> None:
    assert sum(data["status"] in ("rejected", "redirected") for data in queue) / len(queue) == pytest.approx(0.065)
    own = {ident for ident, data in city["organisations"].items() if data["kind"] != "management"}
    postponed = [data for data in queue if data["status"] == "postponed"]
    assert all(data["executor"] in own for data in postponed)
    worked = sum(data["status"] in ("solved", "rated") and data["executor"] in own for data in queue)
    assert len(postponed) / (len(postponed) + worked) == pytest.approx(0.142, abs=0.04)


def test_it_took_as_long_as_it_takes(city: dict[str, dict[str, Values]]) -> None:
    days = [
        (parse_moment(reply["prepared_at"]) - parse_moment(city["reports"][reply["report"]]["received"]))
        / timedelta(days=1)
        for reply in city["replies"].values()
    ]
    least = 0
    for most, share in DURATIONS:
        assert 100 * sum(least < one <= most for one in days) / len(days) == pytest.approx(share, abs=2.5), most
        least = most


def test_replies_are_sent_waiting_and_failed(city: dict[str, dict[str, Values]], queue: list[Values]) -> None:
    counted = Counter(data["status"] for data in city["replies"].values())
    assert counted["sent"] > 1_400
    assert counted["to_send"] >= 3
    assert counted["failed"] >= 3
    linked = [one for data in city["telephonograms"].values() for one in data.get("reports", [])]
    solved = sum(data["status"] in ("solved", "rated") for data in queue)
    assert len(linked) >= 3 and sum(counted.values()) == solved + len(linked)
    public = {ident: data.get("public_answer") for ident, data in city["reports"].items()}
    assert sum(data["text"] == public[data["report"]] for data in city["replies"].values()) == solved


def test_one_resident_has_written_a_hundred_and_ten_times(queue: list[Values]) -> None:
    counted = Counter(Counter(data["author_name"] for data in queue).values())
    assert counted[110] == 1
    assert sorted(counted) == [1, 2, 3, 5, 10, 110]


def test_it_snows_in_winter(queue: list[Values]) -> None:
    months = {local(data["received"]).month for data in queue if data["category"] == "snow"}
    assert months <= {11, 12, 1, 2, 3}
    assert len(months) >= 4


def test_people_write_by_day(queue: list[Values]) -> None:
    hours = Counter(local(data["received"]).hour for data in queue)
    assert sum(hours[one] for one in range(8, 22)) > 0.8 * len(queue)
    assert all(hours[one] for one in range(24))


def test_no_two_letters_are_alike(queue: list[Values]) -> None:
    waiting = [data["text"] for data in queue if data["status"] not in OVER]
    assert len(set(waiting)) == len(waiting) > 300
    assert len({data["text"] for data in queue}) > 0.97 * len(queue)


def test_a_duplicate_names_an_earlier_report_of_the_same_place(city: dict[str, dict[str, Values]]) -> None:
    found = [data for data in city["reports"].values() if "duplicate_of" in data]
    assert len(found) > 20
    for data in found:
        original = city["reports"][data["duplicate_of"]]
        assert original["received"] <= data["received"]
        assert (original["address"], original["category"]) == (data["address"], data["category"])


def test_texts_fit_the_house(city: dict[str, dict[str, Values]], queue: list[Values]) -> None:
    outskirts = ("Брусничная улица", "Малахитовая улица", "Яшмовая улица")
    for data in queue:
        if data["address"].startswith(outskirts):
            assert not any(word in data["text"].lower() for word in ("подъезд", "лифт", "этаж")), data["text"]
        assert "{" not in data["text"]
        assert "  " not in data["text"]


def test_telephonograms_are_short_enough_to_be_dictated(city: dict[str, dict[str, Values]]) -> None:
    found = list(city["telephonograms"].values())
    assert len(found) == 60
    assert {data["type"] for data in found} == {one.key for one in BY_KEY["telephonograms"].field("type").choices}
    for data in found:
        assert 30 <= len(data["text"].split()) <= 75, data["text"]
        assert "{" not in data["text"]


def test_every_addressee_has_a_receipt_as_far_as_the_telephonogram(city: dict[str, dict[str, Values]]) -> None:
    heard: dict[str, Counter[str]] = {}
    for data in city["receipts"].values():
        heard.setdefault(data["telephonogram"], Counter())[data["status"]] += 1
    for ident, data in city["telephonograms"].items():
        counted = heard[ident]
        assert sum(counted.values()) == len(data["addressees"])
        wanted = "withdrawn" if data["status"] == "cancelled" else data["status"]
        assert counted[wanted] >= 1
