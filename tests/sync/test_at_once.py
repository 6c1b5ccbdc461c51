"""After a good round an edit is sent before anything is asked, and a station that was woken asks once."""

from collections.abc import Callable

import pytest
from central_server import Central
from fault_proxy import FaultProxy
from station import Station

from citymanager.errors import NoLink
from sync.contract import CHANGES, OPERATIONS

Join = Callable[..., Station]


@pytest.fixture
def central(lasting_central: Central) -> Central:
    """One server for all: each test looks at its own records only."""
    return lasting_central


@pytest.fixture
def settled(proxy: FaultProxy, join: Join) -> Station:
    """A station that holds all there is."""
    made = join(url=proxy.url)
    made.sync()
    return made


@pytest.fixture
def ident(proxy: FaultProxy, settled: Station) -> str:
    """A report that it has sent."""
    made = settled.new(text="Яма")
    settled.sync()
    proxy.passed.clear()
    return made


def asked(proxy: FaultProxy) -> list[str]:
    return [call.split()[1].partition("?")[0] for call in proxy.passed]


def test_an_edit_is_sent_before_anything_is_asked(proxy: FaultProxy, settled: Station, ident: str) -> None:
    settled.edit(ident, address="Ленина, 5")
    done = settled.sync()
    assert (done.pushed, done.pulled, done.unsent) == (1, 0, 0)
    assert asked(proxy) == [OPERATIONS, CHANGES]


def test_a_station_that_is_woken_asks_once(proxy: FaultProxy, settled: Station, ident: str, join: Join) -> None:
    other = join()
    other.sync()
    other.edit(ident, address="Ленина, 5")
    other.sync()
    assert settled.sync().pulled == 1 and settled.data(ident)["address"] == "Ленина, 5"
    assert asked(proxy) == [CHANGES]


def test_after_a_bad_round_the_server_is_asked_first(proxy: FaultProxy, settled: Station) -> None:
    """Edits are not thrown at a server that fails on everything."""
    proxy.before = lambda path, body: True
    settled.new(text="Яма 2")
    with pytest.raises(NoLink):
        settled.sync()
    fired = proxy.fired
    with pytest.raises(NoLink):
        settled.sync()
    assert proxy.fired == fired + 1, "the question alone"
    proxy.calm()
    proxy.passed.clear()
    assert settled.sync().pushed == 1
    assert asked(proxy)[:2] == [CHANGES, OPERATIONS]


def test_a_poison_edit_holds_up_nobody_and_is_counted_once(proxy: FaultProxy, settled: Station) -> None:
    for text in ("Яма 2", "ЯД", "Яма 3"):
        settled.new(text=text)
    proxy.before = lambda path, body: "ЯД".encode() in body
    done = settled.sync()
    assert (done.pushed, done.unsent) == (2, 1)
    (poison,) = settled.writer.outbox()
    assert poison.tries == 1
    proxy.calm()
    assert settled.sync().pushed == 1


def test_a_server_that_was_restored_meanwhile_takes_nothing_until_the_data_agree(
    central: Central, proxy: FaultProxy, settled: Station, ident: str
) -> None:
    central.sql("UPDATE meta SET feed = gen_random_uuid()")
    settled.edit(ident, address="Ленина, 5")
    settled.sync()
    ((feed,),) = central.sql("SELECT feed::text FROM meta")
    assert settled.writer.meta("feed") == feed
    assert asked(proxy)[0] == OPERATIONS and asked(proxy).count(OPERATIONS) > 1
    assert central.sql("SELECT version, data ->> 'address' FROM records WHERE id = %s", ident) == [(2, "Ленина, 5")]
    assert settled.sums() == settled.server_sums()
