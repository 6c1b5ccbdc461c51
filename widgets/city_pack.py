"""The city's map from a file: chosen here, made in a process of its own; stopped, it leaves the old one."""

import json
from collections.abc import Callable, Sequence

from PySide6.QtCore import QProcess, QProcessEnvironment, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from widgets.plain import plain_label

KINDS = "Карта города (*.geojson *.json *.gpkg *.osm.pbf *.osm.gz *.osm.bz2 *.osm);;Все файлы (*)"
"""What `layers.basemap.sources` reads."""
ASKED = "Файл OpenStreetMap, GeoJSON или GeoPackage с улицами и домами."
GONE = "Загрузка прервалась. Прежняя карта осталась. Попробуйте ещё раз."
STOPPED = "Остановлено. Прежняя карта осталась."
LAST = 2_000
"""Characters of what the process says last that are kept: its reason stands at the end."""

Command = Callable[[Sequence[str]], list[str]]
"""The words of a process that imports these files and tells on stderr «0.25 Разбираются улицы»."""


class CityPackImport(QWidget):
    """A button, and while it lasts how far it is and a way to stop it. `done` when the profile has another map."""

    done = Signal()

    def __init__(self, command: Command) -> None:
        super().__init__()
        self._command = command
        self._heard, self._stopping = "", False
        self.choose, self.stop = QPushButton("Выбрать файл карты…"), QPushButton("Остановить")
        self.bar, self.words = QProgressBar(), plain_label("", "caption", wrap=True)
        self._process = QProcess(self)
        row = QHBoxLayout()
        row.addWidget(self.choose)
        row.addWidget(self.bar, 1)
        row.addWidget(self.stop)
        row.addStretch(0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(plain_label(ASKED, "caption", wrap=True))
        column.addLayout(row)
        column.addWidget(self.words)
        self.bar.setAccessibleName("Загрузка карты города")
        self._show(running=False)
        self.choose.clicked.connect(self._ask)
        self.stop.clicked.connect(self.cancel)
        self._process.readyReadStandardError.connect(self._hear)
        self._process.finished.connect(self._finished)
        self._process.errorOccurred.connect(self._failed)

    @property
    def running(self) -> bool:
        return self._process.state() != QProcess.ProcessState.NotRunning

    def _ask(self) -> None:
        dialog = QFileDialog(self, "Карта города", "", KINDS)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.filesSelected.connect(self.take)
        dialog.open()

    def take(self, files: Sequence[str]) -> None:
        """Import these files; whatever goes wrong, the map that was there stays."""
        if self.running:
            return
        self._heard, self._stopping = "", False
        program, *words = self._command(files)
        environment = QProcessEnvironment.systemEnvironment()
        environment.insert("PYTHONIOENCODING", "utf-8")
        self._process.setProcessEnvironment(environment)
        self._show(running=True)
        self.words.setText("Начинается…")
        self._process.start(program, words)

    def cancel(self) -> None:
        """Stop, also when the window goes: a pack is written whole or not at all."""
        if self.running:
            self._stopping = True
            self._process.kill()
            self._process.waitForFinished(2_000)

    def _hear(self) -> None:
        more = bytes(self._process.readAllStandardError().data()).decode(errors="replace")
        self._heard = (self._heard + more)[-LAST:]
        told = [line for line in self._heard.split("\n")[:-1] if line[:1].isdigit()]
        if told:
            share, _, words = told[-1].partition(" ")
            self.bar.setValue(round(100 * _number(share)))
            self.words.setText(words)

    def _finished(self, code: int) -> None:
        self._hear()
        self._show(running=False)
        if self._stopping:
            self.words.setText(STOPPED)
        elif code == 0:
            self.words.setText(" ".join(("Карта города загружена.", *self._warnings())))
            self.done.emit()
        else:
            said = [line for line in self._heard.split("\n") if line.strip() and not line[:1].isdigit()]
            self.words.setText(said[-1] if said else GONE)

    def _warnings(self) -> list[str]:
        """What the import has mended or left out; told on stdout with the rest of its summary."""
        try:
            return [str(one) for one in json.loads(bytes(self._process.readAllStandardOutput().data()))["warnings"]]
        except (ValueError, KeyError, TypeError):
            return []

    def _failed(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            self._show(running=False)
            self.words.setText(GONE)

    def _show(self, *, running: bool) -> None:
        self.bar.setValue(0)
        self.bar.setVisible(running)
        self.stop.setVisible(running)
        self.choose.setVisible(not running)


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0
