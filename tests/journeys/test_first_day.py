"""The first day of a desk: the pages lead to the server, and who has worked here once is not led again."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from central_server import Central
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from main import open_station
from widgets.first_start import FirstStart
from widgets.station import Station

PASSWORD = "пароль"
Desk = Callable[[], Station]


@pytest.fixture
def desk(qapp: QApplication, tmp_path: Path) -> Iterator[Desk]:
    """Opens the desk of one profile, closing the one before."""
    opened: list[Station] = []

    def start() -> Station:
        while opened:
            opened.pop().close()
        made = open_station(qapp, tmp_path / "profile", None, keeps_token=False)
        made.start("", "", "", False)
        made.window.show()
        made.greet()
        opened.append(made)
        return made

    yield start
    while opened:
        opened.pop().close()


def pages(station: Station) -> FirstStart | None:
    found = station.window.findChild(FirstStart)
    return found if found is not None and found.isVisible() else None


def test_the_pages_lead_to_work_on_the_server_and_do_not_come_back(desk: Desk, central: Central, qtbot: QtBot) -> None:
    central.add_user("petrov", PASSWORD, "operator")
    station = desk()
    qtbot.waitUntil(lambda: pages(station) is not None, timeout=20_000)
    walk = pages(station)
    assert walk is not None
    walk.server.line.setText(central.url)
    walk.next.click()
    qtbot.waitUntil(lambda: walk.stack.currentWidget() is walk.login, timeout=20_000)
    walk.login.name.setText("petrov")
    walk.login.password.setText(PASSWORD)
    walk.next.click()
    qtbot.waitUntil(lambda: walk.stack.currentWidget() is walk.map, timeout=20_000)
    walk.later.click()
    walk.next.click()
    assert pages(station) is None
    qtbot.waitUntil(lambda: station.seat.login == "petrov" and station.link.state.link == "online", timeout=20_000)
    assert station.desk is not None and station.desk.window.layouts.current == "Смена"

    again = desk()
    assert again.desk is not None and again.desk.window.login is not None
    qtbot.waitUntil(again.desk.window.login.isVisible, timeout=20_000)
    assert pages(again) is None
