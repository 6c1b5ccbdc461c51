"""One edit that the server will not or can not take: it is set aside, it can be mended, and the others flow on."""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from central_server import Central
from fault_proxy import FaultProxy, fault_proxy
from station import Station

from sync.push import HOPELESS

Join = Callable[..., Station]
pytestmark = pytest.mark.fault("F31")
POISON = "ЯД"


@pytest.fixture
def central(lasting_central: Central) -> Central:
    """One server for all: each test looks at its own records only."""
    return lasting_central


@pytest.fixture
def proxy(central: Central) -> Iterator[FaultProxy]:
    with fault_proxy(central.url) as made:
        made.before = lambda path, body: POISON.encode() in body
        yield made


@pytest.mark.campaign
def test_a_big_queue_flows_past_one_that_the_server_fails_on_for_ever(
    central: Central, proxy: FaultProxy, join: Join
) -> None:
    a = join(url=proxy.url)
    for number in range(600):
        a.new(text=POISON if number == 300 else f"Яма {number}")
    begun = time.monotonic()
    done = a.sync()
    assert (done.pushed, done.unsent) == (599, 1)
    assert time.monotonic() - begun < 60, "the age of the queue"
    assert proxy.fired <= 9, "it is looked for by halves"
    for _ in range(4):
        a.sync()
    (aside,) = a.aside()
    assert (aside.state, aside.tries) == ("failed", 5) and "500" in aside.reason


def test_a_head_full_of_poison_does_not_hold_the_queue(central: Central, proxy: FaultProxy, join: Join) -> None:
    a = join(url=proxy.url)
    for _ in range(HOPELESS + 2):
        a.new(text=POISON)
    for number in range(20):
        a.new(text=f"Яма {number}")
    pushed = [a.sync().pushed for _ in range(2)]
    assert sum(pushed) == 20, "a second round at the latest takes those first that have not failed yet"
    for _ in range(10):
        a.sync()
    assert [one.state for one in a.aside()] == ["failed"] * (HOPELESS + 2)
    assert not a.writer.unsent()


def test_what_is_refused_is_set_aside_at_once_and_mended_by_a_new_edit(central: Central, join: Join) -> None:
    """mergin #1772: no error without a way on. powersync-js #1058: nothing is sent for ever."""
    a = join("operator", url=central.url)
    ident = a.new(text="Яма", status="new")
    a.sync()
    a.writer.save("reports", ident, {"status": "moderation"}, a.login_name, None, datetime.now(UTC))
    refused = a.writer.save("reports", ident, {"status": "accepted"}, a.login_name, None, datetime.now(UTC)).op
    later = a.edit(ident, address="Ленина, 5")
    done = a.sync()
    assert (done.pushed, done.refused) == (2, 1)
    assert central.sql("SELECT count(*) FROM answered WHERE op = %s AND login = %s", later, a.login_name) == [(1,)]
    (aside,) = a.aside()
    assert aside.op == refused and "Роль «Оператор»" in aside.reason
    assert a.sync().refused == 0, "it is not sent for ever"
    change = {**aside.change, "status": "moderation", "registered": None, "category": "snow"}
    mended = a.writer.resolve(refused, change, a.login_name, a.role, datetime.now(UTC))
    assert mended.op not in ("", refused)
    a.sync()
    assert not a.writer.outbox() and a.data(ident)["category"] == "snow"


def test_a_refused_new_record_keeps_what_was_made_on_it_until_it_is_mended(central: Central, join: Join) -> None:
    a = join("operator", url=central.url)
    now = datetime.now(UTC)
    made = a.writer.save("reports", None, {"text": "Яма", "status": "solved"}, a.login_name, None, now)
    a.edit(made.id, text="Яма во дворе", address="Ленина, 5")
    a.sync()
    (aside,) = a.aside()
    assert "заводит запись только в статусе «Новое»" in aside.reason
    a.sync()
    assert central.sql("SELECT count(*) FROM records WHERE id = %s", made.id) == [(0,)], "no half of a record"
    assert a.writer.unsent() == 1 and len(a.writer.queue.held_back()) == 1
    a.writer.resolve(made.op, {**aside.change, "status": "new"}, a.login_name, a.role, now)
    a.sync()
    assert not a.writer.outbox() and a.data(made.id)["text"] == "Яма во дворе"
    assert a.data(made.id)["number"] and a.data(made.id)["channel"] == "phone"
