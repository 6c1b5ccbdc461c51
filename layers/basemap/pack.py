"""The city pack: one file of typed arrays that the page draws the base map from, with names, addresses and attribution.

Layout: MAGIC, header length (u32), header (JSON), padding to 8, data. Every array is little-endian and lies at a
multiple of 8 from the start of the data. Coordinates are float32 pixels of zoom 17 from the pack's origin.
"""

import json
import os
import zlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from citymanager.errors import Damaged, ReadOnly, why
from citymanager.failpoints import fp

PACK = "city.pack"
"""The pack's name in the profile's folder of the base map, and in the page's address space."""
MAGIC = b"CITYPACK"
FORMAT = 1
PACK = "city.pack"
"""The pack's name in the profile's folder of the base map, and in the page's address space."""
UNITS = 256 * 2**17
"""Pack units along the whole equator: pixels at zoom 17."""
LONGEST_HEADER = 4 * 1024 * 1024
ARRAYS: Mapping[str, str] = {
    "coords": "<f4", "rings": "<u4", "features": "<u4", "boxes": "<f4", "texts": "<u4", "zooms": "<u1", "sizes": "<f4"
}  # fmt: skip
"""The arrays of a part: points (x, y), where each ring starts, at which ring each feature starts, feature boxes
(west, north, east, south), index of its text, zoom that it begins at, and its size for labels."""


@dataclass(frozen=True)
class Part:
    """One class of features: areas, lines or points that are drawn alike."""

    name: str
    kind: str
    arrays: Mapping[str, NDArray[Any]]

    @property
    def count(self) -> int:
        return len(self.arrays["features"]) - 1


@dataclass(frozen=True)
class Pack:
    """A city pack in memory."""

    attribution: str
    bounds: tuple[float, float, float, float]
    """West, south, east, north in degrees: where the city is."""
    origin: tuple[float, float]
    """Where coordinates count from, in pack units of the whole world."""
    parts: tuple[Part, ...]
    texts: tuple[str, ...]
    addresses: Mapping[str, Any] = field(default_factory=dict)
    """streets: [name, lon, lat] · houses: [index of street or −1, number, lon, lat] · crossings: [index of a
    street, of another, lon, lat], which older packs have not; for the address search."""

    def part(self, name: str) -> Part | None:
        return next((one for one in self.parts if one.name == name), None)


def write(pack: Pack, target: Path) -> None:
    """Write the pack whole or not at all. Raises ReadOnly if the disk does not take it."""
    data, header = _laid_out(pack)
    head = json.dumps({**header, "crc": zlib.crc32(data), "bytes": len(data)}, ensure_ascii=False).encode()
    head += b" " * (-(len(MAGIC) + 4 + len(head)) % 8)
    new = target.with_name(target.name + ".new")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with new.open("wb") as file:
            file.write(MAGIC + len(head).to_bytes(4, "little") + head + data)
            file.flush()
            os.fsync(file.fileno())
        fp("basemap.written")
        new.replace(target)
    except OSError as error:
        with suppress(OSError):
            new.unlink()
        raise ReadOnly(
            f"Карта города не записана в «{target}»: {why(error)}. Проверьте место на диске и права."
        ) from error


def _laid_out(pack: Pack) -> tuple[bytes, dict[str, Any]]:
    data = bytearray()

    def put(content: bytes) -> list[int]:
        data.extend(b"\0" * (-len(data) % 8))
        data.extend(content)
        return [len(data) - len(content), len(content)]

    parts = [
        {
            "name": one.name,
            "kind": one.kind,
            "arrays": {
                key: put(np.ascontiguousarray(one.arrays[key], dtype=kind).tobytes()) for key, kind in ARRAYS.items()
            },
        }
        for one in pack.parts
    ]
    header = {
        "format": FORMAT,
        "attribution": pack.attribution,
        "bounds": pack.bounds,
        "origin": pack.origin,
        "parts": parts,
        "texts": put(json.dumps(pack.texts, ensure_ascii=False).encode()),
        "addresses": put(json.dumps(pack.addresses, ensure_ascii=False).encode()),
    }
    return bytes(data), header


def read(path: Path) -> Pack:
    """Raises Damaged for whatever is not a whole pack of ours."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise Damaged(f"Карта города «{path.name}» не читается: {why(error)}.") from error
    try:
        return _parsed(content)
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError) as error:
        raise Damaged(f"Карта города «{path.name}» повреждена: импортируйте её заново.") from error


def _parsed(content: bytes) -> Pack:
    start = len(MAGIC) + 4
    length = int.from_bytes(content[len(MAGIC) : start], "little")
    if not content.startswith(MAGIC) or length > LONGEST_HEADER:
        raise ValueError("not a pack")
    header = json.loads(content[start : start + length])
    data = content[start + length :]
    if header["format"] != FORMAT or len(data) != header["bytes"] or zlib.crc32(data) != header["crc"]:
        raise ValueError("another format, or damaged")

    def text(place: list[int]) -> Any:
        return json.loads(data[place[0] : place[0] + place[1]])

    def part(one: Mapping[str, Any]) -> Part:
        arrays = {
            key: np.frombuffer(data, kind, one["arrays"][key][1] // np.dtype(kind).itemsize, one["arrays"][key][0])
            for key, kind in ARRAYS.items()
        }
        return Part(str(one["name"]), str(one["kind"]), arrays)

    west, south, east, north = (float(number) for number in header["bounds"])
    return Pack(
        attribution=str(header["attribution"]),
        bounds=(west, south, east, north),
        origin=(float(header["origin"][0]), float(header["origin"][1])),
        parts=tuple(part(one) for one in header["parts"]),
        texts=tuple(text(header["texts"])),
        addresses=text(header["addresses"]),
    )
