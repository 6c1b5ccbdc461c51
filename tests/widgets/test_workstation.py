"""The whole workstation as a process: `main.py` with its window, against a real server."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil
import pytest
from central_server import Central
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from citymanager.modules import MODULES
from citymanager.roles import role
from citymanager.store import Profile
from layers.shell import shell

ROOT = Path(__file__).parents[2]
PASSWORD = "пароль"
LIMIT = 90


@pytest.fixture(scope="session")
def kept_shell(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The map page's shell, built once: folium is slow to import."""
    kept = tmp_path_factory.mktemp("shell") / "shell.json"
    shell(kept)
    return kept.read_bytes()


@pytest.fixture
def place(tmp_path: Path, kept_shell: bytes) -> Path:
    folder = tmp_path / "profile"
    (folder / "basemap").mkdir(parents=True)
    (folder / "basemap" / "shell.json").write_bytes(kept_shell)
    return folder


@pytest.fixture
def environment() -> dict[str, str]:
    """No browser cache, key ring or screen of whoever runs the tests."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("DBUS", "DISPLAY", "WAYLAND"))}
    return {**kept, "QT_QPA_PLATFORM": "offscreen", "QTWEBENGINE_DISABLE_SANDBOX": "1"}


Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def run(place: Path, environment: dict[str, str]) -> Run:
    """A command on the profile, run to its end."""

    def command(*words: object, **more: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "main.py", "--profile", place, *map(str, words)],
            cwd=ROOT, env={**environment, **more}, capture_output=True, text=True, timeout=LIMIT, check=False,
        )  # fmt: skip

    return command


@pytest.fixture
def start(place: Path, environment: dict[str, str]) -> Iterator[Callable[..., "subprocess.Popen[str]"]]:
    """The window as a process; ended at the test's end, if it has not ended by then."""
    started: list[subprocess.Popen[str]] = []

    def window(*words: object, **more: str) -> "subprocess.Popen[str]":
        started.append(
            subprocess.Popen(
                [sys.executable, "main.py", "--profile", place, *map(str, words)],
                cwd=ROOT,
                env={**environment, **more},
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
        )
        return started[-1]

    yield window
    for process in started:
        with process:
            process.kill()


def made(run: Run, **values: str) -> dict[str, Any]:
    done = run("new", "reports", *(f"{key}={value}" for key, value in values.items()))
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def picture(file: Path) -> QImage:
    found = QImage(str(file))
    assert not found.isNull()
    return found


def changed_rows(one: QImage, other: QImage, left: int, right: int) -> list[int]:
    """The pixel rows in which two pictures differ between two columns."""
    return [y for y in range(one.height()) if any(one.pixel(x, y) != other.pixel(x, y) for x in range(left, right, 3))]


def together(rows: list[int]) -> list[list[int]]:
    """Pixel rows in bands, parted where eight rows or more are the same."""
    bands: list[list[int]] = []
    for row in rows:
        if not bands or row - bands[-1][-1] > 8:
            bands.append([])
        bands[-1].append(row)
    return bands


@pytest.mark.campaign
def test_a_record_edited_just_before_is_in_the_picture(run: Run, tmp_path: Path) -> None:
    """Three reports in the table; the middle one changes its status: its row in the picture, and no other, changes."""
    idents = [made(run, text=f"Сообщение {number}", received=f"2026-11-2{number}T08:00:00Z")["id"] for number in "123"]
    first = run("shot", tmp_path / "before.png", "--size", "1366x768")
    assert first.returncode == 0, first.stderr
    assert run("move", "reports", idents[1], "На модерации").returncode == 0
    second = run("shot", tmp_path / "after.png", "--size", "1366x768")
    assert second.returncode == 0, second.stderr
    before, after = picture(tmp_path / "before.png"), picture(tmp_path / "after.png")
    assert (after.width(), after.height()) == (1366, 768)
    bands = together(changed_rows(before, after, 20, 640))  # number, term, time and status
    assert len(bands) == 2, "the counts of the filters, and the canary's row"
    assert max(bands[1]) - min(bands[1]) < 40, "more than one row has changed"


@pytest.mark.campaign
def test_the_picture_shows_what_the_server_has(run: Run, central: Central, tmp_path: Path) -> None:
    central.add_user("moderator", PASSWORD, "moderator")
    empty = run("shot", tmp_path / "empty.png", "--size", "1366x768")
    assert empty.returncode == 0, empty.stderr
    person = central.login("moderator", PASSWORD)
    operation = {
        "op": "7f6a2c52-5c4b-4a6e-9a46-000000000001", "module": "reports", "id": "canary", "base": 0,
        "set": {"text": "Канарейка", "status": "new", "received": "2026-11-23T04:00:00Z", "number": "К-1"},
        "at": "2026-11-23T04:00:00Z",
    }  # fmt: skip
    answer = person.post("/api/v1/operations", {"operations": [operation]})
    assert answer.status_code == 200, answer.text
    words = ("--server", central.url, "--user", "moderator", "shot", tmp_path / "full.png", "--size", "1366x768")
    full = run(*words, CITYMANAGER_PASSWORD=PASSWORD)
    assert full.returncode == 0, full.stderr
    assert changed_rows(picture(tmp_path / "empty.png"), picture(tmp_path / "full.png"), 20, 480)
    asked = run("query", "reports", "--id", "canary")
    assert "Канарейка" in asked.stdout


@pytest.mark.parametrize("view", ["wall", "organisations"])
def test_other_views_have_their_picture(run: Run, tmp_path: Path, view: str) -> None:
    made(run, text="Яма")
    done = run("shot", tmp_path / "view.png", "--view", view, "--size", "1920x1080")
    assert done.returncode == 0, done.stderr
    found = picture(tmp_path / "view.png")
    assert (found.width(), found.height()) == (1920, 1080)
    dark = found.pixelColor(5, 1075).lightness() < 40
    assert dark == (view == "wall")


@pytest.mark.parametrize(("view", "why"), [("head", "Панели главы ещё нет."), ("погода", "Вида «погода» нет.")])
def test_a_view_that_there_is_not_is_refused(run: Run, tmp_path: Path, view: str, why: str) -> None:
    done = run("shot", tmp_path / "view.png", "--view", view)
    assert done.returncode == 2
    assert why in done.stderr
    assert not (tmp_path / "view.png").exists()


def test_a_picture_that_can_not_be_written_is_refused_at_once(run: Run, tmp_path: Path) -> None:
    done = run("shot", tmp_path / "нет папки" / "view.png", "--size", "800x600")
    assert done.returncode == 2
    assert "нет папки" in done.stderr
    assert list(tmp_path.glob("*.png*")) == []


def test_without_a_screen_it_says_what_to_do(run: Run) -> None:
    done = run(QT_QPA_PLATFORM="")
    assert done.returncode == 2
    assert "Нет экрана" in done.stderr


@pytest.mark.skipif(os.getuid() != 0, reason="only root is refused")
def test_root_is_refused_the_window_and_nothing_else(run: Run) -> None:
    done = run(QTWEBENGINE_DISABLE_SANDBOX="")
    assert done.returncode == 2
    assert "root" in done.stderr
    assert run("query", "reports", QTWEBENGINE_DISABLE_SANDBOX="").returncode in (0, 2)


@pytest.mark.fault("F23")
def test_a_window_sends_what_waits_and_ends_whole(
    run: Run, start: Callable[..., "subprocess.Popen[str]"], central: Central, qtbot: QtBot, place: Path
) -> None:
    """Made without a line, sent by the window; a second window only reads; SIGTERM closes as a person does."""
    central.add_user("moderator", PASSWORD, "moderator")
    ident = made(run, text="Яма у школы")["id"]
    first = start("--server", central.url, "--user", "moderator", CITYMANAGER_PASSWORD=PASSWORD)

    def arrived() -> bool:
        assert first.poll() is None, first.stderr and first.stderr.read()
        return central.sql("SELECT 1 FROM records WHERE id = %s", ident) == [(1,)]

    qtbot.waitUntil(arrived, timeout=30_000)
    second = run("shot", place.parent / "second.png", "--size", "1024x768")
    assert second.returncode == 0, second.stderr
    assert "уже работает другая программа" in second.stderr
    first.send_signal(signal.SIGTERM)
    assert first.wait(15) == 0
    settings = json.loads((place / "settings.json").read_text(encoding="utf-8"))
    assert "layout.desk" in settings
    assert PASSWORD not in json.dumps(settings, ensure_ascii=False)
    assert run("edit", "reports", ident, "address=проспект Мира, 1").returncode == 0


@pytest.mark.campaign
def test_a_profile_that_another_program_writes_is_shown_as_it_is_now(run: Run, place: Path, tmp_path: Path) -> None:
    """The profile is held by this test; what it writes comes into the picture of the second program."""
    made(run, text="Яма")
    writer = Profile(place).writer(MODULES, patience=0)
    try:
        assert run("shot", tmp_path / "one.png", "--size", "1366x768").returncode == 0
        writer.save("reports", None, {"text": "Открытый люк"}, "ivanova", role("operator"), datetime.now(UTC))
        done = run("shot", tmp_path / "two.png", "--size", "1366x768")
    finally:
        writer.close()
    assert "уже работает другая программа" in done.stderr
    assert changed_rows(picture(tmp_path / "one.png"), picture(tmp_path / "two.png"), 20, 480)


@pytest.mark.campaign
def test_a_window_without_its_server_shows_all_there_is(run: Run, central: Central, tmp_path: Path) -> None:
    central.add_user("moderator", PASSWORD, "moderator")
    made(run, text="Яма")
    words = ("--server", central.url, "--user", "moderator")
    assert run(*words, "sync", CITYMANAGER_PASSWORD=PASSWORD).returncode == 0
    central.stop()
    done = run(*words, "shot", tmp_path / "offline.png", "--size", "1366x768", CITYMANAGER_PASSWORD=PASSWORD)
    assert done.returncode == 0, done.stderr
    assert not picture(tmp_path / "offline.png").isNull()


def test_a_killed_demonstration_leaves_no_server_behind(
    start: Callable[..., "subprocess.Popen[str]"], qtbot: QtBot
) -> None:
    """The next start needs its place: server and PostgreSQL end with their window, be it by kill -9."""
    window = start("--demo")
    family: dict[psutil.Process, str] = {}

    def has_postgres() -> bool:
        for one in psutil.Process(window.pid).children(recursive=True):
            with suppress(psutil.NoSuchProcess):  # what sets the database up comes and goes
                family[one] = one.name()
        return "postgres" in family.values()

    qtbot.waitUntil(has_postgres, timeout=60_000)
    window.kill()
    servers = [one for one, name in family.items() if "QtWebEngine" not in name]
    gone, left = psutil.wait_procs(servers, timeout=20)
    assert gone and not left


@pytest.mark.fault("F07")
def test_a_window_on_a_damaged_cache_opens_and_tells_where_the_old_one_lies(
    run: Run, place: Path, tmp_path: Path
) -> None:
    for number in range(3):
        assert run("new", "reports", f"text=Яма {number}").returncode == 0
    with (place / "cache.db").open("r+b") as file:
        file.write(b"not a database at all")
    done = run("shot", tmp_path / "desk.png", "--view", "reports", "--size", "1366x768")
    assert done.returncode == 0, done.stderr
    (aside,) = place.glob("damaged-*")
    log = (place / "logs" / "commands.log").read_text(encoding="utf-8")
    assert "перенесено: 3 неотправленные правки" in log and str(aside) in log
    assert len(run("query", "reports").stdout.splitlines()) == 3
    found = [json.loads(line) for line in run("doctor").stdout.splitlines()]
    told = next(one for one in found if one["check"] == "set_aside")
    assert told["state"] == "warn" and str(aside) in told["value"] and "note.txt" in told["advice"]
