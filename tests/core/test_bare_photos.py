"""What a photo tells of its taking does not leave with it: the pixels stay, and the way they are turned."""

import struct
import time
from collections.abc import Callable
from contextlib import suppress

import pytest
from pictures import PLACE, TURNED, bomb, encoded, jpeg, png, webp
from PySide6.QtCore import QBuffer, QByteArray
from PySide6.QtGui import QImage, QImageReader

from citymanager.attachments import HEAD, kind_of
from citymanager.bare_photos import bare, orientation
from citymanager.errors import Refused
from citymanager.photo_pieces import disguised, end_of, pieces_of

PHOTOS = {"jpeg": jpeg, "jpeg of Motorola's order": lambda: jpeg(">"), "png": png, "webp": webp}
EXIF = {"image/jpeg": b"\xe1", "image/png": b"eXIf", "image/webp": b"EXIF"}


def given_out(content: bytes) -> bytes:
    kind = kind_of(content[:HEAD])
    assert kind is not None
    return bare(content, kind, "яма.jpg")


def pixels(content: bytes, *, upright: bool = False) -> QImage:
    buffer = QBuffer()
    buffer.setData(QByteArray(content))
    reader = QImageReader(buffer)
    reader.setAutoTransform(upright)
    found = reader.read()
    assert not found.isNull(), reader.errorString()
    return found


@pytest.mark.parametrize("make", PHOTOS.values(), ids=PHOTOS.keys())
def test_nothing_of_the_place_is_left_and_every_pixel_is(make: Callable[[], bytes]) -> None:
    content = make()
    out = given_out(content)
    assert PLACE in content and PLACE[:8] not in out and len(out) < len(content)
    assert pixels(out) == pixels(content), "no pixel was encoded anew"


@pytest.mark.parametrize("make", PHOTOS.values(), ids=PHOTOS.keys())
def test_it_stays_turned_as_it_was_and_says_nothing_else(make: Callable[[], bytes]) -> None:
    out = given_out(make())
    kind = kind_of(out[:HEAD])
    assert kind is not None
    (told,) = [one for one in pieces_of(out, kind) if one.name == EXIF[kind.type]]
    assert orientation(told.body) == TURNED and len(told.body.removeprefix(b"Exif\0\0")) == 26
    assert end_of(out, kind) == len(out), "and the file is whole"


def test_a_reader_sees_it_upright() -> None:
    assert pixels(given_out(jpeg()), upright=True).size().toTuple() == (20, 40)


@pytest.mark.parametrize("kind", ["jpg", "png", "webp"])
def test_a_photo_that_tells_nothing_is_as_good_as_it_was(kind: str) -> None:
    content = encoded(kind)
    assert given_out(content) == content or pixels(given_out(content)) == pixels(content)
    assert given_out(given_out(content)) == given_out(content)


def test_a_document_is_given_out_as_it_is() -> None:
    assert given_out(b"%PDF-1.7 " + PLACE) == b"%PDF-1.7 " + PLACE


@pytest.mark.parametrize(
    "broken",
    [b"\xff\xd8\xff\xe0\x00\x10<html>" + PLACE, b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n" + PLACE, b"RIFF\4\0\0\0WEBP",
     b"\xff\xd8" + b"\xff" * 100_000, b"\xff\xd8" + b"\xff\xe1\0\2" * 20_001],
)  # fmt: skip
def test_what_can_not_be_taken_apart_is_not_given_out(broken: bytes) -> None:
    with pytest.raises(Refused, match=r"яма\.jpg.*не выдан"):
        given_out(broken)


def busy_jpeg() -> bytes:
    exif = b"Exif\0\0II*\0" + struct.pack("<IH", 8, 65_535) + bytes(1_200)
    return b"\xff\xd8" + (b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif) * 19_000 + b"\xff\xd9"


def busy_webp() -> bytes:
    frames = (b"ANMF" + struct.pack("<I", 1_200) + bytes(1_200)) * 19_000
    inside = b"VP8X" + struct.pack("<I", 10) + bytes(10) + frames
    return b"RIFF" + struct.pack("<I", len(inside) + 4) + b"WEBP" + inside


@pytest.mark.parametrize("make", [busy_jpeg, busy_webp])
def test_what_is_made_to_keep_the_server_busy_does_not(make: Callable[[], bytes]) -> None:
    content, began = make(), time.process_time()
    with suppress(Refused):
        given_out(content)
    assert time.process_time() - began < 1.5, "unbounded, these take 4 and 20 s of the processor"


@pytest.mark.parametrize("make", PHOTOS.values(), ids=PHOTOS.keys())
def test_wherever_it_is_cut_off_the_place_stays_here(make: Callable[[], bytes]) -> None:
    content = make()
    for cut in range(12, len(content), 7):
        try:
            assert PLACE[:8] not in given_out(content[:cut])
        except Refused:
            continue


def test_what_is_something_else_as_well_is_told_from_a_telephones_tail() -> None:
    photo = jpeg()
    end = end_of(photo, kind_of(photo[:HEAD]))  # type: ignore[arg-type]
    assert 0 < end < len(photo) and not disguised(photo, end)
    whole = photo[:end]
    for more in (b"%PDF-1.7", b"\n<HTML>", b"<?php", b"PK\x03\x04..PK\x05\x06" + bytes(18)):
        assert disguised(whole + more, end)
    assert disguised(b"\xff\xd8\xff\xfe\0\x0a%PDF-1.7" + whole[2:], 0)


def test_the_end_of_a_photo_that_is_cut_off_is_not_found() -> None:
    for content in (encoded("jpg"), encoded("png"), encoded("webp"), bomb(3, 3)):
        kind = kind_of(content[:HEAD])
        assert kind is not None and end_of(content, kind) == len(content)
        assert not any(end_of(content[:cut], kind) for cut in range(12, len(content) - 1))
