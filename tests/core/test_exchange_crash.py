"""An import that dies in its middle leaves whole chunks, and the next one adds what is missing."""

import json
import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from exchanging import Station

ROOT = Path(__file__).parents[2]
CHUNK = 500


@pytest.mark.fault("F03")
def test_kill_9_leaves_whole_chunks_that_the_next_import_completes(tmp_path: Path) -> None:
    file, folder = tmp_path / "a.csv", tmp_path / "profile"
    # a wrong row in each chunk says, once it is told, that the chunk is on the disk
    rows = ["яма,9" if n % CHUNK == 0 else f"яма {n},5" for n in range(6_000)]
    file.write_text("text,rating\n" + "\n".join(rows) + "\n", encoding="utf-8")
    words = [sys.executable, "-u", ROOT / "main.py", "import", "reports", file, "--profile", folder]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True, encoding="utf-8") as child:
        assert child.stdout is not None
        told = [json.loads(child.stdout.readline()) for _ in range(3)]
        child.send_signal(signal.SIGKILL)
    assert [one["row"] for one in told] == [2, 502, 1002]

    station = Station(folder)
    kept = station.records("reports")
    assert 3 * (CHUNK - 1) <= len(kept) < 6_000 - 12
    assert len(kept) % (CHUNK - 1) == 0
    with closing(station.writer()) as writer:
        assert writer.unsent() == len(kept)

    again = station.take("reports", file)
    assert again.count == {"read": 6_000, "taken": 5_988, "unchanged": len(kept), "refused": 12}
    assert len(station.records("reports")) == 5_988
