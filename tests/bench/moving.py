"""A move of one card among very many reports, in the real window: key pressed → «Сохранено» painted."""

import shutil
import tempfile
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
FROM = "new"
"""The first move out of this status asks for no field."""
REASON = "no peer writes an edit, its way to the server and a journal before it says that it is saved"


def rows(n: int, quick: bool) -> Iterator[dict[str, Any]]:
    """The moves are kept in a copy, for the next run has to find the reports as they were."""
    runs = 10 if quick else 50
    with tempfile.TemporaryDirectory(dir=kept.KEPT) as folder:
        place = shutil.copytree(kept.profile(n), Path(folder) / "profile")
        with closing(Profile(place).reader(MODULES)) as reader:
            waiting = [one.id for one in reader.each(Query("reports", among={"status": (FROM,)}), runs + 1)]
        with window(place) as desk:
            desk.do("mapped")
            desk.do("whole")
            times = [desk.do("move", ident) for ident in waiting][1:]  # the first one warms up
        yield row("queue", "move of one card, key → «Сохранено» painted", n, Times(times), reason=REASON)
