"""Whole workstations in journeys: the program as `main.py` builds it, its server a process of its own."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from central_server import Central
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from citymanager.store import Query, Record
from layers import scheme
from layers.shell import shell
from main import open_station
from widgets.station import Station

scheme.register_scheme()  # before any QApplication, as main.py does
PASSWORD = "пароль"


class Seat:
    """One person at one workstation, seen as he sees it: table, card, status line."""

    def __init__(self, app: QApplication, folder: Path, central: Central, login: str, qtbot: QtBot) -> None:
        self._app, self._folder, self._central, self._login, self._bot = app, folder, central, login, qtbot
        self.station = self._open()

    def _open(self) -> Station:
        station = open_station(self._app, self._folder, None, keeps_layout=True, keeps_token=False)
        station.start(self._central.url, self._login, PASSWORD, False)
        station.window.resize(1400, 900)
        station.window.show()
        return station

    def reopen(self) -> None:
        self.station.close()
        self.station = self._open()

    def until(self, holds: Callable[[], bool], patience: int = 20_000) -> None:
        self._bot.waitUntil(holds, timeout=patience)

    @property
    def panel(self) -> "RecordPanel":  # noqa: F821 - the station knows its panels
        return self.station.desk.record("reports")

    def listed(self) -> list[str]:
        """The texts in the queue's table, top down."""
        model = self.panel.model
        titles = [model.headerData(column, Qt.Orientation.Horizontal) for column in range(model.columnCount())]
        column = titles.index("Текст сообщения")
        return [str(model.index(row, column).data()) for row in range(model.rowCount())]

    def told(self) -> str:
        """What stands in the status line."""
        status = self.station.desk.status
        return f"{status.link.text()} · {status.unsent.text()} · {status.attention.text()}"

    def report(self, text: str) -> Record:
        """The record behind a text of the queue, from this workstation's cache."""
        return self.station.tasks.glance.first_page(Query("reports", containing={"text": text}), 1)[0]

    def type_into(self, field: str, text: str) -> None:
        """Give a field of the card a text, as an input method does."""
        editor = self.panel.form.lines[field].editor.focusProxy()
        editor.setFocus()
        editor.selectAll()
        composed = QInputMethodEvent()
        composed.setCommitString(text)
        QApplication.sendEvent(editor, composed)

    def save(self) -> None:
        self.panel.form.save()
        self.until(lambda: not self.panel.form.touched)


@pytest.fixture(scope="session")
def kept_shell(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page's shell, built once: folium is slow."""
    kept = tmp_path_factory.mktemp("shell") / "shell.json"
    shell(kept)
    return kept


@pytest.fixture
def seats(
    qapp: QApplication, qtbot: QtBot, tmp_path: Path, central: Central, kept_shell: Path
) -> Iterator[Callable[[str, str], Seat]]:
    """Seat a person at a workstation: seats("А", "operator")."""
    taken: dict[str, Seat] = {}

    def take(name: str, role: str = "") -> Seat:
        if name not in taken:
            central.add_user(f"{role}-{name}", PASSWORD, role)
            folder = tmp_path / name
            (folder / "basemap").mkdir(parents=True)
            (folder / "basemap" / "shell.json").write_bytes(kept_shell.read_bytes())
            taken[name] = Seat(qapp, folder, central, f"{role}-{name}", qtbot)
            taken[name].until(lambda: "на связи" in taken[name].told())
        return taken[name]

    yield take
    for seat in taken.values():
        seat.station.close()
