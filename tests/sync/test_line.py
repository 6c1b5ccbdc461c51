"""Real stations and a real server over lines that go wrong: nothing lost, nothing done twice, nothing taken back."""

import random
import threading
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta

import pytest
from bad_servers import http
from central_server import Central
from fault_proxy import FaultProxy, fault_proxy
from line_faults import (
    Stale,
    Swapped,
    answering,
    bandwidth,
    cut_answer,
    cut_request,
    duplicated,
    garbled,
    half_dead,
    held,
    latency,
    lost_after,
    reset,
    reset_after,
    sliced,
)
from station import PASSWORD, Station

from citymanager.errors import NoLink
from sync.client import Client
from sync.faults import Busy, Failing, Slow
from sync.patience import APART, turn

Join = Callable[..., Station]


@pytest.fixture
def central(lasting_central: Central) -> Central:
    """One server for all: each test looks at its own records only."""
    return lasting_central


def effects(central: Central, station: Station) -> int:
    """How many changes the server has written for this station's person."""
    ((found,),) = central.sql("SELECT count(*) FROM history WHERE by = %s", station.login_name)
    return int(found)


def until_it_is_well(*stations: Station, rounds: int = 40) -> None:
    """Rounds as a window makes them, until each has gone through and all hold what the server holds."""
    for one in stations:
        for _ in range(rounds):
            try:
                one.sync()
                break
            except NoLink:
                continue
    for one in stations:
        assert one.writer.unsent() == 0 and not one.aside()
    for one in stations:
        one.sync()
        assert one.sums() == one.server_sums()


@pytest.mark.fault("F20")
@pytest.mark.fault("F21")
def test_every_answer_spoilt_once_is_asked_for_again_and_nothing_of_it_is_used(
    central: Central, proxy: FaultProxy, join: Join
) -> None:
    spoilt = [cut_answer(0.3), cut_answer(0.97), garbled(1), garbled(40), reset, reset_after, sliced]
    a, b = join(url=proxy.url), join()
    for number, fault in enumerate(spoilt):
        proxy.strike(fault, "/snapshot", skip=2 * number, times=1)
    until_it_is_well(a)
    for fault in spoilt:
        theirs = b.new(text="Чужая")
        b.sync()
        mine = a.new(text="Моя")
        a.writer.set_meta({"verified": "2026-01-01T00:00:00+00:00"})
        for where in ("/session", "/changes", "/operations", "/digest"):
            proxy.strike(fault, where, times=1)
        a.session.refresh()
        until_it_is_well(a)
        assert {theirs, mine} <= a.ids()
    assert effects(central, a) == len(spoilt)


@pytest.mark.fault("F20")
def test_of_a_page_that_is_always_cut_nothing_is_taken_and_the_cursor_stays(
    central: Central, proxy: FaultProxy, join: Join
) -> None:
    a, b = join(url=proxy.url), join()
    a.sync()
    place, rows = a.writer.cursor(), a.ids()
    b.new()
    b.sync()
    proxy.strike(cut_answer(0.9), "/changes")
    with pytest.raises(NoLink):
        a.sync()
    assert (a.writer.cursor(), a.ids()) == (place, rows)
    proxy.calm()
    until_it_is_well(a)


@pytest.mark.fault("F16")
def test_an_answer_lost_once_or_always_makes_no_second_effect(central: Central, proxy: FaultProxy, join: Join) -> None:
    """No answer, a reset, an answer cut in its head and at its end, half a request."""
    a, made = join(url=proxy.url), 0
    for fault in (lost_after, reset_after, cut_answer(0.2), cut_answer(0.95), cut_request(900)):
        for number in range(5):
            a.new(text=f"Яма {number}")
        proxy.strike(fault, "/operations", times=2)
        a.sync()
        until_it_is_well(a)
        ident = a.new()
        proxy.strike(fault, "/operations")
        for _ in range(3):
            a.sync()
        proxy.calm()
        until_it_is_well(a)
        made += 6
        assert effects(central, a) == made and ident in a.ids()


@pytest.mark.fault("F12")
def test_a_request_that_arrives_twice_has_one_effect(central: Central, proxy: FaultProxy, join: Join) -> None:
    a = join(url=proxy.url)
    ident = a.new()
    a.edit(ident, address="Ленина, 5")
    proxy.strike(duplicated)
    until_it_is_well(a)
    assert effects(central, a) == 2 and a.data(ident)["address"] == "Ленина, 5"


@pytest.mark.fault("F12")
def test_an_answer_of_the_past_takes_nothing_back(central: Central, proxy: FaultProxy, join: Join) -> None:
    a, b = join(url=proxy.url), join()
    ident = b.new(address="Ленина, 1")
    b.sync()
    a.sync()
    proxy.strike(Stale(), "/changes")
    seen = []
    for number in range(2, 6):
        b.sync()
        b.edit(ident, address=f"Ленина, {number}")
        b.sync()
        with suppress(NoLink):  # an answer that lies behind the cursor is none
            a.sync()
        seen.append(a.writer.get("reports", ident).version)  # type: ignore[union-attr]
    assert seen == sorted(seen) and a.data(ident)["address"] == "Ленина, 2"
    proxy.calm()
    until_it_is_well(a)
    assert a.data(ident)["address"] == "Ленина, 5"


@pytest.mark.fault("F12")
def test_answers_given_to_each_others_stations_are_not_taken(central: Central, proxy: FaultProxy, join: Join) -> None:
    a, b = join(url=proxy.url), join(url=proxy.url)
    a.sync()
    b.sync()
    mine, theirs = a.new(text="Моя"), b.new(text="Чужая")
    proxy.strike(Swapped(), "/operations", times=2)
    done = [threading.Thread(target=one.sync) for one in (a, b)]
    for thread in done:
        thread.start()
    for thread in done:
        thread.join(30)
    until_it_is_well(a, b)
    until_it_is_well(a)
    assert {mine, theirs} <= a.ids() and (effects(central, a), effects(central, b)) == (1, 1)


@pytest.mark.fault("F12")
def test_an_answer_that_comes_when_nobody_waits_any_more_changes_nothing(
    central: Central, proxy: FaultProxy, join: Join
) -> None:
    a = join(url=proxy.url)
    a.sync()
    a.client._read = 1.5
    ident = a.new(address="Ленина, 1")
    gate = threading.Event()
    proxy.strike(held(gate), "/operations", times=1)
    a.sync()
    assert proxy.fired == 1 and effects(central, a) == 1, "taken, and nobody has heard of it in time"
    a.edit(ident, address="Ленина, 2")
    gate.set()
    a.client._read = 40
    until_it_is_well(a)
    assert effects(central, a) == 2 and a.data(ident)["address"] == "Ленина, 2"


@pytest.mark.fault("F24")
def test_three_tries_in_ten_are_reset_and_everything_arrives_once(
    central: Central, proxy: FaultProxy, join: Join
) -> None:
    a, b = join(url=proxy.url), join(url=proxy.url)
    proxy.strike(reset, share=0.15)
    proxy.strike(reset_after, share=0.15)
    for number in range(8):
        a.new(text=f"Яма {number}")
        b.new(text=f"Фонарь {number}")
        for one in (a, b):
            with suppress(NoLink):  # three tries in a row: the next round
                one.sync()
    until_it_is_well(a, b)
    proxy.calm()
    until_it_is_well(a, b)
    assert a.ids() == b.ids() and (effects(central, a), effects(central, b)) == (8, 8)


@pytest.mark.fault("F24")
def test_a_page_too_long_for_the_line_comes_in_shorter_ones_and_what_came_stays(
    central: Central, proxy: FaultProxy, join: Join
) -> None:
    a = join(url=proxy.url)
    a.client._total = 1.5
    central.sql(
        "INSERT INTO records (module, id, version, seq, data, by, at) SELECT 'crews', 'c' || n, 1, 1,"
        " jsonb_build_object('name', md5(n || 'а') || md5(n || 'б') || md5(n || 'в')), '', now()"
        " FROM generate_series(1, 150) AS n",
    )
    slow = proxy.strike(bandwidth(20_000), "/snapshot/crews")
    held_before: list[int] = []
    for _ in range(40):
        try:
            a.sync()
            break
        except Slow:
            held_before.append(len(a.ids("crews")))
    assert slow.fired > 1 and 1 <= len(held_before) < 30, "a whole page does not fit"
    assert held_before == sorted(held_before) and len(a.ids("crews")) == 150
    until_it_is_well(a)


@pytest.mark.fault("F24")
def test_a_byte_a_second_ends_in_time_and_says_so(proxy: FaultProxy, join: Join) -> None:
    a = join(url=proxy.url)
    a.client._total = 0.5
    proxy.strike(bandwidth(1), "/changes")
    with pytest.raises(Slow, match="слишком медленно"):
        a.sync()
    assert a.engine.last.seconds < 3


@pytest.mark.fault("F24")
@pytest.mark.campaign
def test_half_a_minutes_delay_is_waited_for(proxy: FaultProxy, join: Join) -> None:
    a = join(url=proxy.url)
    a.new()
    proxy.strike(latency(30), "/operations", times=1)
    assert a.sync().pushed == 1 and a.engine.last.seconds >= 30


@pytest.mark.fault("F34")
def test_a_server_that_takes_calls_and_never_answers_has_a_deadline(proxy: FaultProxy, join: Join) -> None:
    a = join(url=proxy.url)
    a.client._read = 0.3
    proxy.strike(half_dead)
    a.new()
    with pytest.raises(Failing, match="не ответил вовремя"):
        a.sync()
    assert a.engine.last.seconds < 3 and a.writer.unsent() == 1
    proxy.calm()
    a.client._read = 40
    until_it_is_well(a)


@pytest.mark.fault("F08")
@pytest.mark.parametrize(
    ("header", "least"),
    [("2", 2), ("30", 30), ("1000000000", 300), ("Mon, 23 Nov 2026 12:00:20 GMT", 20), ("скоро", 5), ("", 5), ("0", 1)],
)
def test_twenty_stations_sent_away_together_never_come_four_in_a_second(
    header: str, least: float, proxy: FaultProxy
) -> None:
    client = Client(proxy.url)
    said = f"Retry-After: {header}\r\n".encode() if header else b""
    proxy.strike(
        lambda call: call.send(
            b"HTTP/1.1 503 Busy\r\nDate: Mon, 23 Nov 2026 12:00:00 GMT\r\n" + said + b"Content-Length: 0\r\n\r\n"
        )
    )
    with pytest.raises(Busy) as caught:
        client.changes(0)
    client.close()
    chance, told = random.Random(1), datetime(2026, 11, 23, 12, tzinfo=UTC)
    for _ in range(20):  # sent away at once, or one after another within some seconds
        late = chance.choice([0.0, 0.5, 5.0])
        sent = {f"К{number}": chance.uniform(0, late) for number in range(7, 27)}
        waits = {one: turn(caught.value.wait, one, told + timedelta(seconds=at)) for one, at in sent.items()}
        assert min(waits.values()) >= least and max(waits.values()) <= least + max(0.2 * least, APART)
        moments = sorted(sent[one] + wait for one, wait in waits.items())
        assert all(later - first > 1 for first, later in zip(moments, moments[3:], strict=False)), moments


@pytest.mark.fault("F08")
def test_number_blocks_follow_each_other_as_turns_suppose(central: Central) -> None:
    central.add_user("ivanov", PASSWORD, "operator")
    with closing(Client(central.url)) as client:
        blocks = [client.login("ivanov", PASSWORD, f"desk {number}")["block"] for number in range(3)]
    first = int(blocks[0][1:])
    assert blocks == [f"К{first}", f"К{first + 1}", f"К{first + 2}"]


@pytest.mark.fault("F08")
def test_stations_without_a_number_block_come_by_chance_and_never_early() -> None:
    waits = [turn(10, "", datetime.now(UTC)) for _ in range(50)]
    assert min(waits) >= 10 and max(waits) <= 22 and len({round(wait, 3) for wait in waits}) > 40


def test_a_fault_that_never_fires_fails_its_test(central: Central) -> None:
    with pytest.raises(AssertionError, match="never fired"), fault_proxy(central.url) as proxy:
        proxy.strike(reset, "/nowhere")
    with pytest.raises(AssertionError, match="never fired"), fault_proxy(central.url) as proxy:
        proxy.after = lambda path, body: False
        proxy.calm()


@pytest.mark.fault("F29")
def test_after_a_change_of_network_dead_connections_are_given_up(proxy: FaultProxy, join: Join) -> None:
    a = join(url=proxy.url)
    a.sync()
    proxy.freeze()
    a.new()
    a.client._read = 0.5
    with suppress(Failing):  # the first call that is made over a dead one
        a.sync()
    a.client._read = 40
    until_it_is_well(a, rounds=1)


@pytest.mark.fault("F29")
def test_a_station_that_woke_asks_over_new_connections_at_once(proxy: FaultProxy, join: Join) -> None:
    a = join(url=proxy.url)
    a.sync()
    proxy.freeze()
    a.new()
    waking = threading.Timer(0.5, a.client.rouse)
    waking.start()
    until_it_is_well(a, rounds=1)
    waking.join()


@pytest.mark.fault("F21")
@pytest.mark.fault("F34")
def test_a_portal_in_the_servers_place_changes_nothing_here(proxy: FaultProxy, join: Join) -> None:
    a = join(url=proxy.url)
    a.new()
    a.sync()
    rows = {ident: a.data(ident) for ident in a.ids()}
    for answer in (
        http("<html>Вход в сеть</html>".encode(), kind="text/html"),
        http(b"", "302 Found", Location="http://portal.example/login"),
        http(b"<html>", "407 Proxy Authentication Required", kind="text/html"),
        http(b"", "511 Network Authentication Required"),
    ):
        for where in ("/changes", "/operations"):
            portal = proxy.strike(answering(answer), where)
            a.new(text="Ждёт")
            with suppress(NoLink):
                a.sync()
            assert portal.fired and not a.aside()
            assert a.writer.unsent() == (where == "/operations")
            assert {ident: a.data(ident) for ident in rows} == rows and a.session.online
            proxy.calm()
            until_it_is_well(a)
