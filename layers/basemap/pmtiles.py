"""PMTiles, version 3: one file with a header, directories of tile numbers along a curve, and the tiles themselves.

The layout is that of its public specification; only what our map needs is read.
"""

import json
import struct
import zlib
from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from layers.basemap.plain_words import plain
from layers.basemap.tile_source import LONGEST_TILE, About, Unusable, checked, sound

MAGIC = b"PMTiles"
HEADER = struct.Struct("<7sB11Q6B4i")
LONGEST_PART = 16 * 1024 * 1024
"""Bytes of a directory or of the metadata once they are unpacked."""
DEPTH = 4
"""Directories below each other at most."""
NONE, GZIP = 1, 2
VECTOR_TYPE, PICTURES = 1, (2, 3, 4)
DAMAGED = "он повреждён"


class Entry(NamedTuple):
    """Tiles from a number on that are one picture; a run of 0: another directory."""

    first: int
    offset: int
    length: int
    run: int


class PMTiles:
    """Satisfies `tile_source.Source`. Raises Unusable if the file is none."""

    def __init__(self, path: Path) -> None:
        self._path, self._size = path, path.stat().st_size
        self._read_header()
        self._directory = lru_cache(64)(self._unpacked_directory)
        self._root_entries = self._directory(*self._root)

    def _read_header(self) -> None:
        head = self._bytes(0, min(HEADER.size, self._size))
        if len(head) == HEADER.size and head[7] != 3:
            raise Unusable(f"это PMTiles версии {head[7]}, а нужна версия 3")
        if len(head) < HEADER.size:
            raise Unusable(DAMAGED)
        fields = HEADER.unpack(head)
        root, root_size, meta, meta_size, self._leaves, leaves_size, self._tiles, tiles_size = fields[2:10]
        _, self._packing, tile_packing, picture, least, most = fields[13:19]
        west, south, east, north = (one / 1e7 for one in fields[19:])
        ends = (root + root_size, meta + meta_size, self._leaves + leaves_size, self._tiles + tiles_size)
        if max(ends) > self._size or max(root_size, meta_size) > LONGEST_PART:
            raise Unusable("он обрывается раньше, чем сказано в его начале")
        if picture not in (VECTOR_TYPE, *PICTURES):
            raise Unusable("его тайлы — не PNG, не JPEG и не WebP")
        known = (0, NONE, GZIP) if picture == VECTOR_TYPE else (0, NONE)
        if self._packing not in (NONE, GZIP) or tile_packing not in known:
            raise Unusable("он сжат способом, которого программа не знает")
        self._root = (root, root_size)
        bounds = (west, south, east, north)
        if not sound(bounds):
            raise Unusable("не понять, какое место он показывает")
        self.about = About(least, most, bounds, self._attribution(meta, meta_size), picture == VECTOR_TYPE)

    def _attribution(self, offset: int, size: int) -> str:
        try:
            said = json.loads(self._part(offset, size)) if size else {}
        except (ValueError, RecursionError) as error:
            raise Unusable(DAMAGED) from error
        return plain(str(said.get("attribution") or "")) if isinstance(said, dict) else ""

    def tile(self, zoom: int, x: int, y: int) -> bytes | None:
        found = self._entry(number(zoom, x, y))
        return self._picture(found) if found else None

    def places(self, zoom: int, most: int) -> list[tuple[int, int]]:
        wanted = range(number(zoom, 0, 0), number(zoom, 0, 0) + 4**zoom)
        numbers = islice(self._numbers(self._root_entries, wanted, DEPTH), most)
        return sorted(place(zoom, one - wanted.start) for one in numbers)

    def _numbers(self, entries: list[Entry], wanted: range, depth: int) -> Iterator[int]:
        """Those of these tiles that the file has."""
        for at, entry in enumerate(entries):
            end = entries[at + 1].first if at + 1 < len(entries) else wanted.stop
            if entry.run:
                yield from range(max(entry.first, wanted.start), min(entry.first + entry.run, wanted.stop))
            elif depth and entry.first < wanted.stop and end > wanted.start:
                below = self._directory(self._leaves + entry.offset, entry.length)
                yield from self._numbers(below, wanted, depth - 1)

    def check(self) -> None:
        entries = self._root_entries
        for _ in range(DEPTH):
            if not entries:
                break
            if entries[0].run:
                checked(self, self._picture(entries[0]))
                return
            entries = self._directory(self._leaves + entries[0].offset, entries[0].length)
        checked(self, None)

    def close(self) -> None:
        """Nothing is held open between two tiles."""

    def _entry(self, wanted: int) -> Entry | None:
        entries = self._root_entries
        for _ in range(DEPTH):
            at = bisect_right(entries, wanted, key=lambda one: one.first) - 1
            if at < 0:
                return None
            found = entries[at]
            if found.run:
                return found if wanted < found.first + found.run else None
            entries = self._directory(self._leaves + found.offset, found.length)
        return None

    def _picture(self, entry: Entry) -> bytes | None:
        return self._bytes(self._tiles + entry.offset, entry.length) if entry.length <= LONGEST_TILE else None

    def _bytes(self, offset: int, size: int) -> bytes:
        if offset + size > self._size:
            raise Unusable(DAMAGED)
        with self._path.open("rb") as file:
            file.seek(offset)
            return file.read(size)

    def _part(self, offset: int, size: int) -> bytes:
        if size > LONGEST_PART:
            raise Unusable(DAMAGED)
        packed = self._bytes(offset, size)
        if self._packing == NONE:
            return packed
        try:
            unpacking = zlib.decompressobj(wbits=31)
            content = unpacking.decompress(packed, LONGEST_PART)
        except zlib.error as error:
            raise Unusable(DAMAGED) from error
        if not unpacking.eof:
            raise Unusable(DAMAGED)
        return content

    def _unpacked_directory(self, offset: int, size: int) -> list[Entry]:
        numbers = _varints(self._part(offset, size))
        count = numbers[0] if numbers else 0
        if len(numbers) != 1 + 4 * count:
            raise Unusable(DAMAGED)
        steps, runs, lengths, places = (numbers[1 + turn * count : 1 + (turn + 1) * count] for turn in range(4))
        entries: list[Entry] = []
        first = 0
        for step, run, length, place in zip(steps, runs, lengths, places, strict=True):
            first += step
            if place:
                begin = place - 1
            elif entries:
                begin = entries[-1].offset + entries[-1].length
            else:
                raise Unusable(DAMAGED)
            entries.append(Entry(first, begin, length, run))
        return entries


def _varints(content: bytes) -> list[int]:
    """Numbers of seven bits a byte, the lowest first."""
    found, value, shift = [], 0, 0
    for byte in content:
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            found.append(value)
            value = shift = 0
        elif shift > 63:
            raise Unusable(DAMAGED)
    return found


def number(zoom: int, x: int, y: int) -> int:
    """Where a tile stands on the Hilbert curve that goes through all tiles, zoom after zoom."""
    found: int = (4**zoom - 1) // 3
    side: int = 2**zoom
    half = side // 2
    while half:
        right, low = int(x & half > 0), int(y & half > 0)
        found += half * half * ((3 * right) ^ low)
        if not low:
            if right:
                x, y = side - 1 - x, side - 1 - y
            x, y = y, x
        half //= 2
    return found


def place(zoom: int, step: int) -> tuple[int, int]:
    """Where the curve is in a zoom after so many steps; `number` the other way round."""
    x = y = 0
    side = 1
    while side < 2**zoom:
        right, low = step >> 1 & 1, (step ^ step >> 1) & 1
        if not low:
            if right:
                x, y = side - 1 - x, side - 1 - y
            x, y = y, x
        x, y = x + side * right, y + side * low
        step >>= 2
        side *= 2
    return x, y
