"""The reading of one file by a process of its own, as the window sees it: begun, ended, stopped."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, QTimer, Signal

Command = Callable[[Sequence[str]], list[str]]
"""The words of the process that reads a file: given are the words of `read-map-file`."""

PATIENCE_MS = 90_000
LAST = 2_000
GONE = "Файл «{}» не прочитан: он сломал чтение или потребовал слишком много. Проверьте его в программе, где он сделан."
LATE = "Файл «{}» читался дольше полутора минут, чтение остановлено. Вырежьте нужный район."
STOPPED = "Чтение файла «{}» остановлено."


class Errand(QObject):
    """Reads one file into a folder; says once how that went, and is done with it."""

    ended = Signal(str)
    """Why it failed, in Russian; empty: the folder has its layers."""

    def __init__(self, command: Command, file: Path, folder: Path, system: str, swap: bool, parent: QObject) -> None:
        super().__init__(parent)
        self.file, self.folder, self.system = file, folder, system
        self._heard, self._why = "", ""
        self._process = QProcess(self)
        environment = QProcessEnvironment.systemEnvironment()
        environment.insert("PYTHONIOENCODING", "utf-8")
        environment.insert("OPENBLAS_NUM_THREADS", "1")  # each thread would take of the memory that is allowed
        self._process.setProcessEnvironment(environment)
        self._process.readyReadStandardError.connect(self._hear)
        self._process.finished.connect(self._finished)
        self._process.errorOccurred.connect(self._failed)
        self._late = QTimer(self, singleShot=True, interval=PATIENCE_MS)
        self._late.timeout.connect(lambda: self.stop(LATE))
        options = ["--crs", system] if system else []
        self._words = command([str(file), str(folder), *options, *(["--swap"] if swap else [])])

    def start(self) -> None:
        self._late.start()
        self._process.start(self._words[0], self._words[1:])

    def stop(self, why: str = STOPPED) -> None:
        """End it, whatever it is at."""
        self._why = why.format(self.file.name)
        if self._process.state() != QProcess.ProcessState.NotRunning:
            self._process.kill()
            self._process.waitForFinished(2_000)

    def _hear(self) -> None:
        more = bytes(self._process.readAllStandardError().data()).decode(errors="replace")
        self._heard = (self._heard + more)[-LAST:]

    def _finished(self, code: int, status: QProcess.ExitStatus) -> None:
        self._late.stop()
        self._hear()
        if self._why or (code == 0 and status == QProcess.ExitStatus.NormalExit):
            self.ended.emit(self._why)
            return
        said = [line for line in self._heard.split("\n") if line.strip()]
        told = status == QProcess.ExitStatus.NormalExit and code == 2 and said
        self.ended.emit(_reason(said[-1]) if told else GONE.format(self.file.name))

    def _failed(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            self._late.stop()
            self.ended.emit(GONE.format(self.file.name))


def _reason(line: str) -> str:
    """Why a command ended, without the advice that is meant for a command line."""
    return line.removeprefix("Ошибка: ").partition(" Что сделать: ")[0]
