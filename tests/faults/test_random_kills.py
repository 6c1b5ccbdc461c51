"""F03: processes are killed at random moments while people edit and stations sync; the outside ledger is wholly found.

200 kills as a campaign, 1,000 as a soak: of desks, of windows, of commands, of the central server and its workers, of
PostgreSQL; and answers that were lost after the server had committed.
"""

import json
import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import pytest
import requests
from central_server import Central, free_port
from fault_proxy import fault_proxy
from ledger import Line, doubled, lost, mark
from workplace import PASSWORD, ROOT, City, Workplace, environment

from sync.central.cluster import home_of

HERE = Path(__file__).parent
Note = Callable[[str, object], None]
ENTERED = 60.0
"""Seconds that a program may take to its first edit on a machine that does a lot besides."""
times = pytest.mark.parametrize(
    "times", [pytest.param(1, marks=pytest.mark.campaign(minutes=1)), pytest.param(5, marks=pytest.mark.soak)]
)


class Worker:
    """A process at which somebody works; what it says to be saved is in the ledger as soon as it has said it."""

    def __init__(self, place: Workplace, *words: object) -> None:
        self.said = threading.Event()
        self._place = place
        self._process = subprocess.Popen(
            [sys.executable, *map(str, words)],
            cwd=ROOT, env=environment(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip
        self._listening = threading.Thread(target=self._listen)
        self._listening.start()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as lines:
            for line in lines:
                with suppress(ValueError):  # cut by the kill
                    self._place.ledger.write(Line(**json.loads(line)))
                    self.said.set()

    def __enter__(self) -> "Worker":
        return self

    def __exit__(self, *_: object) -> None:
        self.dies(0)

    def dies(self, after: float) -> bool:
        """Killed after so many seconds; whether it was still at work."""
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(after)
        at_work = self._process.poll() is None
        self._process.kill()
        self._process.wait()
        self._listening.join()
        return at_work


@contextmanager
def at_work(place: Workplace, url: str) -> Iterator[None]:
    """Somebody edits and syncs all the time that this lasts; then he is killed, too."""
    with Worker(place, HERE / "busy_desk.py", place.folder, url, place.login, PASSWORD) as desk:
        assert desk.said.wait(ENTERED)
        yield
        assert desk.dies(0), "it has worked all the time"


def settles(place: Workplace) -> None:
    """Nothing lost, nothing twice, all as on the server."""
    assert lost(place.ledger, place.folder, place.central) == []
    place.recovers()


def killed_often(place: Workplace, words: list[object], kills: int) -> None:
    """One in four while the program starts, the others within a second after its first edit."""
    dice = random.Random(kills)
    with Worker(place, *words) as first:
        entered = timed(lambda: first.said.wait(ENTERED))
    for _ in range(kills):
        with Worker(place, *words) as worker:
            starting = dice.random() < 0.25
            assert starting or worker.said.wait(ENTERED)
            assert worker.dies(dice.uniform(0, entered if starting else 1)), "it does not end by itself"
        assert lost(place.ledger, place.folder, place.central) == []
    assert len(place.ledger.lines) > kills // 2, "most were killed at work"
    settles(place)


def timed(act: Callable[[], bool]) -> float:
    began = time.monotonic()
    assert act()
    return time.monotonic() - began


@times
@pytest.mark.fault("F03")
def test_a_desk_that_edits_and_syncs(times: int, city: City, record_property: Note) -> None:
    record_property("kills", 80 * times)
    place = city.workplace()
    killed_often(place, [HERE / "busy_desk.py", place.folder, city.central.url, place.login, PASSWORD], 80 * times)


@times
@pytest.mark.fault("F03")
def test_the_window_that_is_typed_into(times: int, city: City, record_property: Note) -> None:
    record_property("kills", 15 * times)
    place = city.workplace()
    place.new()
    killed_often(place, [HERE / "busy_window.py", place.folder, city.central.url, place.login], 15 * times)


@times
@pytest.mark.fault("F03")
def test_commands(times: int, city: City, record_property: Note) -> None:
    """Each kind is timed once, then killed at any moment of that time; what it has printed by then holds."""
    record_property("kills", 60 * times)
    place, dice = city.workplace(), random.Random(times)
    made = place.new()
    assert made is not None
    killed = 0

    def command(kind: str, after: float | None) -> None:
        nonlocal killed
        told = mark()
        words: dict[str, list[object]] = {
            "new": ["new", "reports", f"text={told}"],
            "edit": ["edit", "reports", made.id, f"address={told}"],
            "import": ["import", "reports", rows(place.folder.parent / "rows.csv", told)],
            "sync": ["sync", "--server", city.central.url, "--user", place.login],
        }
        words_here = [sys.executable, ROOT / "main.py", "--profile", place.folder, *words[kind]]
        with subprocess.Popen(
            [*map(str, words_here)], cwd=ROOT, env=environment(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True,
        ) as process:  # fmt: skip
            with suppress(subprocess.TimeoutExpired):
                process.wait(after)
            killed += process.poll() is None
            process.kill()
            said, _ = process.communicate()
        for one in map(json.loads, said.splitlines()):
            if "op" in one:
                place.ledger.write(Line(one["op"], one["id"], told))
            if "taken" in one:
                place.ledger.write(Line("", "", told))

    kinds = ("new", "edit", "import", "sync")
    whole = {kind: timed(lambda kind=kind: command(kind, None) is None) for kind in kinds}
    while killed < 60 * times:
        kind = dice.choice(kinds)
        before, began = killed, time.monotonic()
        command(kind, dice.uniform(0.2, 1.0) * whole[kind])
        if killed == before:  # it takes less time than it did
            whole[kind] = time.monotonic() - began
        assert lost(place.ledger, place.folder, city.central) == []
    settles(place)


def rows(file: Path, told: str) -> Path:
    """A file of one row with the mark among many others."""
    file.write_text("text\n" + "\n".join([*(f"строка {n}" for n in range(300)), told]) + "\n", encoding="utf-8")
    return file


@times
@pytest.mark.fault("F03")
def test_the_central_server(times: int, city: City, record_property: Note) -> None:
    record_property("kills", 25 * times)
    place, dice = city.workplace(), random.Random(times)
    pause = threading.Event()
    with at_work(place, city.central.url):
        for _ in range(25 * times):
            pause.wait(dice.uniform(0, 1.5))
            city.central.kill()
            city.central.start()
    settles(place)


@times
@pytest.mark.fault("F03")
def test_workers_of_gunicorn(times: int, city: City, record_property: Note) -> None:
    """As a city runs it: the master goes on, and starts another worker."""
    record_property("kills", 10 * times)
    place, dice, pause = city.workplace(), random.Random(times), threading.Event()
    bind = f"127.0.0.1:{free_port()}"
    words = ["gunicorn", "--config", "resources/central/gunicorn.conf.py", "--bind", bind, "--workers", "1"]
    master = subprocess.Popen(
        [sys.executable, "-m", *words], cwd=ROOT, env={**os.environ, "CITYMANAGER_DATABASE": city.central.dsn},
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    with master:
        try:
            answering(f"http://{bind}")
            with at_work(place, f"http://{bind}"):
                for _ in range(10 * times):
                    pause.wait(dice.uniform(0.5, 2))
                    for worker in psutil.Process(master.pid).children():
                        worker.kill()
        finally:
            master.terminate()
    settles(place)


def answering(url: str) -> None:
    """Return as soon as somebody takes connections there."""
    pause = threading.Event()
    for _ in range(600):
        with suppress(requests.ConnectionError, requests.Timeout):  # it takes them before it has begun to answer
            requests.get(f"{url}/api/v1/changes", timeout=5)
            return
        pause.wait(0.1)
    raise AssertionError(url)


@times
@pytest.mark.fault("F03")
def test_postgresql(times: int, tmp_path: Path, record_property: Note) -> None:
    """On a disk that is told to keep what it has been given. The server ends with it, and the next start is whole."""
    record_property("kills", 10 * times)
    profile, dice, pause = tmp_path / "server", random.Random(times), threading.Event()
    central = Central(("--profile", str(profile)), dsn=f"postgresql://postgres@/citymanager?host={home_of(profile)}")
    central.start()
    try:
        assert central.sql("SHOW fsync") == [("on",)]
        city = City(central, tmp_path)
        city.begin()
        place = city.workplace()
        with at_work(place, central.url):
            for _ in range(10 * times):
                pause.wait(dice.uniform(0.2, 1.5))
                psutil.Process(int((home_of(profile) / "data/postmaster.pid").read_text().split()[0])).kill()
                assert central.process is not None and central.process.wait(20) == 2, "so that it is started again"
                central.stop()
                central.start()
        settles(place)
    finally:
        central.stop()


@times
@pytest.mark.fault("F16")
def test_answers_that_are_lost_after_the_server_has_committed(times: int, city: City) -> None:
    place, dice, pause = city.workplace(), random.Random(times), threading.Event()
    with fault_proxy(city.central.url) as proxy:
        proxy.after = lambda path, _: path == "POST /api/v1/operations" and dice.random() < 0.5
        with at_work(place, proxy.url):
            while proxy.fired < 10 * times:
                pause.wait(0.1)
    assert doubled(city.central) == []
    settles(place)
