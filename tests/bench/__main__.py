"""`make bench`: every measure, as a table on the screen and in build/bench.json.

`--quick` takes a tenth of the records and fewer runs; `--area queue` only one part, whose rows take the place of the
former ones in the file.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence, Set
from types import ModuleType
from typing import Any

from bench import alike, arrivals, clashing, giving, kept, lists, maps, moving, reported, searching, server, start
from bench.rows import line

PARTS: Sequence[ModuleType] = (
    start, lists, moving, alike, reported, giving, maps, searching, server, arrivals, clashing,
)  # fmt: skip
AREAS = ("start", "queue", "map", "sync", "server", "memory", "clashes")
FILE = kept.ROOT / "build" / "bench.json"


def main() -> None:
    asked = argparse.ArgumentParser("bench", description=__doc__)
    asked.add_argument("--quick", action="store_true")
    asked.add_argument("--area", action="append", choices=AREAS)
    given = asked.parse_args()
    kept.KEPT.mkdir(parents=True, exist_ok=True)
    wanted = set(given.area or AREAS)
    found = _former(wanted)
    for one in _rows(wanted, given.quick):
        if one["area"] in wanted:
            found[_name(one)] = one
            sys.stdout.write(line(one) + "\n")
            sys.stdout.flush()
            FILE.write_text(json.dumps(list(found.values()), ensure_ascii=False, indent=1), encoding="utf-8")


def _rows(wanted: set[str], quick: bool) -> Iterator[dict[str, Any]]:
    """What the parts measure that know of a wanted area."""
    for part in PARTS:
        if wanted & set(part.AREAS):
            yield from part.rows(100_000 if quick else 1_000_000, quick)


def _name(row: dict[str, Any]) -> tuple[str, str, int, str]:
    """What a row is known by: what was measured, over how much, and beside whom, or why beside nobody."""
    return row["area"], row["act"], row["n"], row["peer"]["name"] if row["peer"] else row["reason"]


def _former(wanted: Set[str]) -> dict[tuple[str, str, int, str], dict[str, Any]]:
    """The rows of an earlier run, of the areas that are not measured now."""
    rows = json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else []
    return {_name(one): one for one in rows if one["area"] not in wanted}


if __name__ == "__main__":
    main()
