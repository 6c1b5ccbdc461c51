"""Which reports tell of one trouble: words folded, neighbours by place, time or rare words, two merged into one."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from throwaway import NOW

from citymanager.duplicates import alike, duplicates, likeness
from citymanager.errors import Refused
from citymanager.merging import merge
from citymanager.modules import MODULES
from citymanager.outages import outages
from citymanager.roles import role
from citymanager.store import Profile, Writer
from citymanager.values import moment

HOUR = timedelta(hours=1)
PIT = {
    "text": "Во дворе глубокая яма, провалился асфальт у второго подъезда",
    "category": "roads",
    "status": "accepted",
}


def at(lon: float, lat: float = 56.085) -> dict[str, Any]:
    return {"type": "Point", "coordinates": [lon, lat]}


def report(text: str, lon: float | None = None, hours: float = 0, **more: Any) -> dict[str, Any]:
    placed = {"geometry": at(lon)} if lon is not None else {}
    return {"text": text, "status": "moderation", "received": moment(NOW - hours * HOUR), **placed, **more}


@pytest.fixture
def city(tmp_path: Path) -> Iterator[Writer]:
    writer = Profile(tmp_path / "profile").writer(MODULES, patience=0)
    yield writer
    writer.close()


def put(city: Writer, module: str, rows: dict[str, dict[str, Any]]) -> None:
    changes = [
        {"module": module, "id": ident, "version": 1, "data": data, "by": "petrov", "at": moment(NOW), "deleted": False}
        for ident, data in rows.items()
    ]
    city.absorb(changes, NOW, {})


@pytest.mark.parametrize(
    ("one", "other", "least", "most"),
    [
        ("Не горит фонарь у подъезда", "НЕ ГОРЯТ ФОНАРИ у подъездов!!", 90, 100),
        ("Ёлка упала на дорогу", "елка упала на дороге", 95, 100),
        ("Не горит фонарь у подъезда", "Третий день не вывозят мусор с площадки", 0, 44),
        ("яма", "Во дворе глубокая яма, провалился асфальт", 50, 80),
    ],
)
def test_words_are_compared_folded_and_without_their_endings(one, other, least, most):
    assert least <= alike(one, other) <= most


def test_a_text_that_says_nothing_yet_is_not_judged():
    assert alike("", "яма") is None and alike("у", "яма") is None


def test_the_reason_is_told_in_words():
    found = likeness(report("Глубокая яма", 60.70, category="roads"), report("глубокие ямы", 60.70064, 2), NOW)
    assert found.reason == "40 м, 2 ч, похожий текст 100 %"
    house = likeness({"address": "ул. Мира, 5"}, {"address": "Мира улица, д. 5"}, NOW)
    assert house.reason == "тот же дом, в ту же минуту"


def test_of_the_neighbours_those_that_tell_of_the_same_are_found_the_likeliest_first(city):
    put(city, "reports", {
        "same": report("Яма глубокая во дворе, асфальт провалился у подъезда", 60.7003, 3, category="roads"),
        "near": report("Провалился асфальт, яма во дворе", 60.7012, 30, category="roads"),
        "other": report("Не вывозят мусор", 60.7001, 1, category="waste"),
        "far": report(PIT["text"], 60.71, 1, category="roads"),
        "old": report(PIT["text"], 60.7001, 24 * 30, category="roads"),
        "out": report(PIT["text"], 60.7001, 1, category="roads", rejection="rules") | {"status": "rejected"},
    })  # fmt: skip
    found = duplicates(city, {**PIT, "geometry": at(60.70)}, NOW)
    assert [one.record.id for one in found] == ["same", "near"]
    assert [one.record.id for one in duplicates(city, {**PIT, "geometry": at(60.70)}, NOW, "same")] == ["near"]


def test_a_place_alone_is_enough_with_its_category_and_not_without(city):
    put(city, "reports", {"r1": report("Яма", 60.7001, 1, category="roads")})
    assert [one.record.id for one in duplicates(city, {"geometry": at(60.70), "category": "roads"}, NOW)] == ["r1"]
    assert duplicates(city, {"geometry": at(60.70)}, NOW) == []


def test_without_a_point_the_rare_words_find_it(city):
    many = {f"m{one}": report(f"Во дворе темно, заявка {one:06}", hours=one % 90) for one in range(2_200)}
    put(city, "reports", dict(list(many.items())[:1_100]))
    put(city, "reports", dict(list(many.items())[1_100:]))
    put(city, "reports", {"r1": report("Во дворе рухнула карусель, дети у карусели играют", hours=5)})
    found = duplicates(city, {"text": "рухнули карусели во дворе, там играют дети"}, NOW)
    assert [one.record.id for one in found] == ["r1"]
    assert duplicates(city, {"text": "Во дворе темно"}, NOW) == [], "common words say nothing"


def test_nothing_typed_yet_asks_nothing(city):
    put(city, "reports", {"r1": report("Яма", 60.70)})
    assert duplicates(city, {}, NOW) == []


def test_merging_rejects_one_and_prepares_a_reply_to_both_in_one_act(city):
    put(city, "reports", {
        "r1": report("Яма", number="К1-1", channel="email", author_email="ivan@example.org", author_name="Иван"),
        "r2": report("Та же яма", number="К1-2", channel="edds", author_phone="+7 900", author_name="Пётр"),
    })  # fmt: skip
    edits = merge(city, "r2", "r1", "ivanova", role("moderator"), NOW)
    gone = city.get("reports", "r2").data
    assert (gone["status"], gone["rejection"], gone["duplicate_of"]) == ("rejected", "duplicate", "r1")
    to_second, to_first = (city.get("replies", one.id).data for one in edits[1:])
    assert (to_second["report"], to_second["recipient"], to_second["channel"]) == ("r2", "+7 900", "phone")
    assert (to_first["report"], to_first["recipient"], to_first["status"]) == ("r1", "ivan@example.org", "to_send")
    assert "№ К1-1 (статус «На модерации»)" in to_second["text"] and "№ К1-1" in to_first["text"]
    assert "Иван" not in to_second["text"] and "Пётр" not in to_first["text"] and "К1-2" not in to_first["text"]
    assert [one.module for one in city.outbox()] == ["reports", "replies", "replies"]


def test_merging_again_makes_no_second_replies(city):
    put(city, "reports", {"r1": report("Яма"), "r2": report("Та же яма")})
    merge(city, "r2", "r1", "ivanova", role("moderator"), NOW)
    city.save("reports", "r2", {"status": "moderation", "duplicate_of": None}, "ivanova", role("moderator"), NOW)
    assert [one.module for one in merge(city, "r2", "r1", "ivanova", role("moderator"), NOW)] == ["reports"]
    assert len([one for one in city.outbox() if one.module == "replies"]) == 2


@pytest.mark.parametrize(
    ("rows", "who", "why"),
    [
        ({"r1": {}, "r2": {"status": "done"}}, "moderator", "нельзя перейти"),
        ({"r1": {}, "r2": {}}, "operator", "не может перевести"),
        ({"r1": {"duplicate_of": "r0"}, "r2": {}}, "moderator", "само отмечено как дубль"),
        ({"r2": {}}, "moderator", "больше нет"),
    ],
)
def test_what_can_not_be_merged_leaves_nothing_behind(city, rows, who, why):
    put(city, "reports", {ident: report("Яма") | data for ident, data in rows.items()})
    with pytest.raises(Refused, match=why):
        merge(city, "r2", "r1", "ivanova", role(who), NOW)
    assert city.outbox() == []


def outage(**more: Any) -> dict[str, Any]:
    ring = [[60.70, 56.08], [60.71, 56.08], [60.71, 56.09], [60.70, 56.09], [60.70, 56.08]]
    return {
        "type": "emergency", "status": "received", "resource": ["cold_water"], "began": moment(NOW - HOUR),
        "geometry": {"type": "Polygon", "coordinates": [ring]}, "houses": "улица Мира, 5", "text": "Отключена вода",
        **more,
    }  # fmt: skip


def test_outages_that_hold_at_the_place_are_known(city):
    put(city, "telephonograms", {
        "now": outage(), "over": outage(ended=moment(NOW)), "later": outage(began=moment(NOW + HOUR)),
        "void": outage(status="cancelled"), "told": outage(), "word": outage(type="informational"),
        "end": {"type": "ending", "ends": "told", "status": "sent", "text": "Вода подана"},
    })  # fmt: skip
    inside = outages(city, "", (60.705, 56.085), NOW)
    assert [(one.record.id, one.what, one.reason) for one in inside] == [("now", "ХВС, Аварийная", "точка внутри зоны")]
    assert [one.reason for one in outages(city, "Мира 5", None, NOW)] == ["дом в списке"]
    assert outages(city, "Мира 7", (60.72, 56.085), NOW) == []
