"""Photos and papers of records: which are taken, known by their own first bytes alone, and how they may be called."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from citymanager.errors import Refused

LIMIT = 25 * 1024 * 1024
"""Bytes of one at most."""
HEAD = 16
"""Bytes that tell a kind."""
LONGEST, LONGEST_BYTES = 120, 200
"""Of a file's name, in letters on the screen and in bytes on a disk: with its ending it fits everywhere."""
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d|conin\$|conout\$)(?=\.|$)", re.IGNORECASE)
"""Names that are devices on Windows, whatever their ending."""
_SEEN = {"C": "", "Z": " "}
"""By the first letter of its category: what stands for a letter that is not seen."""
_SHA256 = re.compile("[0-9a-f]{64}")
_UNITS = ((1 << 20, "МБ"), (1 << 10, "КБ"))


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file that is taken: what it begins with, and the ending that it is given on a disk."""

    type: str
    sign: re.Pattern[bytes]
    endings: tuple[str, ...]


KINDS = (
    Kind("image/jpeg", re.compile(rb"\xff\xd8\xff"), (".jpg", ".jpeg", ".jpe")),
    Kind("image/png", re.compile(rb"\x89PNG\r\n\x1a\n"), (".png",)),
    Kind("image/webp", re.compile(rb"RIFF....WEBP", re.DOTALL), (".webp",)),
    Kind("application/pdf", re.compile(rb"%PDF-"), (".pdf",)),
)
"""All of them. Nobody's word is taken for what a file is: neither its name's nor its sender's."""


@dataclass(frozen=True, slots=True)
class Named:
    """A file as a record names it."""

    sha256: str
    name: str
    size: int
    """Bytes; 0 if the record does not say."""


def kind_of(head: bytes) -> Kind | None:
    """What a file is by its first `HEAD` bytes; None: nothing that is taken."""
    return next((one for one in KINDS if one.sign.match(head)), None)


def judged(name: str, content: bytes) -> Kind:
    """The kind of a file that is to be attached. Raises Refused with what is wrong with it and what to do."""
    if not content:
        raise Refused(f"Файл «{name}» пуст: выберите другой.")
    if len(content) > LIMIT:
        raise Refused(f"Файл «{name}» больше {LIMIT >> 20} МБ: уменьшите его или разделите.")
    kind = kind_of(content[:HEAD])
    if kind is None:
        raise Refused(
            f"Файл «{name}» — не JPEG, PNG, WebP и не PDF, каким бы ни было его имя: сохраните его в одном из них."
        )
    return kind


def named(value: Any) -> Iterator[Named]:
    """The files that a value of kind `files` names; what makes no sense is passed over."""
    for one in value if isinstance(value, list) else ():
        if isinstance(one, dict) and _SHA256.fullmatch(str(one.get("sha256"))):
            size = one.get("size")
            yield Named(one["sha256"], shown_name(one.get("name")), size if isinstance(size, int) and size > 0 else 0)


def shown_name(name: Any) -> str:
    """A file's name for the screen: without letters that are not seen or turn the others round."""
    seen = "".join(_SEEN.get(unicodedata.category(one)[0], one) for one in str(name or "")[: LONGEST * 4])
    return seen.strip()[:LONGEST] or "файл"


def disk_name(name: Any, kind: Kind) -> str:
    """A file's name for a disk: it leads nowhere, is no device, and ends as its content is, not as its sender says."""
    last = re.split(r"[\\/]", str(name or ""))[-1]
    bare = re.sub(r'[<>:"|?*]', "_", shown_name(last)).strip(". ")
    for ending in kind.endings:
        if bare.casefold().endswith(ending):
            bare = bare[: -len(ending)].rstrip(". ")
    if _RESERVED.match(bare):
        bare = f"_{bare}"
    short = bare.encode()[:LONGEST_BYTES].decode(errors="ignore").rstrip(". ")
    return (short or "файл") + kind.endings[0]


def size_in_words(size: Any) -> str:
    """«1,4 МБ»; empty if it is not known."""
    if not isinstance(size, int):
        return ""
    for one, unit in _UNITS:
        if size >= one:
            return f"{size / one:.1f} {unit}".replace(".", ",")
    return f"{size} Б"
