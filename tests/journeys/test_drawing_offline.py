"""An order's contour drawn on the map with the line down: no death of the program loses it, another station sees it."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from central_server import Central
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from shapely.geometry import shape

from citymanager.store import Query
from layers.draw_strip import DrawStrip
from layers.shell import shell
from main import open_station
from widgets.editors.shape import GO_ON
from widgets.record_drafts import NEW

ROOT = Path(__file__).parents[2]
LATEST = 2.0
"""Seconds after which a vertex is on the disk, with fourfold slack for a busy machine."""
Seats = Callable[..., Any]


class Draughtsman:
    """Somebody at a station who draws for the order in its card."""

    def __init__(self, station: Any, bot: QtBot) -> None:
        self.station, self._bot = station, bot
        self.panel = station.desk.record("earthworks")
        self.editor = self.panel.form.lines["geometry"].editor
        self.strip = station.map.findChild(DrawStrip)

    @property
    def view(self) -> Any:
        return self.station.map._view.focusProxy()

    def settle(self) -> None:
        with self._bot.waitCallback(timeout=20_000) as done:
            self.station.map.grab_when_ready(done)

    def draw(self) -> None:
        self.station.desk.window.docks.show("earthworks")
        self.station.map.go_to(56.085, 60.732, 17)
        self.editor.draw.click()
        self.station.window.activateWindow()
        self._bot.waitUntil(self.view.hasFocus, timeout=20_000)
        self.settle()

    def click(self, right: int, down: int) -> None:
        before = self.editor.state()
        at = QPoint(self.view.width() // 2 + right, self.view.height() // 2 + down)
        QTest.mouseMove(self.view, at)
        QTest.mouseClick(self.view, Qt.MouseButton.LeftButton, pos=at)
        self._bot.waitUntil(lambda: self.editor.state() != before, timeout=10_000)

    def finish(self) -> None:
        QTest.keyClick(self.view, Qt.Key.Key_Return)


def orders(station: Any) -> list[Any]:
    return station.tasks.glance.first_page(Query("earthworks"), 10)


@pytest.mark.campaign
def test_an_order_is_drawn_without_a_line_and_seen_elsewhere(seats: Seats, central: Central, qtbot: QtBot) -> None:
    ours, theirs = seats("А", "operator"), seats("Б", "moderator")
    central.kill()
    ours.until(lambda: "на связи" not in ours.told(), patience=60_000)
    hand = Draughtsman(ours.station, qtbot)
    hand.panel.open_new()
    hand.draw()
    for right, down in ((-80, -60), (80, -60)):
        hand.click(right, down)
    ours.reopen()

    hand = Draughtsman(ours.station, qtbot)
    ours.until(lambda: len(hand.panel.unfinished.buttons("Продолжить")) == 1, patience=60_000)
    hand.panel.unfinished.buttons("Продолжить")[0].click()
    assert hand.editor.draw.text() == GO_ON and "2 вершины" in hand.editor.line.text()
    hand.draw()
    hand.click(80, 60)
    hand.panel.form.save()
    assert "исправьте" in hand.panel.form.foot.refusal, "a half-drawn contour is not saved"
    hand.editor.draw.click()
    hand.finish()
    qtbot.waitUntil(lambda: hand.editor.state()[1] is None)
    assert "Контур, 3 вершины" in hand.editor.line.text() and hand.editor.draw.hasFocus()
    hand.panel.form.save()
    qtbot.waitUntil(lambda: not hand.panel.form.touched)
    ours.until(lambda: "не отправлено: 1" in ours.told().casefold())
    (saved,) = orders(ours.station)
    assert shape(saved.data["geometry"]).is_valid

    central.start()
    theirs.until(lambda: bool(orders(theirs.station)), patience=90_000)
    assert orders(theirs.station)[0].data["geometry"] == saved.data["geometry"]
    ours.until(lambda: "всё отправлено" in ours.told().casefold(), patience=90_000)


def test_a_drawing_goes_with_its_card_and_comes_back_with_it(seats: Seats, central: Central, qtbot: QtBot) -> None:
    seat = seats("А", "operator")
    hand = Draughtsman(seat.station, qtbot)
    hand.panel.open_new({"purpose": "Первый"})
    hand.draw()
    hand.click(-80, -60)
    hand.panel.open_new({"purpose": "Второй"})
    assert not hand.strip.isVisible(), "the other card asked for nothing to be drawn"
    assert hand.editor.state() == [None, None]
    (resume,) = hand.panel.unfinished.buttons("Продолжить")
    resume.click()
    assert hand.editor.draw.text() == GO_ON
    hand.draw()
    QTest.keyClick(hand.view, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: hand.editor.state() == [None, None])


@pytest.mark.campaign
def test_kill_9_loses_no_vertex_that_was_drawn(qapp: QApplication, qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "basemap").mkdir()
    shell(tmp_path / "basemap" / "shell.json")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        [sys.executable, Path(__file__).with_name("draughtsman.py"), tmp_path],
        cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    said: list[tuple[float, int]] = []
    try:
        assert process.stdout is not None
        for line in process.stdout:
            moment, count = line.split()
            said.append((float(moment), int(count)))
            drawn = [at for at, vertices in said if vertices]  # a busy machine is long about the first one
            if said[-1][1] >= 12 and said[-1][0] - drawn[0] > LATEST + 0.5:
                break
    finally:
        process.kill()
        process.communicate(timeout=30)
    killed = time.monotonic()
    safe = max(count for moment, count in said if moment < killed - LATEST)
    assert safe > 0
    station = open_station(qapp, tmp_path, None, keeps_layout=False, keeps_token=False)
    try:
        station.start("", "", "", False)
        station.window.show()
        hand = Draughtsman(station, qtbot)
        hand.panel.resume(NEW)
        assert len(hand.editor.state()[1]["run"]) >= safe
        hand.draw()
        hand.finish()
        assert hand.editor.state()[1] is None
        assert hand.editor.value()["type"] == "Polygon"
    finally:
        station.close()
