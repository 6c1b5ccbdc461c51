"""The real window at which somebody never stops typing, as a process: each card is typed into and saved by Ctrl+S.

A line for every card, once its form says that it is saved: its record and its mark.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

from ledger import mark
from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

import main as program

PAUSE = 10
"""Milliseconds between two cards."""


class Typist:
    """Makes a report in the form of the reports' panel, then changes its address, then makes the next one."""

    def __init__(self, station: Any) -> None:
        self._panel = station.desk.record("reports")
        self._form, self._mark, self._key = self._panel.form, "", ""
        self._form.saved.connect(self._saved)

    def begin(self) -> None:
        self._panel.open_new()
        self._write("text")

    def _write(self, key: str) -> None:
        self._key, self._mark = key, mark()
        field = self._form.lines[key].editor.focusProxy()
        field.setFocus()
        field.selectAll()
        for letter in self._mark:  # as a Russian keyboard sends them; QTest knows Latin ones only
            press = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_unknown, Qt.KeyboardModifier.NoModifier, letter)
            QApplication.sendEvent(field, press)
        QTest.keyClick(field, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)

    def _saved(self, ident: str) -> None:
        print(json.dumps({"op": "", "id": ident, "mark": self._mark}), flush=True)
        QTimer.singleShot(PAUSE, self.begin if self._key == "address" else lambda: self._write("address"))


def run(folder: Path, server: str, login: str) -> None:
    from layers import chromium
    from layers.scheme import register_scheme
    from widgets.application import application

    os.environ.update(chromium.flags(os.environ))
    register_scheme()
    app = application()
    station = program.open_station(app, folder, None, keeps_layout=False, keeps_token=False)
    try:
        station.start(server, login, os.environ["CITYMANAGER_PASSWORD"], False)
        station.desk.window.docks.show("reports")
        station.window.show()
        QTest.qWaitForWindowActive(station.window)  # keys go to the window that is active
        typist = Typist(station)
        typist.begin()
        app.exec()
    finally:
        station.close()


if __name__ == "__main__":
    run(Path(sys.argv[1]), sys.argv[2], sys.argv[3])
