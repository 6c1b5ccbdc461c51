"""The letters of a Shapefile's table: what it says of its encoding is often missing, and often wrong."""

from pathlib import Path

_SAMPLE = 4 * 2**20
_DOS = (0x26, 0x65)
"""Marks of the language driver that stand for cp866."""


def dbf_encoding(table: Path, named: Path) -> str | None:
    """The encoding of a DBF, judged by its own bytes; None: it has nothing but ASCII, or there is no table."""
    if not table.is_file():
        return None
    with table.open("rb") as file:
        head = file.read(_SAMPLE)
    body = head[32:]
    if body.isascii():
        return None
    if _is_utf8(body):
        return "UTF-8"
    told = named.read_text(encoding="ascii", errors="ignore").strip().lower() if named.is_file() else ""
    if "866" in told or (not told and len(head) > 29 and head[29] in _DOS):
        return "CP866"
    return "CP1251"


def _is_utf8(body: bytes) -> bool:
    """Whoever wrote a table may have cut its cells in the middle of a letter, but not most of them."""
    letters = sum(byte > 0x7F for byte in body)
    lost = len(body) - len(body.decode("utf-8", "ignore").encode())
    return 10 * lost <= letters
