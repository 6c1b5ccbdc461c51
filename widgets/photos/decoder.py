"""The process that decodes photos: what a hostile picture breaks is this process, and never the window.

It answers one request after another until its input ends: a line of JSON (kind, edge, size) and the file's bytes come
in, a line of JSON (width, height, or why not) and the bare pixels go out. It opens no file and knows no record.
"""

import json
import sys
import time
from typing import Any, BinaryIO

from PySide6.QtCore import QBuffer, QByteArray, QCoreApplication, QIODevice, QSize, Qt
from PySide6.QtGui import QImage, QImageReader, QImageWriter

from citymanager.attachments import HEAD, kind_of
from citymanager.errors import Refused
from citymanager.immortal import keep_constants
from citymanager.photo_pieces import disguised, end_of

if sys.platform == "linux":
    import resource

PIXELS = 64_000_000
MEMORY = 640 << 20
"""Bytes that decoding may take, beside what the process has from its beginning."""
PICTURE_MB = 300
"""Megabytes of one picture in memory, at most."""
SECONDS = 10
"""Of the processor, for one picture."""
FORMATS = {"image/jpeg": b"jpeg", "image/png": b"png", "image/webp": b"webp"}
CUT_OFF = "файл оборван или повреждён"
DISGUISED = "это не только снимок: в файле спрятано и другое содержимое"
NO_ROOM = "он требует больше памяти, чем отведено"


def main() -> None:
    """Serve until the input ends."""
    keep_constants()
    application = QCoreApplication([])
    QImageReader.setAllocationLimit(PICTURE_MB)
    _load_readers()
    _limit_memory()
    while line := sys.stdin.buffer.readline():
        _limit_time()
        asked = json.loads(line)
        _answer(sys.stdout.buffer, sys.stdin.buffer.read(asked["size"]), asked["edge"])
    del application


def _answer(out: BinaryIO, content: bytes, edge: int) -> None:
    try:
        image = decoded(content, edge)
    except Refused as error:
        told: dict[str, Any] = {"why": str(error)}
        pixels = b""
    except MemoryError:
        told, pixels = {"why": NO_ROOM}, b""
    else:
        told, pixels = {"width": image.width(), "height": image.height()}, bytes(image.constBits())
    out.write(json.dumps(told).encode() + b"\n" + pixels)
    out.flush()


def decoded(content: bytes, edge: int) -> QImage:
    """The picture, upright, no longer than `edge`, each pixel four bytes. Raises Refused with the reason."""
    kind = kind_of(content[:HEAD])
    if kind is None or kind.type not in FORMATS:
        raise Refused("это не JPEG, PNG или WebP")
    end = end_of(content, kind)
    if not end:
        raise Refused(CUT_OFF)
    if disguised(content, end):
        raise Refused(DISGUISED)
    buffer = QBuffer()
    buffer.setData(content[:end])
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer, QByteArray(FORMATS[kind.type]))
    reader.setAutoDetectImageFormat(False)
    reader.setAutoTransform(True)
    size = reader.size()
    _judge(size)
    if max(size.width(), size.height()) > edge:
        fitted = size.scaled(edge, edge, Qt.AspectRatioMode.KeepAspectRatio)
        reader.setScaledSize(fitted.expandedTo(QSize(1, 1)))
    depth = QImage.toPixelFormat(reader.imageFormat()).bitsPerPixel()
    image = reader.read()
    if image.isNull():
        raise Refused(NO_ROOM if size.width() * size.height() * depth // 8 > PICTURE_MB << 20 else CUT_OFF)
    return image.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)


def _judge(size: QSize) -> None:
    if size.isEmpty():
        raise Refused(CUT_OFF)
    if size.width() * size.height() > PIXELS:
        raise Refused(
            f"он слишком велик: {size.width()}×{size.height()} точек, а можно не больше {PIXELS // 1_000_000} млн"
        )


def _load_readers() -> None:
    """Every library that will be needed is in the process before its memory is counted."""
    for name in FORMATS.values():
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.ReadWrite)
        dot = QImage(1, 1, QImage.Format.Format_RGB32)
        dot.fill(0)
        QImageWriter(buffer, QByteArray(name)).write(dot)
        buffer.seek(0)
        QImageReader(buffer, QByteArray(name)).read()


def _limit_memory() -> None:
    """Where the system has no such limits, Qt's own one of a picture and the window's patience still hold."""
    if sys.platform == "linux":
        with open("/proc/self/statm", encoding="ascii") as told:  # noqa: PTH123
            taken = int(told.read().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (taken + MEMORY, taken + MEMORY))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _limit_time() -> None:
    """The next picture has so many seconds of the processor; then the system ends the process."""
    if sys.platform == "linux":
        used = int(time.process_time()) + 1
        resource.setrlimit(resource.RLIMIT_CPU, (used + SECONDS, resource.getrlimit(resource.RLIMIT_CPU)[1]))


if __name__ == "__main__":
    main()
