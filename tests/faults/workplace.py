"""A workstation seen from outside: a profile, the processes that work on it, and the ledger of what they say."""

import json
import os
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from central_server import Central, Person
from ledger import Ledger, Line, divergence, doubled, lost, mark, unsettled

ROOT = Path(__file__).parents[2]
PASSWORD = "пароль"
POINT, KILLED = "CITYMANAGER_FAILPOINT", 137
START = 15.0
"""Seconds in which a program that was killed works again: 5, and threefold slack; more where others keep us waiting."""
Said = list[dict[str, Any]]


def environment(**more: str) -> dict[str, str]:
    """Of a process on a desk without screen and key ring."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("DBUS", "DISPLAY", "WAYLAND"))}
    path = os.pathsep.join(str(ROOT / part) for part in ("", "tests", "tests/sync", "tests/faults"))
    screen = {"QT_QPA_PLATFORM": "offscreen", "QTWEBENGINE_DISABLE_SANDBOX": "1"}
    return {**kept, **screen, "PYTHONPATH": path, "CITYMANAGER_PASSWORD": PASSWORD, **more}


@dataclass
class Workplace:
    """Works by real processes only; every edit that one says to have saved is in the ledger before this returns."""

    folder: Path
    central: Central
    login: str
    ledger: Ledger
    sees_all: bool = True
    """Whether its person sees, and may make, all that there is."""

    # processes

    def run(self, *words: object, point: str = "", code: int = 0) -> Said:
        """A command of the program, to its end or to the point where it dies; its lines."""
        return self._ended([ROOT / "main.py", "--profile", self.folder, *words], point, code)

    def act(self, *words: object, point: str = "", code: int = 0) -> Said:
        """What a person does at the desk, by the threads of a window."""
        return self._ended([ROOT / "tests/faults/acts.py", self.folder, *words], point, code)

    def _ended(self, words: list[object], point: str, code: int) -> Said:
        ended = subprocess.run(
            [sys.executable, *map(str, words)],
            cwd=ROOT, env=environment(**({POINT: point} if point else {})), stdin=subprocess.DEVNULL,
            capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        assert ended.returncode == (KILLED if point else code), (words, ended.returncode, ended.stderr)
        return [json.loads(line) for line in ended.stdout.splitlines()]

    # edits

    def new(self, point: str = "", **values: str) -> Line | None:
        """A new report; what was said of it, if anything was."""
        told = mark()
        said = self.run("new", "reports", f"text={told}", *(f"{k}={v}" for k, v in values.items()), point=point)
        return self._saved(told, said)

    def edit(self, ident: str, point: str = "") -> Line | None:
        told = mark()
        return self._saved(told, self.run("edit", "reports", ident, f"address={told}", point=point))

    def decide(self, aside: Line, point: str = "") -> Line | None:
        """A third address instead of the two that met."""
        told = mark()
        return self._saved(told, self.act("resolve", aside.op, told, point=point))

    def _saved(self, told: str, said: Said) -> Line | None:
        for one in said:
            self.ledger.write(Line(one["op"], one["id"], told))
        return self.ledger.lines[-1] if said else None

    # rounds

    def sync(self, point: str = "", code: int = 0) -> dict[str, Any]:
        """A round of the command; what it said."""
        said = self.run("sync", "--server", self.central.url, "--user", self.login, point=point, code=code)
        return said[0] if said else {}

    def conflict(self, other: Person) -> Line:
        """An edit that met another one, and waits for a decision."""
        made = self.new()
        assert made is not None
        self.sync()
        other_edits(other, made.id, 1, address=mark())
        mine = self.edit(made.id)
        assert mine is not None and self.sync(code=1)["conflicts"] == 1
        return mine

    # what must be true

    def recovers(self) -> None:
        """Two starts after a kill and a whole round: nothing lost, nothing twice, all as on the server."""
        with quickly():
            self.new() if self.sees_all else self.run("query", "reports")
        assert lost(self.ledger, self.folder, self.central) == []
        with quickly():
            self._round()
        assert lost(self.ledger, self.folder, self.central) == []
        assert self._round()["pushed"] == 0
        assert unsettled(self.ledger, self.folder, self.central) == []
        assert doubled(self.central) == []
        if self.sees_all:
            assert divergence(self.folder, self.central) == set()

    def _round(self) -> dict[str, Any]:
        words = [ROOT / "main.py", "--profile", self.folder, "sync", "--server", self.central.url, "--user", self.login]
        done = subprocess.run(
            [sys.executable, *map(str, words)], cwd=ROOT, env=environment(), stdin=subprocess.DEVNULL,
            capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        assert done.returncode in (0, 1) and done.stdout, done.stderr
        said: dict[str, Any] = json.loads(done.stdout)
        assert said["unsent"] == 0, said
        return said


@contextmanager
def quickly() -> Iterator[None]:
    """What a person waits for after a crash."""
    began = time.monotonic()
    yield
    waiting = os.getloadavg()[0] / (os.cpu_count() or 1)
    assert time.monotonic() - began < START * max(1.0, waiting)


def other_edits(other: Person, ident: str, base: int, **change: str) -> None:
    """Somebody at another desk has made or changed a report meanwhile."""
    operation = {
        "op": str(uuid.uuid4()), "module": "reports", "id": ident, "base": base, "set": change,
        "at": "2026-11-23T04:05:06Z",
    }  # fmt: skip
    answer = other.post("/api/v1/operations", {"operations": [operation]})
    assert answer.json()["verdicts"][0]["result"] == "accepted", answer.text


@dataclass
class City:
    """A central server with a queue of 1,200 reports, somebody at another desk, and workplaces."""

    central: Central
    folder: Path
    made: list[Workplace] = field(default_factory=list)
    _standing: Workplace | None = None

    def begin(self) -> None:
        self.central.sql(
            "INSERT INTO records (module, id, data) SELECT 'reports', 'k' || n, jsonb_build_object('text',"
            " 'Сообщение ' || n, 'status', 'new') FROM generate_series(1, 1200) AS n"
        )
        self.other = self.central.person("moderator")

    def workplace(self) -> Workplace:
        """A new profile that has met no server, of a user of its own."""
        name = f"moderator{len(self.made)}"
        self.central.add_user(name, PASSWORD, "moderator")
        place = self.folder / name
        place.mkdir()
        self.made.append(Workplace(place / "profile", self.central, name, Ledger(place / "ledger")))
        return self.made[-1]

    def desk(self) -> Workplace:
        """The workplace that has lived through all that came before; another one if the last test has failed on it."""
        if self._standing is None:
            self._standing = self.workplace()
            self._standing.sync()
        return self._standing

    @contextmanager
    def trusted(self) -> Iterator[None]:
        """A desk that this has failed on is not used again: it could fail those that come after."""
        try:
            yield
        except BaseException:
            self._standing = None
            raise

    def revive(self) -> None:
        """The server after a crash, and after another one."""
        for again in (True, False):
            with quickly():
                self.central.start()
            if again:
                self.central.kill()
