"""A photo as it may leave the program: every pixel as it was, without where, when and by what it was taken.

What a picture needs is kept, and all else left out: a list of what gives a place away would never be whole.
"""

import struct
import zlib
from collections.abc import Callable, Mapping
from itertools import islice

from citymanager.attachments import Kind
from citymanager.errors import Refused
from citymanager.photo_pieces import Broken, Piece, blocks, pieces_of, riff_end

BROKEN = "Снимок «{}» повреждён: место съёмки из него не убрать, поэтому он не выдан."
_EXIF, _ORIENTATION = b"Exif\0\0", 0x0112
_EXIFS, _ENTRIES, _PARTS = 8, 500, 8
"""Of a photo, of its Exif and of a WebP's frame at most: more would only keep us busy."""
_APPS = {0xE0: b"JFIF\0", 0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}
"""Segments of applications that a JPEG's size and colours follow from."""
_CHUNKS = frozenset(
    b"IHDR PLTE IDAT IEND tRNS cHRM gAMA iCCP sBIT sRGB bKGD hIST pHYs cICP mDCV cLLI acTL fcTL fdAT".split()
)
_BLOCKS = frozenset((b"VP8 ", b"VP8L", b"ALPH", b"ICCP", b"ANIM"))
_HAS_EXIF, _HAS_XMP = 0x08, 0x04
"""Flags of a WebP's VP8X."""


def bare(content: bytes, kind: Kind, name: str) -> bytes:
    """The photo without what it tells of its taking, turned as it was; a file that is no photo stays as it is.

    What stands behind the picture goes too: telephones put whole films there. Raises Refused if it can't be read.
    """
    if kind.type not in _WAYS:
        return content
    try:
        return _WAYS[kind.type](content, pieces_of(content, kind))
    except (Broken, struct.error, IndexError) as error:
        raise Refused(BROKEN.format(name)) from error


def orientation(exif: bytes) -> int:
    """How the picture is to be turned, 1…8; 1 if its Exif does not say."""
    tiff = exif.removeprefix(_EXIF)
    try:
        order = {b"II": "<", b"MM": ">"}[tiff[:2]]
        (first,) = struct.unpack_from(f"{order}I", tiff, 4)
        (count,) = struct.unpack_from(f"{order}H", tiff, first)
        entries = (
            struct.unpack_from(f"{order}HHIH", tiff, first + 2 + 12 * number) for number in range(min(count, _ENTRIES))
        )
        turned = next((int(value) for tag, _, _, value in entries if tag == _ORIENTATION), 1)
    except (KeyError, struct.error):
        return 1
    return turned if 1 <= turned <= 8 else 1


def _turned(pieces: list[Piece], name: bytes) -> int:
    """Several Exifs may stand in a file: the first one that turns the picture counts."""
    told = (orientation(one.body) for one in islice((one for one in pieces if one.name == name), _EXIFS))
    return next((turned for turned in told if turned != 1), 1)


def _only(turned: int) -> bytes:
    """An Exif that says nothing but how the picture is turned."""
    return b"II*\0" + struct.pack("<IHHHIHHI", 8, 1, _ORIENTATION, 3, 1, turned, 0, 0)


# JPEG


def _bare_jpeg(content: bytes, pieces: list[Piece]) -> bytes:
    kept = [one for one in pieces if _needed(one)]
    if not kept:
        raise Broken
    parts = [_segment(content, one) for one in kept]
    if (turned := _turned(pieces, b"\xe1")) != 1:
        exif = _EXIF + _only(turned)
        parts.insert(int(kept[0].name == b"\xe0"), b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif)
    return content[:2] + b"".join(parts)


def _needed(segment: Piece) -> bool:
    marker = segment.name[0]
    if 0xE0 <= marker <= 0xEF:
        return marker in _APPS and segment.body.startswith(_APPS[marker])
    return 0xC0 <= marker <= 0xDF


def _segment(content: bytes, segment: Piece) -> bytes:
    """As it was; the little picture in the first one is left out."""
    if segment.name == b"\xe0":
        return b"\xff\xe0\x00\x10" + segment.body[:12].ljust(14, b"\0")
    return content[segment.start : segment.stop]


# PNG


def _bare_png(content: bytes, pieces: list[Piece]) -> bytes:
    if not pieces or pieces[0].name != b"IHDR":
        raise Broken
    kept = [content[one.start : one.stop] for one in pieces if one.name in _CHUNKS]
    if (turned := _turned(pieces, b"eXIf")) != 1:
        exif = b"eXIf" + _only(turned)
        kept.insert(1, struct.pack(">I", len(exif) - 4) + exif + struct.pack(">I", zlib.crc32(exif)))
    return content[:8] + b"".join(kept)


# WebP


def _bare_webp(content: bytes, pieces: list[Piece]) -> bytes:
    inside = [one for one in pieces if one.start < riff_end(content)]
    if not inside or inside[0].name not in (b"VP8 ", b"VP8L", b"VP8X"):
        raise Broken
    turned = _turned(inside, b"EXIF")
    kept = b"".join(_bare_block(one, turned) for one in inside)
    if turned != 1 and inside[0].name == b"VP8X":
        kept += _block(b"EXIF", _only(turned))
    return b"RIFF" + struct.pack("<I", len(kept) + 4) + b"WEBP" + kept


def _bare_block(one: Piece, turned: int) -> bytes:
    if one.name == b"VP8X":
        flags = one.body[0] & ~(_HAS_EXIF | _HAS_XMP) | (_HAS_EXIF if turned != 1 else 0)
        return _block(b"VP8X", bytes([flags]) + one.body[1:])
    if one.name == b"ANMF":
        frame = b"".join(_block(part.name, part.body) for part in blocks(one.body, 16, _PARTS) if part.name in _BLOCKS)
        return _block(b"ANMF", one.body[:16] + frame)
    return _block(one.name, one.body) if one.name in _BLOCKS else b""


def _block(name: bytes, body: bytes) -> bytes:
    return name + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)


_WAYS: Mapping[str, Callable[[bytes, list[Piece]], bytes]] = {
    "image/jpeg": _bare_jpeg, "image/png": _bare_png, "image/webp": _bare_webp,
}  # fmt: skip
