"""What the reading process leaves for the window: a head of every layer, and a line for every feature."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

HEADS = "layers.json"


@dataclass(frozen=True, slots=True)
class Head:
    """One layer of a file, without its features."""

    title: str
    count: int
    fields: tuple[str, ...] = ()
    kind: str = "shape"
    """«point», «line», «polygon»; «shape»: several of them."""
    left_out: int = 0
    """Features without a place, or with one that is none."""
    system: str = ""
    """In which coordinates the file is; empty: nobody knows, and nothing is drawn until a person says it."""
    swapped: bool = False
    notes: tuple[str, ...] = ()
    bounds: tuple[float, float, float, float] | None = None
    """West, south, east, north."""


def write_heads(folder: Path, heads: Iterable[Head]) -> None:
    text = json.dumps([asdict(one) for one in heads], ensure_ascii=False)
    (folder / HEADS).write_text(text, encoding="utf-8")


def heads(folder: Path) -> list[Head]:
    """Of a folder that the reading process has filled."""
    found = json.loads((folder / HEADS).read_text(encoding="utf-8"))
    return [_head(one) for one in found]


def _head(found: dict[str, Any]) -> Head:
    bounds = found.pop("bounds")
    fields, notes = tuple(found.pop("fields")), tuple(found.pop("notes"))
    return Head(**found, fields=fields, notes=notes, bounds=tuple(bounds) if bounds else None)


def lines(folder: Path, number: int) -> Path:
    """The file of the features of a folder's layer."""
    return folder / f"{number}.lines"


def line(wkb: str, properties: Mapping[str, Any]) -> str:
    """A feature: its shape as hexadecimal WKB in degrees, and its properties as JSON."""
    return f"{wkb}\t{json.dumps(properties, ensure_ascii=False)}\n"


def features(path: Path) -> Iterator[tuple[str, str]]:
    """Shape and properties of every feature, as `line` has written them."""
    with path.open(encoding="utf-8", errors="surrogatepass") as file:
        for text in file:
            wkb, _, properties = text.rstrip("\n").partition("\t")
            yield wkb, properties
