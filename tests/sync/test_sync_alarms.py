"""Without a line on several desks: a card comes back once, an alarm is taken once, nobody has to decide anything."""

import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from central_server import Central
from station import Station

from citymanager.alarms import Alarm, record_of
from citymanager.modules.alarm_log import ALARM_LOG
from citymanager.values import moment

Join = Callable[..., Station]
WAY = ("moderation", "accepted", "assigned", "in_work")


@pytest.fixture
def central(lasting_central: Central) -> Central:
    """One server for all: each test looks at its own records only."""
    return lasting_central


def agree(*stations: Station) -> None:
    for one in (*stations, *stations):
        one.sync()
    for one in stations:
        assert one.writer.unsent() == 0 and one.aside() == [] and one.sums() == one.server_sums()


def put_off(one: Station, days: int = 1) -> str:
    """A report that is postponed for some days."""
    ident = one.new(text="Яма", executor="uk")
    for status in WAY:
        one.edit(ident, status=status)
    postpone(one, ident, days)
    return ident


def postpone(one: Station, ident: str, days: int) -> None:
    day = (one.now() + timedelta(days=days)).date().isoformat()
    one.edit(ident, status="postponed", postponed_until=day, postponed_reason="до поставки")


def bring_back(one: Station, ident: str) -> str:
    later = one.now() + timedelta(days=2)
    return one.write(lambda writer: writer.bring_back("reports", ident, one.login_name, one.role, later)).op


def versions(central: Central, ident: str) -> int:
    ((version,),) = central.sql("SELECT version FROM records WHERE module = 'reports' AND id = %s", ident)
    return int(version)


def test_two_stations_send_a_card_back_and_it_has_one_effect(join: Join, central: Central) -> None:
    a, b = join("moderator"), join("moderator")
    ident = put_off(a)
    agree(a, b)
    before = versions(central, ident)
    assert bring_back(a, ident) == bring_back(b, ident) != ""
    agree(a, b)
    assert a.data(ident)["status"] == "in_work" == b.data(ident)["status"]
    assert a.data(ident)["pauses"].count("\n") == 0 and not a.data(ident)["pauses"].endswith("/")
    assert versions(central, ident) == before + 1


@pytest.mark.campaign
def test_a_station_that_is_late_does_not_undo_a_new_postponement(join: Join) -> None:
    a, b = join("moderator"), join("moderator")
    ident = put_off(a)
    agree(a, b)
    bring_back(b, ident)  # and stays without a line
    bring_back(a, ident)
    time.sleep(1.1)  # pauses are told apart by the second in which they begin
    postpone(a, ident, 9)
    agree(a)
    agree(b, a)
    assert a.data(ident)["status"] == "postponed" == b.data(ident)["status"]
    assert len(a.data(ident)["pauses"].splitlines()) == 2


def take_alarm(one: Station, alarm: Alarm, name: str) -> None:
    line = record_of(alarm, "taken", one.login_name, name, moment(one.now()), moment(alarm.due))
    one.write(
        lambda writer: writer.save(ALARM_LOG.key, None, line, one.login_name, one.role, one.now(), made_as=alarm.id)
    )


def test_an_alarm_that_two_have_taken_is_one_record_with_both_names(join: Join) -> None:
    a, b = join(), join()
    due = a.now().replace(microsecond=0)
    alarm = Alarm("reports", f"r-{a.login_name}", "answer", "Ответ", "medium", due, due)
    for one, name in ((a, "К1"), (b, "К2")):
        take_alarm(one, alarm, name)
    agree(a, b)
    found = b.data(alarm.id, ALARM_LOG.key)
    assert (found["login"], found["station"]) == (a.login_name, "К1") and "К2" in found["also"]


def test_a_new_desk_knows_what_others_have_taken_before_anything_can_ring(join: Join) -> None:
    a = join("moderator")
    ident, due = a.new(text="Яма"), a.now().replace(microsecond=0)
    a.new(module="closures", road="улица Мира", begins=moment(due))
    take_alarm(a, Alarm("reports", ident, "answer", "Ответ", "medium", due, due), "К1")
    a.sync()
    b = join("moderator")
    b.sync()
    order = [module for module, ids in b.changed if ids]
    assert order.index(ALARM_LOG.key) < min(order.index(one) for one in ("closures", "reports"))
