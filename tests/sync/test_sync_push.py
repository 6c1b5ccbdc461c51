"""Sending: nothing is lost, nothing is done twice, one bad edit never holds up the others."""

from collections.abc import Callable

import pytest
from central_server import Central
from fault_proxy import FaultProxy
from station import Station

from citymanager.errors import NoLink
from citymanager.store import Seen

Join = Callable[..., Station]


@pytest.fixture
def central(lasting_central: Central) -> Central:
    """One server for all: each test looks at its own records only."""
    return lasting_central


def texts(central: Central, station: Station) -> list[str]:
    """What the server has of this station's person."""
    return [
        row[0]
        for row in central.sql("SELECT data ->> 'text' FROM records WHERE by = %s ORDER BY row", station.login_name)
    ]


@pytest.mark.fault("F31")
def test_a_poison_edit_is_tried_five_times_and_the_others_flow_at_once(
    central: Central, proxy: FaultProxy, join: Join
) -> None:
    a = join(url=proxy.url)
    for number in range(30):
        a.new(text=f"Яма {number}" if number != 17 else "ЯД")
    proxy.before = lambda path, body: "ЯД".encode() in body
    done = a.sync()
    assert (done.pushed, done.unsent) == (29, 1)
    assert len(texts(central, a)) == 29
    for _ in range(3):
        a.sync()
    assert not a.aside()
    a.sync()
    (aside,) = a.aside()
    assert (aside.state, aside.change["text"]) == ("failed", "ЯД") and aside.reason
    fired = proxy.fired
    a.sync()
    assert proxy.fired == fired, "it is not offered any more until a person says so"
    proxy.before = lambda path, body: False
    a.retry(aside.op)
    assert a.sync().pushed == 1 and len(texts(central, a)) == 30


@pytest.mark.fault("F31")
def test_what_stands_on_a_poison_edit_waits_for_it(central: Central, proxy: FaultProxy, join: Join) -> None:
    a = join(url=proxy.url)
    ident = a.new(text="ЯД")
    a.edit(ident, address="Ленина, 5")
    other = a.new(text="Яма")
    proxy.before = lambda path, body: "ЯД".encode() in body
    a.sync()
    assert texts(central, a) == ["Яма"] and proxy.fired
    proxy.before = lambda path, body: False
    a.sync()
    assert not a.writer.outbox() and a.data(ident)["address"] == "Ленина, 5" and other in a.ids()


def test_a_server_that_fails_on_everything_is_not_the_edits_fault(
    central: Central, proxy: FaultProxy, join: Join
) -> None:
    a = join(url=proxy.url)
    for number in range(20):
        a.new(text=f"Яма {number}")
    proxy.before = lambda path, body: True
    for _ in range(7):
        with pytest.raises(NoLink):
            a.sync()
    assert proxy.fired and not a.aside()
    proxy.before = lambda path, body: False
    assert a.sync().pushed == 20


@pytest.mark.fault("F16")
def test_an_answer_lost_after_the_server_has_written_makes_no_second_effect(
    central: Central, proxy: FaultProxy, join: Join
) -> None:
    a = join(url=proxy.url)
    a.new(text="Яма")
    struck = iter([True, True])
    proxy.after = lambda path, body: "operations" in path and next(struck, False)
    a.sync()
    assert proxy.fired == 2
    assert central.sql("SELECT count(*) FROM history WHERE by = %s", a.login_name) == [(1,)]
    assert not a.writer.outbox()


@pytest.mark.campaign
def test_one_request_carries_two_hundred_edits_at_most(proxy: FaultProxy, join: Join) -> None:
    a = join(url=proxy.url)
    for number in range(450):
        a.new(text=f"Яма {number}")
    proxy.passed.clear()
    assert a.sync().pushed == 450
    assert sum("operations" in path for path in proxy.passed) == 3


def test_huge_texts_go_in_smaller_requests(proxy: FaultProxy, join: Join) -> None:
    a = join(url=proxy.url)
    for number in range(6):
        a.new(text=f"{number}" + "я" * 90_000)
    proxy.passed.clear()
    assert a.sync().pushed == 6
    assert sum("operations" in path for path in proxy.passed) == 3


def test_nobody_meets_his_own_edit_that_was_acknowledged_while_he_wrote_the_next(join: Join) -> None:
    """The form still shows the version before it, with his edit on it."""
    a = join()
    ident = a.new(address="Ленина, 5")
    a.sync()
    a.edit(ident, address="Ленина, 6")
    shown = Seen(a.writer.get("reports", ident), a.writer.feed)
    a.sync()
    a.writer.save("reports", ident, {"address": "Ленина, 7"}, a.login_name, a.role, a.now(), shown)
    a.sync()
    assert not a.writer.outbox() and a.data(ident)["address"] == "Ленина, 7"


def test_an_edit_of_somebody_else_is_met_all_the_same(join: Join) -> None:
    a, b = join(), join()
    ident = a.new(address="Ленина, 5")
    a.sync()
    b.sync()
    shown = Seen(a.writer.get("reports", ident), a.writer.feed)
    a.edit(ident, address="Ленина, 6")
    a.sync()
    b.sync()
    b.edit(ident, address="Труда, 1")
    b.sync()
    a.sync()
    assert a.data(ident)["address"] == "Труда, 1"
    a.writer.save("reports", ident, {"address": "Ленина, 7"}, a.login_name, a.role, a.now(), shown)
    a.sync()
    (aside,) = a.aside()
    assert aside.state == "conflict" and aside.fields == ["address"]
