"""Whole workstations in journeys: the program as `main.py` builds it, its server a process of its own."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from alarm_steps import *  # noqa: F403 - the steps that every story may take
from card_steps import *  # noqa: F403
from central_server import Central
from city_steps import *  # noqa: F403
from eyes import written
from hands import call
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from citymanager.modules import MODULES
from citymanager.steady import Steady, since_boot, wall_clock
from citymanager.store import Query, Record
from layers import scheme
from layers.shell import shell
from main import open_station
from widgets.record_panel import RecordPanel
from widgets.station import Station

scheme.register_scheme()  # before any QApplication, as main.py does
PASSWORD = "пароль"
PATIENCE = 40_000
"""Milliseconds: a machine may be busy with other tests."""


class CityClock:
    """The clock on the wall of every workstation: `wait` lets time pass that no test has."""

    def __init__(self) -> None:
        self._passed = timedelta()

    def wait(self, time: timedelta) -> None:
        self._passed += time

    def steady(self) -> Steady:
        return Steady(lambda: wall_clock() + self._passed, lambda: since_boot() + self._passed.total_seconds())


class Seat:
    """One person at one workstation, seen as he sees it: table, card, status line."""

    def __init__(self, app: QApplication, folder: Path, central: Central, login: str, qtbot: QtBot) -> None:
        self._app, self._folder, self._central, self._login, self._bot = app, folder, central, login, qtbot
        self.section = "reports"
        """The module whose table he looks at."""
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

    def until(self, holds: Callable[[], bool], patience: int = PATIENCE) -> None:
        self._bot.waitUntil(holds, timeout=patience)

    @property
    def panel(self) -> RecordPanel:
        return self.station.desk.record(self.section)

    @property
    def window(self) -> QWidget:
        return self.station.window

    def attend(self) -> None:
        """Sit down before the window: letters go to it."""
        self.until(self._active)

    def _active(self) -> bool:
        if not self.window.isActiveWindow():
            self.window.activateWindow()
        return self.window.isActiveWindow()

    def go(self, title: str) -> None:
        """Open a section by its line in the menu «Перейти»."""
        self.attend()
        call(self.window, "Перейти", title)
        self.section = next(one.key for one in MODULES if one.title == title)
        self.until(lambda: self.panel.isVisible())

    def rows(self) -> list[dict[str, str]]:
        """The table that he looks at, top down: what stands in each row, by the titles of the columns."""
        model = self.panel.model
        columns = range(model.columnCount())
        titles = [str(model.headerData(column, Qt.Orientation.Horizontal)) for column in columns]
        return [
            {title: str(model.index(row, column).data() or "") for title, column in zip(titles, columns, strict=True)}
            for row in range(model.rowCount())
        ]

    def click_row(self, words: str) -> None:
        """Click the row in which these words stand."""
        table = self.panel.table
        self.until(lambda: table.isVisible() and any(words in cell for row in self.rows() for cell in row.values()))
        QApplication.processEvents()  # a table that has just come to the front has its rows laid out
        row = next(place for place, row in enumerate(self.rows()) if any(words in cell for cell in row.values()))
        spot = table.visualRect(table.model().index(row, 0)).center()
        QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=spot)

    def reads(self, part: Callable[[], QWidget | None], words: str) -> None:
        """Wait until these words can be read there."""

        def seen() -> None:
            found = part()
            text = written(found) if found is not None else ""
            assert words in text, f"«{words}» is not to be read at {self._login}; there is:\n{text}"

        self._bot.waitUntil(seen, timeout=PATIENCE)

    def listed(self) -> list[str]:
        """The texts in the queue's table, top down."""
        return [row["Текст сообщения"] for row in self.rows()]

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
def city_clock(monkeypatch: pytest.MonkeyPatch) -> CityClock:
    made = CityClock()
    monkeypatch.setattr("citymanager.steady.Steady", made.steady)
    return made


@pytest.fixture
def seats(
    qapp: QApplication, qtbot: QtBot, tmp_path: Path, central: Central, kept_shell: Path, city_clock: CityClock
) -> Iterator[Callable[..., Seat]]:
    """Seat a person at a workstation: seats("А", "operator")."""
    taken: dict[str, Seat] = {}

    def take(name: str, role: str = "", organisation: str = "") -> Seat:
        if name not in taken:
            central.add_user(f"{role}-{name}", PASSWORD, role, organisation)
            folder = tmp_path / name
            (folder / "basemap").mkdir(parents=True)
            (folder / "basemap" / "shell.json").write_bytes(kept_shell.read_bytes())
            taken[name] = Seat(qapp, folder, central, f"{role}-{name}", qtbot)
            taken[name].until(lambda: "на связи" in taken[name].told())
        return taken[name]

    yield take
    for seat in taken.values():
        seat.station.close()
