"""The sync of a window: it wakes within a second, tells the truth about the link, and ends in time."""

import os
import signal
import socket
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from central_server import Central
from pytestqt.qtbot import QtBot
from station import PASSWORD

from citymanager.hub import Hub
from citymanager.modules import MODULES
from citymanager.roles import role
from citymanager.store import Profile
from citymanager.sync_state import SyncState
from citymanager.tasks import Tasks
from sync.keys import NoKeyRing
from sync.worker import SyncWorker

OPERATOR = role("operator")
Make = Callable[..., "Desk"]


class Desk:
    """A window's insides without the window: threads, bus, sync; `notices` and `states` as they were told."""

    def __init__(self, folder: Path) -> None:
        self.profile = Profile(folder)
        self.tasks = Tasks(self.profile, MODULES, self.profile.writer(MODULES, patience=0))
        self.hub = Hub()
        self.closed = False
        self.states: list[SyncState] = []
        self.notices: list[tuple[str, str]] = []
        self.changed: list[tuple[str, list[str]]] = []
        self.entered: list[str] = []
        self.hub.sync_state.connect(self.states.append)
        self.hub.notice.connect(lambda text, level: self.notices.append((text, level)))
        self.hub.changed.connect(lambda module, ids: self.changed.append((module, ids)))
        self.worker = SyncWorker(self.profile, MODULES, self.tasks, self.hub, keys=lambda *_: NoKeyRing())
        self.worker.entered.connect(self.entered.append)

    @property
    def state(self) -> SyncState:
        return self.worker.state

    def save(self, ident: str | None = None, **values: Any) -> str:
        values = values if ident else {"text": "Яма", **values}
        saved = self.tasks.write_here(
            lambda writer: writer.save("reports", ident, values, self.state.login, OPERATOR, datetime.now(UTC))
        )
        self.hub.outbox_changed.emit()
        return saved.id

    def shows(self, ident: str, **values: Any) -> bool:
        found = self.tasks.glance.get("reports", ident)
        return found is not None and all(found.data.get(key) == value for key, value in values.items())

    def close(self) -> bool:
        if self.closed:
            return True
        self.closed = True
        ended = self.worker.stop()
        self.tasks.close()
        return ended


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
    qtbot.waitUntil(lambda: desk.state.link == "stopped", timeout=10_000)
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


def test_it_syncs_at_once_after_it_stood_still(central: Central, online: Callable[[], Desk], qtbot: QtBot) -> None:
    """A child stops this process for longer than a tick may be late."""
    a = online()
    confirmed = a.state.confirmed
    child = os.fork()
    if child == 0:
        parent = os.getppid()
        time.sleep(0.1)
        os.kill(parent, signal.SIGSTOP)
        time.sleep(7)
        os.kill(parent, signal.SIGCONT)
        os._exit(0)
    os.waitpid(child, 0)
    woken = datetime.now(UTC)
    qtbot.waitUntil(lambda: a.state.confirmed is not None and a.state.confirmed > woken, timeout=4_000)
    assert a.state.confirmed != confirmed
