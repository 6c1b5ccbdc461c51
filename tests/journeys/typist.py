"""A real workstation in which somebody opens a new card by F2 and types until the process is killed.

Each line on stdout is a moment of the monotonic clock and the text that stood in the card then.
"""

import sys
import time
from pathlib import Path

from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from layers import scheme
from main import open_station
from widgets.application import application

KEY_MS = 40
STORY = "Во дворе прорвало трубу, вода идёт к подъезду. "

scheme.register_scheme()
station = open_station(application(), Path(sys.argv[1]), None, keeps_layout=False, keeps_token=False)
station.start("", "", "", False)
station.window.show()
QTest.keyClick(station.window, Qt.Key.Key_F2)
page = station.desk.record("reports").form.lines["text"].editor.page
letters = iter(STORY * 1_000)


def press() -> None:
    QApplication.sendEvent(page, QKeyEvent(QEvent.Type.KeyPress, 0, Qt.KeyboardModifier.NoModifier, next(letters)))
    print(time.monotonic(), page.toPlainText(), flush=True)


timer = QTimer(interval=KEY_MS)
timer.timeout.connect(press)
timer.start()
QApplication.exec()
