"""Without a line on two desks: one report of a known outage gets one answer, and nobody has to decide anything."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from central_server import Central
from station import Station
from test_sync_alarms import agree

from citymanager.known_outages import answer_id, link, signs
from citymanager.store import Query
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
