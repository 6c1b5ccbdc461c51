"""The sync of a window: it wakes within a second, tells the truth about the link, and ends in time."""

import socket
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from central_server import Central
from desk import Desk
from fault_proxy import fault_proxy
from pytestqt.qtbot import QtBot
from station import PASSWORD

from citymanager.hub import Hub
from citymanager.modules import MODULES
from citymanager.store import Profile
from citymanager.tasks import Tasks
from sync.keys import NoKeyRing
from sync.worker import SyncWorker


@pytest.fixture
def desks(tmp_path: Path, qtbot: QtBot) -> Iterator[Callable[[], Desk]]:
    made: list[Desk] = []

    def make() -> Desk:
        made.append(Desk(tmp_path / f"desk{len(made)}"))
        return made[-1]

    yield make
    ended = [one.close() for one in made]
    assert all(ended)


@pytest.fixture
def online(central: Central, desks: Callable[[], Desk], qtbot: QtBot) -> Callable[[], Desk]:
    """A desk whose person has logged in and whose first round went through."""

    def make() -> Desk:
        desk = desks()
        name = f"operator{desk.profile.folder.name}"
        central.add_user(name, PASSWORD, "operator")
        desk.worker.start(central.url, name, PASSWORD)
        qtbot.waitUntil(lambda: desk.state.link == "online", timeout=10_000)
        return desk

    return make


def test_an_edit_is_on_the_other_station_within_a_second(online: Callable[[], Desk], qtbot: QtBot) -> None:
    a, b = online(), online()
    ident = a.save()
    qtbot.waitUntil(lambda: b.shows(ident), timeout=5_000)
    took = []
    for number in range(10):
        started = time.monotonic()
        a.save(ident, address=f"Ленина, {number}")
        qtbot.waitUntil(lambda number=number: b.shows(ident, address=f"Ленина, {number}"), timeout=5_000)
        took.append(time.monotonic() - started)
    assert sorted(took)[8] < 1.0, took
    assert ("reports", [ident]) in b.changed
    qtbot.waitUntil(lambda: a.state.unsent == 0)
    assert a.state.confirmed is not None and abs((datetime.now(UTC) - a.state.confirmed).total_seconds()) < 5


def test_without_a_line_the_work_goes_on_and_leaves_when_it_is_back(
    central: Central, online: Callable[[], Desk], qtbot: QtBot
) -> None:
    a, b = online(), online()
    central.kill()
    a.worker.sync_now()
    qtbot.waitUntil(lambda: a.state.link == "offline", timeout=10_000)
    ident = a.save()
    qtbot.waitUntil(lambda: a.state.unsent == 1)
    assert a.state.next_try is not None and "Нет связи" in a.state.reason
    assert [level for _, level in a.notices] == ["warning"]
    central.start()
    qtbot.waitUntil(lambda: a.state.link == "online" and a.state.unsent == 0, timeout=20_000)
    qtbot.waitUntil(lambda: b.shows(ident), timeout=20_000)
    assert [level for _, level in a.notices] == ["warning", "info"], "told once each"


def test_a_server_that_dies_is_noticed_long_before_it_is_asked_again(
    online: Callable[[], Desk], central: Central, qtbot: QtBot
) -> None:
    here = online()
    central.kill()
    qtbot.waitUntil(lambda: here.state.link == "offline", timeout=10_000)


def test_a_server_that_dies_and_comes_back_is_noticed_by_the_event_line(
    central: Central, online: Callable[[], Desk], qtbot: QtBot
) -> None:
    a = online()
    central.kill()
    central.start()
    central.sql("INSERT INTO records (module, id, version, seq, data, by, at) VALUES"
                " ('reports', 'r1', 1, 1, '{\"text\": \"Яма\", \"status\": \"new\"}', '', now())")  # fmt: skip
    qtbot.waitUntil(lambda: a.shows("r1"), timeout=10_000)


def test_a_wrong_password_stops_and_says_so_and_a_right_one_goes_on(
    central: Central, desks: Callable[[], Desk], qtbot: QtBot
) -> None:
    central.add_user("ivanov", PASSWORD, "operator")
    desk = desks()
    desk.worker.start(central.url, "ivanov", "не тот")
    qtbot.waitUntil(lambda: desk.state.link == "stopped" and bool(desk.entered), timeout=10_000)
    assert desk.state.reason == desk.entered[0] == "Неверное имя или пароль."
    desk.worker.log_in(central.url, "ivanov", PASSWORD)
    qtbot.waitUntil(lambda: desk.state.link == "online", timeout=10_000)
    assert desk.entered[1] == "" and (desk.state.login, desk.state.role) == ("ivanov", "operator")
    desk.worker.log_out()
    qtbot.waitUntil(lambda: desk.state.link == "stopped" and desk.state.login == "", timeout=5_000)
    assert central.sql("SELECT count(*) FROM tokens WHERE NOT revoked") == [(0,)]


def test_no_server_at_the_start_works_from_the_cache_and_knows_the_person(
    central: Central, online: Callable[[], Desk], qtbot: QtBot
) -> None:
    a = online()
    name, folder = a.state.login, a.profile.folder
    a.close()
    central.kill()
    again = Desk(folder)
    again.worker.start(central.url, name, PASSWORD)
    qtbot.waitUntil(lambda: again.state.link == "offline", timeout=10_000)
    assert (again.entered, again.state.login, again.state.role) == ([""], name, "operator")
    assert again.state.confirmed is not None
    assert again.close()


@pytest.mark.fault("F23")
def test_a_window_without_the_right_to_write_does_not_sync(central: Central, tmp_path: Path, qtbot: QtBot) -> None:
    Profile(tmp_path).writer(MODULES).close()
    tasks, hub = Tasks(Profile(tmp_path), MODULES, None), Hub()
    worker = SyncWorker(Profile(tmp_path), MODULES, tasks, hub, keys=lambda *_: NoKeyRing())
    worker.start(central.url, "ivanov", PASSWORD)
    assert worker.state.link == "local" and "только для чтения" in worker.state.reason
    assert worker.stop()
    tasks.close()


@pytest.fixture
def mute() -> Iterator[str]:
    """A server that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0), backlog=50) as listener:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


@pytest.mark.fault("F34")
@pytest.mark.parametrize("address", ["mute", "http://10.255.255.1:9", "http://[100::1]:9"])
def test_it_ends_within_two_seconds_whatever_the_server_does(
    address: str, desks: Callable[[], Desk], request: pytest.FixtureRequest, qtbot: QtBot
) -> None:
    desk = desks()
    url = request.getfixturevalue("mute") if address == "mute" else address
    desk.worker.start(url, "ivanov", PASSWORD)
    qtbot.wait(300)  # into the call: what it waits for can't be seen from outside
    started = time.monotonic()
    assert desk.worker.stop()
    assert time.monotonic() - started < 2


def test_a_token_taken_back_is_renewed_without_asking(
    central: Central, online: Callable[[], Desk], qtbot: QtBot
) -> None:
    a = online()
    central.sql("UPDATE tokens SET revoked = true")
    ident = a.save()
    found = "SELECT by FROM records WHERE id = %s"
    qtbot.waitUntil(lambda: central.sql(found, ident) == [(a.state.login,)], timeout=10_000)
    qtbot.waitUntil(lambda: a.state.unsent == 0 and a.state.link == "online")
    assert a.notices == [], "nothing that a person need know"


@pytest.mark.fault("F28")
def test_somebody_sent_away_is_stopped_with_a_reason_and_his_edits_stay(
    central: Central, online: Callable[[], Desk], qtbot: QtBot
) -> None:
    a = online()
    central.sql("UPDATE auth_user SET is_active = false")
    a.save()
    qtbot.waitUntil(lambda: a.state.link == "stopped", timeout=10_000)
    assert a.state.reason == "Неверное имя или пароль." and a.state.unsent == 1
    assert a.notices[-1] == (a.state.reason, "error")


def test_a_conflict_is_told_and_counted(online: Callable[[], Desk], central: Central, qtbot: QtBot) -> None:
    a, b = online(), online()
    ident = a.save()
    qtbot.waitUntil(lambda: b.shows(ident), timeout=5_000)
    central.kill()
    b.worker.sync_now()
    qtbot.waitUntil(lambda: b.state.link == "offline", timeout=10_000)
    b.save(ident, address="Ленина, 7")
    central.start()
    a.worker.sync_now()
    a.save(ident, address="Ленина, 5")
    qtbot.waitUntil(lambda: a.state.unsent == 0 or b.state.unsent == 0, timeout=20_000)
    qtbot.waitUntil(lambda: a.state.needs_attention + b.state.needs_attention == 1, timeout=20_000)
    assert any("не принята" in text for text, _ in [*a.notices, *b.notices])


@pytest.mark.fault("F08")
def test_a_busy_server_is_not_asked_before_its_time(central: Central, desks: Callable[[], Desk], qtbot: QtBot) -> None:
    central.add_user("ivanov", PASSWORD, "operator")
    with fault_proxy(central.url) as proxy:
        desk = desks()
        desk.worker.start(proxy.url, "ivanov", PASSWORD)
        qtbot.waitUntil(lambda: desk.state.link == "online", timeout=10_000)
        proxy.busy = "100"
        desk.worker.sync_now()
        qtbot.waitUntil(lambda: desk.state.link == "offline", timeout=10_000)
        assert desk.state.next_try is not None
        assert 95 <= (desk.state.next_try - datetime.now(UTC)).total_seconds() <= 120
        fired = proxy.fired
        desk.save()
        qtbot.waitUntil(lambda: desk.state.unsent == 1)
        assert proxy.fired == fired
        proxy.busy = ""
        desk.worker.sync_now()
        qtbot.waitUntil(lambda: desk.state.link == "online" and desk.state.unsent == 0, timeout=10_000)
        desk.close()
