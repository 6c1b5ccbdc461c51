"""The installation as its instructions say it: their own commands, in their order, on a clean Debian 12 with systemd.

The server's name is the only word that is changed. Each part stands on the one before it: server, desk, wall.
"""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from central_operations import make
from central_server import ROOT, Person
from machine import Machine, clean_machine
from shipped import commands, moved

from sync.client import Client
from sync.listener import Listener

pytestmark = [pytest.mark.campaign, pytest.mark.xdist_group("installation")]
NAME, PASSWORD = "localhost", "Сирень-2048"
SERVICES = ("citymanager-central", "citymanager-events", "citymanager-backup.timer", "postgresql", "nginx")
SCREENLESS = """
apt-get install -y -qq xvfb x11-utils procps
cat > /usr/local/bin/screenless-x <<'END'
#!/bin/sh
for word in "$@"; do case "$word" in :*) display=$word ;; esac; done
while [ $# -gt 0 ]; do [ "$1" = -auth ] && auth=$2; shift; done
exec Xvfb "$display" -screen 0 1920x1080x24 -auth "$auth" -nolisten tcp
END
chmod 755 /usr/local/bin/screenless-x
mkdir -p /etc/lightdm/lightdm.conf.d
cat > /etc/lightdm/lightdm.conf.d/90-screenless.conf <<'END'
[LightDM]
logind-check-graphical=false
[Seat:*]
xserver-command=/usr/local/bin/screenless-x
END
"""
"""A container has neither a screen nor a virtual terminal: Xvfb stands in for Xorg."""


def told(part: str, section: str = "", who: str = "") -> str:
    """The commands of an instruction for this machine's server."""
    steps = commands(part, section, who)
    return steps.replace("central.example.org", NAME)


@pytest.fixture(scope="module")
def machine() -> Iterator[Machine]:
    with clean_machine() as made:
        _pack(made.folder / "root/citymanager.tar.gz")
        yield made


def _pack(file: Path) -> None:
    """The archive of a release: what is committed."""
    subprocess.run(["git", "archive", "--output", file, "HEAD"], cwd=ROOT, check=True)


@pytest.fixture(scope="module")
def server(machine: Machine) -> Machine:
    """The server after its steps 1 to 7."""
    steps = "".join(told("central", f"{number}.") for number in range(1, 8))
    machine.run(f"export CITYMANAGER_PASSWORD={PASSWORD}\ncd /root\n{steps}", minutes=30)
    return machine


@pytest.fixture(scope="module")
def authority(server: Machine, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The city's own authority, as it is brought to a station."""
    file = tmp_path_factory.mktemp("authority") / "authority.pem"
    file.write_bytes((server.folder / "root/authority/authority.pem").read_bytes())
    return file


@pytest.fixture
def person(authority: Path) -> Iterator[Person]:
    client = Client(f"https://{NAME}", authority=authority)
    session = requests.Session()
    session.trust_env, session.verify = False, str(authority)
    person = Person(client.address, dict(client.login("ivanova", PASSWORD, "станция снаружи")), session)
    client.close()
    yield person
    session.close()


def test_every_service_runs_and_its_unit_is_in_order(server: Machine) -> None:
    assert server.ask(f"systemctl is-active {' '.join(SERVICES)}").split() == ["active"] * len(SERVICES)
    units = "citymanager-central.service citymanager-events.service citymanager-backup.service citymanager-backup.timer"
    assert server.run(f"systemd-analyze verify {units} 2>&1") == ""
    for unit in units.split()[:3]:
        server.run(f"systemd-analyze security --no-pager --threshold=15 {unit}")


def test_a_station_outside_syncs(person: Person, authority: Path, tmp_path: Path) -> None:
    make(person)
    (tmp_path / "authority.pem").write_bytes(authority.read_bytes())
    words = ["--profile", str(tmp_path), "--server", person.url, "--user", "ivanova", "sync"]
    done = subprocess.run(
        [sys.executable, ROOT / "main.py", *words], env={**os.environ, "CITYMANAGER_PASSWORD": PASSWORD},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["pulled"] >= 1


def test_a_station_outside_is_woken(person: Person, authority: Path) -> None:
    heard: list[int] = []
    again = threading.Condition()

    def hear(seq: int) -> None:
        with again:
            heard.append(seq)
            again.notify_all()

    listener = Listener(person.url, lambda: person.answer["token"], hear, authority)
    try:
        with again:
            assert again.wait_for(lambda: heard, 10)
            make(person)
            assert again.wait_for(lambda: len(heard) > 1, 3), "the event came late or never"
    finally:
        assert listener.close(10)


def test_a_killed_service_comes_back(server: Machine, person: Person) -> None:
    server.run("systemctl kill --signal KILL citymanager-central citymanager-events")
    server.wait(lambda: person.get("/api/v1/session").status_code == 200, "the API")
    server.wait(lambda: server.ask("systemctl is-active citymanager-events") == "active", "the events")


def test_back_up_and_restore(server: Machine, person: Person) -> None:
    kept = make(person)
    server.run(told("central", "Back-up"))
    lost = make(person)
    was = person.get("/api/v1/session").json()
    assert was["backup"], "its age is told to the stations"
    server.run(told("central", "Restore"))
    server.wait(lambda: person.get("/api/v1/session").status_code == 200, "the API")
    now = person.get("/api/v1/session").json()
    assert now["feed"] != was["feed"] and now["backup"]
    here = {one["id"] for one in person.get("/api/v1/snapshot/reports").json()["changes"]}
    assert kept in here and lost not in here


def test_an_upgrade_keeps_everything(server: Machine, person: Person) -> None:
    card = make(person)
    server.run(told("central", "Upgrade"), minutes=30)
    server.wait(lambda: person.get("/api/v1/session").status_code == 200, "the API")
    assert card in {one["id"] for one in person.get("/api/v1/snapshot/reports").json()["changes"]}


def test_the_machine_comes_back_by_itself(server: Machine, person: Person) -> None:
    server.stop()
    server.start()
    server.wait(lambda: server.ask(f"systemctl is-active {' '.join(SERVICES)}").split() == ["active"] * len(SERVICES),
                "the services")  # fmt: skip
    assert person.get("/api/v1/session").status_code == 200


# --- the desk ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def desk(server: Machine) -> Machine:
    """A desk on the same machine, and the account of a person who works there."""
    server.run("cp ~/authority/authority.pem ~/authority.pem")
    server.run(told("desk"), minutes=30)
    server.run("adduser --disabled-password --gecos '' desk")
    return server


def test_a_person_syncs_and_the_doctor_finds_everything(desk: Machine) -> None:
    script = f"export CITYMANAGER_PASSWORD={PASSWORD}\n{told('desk', '4.', 'user')}"
    answers = [json.loads(line) for line in as_person(desk, "desk", script).splitlines()]
    assert answers[0]["pulled"] >= 1
    assert {one["check"]: one["state"] for one in answers[1:]}.items() >= {
        "libraries": "ok", "fonts": "ok", "root": "ok", "sandbox": "ok", "link": "ok", "backup": "ok",
    }.items()  # fmt: skip
    assert desk.ask("stat -c %U /home/desk/.local/share/citymanager") == "desk"


def test_the_window_opens_with_its_sandbox(desk: Machine) -> None:
    desk.run("apt-get install -y -qq xvfb xauth desktop-file-utils")
    as_person(desk, "desk", "xvfb-run --auto-servernum citymanager shot ~/desk.png")
    assert (desk.folder / "home/desk/desk.png").stat().st_size > 10_000
    desk.run("desktop-file-validate /usr/local/share/applications/citymanager-desk.desktop"
             " /etc/xdg/autostart/citymanager-desk.desktop")  # fmt: skip


def as_person(machine: Machine, name: str, script: str) -> str:
    (machine.folder / "srv/as-person").write_text(script, encoding="utf-8")
    return machine.run(f"install -m 755 /srv/as-person /usr/local/bin/; runuser -l {name} -c 'bash -eu as-person'")


# --- the wall ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def wall(desk: Machine) -> Machine:
    """A wall on the same machine, its session begun."""
    desk.run(f"CITYMANAGER_PASSWORD={PASSWORD} citymanager-central user wall --role Экран")
    desk.run(SCREENLESS)
    steps = moved(told("wall"), {"=the password": f"={PASSWORD}"})
    # without a virtual terminal logind makes no session, and without one there is no manager of the account's units
    seatless = "loginctl enable-linger wall\necho XDG_RUNTIME_DIR=/run/user/$(id -u wall) >> /etc/environment\n"
    desk.run("cd /opt/citymanager\n" + moved(steps, {"systemctl set-default": f"{seatless}systemctl set-default"}))
    return desk


def shown(machine: Machine) -> str:
    """The process of the program while its window fills the screen; empty: it does not."""
    windows = machine.ask("DISPLAY=:0 XAUTHORITY=/home/wall/.Xauthority xwininfo -root -tree")
    if '("citymanager" "citymanager")  1920x1080+0+0' not in windows:
        return ""
    return machine.ask("systemctl --user --machine wall@ show --property MainPID --value citymanager-wall")


def test_the_wall_logs_in_and_fills_the_screen(wall: Machine) -> None:
    wall.wait(lambda: shown(wall) != "", "the wall")
    state = "/home/wall/.local/share/citymanager"
    wall.wait(lambda: wall.ask(f"stat -c %U {state}") == "wall", "its profile")
    assert "active (running)" in as_person(wall, "wall", told("wall", "4.", "user"))


KILLED = "systemctl --user --machine wall@ kill --kill-who main --signal {} citymanager-wall"


@pytest.mark.parametrize(
    "fall",
    [KILLED.format("KILL"), KILLED.format("STOP"), "pkill -x openbox", "pkill -KILL -x Xvfb"],
    ids=["the program is killed", "the program hangs", "the session ends", "the X server ends"],
)
def test_the_wall_comes_back(wall: Machine, fall: str) -> None:
    wall.wait(lambda: shown(wall) != "", "the wall")
    before = shown(wall)
    wall.run(fall)
    wall.wait(lambda: shown(wall) not in ("", "0", before), "the next one", seconds=120)
