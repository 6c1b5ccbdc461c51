"""Where two streets meet, as people say it: «Ленина / Свердлова», «угол Ленина и Мира», «перекрёсток Ленина — Мира»."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

_CORNER = re.compile(
    r"^\s*(?:на\s+)?(?:угол|углу|пересечение|пересечении|перекр[её]сток|перекр[её]стке)\b", re.IGNORECASE
)
_PARTED = re.compile(r"\s*[/\\×+&]\s*|\s+[-–—хx]\s+|\s+(?:и|с|угол|пересечение)\s+", re.IGNORECASE)
_NAMED = re.compile(r"[^\W\d_]{2}")


def two_streets(text: str) -> tuple[str, str] | None:
    """The two streets that a text names, as it names them; None if it names no crossing."""
    parts = _PARTED.split(_CORNER.sub("", text))
    if len(parts) != 2 or not all(_NAMED.search(part) for part in parts):
        return None
    return parts[0].strip(), parts[1].strip()


class Crossings:
    """`table`: (index of a street, index of another, lon, lat), as a city pack has them."""

    def __init__(self, table: Iterable[Sequence[float]]) -> None:
        self._known: dict[frozenset[int], list[tuple[float, float]]] = defaultdict(list)
        for one, other, lon, lat in table:
            self._known[frozenset((int(one), int(other)))].append((float(lon), float(lat)))

    def of(self, one: Iterable[int], other: Iterable[int]) -> list[tuple[float, float]]:
        """Where a street meets another; each is given by its indexes, one for every spelling that the map has of it."""
        others = list(other)
        return [point for a in one for b in others if a != b for point in self._known.get(frozenset((a, b)), ())]
