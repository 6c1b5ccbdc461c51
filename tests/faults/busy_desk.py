"""A desk without a window at which somebody never stops working, as a process: threads, bus and sync are the window's.

A line for every edit, once it is saved: its name, its record, its mark.
"""

import json
import random
import sys
from datetime import UTC, datetime
from pathlib import Path

from desk import OPERATOR, Desk
from ledger import mark
from PySide6.QtCore import QCoreApplication, QTimer

PAUSE = 20
"""Milliseconds between two edits."""


class Busy:
    """Makes a report, changes one of those it has made, and so on."""

    def __init__(self, desk: Desk) -> None:
        self._desk, self._made = desk, list[str]()

    def work(self) -> None:
        again = bool(self._made) and random.random() < 0.7
        ident, told = random.choice(self._made) if again else None, mark()
        change = {"address": told} if ident else {"text": told}
        login = self._desk.state.login
        saved = self._desk.tasks.write_here(
            lambda writer: writer.save("reports", ident, change, login, OPERATOR, datetime.now(UTC))
        )
        print(json.dumps({"op": saved.op, "id": saved.id, "mark": told}), flush=True)
        self._made = [*self._made[-20:], saved.id]
        self._desk.hub.outbox_changed.emit()


def main(folder: str, url: str, login: str, password: str) -> None:
    app = QCoreApplication([])
    desk = Desk(Path(folder))
    desk.worker.start(url, login, password)
    busy, timer = Busy(desk), QTimer(interval=PAUSE)
    timer.timeout.connect(busy.work)
    timer.start()
    app.exec()


if __name__ == "__main__":
    main(*sys.argv[1:])
