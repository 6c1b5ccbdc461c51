"""Reports of what is known to be cut off: found by place, words and time, linked once, answered once; and the end."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from throwaway import NOW

from citymanager.errors import Refused
from citymanager.known_outages import answer_id, link, signs, told_of
from citymanager.outage_end import end, ending_of
from citymanager.outage_span import against_plan
from citymanager.outages import outages
from citymanager.roles import role
from citymanager.store import Query, Record, Writer
from citymanager.values import moment

OPERATOR, HOUR = role("operator"), timedelta(hours=1)
BEGAN = NOW - 3 * HOUR
RING = [[60.70, 56.08], [60.71, 56.08], [60.71, 56.09], [60.70, 56.09], [60.70, 56.08]]
ZONE = {"type": "Polygon", "coordinates": [RING]}
INSIDE, OUTSIDE = [60.705, 56.085], [60.75, 56.085]
OUTAGE = {
    "type": "emergency", "text": "Воды нет", "resource": ["cold_water"], "geometry": ZONE, "began": moment(BEGAN),
    "planned_end": moment(BEGAN + 2 * HOUR), "houses": "улица Мира, 5\nулица Мира, 7А", "place": "улица Мира",
    "addressees": ["o1"],
}  # fmt: skip
Make = Callable[..., str]


@pytest.fixture
def make(writer: Writer) -> Make:
    def save(module: str = "telephonograms", **values: Any) -> str:
        return writer.save(module, None, values, "ivanova", role("admin"), NOW).id

    return save


def report(make: Make, text: str = "Нет воды с утра", at: list[float] | None = INSIDE, **more: Any) -> str:
    point = {"geometry": {"type": "Point", "coordinates": at}} if at else {}
    return make("reports", text=text, **{"received": moment(NOW - HOUR), **point, **more})


def found(writer: Writer, outage: str) -> dict[str, str]:
    return {one.record.id: one.reason for one in signs(writer, record(writer, outage), NOW)}


def record(writer: Writer, ident: str) -> Record:
    one = writer.get("telephonograms", ident)
    assert one is not None
    return one


def replies(writer: Writer, report: str) -> list[Record]:
    return list(writer.each(Query("replies", among={"report": (report,)}, sort="prepared_at")))


def test_place_words_and_time_tell_that_a_report_is_of_an_outage(writer: Writer, make: Make) -> None:
    outage = make(**OUTAGE)
    inside = report(make)
    listed = report(make, at=None, address="Мира ул., д. 7а, кв. 3", category="other")
    early = report(make, received=moment(BEGAN - HOUR))
    for other in (
        {"at": OUTSIDE}, {"at": None, "address": "улица Мира, 9"}, {"text": "Нет горячей воды"}, {"text": "Яма"},
        {"category": "snow"}, {"received": moment(BEGAN - 3 * HOUR)}, {"at": None},
    ):  # fmt: skip
        report(make, **other)
    assert found(writer, outage) == {
        inside: "точка внутри зоны", listed: "дом в списке", early: "точка внутри зоны"
    }  # fmt: skip
    closed = report(make)
    writer.save("reports", closed, {"status": "moderation"}, "ivanova", role("admin"), NOW)
    writer.save("reports", closed, {"status": "rejected", "rejection": "rules"}, "ivanova", role("admin"), NOW)
    assert closed not in found(writer, outage), "what is done with needs no answer"
    long = make(**OUTAGE | {"began": moment(NOW - 480 * HOUR)})
    fresh, stale = (report(make, received=moment(NOW - days * 24 * HOUR)) for days in (9, 11))
    assert fresh in found(writer, long) and stale not in found(writer, long)


@pytest.mark.parametrize(
    ("resource", "told"),
    [
        ("hot_water", {"text": "Нет горячей воды"}), ("heat", {"text": "Батареи холодные"}),
        ("electricity", {"text": "Не горит фонарь", "category": "lighting"}),
        ("electricity", {"text": "Во всём доме погас свет"}), ("gas", {"text": "Отключили газ"}),
    ],
)  # fmt: skip
def test_words_and_categories_of_each_resource(
    writer: Writer, make: Make, resource: str, told: dict[str, str]
) -> None:  # fmt: skip
    wanted, lawn = report(make, **told), report(make, text="Вытоптан газон, водитель на тротуаре")
    assert set(found(writer, make(**OUTAGE | {"resource": [resource]}))) == {wanted} and lawn


def test_houses_without_a_drawn_zone_are_found_by_their_street(writer: Writer, make: Make) -> None:
    here = report(make, address="ул. Мира, 5", at=OUTSIDE)
    report(make, address="ул. Мира, 6", at=OUTSIDE)
    assert found(writer, make(**{key: OUTAGE[key] for key in OUTAGE.keys() - {"geometry"}})) == {here: "дом в списке"}


def test_linked_cards_get_one_answer_that_waits_for_a_person(writer: Writer, make: Make) -> None:
    outage = make(**OUTAGE)
    one, other = report(make, author_name="Петров"), report(make)
    edits = link(writer, outage, [one, other], "ivanova", OPERATOR, NOW)
    assert [edit.module for edit in edits] == ["telephonograms", "replies", "replies"]
    (reply,) = replies(writer, one)
    assert reply.id == answer_id("known", outage, one)
    assert reply.data["status"] == "to_send" and "холодная вода" in reply.data["text"]
    assert record(writer, outage).data["reports"] == [one, other] and found(writer, outage) == {}
    assert link(writer, outage, [one, other], "ivanova", OPERATOR, NOW) == []
    assert len(replies(writer, one)) == 1
    assert writer.get("reports", one).data["status"] == "new", "the card goes its own way"


def test_what_comes_later_is_offered_until_the_end(writer: Writer, make: Make) -> None:
    outage = make(**OUTAGE)
    late = writer.get("reports", report(make, received=moment(NOW)))
    assert [one.id for one, _ in told_of(writer, late, NOW)] == [outage]
    link(writer, outage, [late.id], "ivanova", OPERATOR, NOW)
    assert told_of(writer, late, NOW) == []
    end(writer, outage, "ivanova", OPERATOR, NOW)
    after = writer.get("reports", report(make, received=moment(NOW + HOUR)))
    assert told_of(writer, after, NOW + HOUR) == [] and found(writer, outage) == {}


def test_the_end_is_told_counted_and_answered(writer: Writer, make: Make) -> None:
    outage, linked = make(**OUTAGE), report(make)
    link(writer, outage, [linked], "ivanova", OPERATOR, NOW)
    assert [one.id for one in writer.features.points("telephonograms")] == [outage]
    assert len(writer.features.lying("telephonograms", (60.0, 56.0, 61.0, 57.0))[0]) == 1
    ending = end(writer, outage, "ivanova", OPERATOR, NOW - 25 * HOUR / 60)
    told, over = record(writer, ending.ident).data, record(writer, outage).data
    assert (told["type"], told["ends"], told["status"]) == ("ending", outage, "prepared")
    assert told["houses"] == OUTAGE["houses"] and told["addressees"] == ["o1"] and told["number"]
    assert "длилось 2 ч 35 мин" in told["text"] and over["ended"] == told["ended"]
    assert against_plan(over) == "Длилось 2 ч 35 мин, по плану 2 ч: на 35 мин дольше"
    assert outages(writer, "улица Мира, 5", None, NOW) == [], "it is over"
    texts = {one.id: one.data["text"] for one in replies(writer, linked)}
    assert "длилось 2 ч 35 мин" in texts[answer_id("ended", outage, linked)] and len(texts) == 2
    box = (60.0, 56.0, 61.0, 57.0)
    on_the_map = [*writer.features.lying("telephonograms", box)[0], *writer.features.points("telephonograms")]
    assert on_the_map == [], "neither it nor what tells of its end"
    again = end(writer, outage, "petrov", OPERATOR, NOW)
    assert again.edits == [] and again.ident == ending.ident == ending_of(writer, outage).id


def test_what_can_not_be_ended_or_linked_says_why(writer: Writer, make: Make) -> None:
    with pytest.raises(Refused, match="«Начало»"):
        end(writer, make(**{key: OUTAGE[key] for key in OUTAGE.keys() - {"began"}}), "i", OPERATOR, NOW)
    with pytest.raises(Refused, match="больше нет"):
        link(writer, make(type="weather", text="Ветер"), [], "i", OPERATOR, NOW)
    outage, told = make(**OUTAGE), report(make)
    with pytest.raises(Refused, match="Роль «Глава»"):
        link(writer, outage, [told], "i", role("head"), NOW)
    assert replies(writer, told) == [] and not record(writer, outage).data.get("reports"), "all or nothing"
