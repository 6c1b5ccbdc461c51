"""The pieces that a photo's file is put together from, and where the picture in it ends. Nothing is decoded here."""

import re
import struct
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from citymanager.attachments import Kind

MOST = 20_000
"""Pieces of a photo: more is no photo, and would take a second to walk through."""
_MARKER = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]", re.DOTALL)
_END, _SCAN = b"\xd9", b"\xda"
_PAGE = re.compile(rb"\s*<(!doctype|html|script|svg|\?)", re.IGNORECASE)


class Broken(Exception):
    """The pieces make no sense."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A segment of a JPEG, a chunk of a PNG, a block of a WebP: its whole is `content[start:stop]`."""

    name: bytes
    start: int
    stop: int
    body: bytes
    """What stands in it; of a JPEG's scan without the pixels, of a PNG its Exif alone."""


def pieces_of(content: bytes, kind: Kind) -> list[Piece]:
    """All of them up to the picture's end, or to where it is cut off. Raises Broken."""
    try:
        return list(_WAYS[kind.type](content))
    except (struct.error, IndexError) as error:
        raise Broken from error


def end_of(content: bytes, kind: Kind) -> int:
    """Where the picture ends in its file; 0 if it is cut off or broken."""
    try:
        pieces = pieces_of(content, kind)
        stop = riff_end(content) if kind.type == "image/webp" else pieces[-1].stop
    except (Broken, IndexError):
        return 0
    whole = kind.type == "image/webp" or pieces[-1].name in (_END, b"IEND")
    return stop if whole and stop <= len(content) else 0


def disguised(content: bytes, end: int) -> bool:
    """Whether other programs would open the file as something else too: a document, an archive, a page."""
    tail = content[end:]
    document = b"%PDF-" in content[:1_024] or b"%PDF-" in tail[:1_024]
    return document or b"PK\x05\x06" in tail[-66_000:] or _PAGE.match(tail) is not None


def segments(content: bytes) -> Iterator[Piece]:
    """Of a JPEG: each has its length, but for the pixels behind the head of a scan."""
    at = 2
    for _ in range(MOST):
        found = _MARKER.search(content, at)
        if found is None or content[at : found.start()].strip(b"\xff"):
            if found is not None or content[at : at + 1] not in (b"", b"\xff"):
                raise Broken
            return
        at, marker = found.start(), content[found.end() - 1 : found.end()]
        if marker == _END:
            yield Piece(marker, at, at + 2, b"")
            return
        stop = at + 2 + max(struct.unpack_from(">H", content, at + 2)[0], 2)
        body = content[at + 4 : stop]
        if marker == _SCAN:
            following = _MARKER.search(content, stop)
            stop = following.start() if following else len(content)
        yield Piece(marker, at, min(stop, len(content)), body)
        at = stop
    raise Broken


def chunks(content: bytes) -> Iterator[Piece]:
    """Of a PNG: each has its length before and its sum behind."""
    at = 8
    for _ in range(MOST):
        if at + 12 > len(content):
            return
        (size,) = struct.unpack_from(">I", content, at)
        name, stop = content[at + 4 : at + 8], at + 12 + size
        if stop > len(content):
            return
        yield Piece(name, at, stop, content[at + 8 : stop - 4] if name == b"eXIf" else b"")
        if name == b"IEND":
            return
        at = stop
    raise Broken


def blocks(content: bytes, at: int = 12, most: int = MOST) -> Iterator[Piece]:
    """Of a WebP: each of even length, all in one RIFF; those of an animation's frame lie inside it, from 16 on."""
    for _ in range(most):
        if at + 8 > len(content):
            return
        name, (size,) = content[at : at + 4], struct.unpack_from("<I", content, at + 4)
        stop = at + 8 + size
        if stop > len(content):
            return
        yield Piece(name, at, stop, content[at + 8 : stop])
        at = stop + size % 2
    raise Broken


def riff_end(content: bytes) -> int:
    """Where a WebP says that it ends."""
    return int(8 + struct.unpack_from("<I", content, 4)[0])


_WAYS: Mapping[str, Callable[[bytes], Iterator[Piece]]] = {
    "image/jpeg": segments, "image/png": chunks, "image/webp": blocks,
}  # fmt: skip
