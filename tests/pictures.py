"""Photos for the tests: small ones as cameras make them, with the place in them, and hostile ones."""

import struct
import zlib

from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QColor, QImage, QImageWriter

PLACE = b"GPS 56.085N 60.732E Snezhinsk"
"""Stands in every piece that may not leave the program."""
TURNED = 6
"""The orientation of a telephone held upright."""


def image(width: int = 40, height: int = 20) -> QImage:
    """Red at the left, blue at the right: which way it is turned can be seen."""
    made = QImage(width, height, QImage.Format.Format_RGB32)
    made.fill(QColor("red"))
    blue = QImage(width // 2, height, QImage.Format.Format_RGB32)
    blue.fill(QColor("blue"))
    for row in range(height):
        start, half = row * made.bytesPerLine(), width // 2 * 4
        made.bits()[start + half : start + 2 * half] = bytes(blue.constBits())[:half]
    return made


def encoded(kind: str, width: int = 40, height: int = 20) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    assert QImageWriter(buffer, kind.encode()).write(image(width, height))
    return bytes(buffer.data().data())


def exif(order: str = "<") -> bytes:
    """Turned, and with the place."""
    head = b"II*\0" if order == "<" else b"MM\0*"
    entries = struct.pack(f"{order}HHIHH", 0x0112, 3, 1, TURNED, 0)
    entries += struct.pack(f"{order}HHII", 0x010E, 2, len(PLACE), 38)
    return head + struct.pack(f"{order}IH", 8, 2) + entries + struct.pack(f"{order}I", 0) + PLACE


def _segment(marker: int, body: bytes) -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def _block(name: bytes, body: bytes) -> bytes:
    return name + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)


def jpeg(order: str = "<") -> bytes:
    """As a telephone makes it: Exif, XMP, a second picture's index, a comment, and a film behind the picture."""
    plain = encoded("jpg")
    told = [
        _segment(0xE1, b"Exif\0\0" + exif(order)),
        _segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + PLACE),
        _segment(0xE2, b"MPF\0" + PLACE),
        _segment(0xED, b"Photoshop 3.0\0" + PLACE),
        _segment(0xFE, PLACE),
    ]
    return plain[:20] + b"".join(told) + plain[20:] + b"\0\0\0\x18ftypmp42" + PLACE


def png() -> bytes:
    plain = encoded("png")
    told = [_chunk(b"eXIf", exif()), _chunk(b"tEXt", b"Location\0" + PLACE), _chunk(b"prVt", PLACE),
            _chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + PLACE)]  # fmt: skip
    return plain[:33] + b"".join(told) + plain[33:] + PLACE


def webp() -> bytes:
    plain = encoded("webp")
    size = struct.pack("<I", 39)[:3] + struct.pack("<I", 19)[:3]
    inside = _block(b"VP8X", bytes([0x0C, 0, 0, 0]) + size) + plain[12:]
    inside += _block(b"EXIF", exif()) + _block(b"XMP ", PLACE) + _block(b"prvt", PLACE)
    return b"RIFF" + struct.pack("<I", len(inside) + 4) + b"WEBP" + inside


def bomb(width: int, height: int, pixels: bytes = b"", depth: int = 8) -> bytes:
    """A PNG of a few bytes that says how large it is; of zeros if `pixels` are not given."""
    told = pixels or zlib.compress(bytes(1_000_000))
    head = struct.pack(">IIBBBBB", width, height, depth, 6 if depth == 16 else 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", told) + _chunk(b"IEND", b"")
