"""The command `sync` as a process: its line, its exit codes, its words; and what is left when it is killed."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from bad_servers import bad_server, http
from central_server import Central, free_port
from station import PASSWORD, Station

from citymanager.modules import MODULES
from citymanager.store import Profile, Query

ROOT = Path(__file__).parents[2]
Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def central(lasting_central: Central) -> Central:
    """One server for all: each test looks at its own records only."""
    lasting_central.add_user("ivanov", PASSWORD, "operator")
    return lasting_central


def words(folder: Path, *more: str) -> list[str]:
    return [sys.executable, str(ROOT / "main.py"), "--profile", str(folder), *more]


def environment(password: str = PASSWORD) -> dict[str, str]:
    return {**os.environ, "CITYMANAGER_PASSWORD": password}


@pytest.fixture
def command(tmp_path: Path) -> Run:
    """`command("sync", "--server", url)` on a profile of the test's own."""

    def run(*more: str, password: str = PASSWORD) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            words(tmp_path, *more), env=environment(password), capture_output=True, text=True, timeout=60, check=False,
            stdin=subprocess.DEVNULL,
        )  # fmt: skip

    return run


def test_one_round_on_a_profile_that_never_met_a_server(central: Central, command: Run) -> None:
    made = command("new", "reports", "text=Яма у школы")
    assert made.returncode == 0, made.stderr
    done = command("sync", "--server", central.url, "--user", "ivanov")
    assert done.returncode == 0, done.stderr
    said: dict[str, Any] = json.loads(done.stdout)
    assert said.keys() == {"pulled", "pushed", "conflicts", "refused", "unsent", "seconds", "files_sent", "files_left"}
    assert (said["pushed"], said["unsent"]) == (1, 0) and said["seconds"] > 0
    ident = json.loads(made.stdout)["id"]
    assert central.sql("SELECT data ->> 'text', by FROM records WHERE id = %s", ident) == [("Яма у школы", "ivanov")]
    again = command("sync")
    assert (again.returncode, json.loads(again.stdout)["pushed"]) == (0, 0), "server and person are known by now"


def test_a_refused_edit_makes_the_command_partly_done(central: Central, command: Run, tmp_path: Path) -> None:
    central.add_user("wall", PASSWORD, "wall")
    command("new", "reports", "text=Яма")
    done = command("sync", "--server", central.url, "--user", "wall")
    assert done.returncode == 1, done.stderr
    assert json.loads(done.stdout)["refused"] == 1


@pytest.mark.parametrize(("password", "told"), [("не тот", "Неверное имя или пароль"), ("", "Пароль не задан")])
def test_without_the_right_password_nothing_is_done(central: Central, command: Run, password: str, told: str) -> None:
    done = command("sync", "--server", central.url, "--user", "ivanov", password=password)
    assert (done.returncode, done.stdout) == (2, "") and told in done.stderr


def test_no_server_and_a_server_that_is_not_ours_are_told_apart(command: Run) -> None:
    url = f"http://127.0.0.1:{free_port()}"
    done = command("sync", "--server", url, "--user", "ivanov")
    assert (done.returncode, done.stdout) == (2, "") and f"Нет связи с сервером {url}" in done.stderr
    with bad_server(http("<html>Вход</html>".encode(), kind="text/html")) as portal:
        done, url = command("sync", "--server", portal.url, "--user", "ivanov"), portal.url
    assert (done.returncode, done.stdout) == (2, "")
    assert f"По адресу {url} отвечает не сервер «Ситименеджер»" in done.stderr
    done = command("sync", "--user", "ivanov")
    assert done.returncode == 2 and "Адрес сервера не задан" in done.stderr


def test_in_an_outage_of_its_own_server_the_work_goes_on(central: Central, command: Run) -> None:
    """Only an address that the profile has never met may be a mistake in the command."""
    assert command("sync", "--server", central.url, "--user", "ivanov").returncode == 0
    central.stop()
    try:
        command("new", "reports", "text=Яма без связи")
        done = command("sync")
        assert done.returncode == 1 and f"Нет связи с сервером {central.url}" in done.stderr
        assert json.loads(done.stdout)["unsent"] == 1
        assert command("sync", "--server", f"http://127.0.0.1:{free_port()}").returncode == 2
    finally:
        central.start()
    assert json.loads(command("sync").stdout)["pushed"] == 1


def standing(folder: Path) -> tuple[int, int]:
    """How many reports and how many unsent edits the cache holds, read beside whoever writes it."""
    reader = Profile(folder).reader(MODULES)
    try:
        return reader.count(Query("reports")), reader.unsent()
    finally:
        reader.close()


@pytest.mark.fault("F02")
@pytest.mark.campaign
def test_killed_at_any_moment_it_has_neither_a_gap_nor_a_double(
    central: Central, stations: Callable[..., Station]
) -> None:
    """Rounds are killed as soon as they have done something, while 4,000 records come and 600 of ours go."""
    central.sql(
        "INSERT INTO records (module, id, version, seq, data, by, at) SELECT 'reports', 'k' || n, 1, 1,"
        " jsonb_build_object('text', 'Сообщение ' || n, 'status', 'new'), '', now() FROM generate_series(1, 4000) AS n"
    )
    a = stations(central.url)
    ours = {a.new(text=f"Яма {number}") for number in range(600)}
    a.close()
    killed = 0
    while killed < 4:
        before = standing(a.folder)
        process = subprocess.Popen(
            words(a.folder, "sync", "--server", central.url, "--user", "ivanov"), env=environment(),
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        while process.poll() is None and standing(a.folder) == before:
            pass
        process.kill()
        if process.wait() == 0:
            break
        killed += 1
    assert killed >= 3, "the fault was hardly met"
    a.open()
    a.login("ivanov")
    a.sync()
    assert a.sums() == a.server_sums() and not a.writer.outbox()
    assert ours <= a.ids()
    doubles = central.sql("SELECT id FROM history WHERE by = 'ivanov' GROUP BY id HAVING count(*) > 1")
    assert doubles == [], "one effect per edit"


def test_files_are_named_by_their_paths_and_sent_after_the_edits(
    central: Central, command: Run, tmp_path: Path
) -> None:
    photo, paper = tmp_path / "яма.jpg", tmp_path / "акт.pdf"
    photo.write_bytes(b"\xff\xd8\xff" + os.urandom(300_000))
    paper.write_bytes(b"%PDF-" + os.urandom(1_000))
    fake = tmp_path / "скрипт.jpg"
    fake.write_bytes(b"MZ")
    refused = command("new", "reports", "text=Яма", f"photos={photo};{fake}")
    assert refused.returncode == 2 and "«скрипт.jpg» — не JPEG" in refused.stderr
    made = command("new", "reports", "text=Яма", f"photos={photo}; {paper};{photo}")
    assert made.returncode == 0, made.stderr
    done = command("sync", "--server", central.url, "--user", "ivanov")
    said = json.loads(done.stdout)
    assert (done.returncode, said["pushed"], said["files_sent"], said["files_left"]) == (0, 1, 2, 0)
    ident = json.loads(made.stdout)["id"]
    (row,) = central.sql("SELECT data -> 'photos' FROM records WHERE id = %s", ident)
    assert [one["name"] for one in row[0]] == ["яма.jpg", "акт.pdf"]
    sums = [one["sha256"] for one in row[0]]
    stored = central.sql("SELECT content FROM files WHERE sha256 = ANY(%s) ORDER BY type", sums)
    assert [bytes(one[0]) for one in stored] == [paper.read_bytes(), photo.read_bytes()]
