"""A card saved among very many reports, in the real window: key pressed → «Сохранено» painted."""

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from bench import kept
from bench.rows import Times, row
from bench.windows import window
from citymanager.modules import MODULES
from citymanager.store import Profile, Query

AREAS = ("queue",)
ACTS = {
    "Ctrl+S in a card": ("save", "solved", "600"),
    "a move of one card": ("move", "new", "600"),
    "a move of one card, the next at once": ("move", "moderation", "0"),
    "«Взять в работу»": ("move", "assigned", "600"),
}
"""The act, the status that the cards are in, and how long each is looked at before."""
REASON = "no peer writes an edit, its way to the server and a journal before it says that it is saved"
DISK = "what the disk takes of it: a line is brought to it twice"


def rows(n: int, quick: bool) -> Iterator[dict[str, Any]]:
    """The edits are kept in a copy, for the next run has to find the reports as they were."""
    runs = 10 if quick else 40
    with tempfile.TemporaryDirectory(dir=kept.KEPT) as folder:
        place = shutil.copytree(kept.profile(n), Path(folder) / "profile")
        with closing(Profile(place).reader(MODULES)) as reader:
            cards = {status: _some(reader, status, runs + 1) for _, status, _ in ACTS.values()}
        with window(place) as desk:
            for first in ("mapped", "whole", "judged"):
                desk.do(first)
            for name, (act, status, rest) in ACTS.items():
                typed = ("Уточнение. ",) if act == "save" else ()
                found = [(desk.do(act, one, *typed, rest), _synced(Path(folder) / "line")) for one in cards[status]]
                told = f"{name}, key → «Сохранено» painted"
                yield row("queue", told, n, Times([one for one, _ in found[1:]]), reason=REASON)  # the first warms up
                yield row("queue", f"{name}: two fsyncs of a line", n, Times([one for _, one in found]), reason=DISK)


def _some(reader: Any, status: str, many: int) -> list[str]:
    return [one.id for one in reader.each(Query("reports", among={"status": (status,)}), many)]


def _synced(file: Path) -> float:
    """Milliseconds in which this disk takes two lines, one after the other, as an edit has them written."""
    begun = time.perf_counter()
    with file.open("ab") as line:
        for _ in range(2):
            line.write(b"0" * 1024)
            line.flush()
            os.fsync(line.fileno())
    return (time.perf_counter() - begun) * 1000
