"""The real window of a workstation as a process of its own, which is typed into and says when it has painted.

`python -m bench.window PROFILE [SERVER]`: a JSON line in is a user's act; one comes out when its rows are painted.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pulse import Pulse
from PySide6.QtCore import QEvent, QObject, QPoint, QSocketNotifier, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

import main as program
from citymanager.store import Query
from citymanager.store.due_order import DUE
from widgets import filters

Condition = Callable[[], bool]
SIZE = 1600, 1000


class Watched(QObject):
    """Does what a line asks and answers when the table has painted what the act leads to."""

    def __init__(self, station: Any) -> None:
        super().__init__()
        self.station, self.panel = station, station.desk.record("reports")
        self.table, self.model = self.panel.table, self.panel.model
        self._began, self._until, self._arrived = 0.0, None, False
        for shown in (
            self.table.viewport(),
            self.panel.empty,
        ):  # what stands in the table's place where nothing is found
            shown.installEventFilter(self)
        self.model.listed.connect(self._listed)
        self._awaited: Condition = lambda: True
        self._wait(lambda: self.model.rowCount() > 0, lambda: True)  # the first rows
        self._lines = QSocketNotifier(sys.stdin.fileno(), QSocketNotifier.Type.Read, self)
        self._lines.activated.connect(self._read)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Paint and self._until is not None and self._arrived and self._until():
            self._until = None
            QTimer.singleShot(0, self._painted)  # this paint comes first
        return False

    def _wait(self, until: Condition, listed: Condition | None = None) -> None:
        """Answer at the first paint for which `until` holds, after a list for which `listed` holds has come."""
        self._until, self._arrived = until, listed is None
        self._awaited = listed or (lambda: True)
        self._began = time.monotonic()

    def _listed(self) -> None:
        self._arrived = self._arrived or self._awaited()

    def _painted(self) -> None:
        now = time.monotonic()
        say({"began": self._began, "at": now, "ms": (now - self._began) * 1000, "rows": self.model.rowCount()})

    # acts

    def _read(self) -> None:
        words = json.loads(os.read(sys.stdin.fileno(), 65536) or b'["quit"]')
        getattr(self, words[0])(*words[1:])

    def search(self, word: str) -> None:
        """The last key of a word, the others being there already."""
        _type(self.panel.bar.search, word[:-1])
        self._wait(lambda: True, lambda: self.model.query.text == word)
        _type(self.panel.bar.search, word[-1])

    def sort(self, key: str) -> None:
        """A click on a column's head."""
        header = self.table.horizontalHeader()
        before, column = self.model.query.sort, self.model.column_of(key)
        middle = header.sectionViewportPosition(column) + header.sectionSize(column) // 2
        self._wait(lambda: True, lambda: self.model.query.sort.lstrip("-") == key and self.model.query.sort != before)
        QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(middle, header.height() // 2))

    def status(self, key: str) -> None:
        """A click on the chip of a status."""
        self._wait(lambda: True, lambda: self.model.query.among.get("status") == (key,))
        QTest.mouseClick(self.panel.bar.status_chips[key], Qt.MouseButton.LeftButton)

    def due(self, state: str) -> None:
        """A filter by the nearest due time, as its window gives it."""
        self._wait(lambda: True, lambda: self.model.query.due == (state,))
        self.panel.bar.put(filters.Condition(DUE, state, among=(state,)))

    def narrow(self, key: str, kind: str, *values: Any) -> None:
        """A filter by a field, as its window gives it."""
        field = self.panel.module.field(key)
        if field.kind == "number":
            values = tuple(float(one) for one in values)
        made = {
            "among": lambda: filters.among(field, [one or None for one in values], values),
            "between": lambda: filters.Condition(key, key, between=(values[0] or None, values[1] or None)),
            "containing": lambda: filters.containing(field, values[0]),
            "empty": lambda: filters.filled(field, on=False),
            "filled": lambda: filters.filled(field, on=True),
        }
        self._wait(lambda: True, lambda: key in self._narrowed())
        self.panel.bar.put(made[kind]())

    def _narrowed(self) -> set[str]:
        query = self.model.query
        return {*query.among, *query.between, *query.containing, *query.filled}

    def unsent(self) -> None:
        """A click on «Неотправленные»."""
        self._wait(lambda: True, lambda: self.model.query.unsent)
        QTest.mouseClick(self.panel.bar.unsent, Qt.MouseButton.LeftButton)

    def place(self, *sides: str) -> None:
        """A click on «На карте», where the map shows this."""
        west, south, east, north = map(float, sides)
        self.panel.bar.look((west, south, east, north))
        self._wait(lambda: True, lambda: self.model.query.box is not None)
        QTest.mouseClick(self.panel.bar.on_map, Qt.MouseButton.LeftButton)

    def jump(self, to: str) -> None:
        """The keys of the list's end or of its beginning; answers when the record that stands there is painted."""
        row = self.model.rowCount() - 1 if to == "End" else 0
        self._wait(lambda: self.model.record(row) is not None)
        self.table.setFocus()
        key = Qt.Key.Key_End if to == "End" else Qt.Key.Key_Home
        QTest.keyClick(self.table, key, Qt.KeyboardModifier.ControlModifier)

    def judged(self) -> None:
        """Wait until all due times are known."""
        if self.station.tasks.glance.lists.unjudged("reports"):
            QTimer.singleShot(200, self.judged)
        else:
            self._began = time.monotonic()
            self._painted()

    def clear(self) -> None:
        """A click on «Сбросить всё»: the first page of everything."""
        self._wait(lambda: True, lambda: replace(self.model.query, sort="") == Query("reports"))
        QTest.mouseClick(self.panel.bar.clear_button, Qt.MouseButton.LeftButton)

    def whole(self) -> None:
        """Wait until the whole list is known behind its first page."""
        if self.model.complete:
            self._began = time.monotonic()
            self._painted()
        else:
            QTimer.singleShot(20, self.whole)

    def edit(self, ident: str, address: str) -> None:
        """A new address typed into a card, and Ctrl+S; answers when it stands in the table."""
        self.panel.show_record(ident)
        line = self.panel.form.lines["address"].editor
        edit = line.focusProxy()
        edit.setFocus()
        edit.selectAll()
        _type(edit, address)
        self.expect(ident, address)
        QTest.keyClick(edit, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)

    def move(self, ident: str, rest: str) -> None:
        """A key on the first open move of a card; answers when «Сохранено» is painted beneath it.

        `rest`: milliseconds for which somebody looks at the card before.
        """
        self.panel.show_record(ident)

        def press() -> None:
            button = next(one for one in self.panel.form.moves.buttons() if not one.toolTip())
            button.setFocus()
            self._save_by(button, Qt.Key.Key_Space)

        QTimer.singleShot(int(rest), press)

    def save(self, ident: str, words: str, rest: str) -> None:
        """Words typed into a card, and Ctrl+S, in the same way."""
        self.panel.show_record(ident)
        self.station.window.activateWindow()  # off the screen a window may lose that, and its shortcuts with it

        def press() -> None:
            edit = self.panel.form.lines["text"].editor.focusProxy()
            edit.setFocus()
            _type(edit, words)
            self._save_by(edit, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)

        QTimer.singleShot(int(rest), press)

    def _save_by(
        self, widget: QWidget, key: Qt.Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
    ) -> None:
        form = self.panel.form

        def saved() -> None:
            form.saved.disconnect(saved)
            assert form.foot.message.text().startswith("Сохранено") and form.foot.message.isVisible()
            form.foot.message.repaint()
            self._painted()

        form.saved.connect(saved)
        self._began = time.monotonic()
        QTest.keyClick(widget, key, held)

    def expect(self, ident: str, address: str) -> None:
        """Another station's edit is painted here."""

        def shown() -> bool:
            row = self.model.row_of(ident)
            record = self.model.record(row) if row >= 0 else None
            return record is not None and record.data.get("address") == address

        self._wait(shown)

    def streets(self) -> None:
        """Take the address book of the training city: some 900 houses."""
        from citymanager.training_city import write_basemap
        from layers.basemap.build import import_basemap
        from layers.basemap.pack import read

        with TemporaryDirectory() as made:
            pack = Path(made) / "city.pack"
            import_basemap(write_basemap(Path(made)), pack)
            table = dict(read(pack).addresses)
        self._began = time.monotonic()
        self.station.desk.places.changed.connect(self._painted)
        self.station.desk.places.take_addresses(table)

    def key(self, text: str, keys: str) -> None:
        """The last of so many keys of a text in the search box; answers when all that it leads to is painted."""
        search = self.station.desk.search
        self.station.desk.window.search_requested.emit()
        search.line.clear()
        _type(search.line, text[: int(keys) - 1])

        def press() -> None:
            if not search.complete:
                QTimer.singleShot(5, press)
                return
            search.list.view.viewport().installEventFilter(self)
            self._wait(lambda: search.complete)
            _type(search.line, text[int(keys) - 1])

        press()

    def counters(self) -> None:
        """How long the counters of all statuses take to read."""
        self._began = time.monotonic()
        self.station.tasks.glance.lists.counters("reports")
        self._painted()

    def mapped(self) -> None:
        """Wait until the map has painted."""
        self._began = time.monotonic()
        self.station.map.when_painted(self._painted)

    def link(self) -> None:
        """Wait until the server is spoken to and all its data are here."""
        if self.station.link.state.link == "online" and self.model.complete:
            self._began = time.monotonic()
            self._painted()
        else:
            QTimer.singleShot(50, self.link)

    def even(self, ident: str, address: str) -> None:
        """Wait until nothing is unsent and the server's edit is here."""
        found = self.station.tasks.glance.get("reports", ident)
        here = found is not None and found.data.get("address") == address
        if here and not self.station.tasks.glance.unsent():
            self._began = time.monotonic()
            self._painted()
        else:
            QTimer.singleShot(10, lambda: self.even(ident, address))

    def meet(self, server: str, login: str = "bench", password: str = "bench") -> None:
        """Log in at a server after a long time, and tell how the loop beat until all was sent and all was here, and
        whose rows changed in which `order`."""
        order: list[str] = []
        self.station.hub.changed.connect(lambda module, _: order.append(module))
        pulse, began = Pulse(), time.monotonic()
        self.station.link.log_in(server, login, password)

        def look() -> None:
            state = self.station.link.state
            if state.link == "online" and state.confirmed and not self.station.tasks.glance.unsent():
                say({"ms": (time.monotonic() - began) * 1000, **pulse.told(), "order": order})
                pulse.deleteLater()
            else:
                QTimer.singleShot(100, look)

        look()

    def quit(self) -> None:
        self._lines.setEnabled(False)
        self.station.window.close()


def _type(widget: QWidget, letters: str) -> None:
    """Keys as a Russian keyboard sends them; QTest knows Latin ones only."""
    for letter in letters:
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            press = QKeyEvent(kind, Qt.Key.Key_unknown, Qt.KeyboardModifier.NoModifier, letter)
            QApplication.sendEvent(widget, press)


def say(answer: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


def run(folder: Path, server: str, watching: type[Watched] = Watched) -> None:
    """The program as `main.py` opens it, until its window is closed."""
    from layers import chromium
    from layers.scheme import register_scheme
    from widgets.application import application

    os.environ.update(chromium.flags(os.environ))
    register_scheme()
    app = application()
    station = program.open_station(app, folder, None, keeps_layout=False, keeps_token=False)
    try:
        station.start(server, "bench" if server else "", os.environ.get("CITYMANAGER_PASSWORD", ""), False)
        watched = watching(station)
        station.desk.window.docks.show("reports")
        station.window.resize(*SIZE)
        station.window.show()
        app.exec()
        watched.deleteLater()
    finally:
        station.close()


if __name__ == "__main__":
    run(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "")
