"""The steps of taking in a report: keys pressed in real windows, and what two stations then have."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytest_bdd import given, parsers, scenarios, then, when

from citymanager.roles import role
from layers.basemap.build import import_basemap
from layers.basemap.pack import PACK
from main import open_station

scenarios("intake.feature")

ROOT = Path(__file__).parents[2]
SPOT = (60.7505, 56.0855)
LATEST = 2.0
"""Seconds after which a letter is on the disk, with fourfold slack for a busy machine."""
HOUSE = "Комсомольская улица, 13"
Seats = Callable[..., "Seat"]  # noqa: F821 - tests/journeys/conftest.py


def ring(lon: float, lat: float, side: float) -> list[list[float]]:
    near, far = -side / 2, side / 2
    return [
        [round(lon + x, 6), round(lat + y, 6)]
        for x, y in ((near, near), (far, near), (far, far), (near, far), (near, near))
    ]


@pytest.fixture
def city(tmp_path: Path) -> Path:
    """The map of a city of one street and one house."""
    house = {"building": "yes", "addr:street": "Комсомольская улица", "addr:housenumber": "13"}
    street = {"highway": "residential", "name": "улица Комсомольская"}
    features = [
        {"type": "Feature", "properties": house, "geometry": {"type": "Polygon", "coordinates": [ring(*SPOT, 0.0004)]}},
        {"type": "Feature", "properties": street,
         "geometry": {"type": "LineString", "coordinates": [[60.749, 56.086], [60.752, 56.086]]}},
    ]  # fmt: skip
    file = tmp_path / "city.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    import_basemap([file], tmp_path / PACK)
    return tmp_path / PACK


def press(box: QWidget, letters: str) -> None:
    """Type letter by letter, as a keyboard of any layout does."""
    for letter in letters:
        QApplication.sendEvent(box, QKeyEvent(QEvent.Type.KeyPress, 0, Qt.KeyboardModifier.NoModifier, letter))


@given(parsers.parse("дом «{address}» обслуживает «{company}»"))
def _(seats: Seats, city: Path, address: str, company: str) -> None:
    maker, taker = seats("Б"), seats("А")
    now, login, moderator = datetime.now(UTC), maker.station.seat.login, role("moderator")

    def make(module: str, values: dict) -> str:
        return maker.station.tasks.write_here(
            lambda writer: writer.save(module, None, values, login, moderator, now)
        ).id

    firm = make("organisations", {"name": company})
    shape = {"type": "Polygon", "coordinates": [ring(60.75, 56.08, 0.01)]}  # the house lies outside: its list counts
    area = make("service_areas", {"name": "Запад", "company": firm, "houses": address, "geometry": shape})
    maker.station.hub.outbox_changed.emit()
    taker.until(lambda: taker.station.tasks.glance.get("service_areas", area) is not None)
    taker.until(lambda: taker.station.tasks.glance.get("organisations", firm) is not None)
    taker.station.map.show_pack(city)
    taker.until(lambda: len(taker.station.desk.places.book) == 1)


@when(parsers.parse("за «{name}» смотрят телефонограммы в отдельном окне"))
def _(seats: Seats, name: str) -> None:
    seats(name).station.window.docks.float("telephonograms")


@when(parsers.parse("за «{name}» нажимают там F2"))
def _(seats: Seats, name: str) -> None:
    apart = seats(name).station.desk.record("telephonograms")
    seats(name).until(lambda: apart.window() is not seats(name).station.window and apart.window().isActiveWindow())
    QTest.keyClick(apart, Qt.Key.Key_F2)


@when(parsers.parse("за «{name}» нажимают F2"))
def _(seats: Seats, name: str) -> None:
    QTest.keyClick(seats(name).station.window, Qt.Key.Key_F2)


@when(parsers.parse("за «{name}» печатают «{text}»"))
def _(seats: Seats, name: str, text: str) -> None:
    page = seats(name).panel.form.lines["text"].editor.page
    seats(name).until(page.hasFocus)
    press(page, text)


@when(parsers.parse("за «{name}» печатают в адрес «{text}» и берут первое из предложенного"))
def _(seats: Seats, name: str, text: str) -> None:
    box = seats(name).panel.form.lines["address"].editor.line
    box.setFocus()
    seats(name).until(box.hasFocus)
    press(box, text)
    seats(name).until(lambda: box.offered == [HOUSE])
    QTest.keyClick(box, Qt.Key.Key_Return)


@then(parsers.parse("за «{name}» в карточке точка этого дома и «{company}»"))
def _(seats: Seats, name: str, company: str) -> None:
    lines = seats(name).panel.form.lines
    assert lines["address"].editor.value() == HOUSE
    assert lines["geometry"].editor.value()["coordinates"] == pytest.approx(SPOT, abs=1e-6)
    seats(name).until(lambda: lines["management_company"].editor.line.text() == company)


@then(parsers.parse("за «{name}» сказано, откуда взялась управляющая компания"))
def _(seats: Seats, name: str) -> None:
    why = seats(name).panel.form.lines["management_company"].why
    assert why.isVisible() and why.text() == "Заполнено программой: дом в списке территории «Запад»"


@when(parsers.parse("за «{name}» нажимают Ctrl+S"))
def _(seats: Seats, name: str) -> None:
    form = seats(name).panel.form
    QTest.keyClick(form.lines["text"].editor.page, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    seats(name).until(lambda: not form.touched)


@then(parsers.parse("за «{name}» в очереди видно «{text}»"))
def _(seats: Seats, name: str, text: str) -> None:
    seats(name).until(lambda: text in seats(name).listed())


@then(parsers.parse("за «{name}» у сообщения «{text}» адрес, точка и «{company}» те же"))
def _(seats: Seats, name: str, text: str, company: str) -> None:
    glance, data = seats(name).station.tasks.glance, seats(name).report(text).data
    assert data["address"] == HOUSE and data["geometry"]["coordinates"] == pytest.approx(SPOT, abs=1e-6)
    assert glance.get("organisations", data["management_company"]).data["name"] == company


@then(parsers.parse("за «{name}» карточка пуста, а над списком ждёт «{text}»"))
def _(seats: Seats, name: str, text: str) -> None:
    panel = seats(name).panel
    assert panel.form.isVisible() and panel.form.lines["text"].editor.value() is None
    assert [told.partition(": ")[2] for told in panel.unfinished.told] == [text]


@when(parsers.parse("за «{name}» продолжают незаконченную карточку"))
def _(seats: Seats, name: str) -> None:
    panel = seats(name).panel
    (waiting,) = panel.unfinished.buttons("Продолжить")
    waiting.click()


@then(parsers.parse("за «{name}» в карточке «{text}»"))
def _(seats: Seats, name: str, text: str) -> None:
    panel = seats(name).panel
    assert panel.form.lines["text"].editor.value() == text and panel.unfinished.told == []


def test_what_was_typed_survives_kill_9_but_for_the_last_moment(qapp, qtbot, tmp_path: Path) -> None:
    folder = tmp_path / "profile"
    folder.mkdir()
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    typist = subprocess.Popen(
        [sys.executable, Path(__file__).with_name("typist.py"), folder],
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    )
    try:
        typed: list[tuple[float, str]] = []
        for line in typist.stdout:
            at, _, text = line.rstrip("\n").partition(" ")
            typed.append((float(at), text))
            if typed[-1][0] - typed[0][0] > 2 * LATEST:
                break
    finally:
        killed = time.monotonic()
        typist.kill()
        typist.communicate(timeout=30)
    safe = [text for at, text in typed if at < killed - LATEST][-1]
    assert len(safe) > 10
    station = open_station(qapp, folder, None, keeps_layout=False, keeps_token=False)
    try:
        station.start("", "", "", False)
        station.window.show()
        panel = station.desk.record("reports")
        qtbot.waitUntil(lambda: len(panel.unfinished.told) == 1, timeout=10_000)
        assert panel.unfinished.isVisible() and "Незаконченная карточка от " in panel.unfinished.told[0]
        (resume,) = panel.unfinished.buttons("Продолжить")
        resume.click()
        assert panel.form.isVisible()
        assert panel.form.lines["text"].editor.value().startswith(safe)
        assert panel.form.head.draft.isVisible()
    finally:
        station.close()
