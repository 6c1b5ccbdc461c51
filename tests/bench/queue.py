"""The queue over many cached reports: first page, order, filter, search. The peer is pandas over the same records."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from bench.city import changes
from bench.rows import rate, row, timed
from citymanager.modules import MODULES
from citymanager.store import Profile, Query, Writer

N = 100_000
WORD = "фонар"
PEER = Path(__file__).with_name("pandas_peer.py")
ACTS = {
    "first page": Query("reports"),
    "first page by address": Query("reports", sort="address"),
    "filter by status": Query("reports", among={"status": ("in_work",)}),
    "text search": Query("reports", text=WORD),
}


def rows() -> Iterator[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as folder:
        profile = Profile(Path(folder) / "profile")
        writer = profile.writer(MODULES)
        yield rate("sync", "changes absorbed into the cache", N, _fill(writer), "the wire is measured apart")
        peer = _pandas(writer, Path(folder))
        reader = profile.reader(MODULES)
        for act, query in ACTS.items():
            yield row("queue", act, N, timed(lambda query=query: reader.first_page(query)), peer[act])
            yield row("queue", f"{act}: all row numbers", N, timed(lambda query=query: reader.rows(query), 5), None,
                      "pandas has answered with the rows themselves already")  # fmt: skip
        yield row("queue", "counters of statuses", N, timed(lambda: reader.counters("reports")), peer["counters"])
        yield row("queue", "edit saved", N, timed(lambda: _edit(writer)), None, "pandas keeps nothing on the disk")
        reader.close()
        writer.close()


def _fill(writer: Writer) -> float:
    """Seconds that the cache took for all changes."""
    waiting, spent = changes(N), 0.0
    while page := list(islice(waiting, 500)):
        begun = datetime.now(UTC)
        writer.absorb(page, begun, {})
        spent += (datetime.now(UTC) - begun).total_seconds()
    return spent


def _edit(writer: Writer) -> None:
    now = datetime.now(UTC)
    writer.save("reports", "bench-0000007", {"district": now.isoformat()}, "bench", None, now)


def _pandas(writer: Writer, folder: Path) -> dict[str, Any]:
    """What pandas takes for the same acts, in a process of its own."""
    records = folder / "records.jsonl"
    with records.open("w", encoding="utf-8") as file:
        for one in writer.each(Query("reports")):
            file.write(json.dumps({"id": one.id, **one.data}, ensure_ascii=False) + "\n")
    done = subprocess.run([sys.executable, PEER, records, WORD], capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found
