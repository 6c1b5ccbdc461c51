"""Pictures of photos for the window: asked for at once, brought when the decoding process has made them.

That process lives on between photos and is replaced when it dies, hangs, or says what it can't have meant.
"""

import json
import sys
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import shiboken6
from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, QTimer, Signal
from PySide6.QtGui import QImage

from citymanager.attachments import Kind
from citymanager.errors import CityError
from citymanager.store.shelf import Shelf
from citymanager.tasks import Tasks

PATIENCE_MS = 30_000
"""By the clock, for one photo; of the processor it has less (`decoder.SECONDS`)."""
IDLE_MS = 120_000
"""After which the process is let go."""
ROOM = 64 << 20
"""Bytes of pictures that are kept."""
WAITING = 60
"""Photos that may wait; of more, those asked for first were of cards that nobody looks at any more."""
ROOT = Path(__file__).parents[2]
COMMAND = (sys.executable, "-m", "widgets.photos.decoder")
NOT_SHOWN = "снимок не показан: {}"
GONE = "он сломал разбор или потребовал слишком много памяти и времени"
NO_START = "программа разбора снимков не запускается"
LATE = "разбор занял больше {} с и остановлен"
PHOTO = "image/"
Key = tuple[str, int]
"""A photo's sum, and the longest edge in pixels."""


@dataclass(frozen=True, slots=True)
class Picture:
    """What stands in the place of a photo."""

    image: QImage | None = None
    why: str = ""
    """Russian: why there is none; empty, it is not a photo."""


class Darkroom(QObject):
    """`developed` carries the sum of a photo of which there is a picture now, or the reason why there is none."""

    developed = Signal(str)

    def __init__(
        self, tasks: Tasks, shelf: Shelf, parent: QObject, command: Sequence[str] = COMMAND, patience: int = PATIENCE_MS
    ) -> None:
        super().__init__(parent)
        self._tasks, self._shelf, self._command = tasks, shelf, command
        self._made: OrderedDict[Key, Picture] = OrderedDict()
        self._waiting: list[Key] = []
        self._busy: Key | None = None
        self._process: QProcess | None = None
        self._heard = bytearray()
        self._late = QTimer(self, singleShot=True, interval=patience)
        self._late.timeout.connect(lambda: self._give_up(LATE.format(patience // 1_000)))
        self._idle = QTimer(self, singleShot=True, interval=IDLE_MS)
        self._idle.timeout.connect(self.close)

    def picture(self, sha256: str, edge: int) -> Picture | None:
        """The picture of a photo that lies on this disk; None: `developed` will tell."""
        key = sha256, edge
        if key in self._made:
            self._made.move_to_end(key)
            return self._made[key]
        if key != self._busy:
            self._waiting = [*(one for one in self._waiting if one != key), key][-WAITING:]
            self._next()
        return None

    def forget(self, sha256: str) -> None:
        """The file stands differently now: whether it can be shown is to be seen anew."""
        for key in [one for one, made in self._made.items() if one[0] == sha256 and made.image is None]:
            del self._made[key]

    def close(self) -> None:
        """Let the process go; the next photo has another."""
        if (process := self._process) is not None:
            self._process = None
            _end(process)
            process.deleteLater()

    # one photo after another, the last one asked for first

    def _next(self) -> None:
        if self._busy is not None or not self._waiting:
            return
        self._busy = self._waiting.pop()
        name = self._busy[0]
        self._tasks.read(lambda _: self._shelf.read(name), self._send, self._unread, self)

    def _unread(self, error: CityError) -> None:
        self._settle(Picture(why=NOT_SHOWN.format(str(error).rstrip("."))))

    def _send(self, read: tuple[bytes, Kind]) -> None:
        content, kind = read
        assert self._busy is not None
        if not kind.type.startswith(PHOTO):
            self._settle(Picture())
            return
        self._idle.stop()
        self._heard.clear()
        self._late.start()
        process = self._process or self._begin()
        process.write(json.dumps({"edge": self._busy[1], "size": len(content)}).encode() + b"\n")
        process.write(content)

    def _begin(self) -> QProcess:
        process = self._process = QProcess(self)
        environment = QProcessEnvironment.systemEnvironment()
        environment.insert("PYTHONPATH", str(ROOT))
        process.setProcessEnvironment(environment)
        process.setStandardErrorFile(QProcess.nullDevice())
        process.readyReadStandardOutput.connect(self._hear)
        process.finished.connect(self._ended)
        process.errorOccurred.connect(self._failed)
        self.destroyed.connect(partial(_end, process))
        process.start(self._command[0], list(self._command[1:]))
        return process

    def _hear(self) -> None:
        if self._process is None or self.sender() is not self._process:
            return
        self._heard += self._process.readAllStandardOutput().data()
        head, end, pixels = self._heard.partition(b"\n")
        if self._busy is None or not end:
            return
        try:
            picture = _picture(json.loads(head), bytes(pixels), self._busy[1])
        except (ValueError, KeyError, TypeError):
            self._give_up(GONE)
            return
        if picture is not None:
            self._settle(picture)

    def _settle(self, picture: Picture) -> None:
        """What came of the photo under way; then the next one. Nobody is told any more when the window goes."""
        assert self._busy is not None
        if self._tasks.closed:
            return
        self._late.stop()
        self._idle.start()
        self._made[self._busy] = picture
        sha256, self._busy = self._busy[0], None
        while sum(_bytes(one) for one in self._made.values()) > ROOM and len(self._made) > 1:
            self._made.popitem(last=False)
        self.developed.emit(sha256)
        self._next()

    # a process that is of no use any more

    def _give_up(self, why: str) -> None:
        self.close()
        if self._busy is not None:
            self._settle(Picture(why=NOT_SHOWN.format(why)))

    def _ended(self) -> None:
        if self.sender() is self._process:
            self._give_up(GONE)

    def _failed(self, error: QProcess.ProcessError) -> None:
        if self.sender() is self._process and error == QProcess.ProcessError.FailedToStart:
            self._give_up(NO_START)


def _end(process: QProcess) -> None:
    """Also when the window goes: no process outlives it."""
    if shiboken6.isValid(process) and process.state() != QProcess.ProcessState.NotRunning:
        process.kill()
        process.waitForFinished(2_000)


def _picture(told: dict[str, object], pixels: bytes, edge: int) -> Picture | None:
    """As the process tells it; None: the pixels are still coming. Raises ValueError, KeyError, TypeError."""
    if "why" in told:
        return Picture(why=NOT_SHOWN.format(str(told["why"])[:200]))
    width, height = told["width"], told["height"]
    if not isinstance(width, int) or not isinstance(height, int) or not 0 < width <= edge >= height > 0:
        raise ValueError
    if len(pixels) < width * height * 4:
        return None
    if len(pixels) > width * height * 4:
        raise ValueError
    image = QImage(pixels, width, height, width * 4, QImage.Format.Format_ARGB32_Premultiplied)
    return Picture(image.copy())


def _bytes(picture: Picture) -> int:
    return picture.image.sizeInBytes() if picture.image is not None else 200
