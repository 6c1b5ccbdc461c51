"""The city's map from a file: chosen here, made in a process of its own; stopped, it leaves the old one."""

import json
from collections.abc import Callable, Sequence

from PySide6.QtCore import QProcess, QProcessEnvironment, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QProgressBar, QPushButton, QVBoxLayout, QWidget

from widgets.plain import plain_label

KINDS = "Карта города (*.geojson *.json *.gpkg *.osm.pbf *.osm.gz *.osm.bz2 *.osm *.mbtiles *.pmtiles);;Все файлы (*)"
"""What `layers.basemap` reads: `sources`, `vector` and `raster`."""
ASKED = "Файл OpenStreetMap, GeoJSON, GeoPackage с улицами и домами или тайлы (векторные, картинки): MBTiles, PMTiles."
OSM, TILES = (".osm.pbf", ".osm.gz", ".osm.bz2", ".osm"), (".mbtiles", ".pmtiles")
WHOSE = "Чья это карта? Подпись — на карте и в печати. Для данных OpenStreetMap: ©\u00a0участники OpenStreetMap, ODbL"
IN_FILE = "Чья это карта? Подпись будет на карте и в печати. Пусто — взять подпись из файла."
SAY_WHOSE = "Напишите, чья это карта."
LONGEST_WHOSE = 300
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
        self._files: list[str] = []
        """Chosen, while it is asked whose they are."""
        self.whose, self.go = QLineEdit(), QPushButton("Загрузить")
        self.question = plain_label("", "caption", wrap=True)
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
        column.addWidget(self.question)
        column.addLayout(self._asking())
        column.addWidget(self.words)
        self.bar.setAccessibleName("Загрузка карты города")
        self._show(running=False)
        self.choose.clicked.connect(self._ask)
        self.stop.clicked.connect(self.cancel)
        self._process.readyReadStandardError.connect(self._hear)
        self._process.finished.connect(self._finished)
        self._process.errorOccurred.connect(self._failed)

    def _asking(self) -> QHBoxLayout:
        self.whose.setMaxLength(LONGEST_WHOSE)
        self.whose.setAccessibleName("Чья это карта")
        self.whose.setPlaceholderText("© название источника")
        self.whose.returnPressed.connect(self._answered)
        self.go.clicked.connect(self._answered)
        line = QHBoxLayout()
        line.addWidget(self.whose, 1)
        line.addWidget(self.go)
        return line

    @property
    def running(self) -> bool:
        return self._process.state() != QProcess.ProcessState.NotRunning

    def _ask(self) -> None:
        dialog = QFileDialog(self, "Карта города", "", KINDS)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.filesSelected.connect(self.take)
        dialog.open()

    def take(self, files: Sequence[str]) -> None:
        """Import these files; whatever goes wrong, the map that was there stays. Of data that are not OpenStreetMap's
        own it is asked first whose they are."""
        if self.running or not files:
            return
        self._files = list(files)
        self.whose.clear()
        if all(one.lower().endswith(OSM) for one in files):
            self._start("")
            return
        self.question.setText(IN_FILE if files[0].lower().endswith(TILES) else WHOSE)
        self.words.setText("")
        self._show(running=False, asking=True)
        self.whose.setFocus()

    def _answered(self) -> None:
        words = " ".join(self.whose.text().split())
        if self.running or not self._files:
            return
        if not words and not self._files[0].lower().endswith(TILES):
            self.words.setText(SAY_WHOSE)
            return
        self._start(words)

    def _start(self, whose: str) -> None:
        self._heard, self._stopping = "", False
        given = [f"--attribution={whose}"] if whose else []
        program, *words = self._command([*given, *self._files])
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
        self._show(running=False, asking=code != 0 and not self._files[0].lower().endswith(OSM))
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

    def _show(self, *, running: bool, asking: bool = False) -> None:
        for one in (self.question, self.whose, self.go):
            one.setVisible(asking)
        self.bar.setValue(0)
        self.bar.setVisible(running)
        self.stop.setVisible(running)
        self.choose.setVisible(not running)


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0
