"""Real reports of another city: from its file into a profile, onto the server, to a second station, onto its map."""

import csv
import json
import os
import subprocess
import sys
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from central_server import Central
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from layers.shell import shell
from main import open_station
from widgets.station import Station

ROOT = Path(__file__).parents[2]
MAP = ROOT / "resources" / "column_maps" / "nyc_publicstuff.toml"


def command(profile: Path, *words: str) -> list[dict[str, Any]]:
    """The lines that a command prints."""
    done = subprocess.run(
        [sys.executable, "main.py", "--profile", profile, *words],
        cwd=ROOT, env={**os.environ, "CITYMANAGER_PASSWORD": "пароль"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode in (0, 1), done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def first_rows(file: Path, count: int, into: Path) -> Path:
    with file.open(encoding="utf-8", newline="") as whole, into.open("w", encoding="utf-8", newline="") as part:
        csv.writer(part).writerows(islice(csv.reader(whole), count + 1))
    return into


@pytest.mark.parametrize("many", [500, pytest.param(8_739, marks=pytest.mark.campaign)])
def test_thousands_of_reports_reach_the_other_stations_map(
    shared: Path, tmp_path: Path, central: Central, qapp: QApplication, qtbot: QtBot, many: int
) -> None:
    central.add_user("moderator", "пароль", "moderator")
    here, there, login = tmp_path / "a", tmp_path / "b", ("--server", central.url, "--user", "moderator", "sync")
    file = first_rows(shared / "reports" / "nyc_publicstuff_2010-2018.csv", many, tmp_path / "reports.csv")
    *refused, total = command(here, "--user", "moderator", "import", "reports", str(file), "--map", str(MAP))
    assert total["read"] == many == total["taken"] + total["refused"] and len(refused) == total["refused"]
    assert all("Повторяет строку" in one["reason"] for one in refused)

    (sent,) = command(here, *login)
    assert (sent["pushed"], sent["refused"], sent["unsent"]) == (total["taken"], 0, 0)
    (taken,) = command(there, *login)
    assert taken["pulled"] == total["taken"]

    def plain(profile: Path) -> dict[str, Any]:
        return {one["id"]: (one["version"], one["data"]) for one in command(profile, "query", "reports")}

    assert plain(there) == plain(here)

    shell(there / "basemap" / "shell.json")
    station = open_station(qapp, there, None, keeps_layout=False, keeps_token=False)
    try:
        station.window.resize(1200, 800)
        station.window.show()
        station.map.go_to(40.72, -73.95, 11)
        assert len(list(station.tasks.glance.features.points("reports"))) > 0.7 * many
        with_reports = picture(station, qtbot)
        station.map.set_shown("reports", False)
        assert differing(with_reports, picture(station, qtbot)) > 0.5 * many
    finally:
        station.close()


def picture(station: Station, qtbot: QtBot) -> QImage:
    """The map, when all that it was told is painted."""
    with qtbot.waitCallback(timeout=20_000) as done:
        station.map.grab_when_ready(done)
    return done.args[0].toImage()


def differing(one: QImage, other: QImage) -> int:
    size = one.size()
    return sum(one.pixel(x, y) != other.pixel(x, y) for x in range(size.width()) for y in range(size.height()))
