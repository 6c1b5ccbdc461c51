"""Without a line on two desks: a report of a known outage gets one answer, the outage one telephonogram of its end."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from central_server import Central
from station import Station
from test_sync_alarms import agree

from citymanager.known_outages import answer_id, link, signs
from citymanager.outage_end import end, ending_of
from citymanager.second_ending import give_way, seconds, told_of
from citymanager.store import Query, Record
from citymanager.values import moment

Join = Callable[..., Station]
RING = [[60.70, 56.08], [60.71, 56.08], [60.71, 56.09], [60.70, 56.09], [60.70, 56.08]]


@pytest.fixture
def central(lasting_central: Central) -> Central:
    """One server for all: each test looks at its own records only."""
    return lasting_central


def outage(one: Station) -> str:
    return one.new(
        "telephonograms", type="emergency", text="Нет воды", resource=["cold_water"],
        began=moment(one.now() - timedelta(hours=1)), geometry={"type": "Polygon", "coordinates": [RING]},
    )  # fmt: skip


def told(one: Station) -> str:
    return one.new(text="Нет воды", geometry={"type": "Point", "coordinates": [60.705, 56.085]})


def linked(one: Station, ident: str, *reports: str, later: int = 0) -> None:
    now = one.now() + timedelta(seconds=later)
    one.write(lambda writer: link(writer, ident, reports, one.login_name, one.role, now))


def replies(one: Station, report: str) -> list[str]:
    return [found.id for found in one.writer.each(Query("replies", among={"report": (report,)}))]


@pytest.mark.campaign
def test_two_stations_link_a_report_and_it_has_one_answer(join: Join, central: Central) -> None:
    a, b = join("moderator"), join("moderator")
    ident = outage(a)
    both, first, second = told(a), told(a), told(a)
    agree(a, b)
    assert {one.record.id for one in signs(b.writer, b.writer.get("telephonograms", ident), b.now())} >= {both, first}
    linked(a, ident, both, first)
    linked(b, ident, both, second, later=90)  # a minute and a half apart, neither knows of the other
    agree(a, b)
    for one in (a, b):
        assert set(one.data(ident, "telephonograms")["reports"]) == {both, first, second}
        assert replies(one, both) == [answer_id("known", ident, both)]
    reply = a.data(answer_id("known", ident, both), "replies")
    assert reply["status"] == "to_send" and b.login_name in reply["also"]
    sent = {"status": "sent", "confirmed_by": "Иванова", "confirmation": "звонок"}
    a.edit(answer_id("known", ident, both), "replies", **sent)
    linked(b, ident, both)
    agree(a, b)
    assert b.data(answer_id("known", ident, both), "replies")["status"] == "sent", "what has gone out stays as it went"


def ended(one: Station, outage: str, later: int = 0) -> str:
    """The telephonogram about its end."""
    now = one.now() + timedelta(seconds=later)
    return one.write(lambda writer: end(writer, outage, one.login_name, one.role, now)).ident


def phone(one: Station, ident: str) -> Record:
    found = one.writer.get("telephonograms", ident)
    assert found is not None
    return found


def noted(one: Station) -> int:
    """How many second telephonograms this desk lets give way, as its window does when records have changed."""
    idents = [second.id for second, _ in seconds(one.writer, None, one.now())]
    return len(one.write(lambda writer: give_way(writer, idents, one.login_name, one.role, one.now())))


def meet(a: Station, b: Station) -> None:
    """The line is back. Of two moments of the real end a person decides, of nothing else."""
    for one in (a, b, a, b):
        one.sync()
    (conflict,) = b.aside()
    assert (conflict.module, conflict.fields) == ("telephonograms", ["ended"])
    b.decide(conflict.op)
    agree(a, b)


def test_two_stations_end_an_outage_and_one_telephonogram_is_in_force(join: Join) -> None:
    a, b = join("operator"), join("operator")
    ident = outage(a)
    agree(a, b)
    first, second = ended(a, ident), ended(b, ident, later=90)
    b.edit(second, "telephonograms", text="Вода есть, но ржавая: слить пять минут")
    assert noted(a) == noted(b) == 0, "neither knows of the other"
    meet(a, b)
    assert noted(a) == noted(b) == 1
    agree(a, b)
    for one in (a, b):
        stays, gave_way = phone(one, first), one.data(second, "telephonograms")
        assert ending_of(one.writer, ident) == stays and stays.data["status"] == "prepared"
        assert gave_way["status"] == "cancelled" and gave_way["remark"] == told_of(stays)
        assert gave_way["text"] == "Вода есть, но ржавая: слить пять минут" and gave_way["number"]
        assert noted(one) == 0
    assert a.data(first, "telephonograms")["number"] in a.data(second, "telephonograms")["remark"]


def test_a_second_telephonogram_that_was_taken_stays_taken_and_is_the_one_in_force(join: Join) -> None:
    a, b = join("operator"), join("operator")
    ident = outage(a)
    agree(a, b)
    first, second = ended(a, ident), ended(b, ident, later=90)
    b.edit(second, "telephonograms", status="sent", addressees=["o1"], sender_name="Орлова")
    b.edit(second, "telephonograms", status="received", receiver_name="Быков")
    meet(a, b)
    assert noted(b) == 1
    agree(a, b)
    assert a.data(second, "telephonograms")["status"] == "received"
    assert a.data(first, "telephonograms")["status"] == "cancelled"
    assert a.data(first, "telephonograms")["remark"] == told_of(phone(a, second))


@pytest.mark.campaign
def test_of_two_that_were_both_taken_the_later_says_so(join: Join) -> None:
    a, b = join("operator"), join("operator")
    ident = outage(a)
    agree(a, b)
    told = [(a, ended(a, ident)), (b, ended(b, ident, later=90))]
    for one, ending in told:
        one.edit(ending, "telephonograms", status="sent", addressees=["o1"], sender_name="Орлова", remark="ночью")
        one.edit(ending, "telephonograms", status="received", receiver_name="Быков")
    meet(a, b)
    assert noted(a) == 1
    agree(a, b)
    (_, first), (_, second) = told
    stays = phone(b, first)
    assert ending_of(b.writer, ident) == stays and stays.data["remark"] == "ночью"
    assert b.data(second, "telephonograms")["status"] == "received"
    assert b.data(second, "telephonograms")["remark"] == f"ночью\n{told_of(stays)}"
    assert noted(b) == 0
