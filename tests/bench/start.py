"""How long until a command has answered and a window can be used."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.rows import row, timed

ROOT = Path(__file__).parents[2]
WINDOW = {"QT_QPA_PLATFORM": "offscreen", "QTWEBENGINE_DISABLE_SANDBOX": "1"}


def rows() -> Iterator[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as folder:
        profile = Path(folder) / "profile"
        _run(profile, "new", "reports", "text=Яма")
        alone = "no other program has such a command or window"
        yield row("start", "command `query`", 1, timed(lambda: _run(profile, "query", "reports")), None, alone)
        shot = str(Path(folder) / "shot.png")
        painted = timed(lambda: _run(profile, "shot", shot), 5)
        yield row("start", "window painted whole, map and all (`shot`)", 1, painted, None, alone)


def _run(profile: Path, *words: str) -> None:
    subprocess.run(
        [sys.executable, "main.py", "--profile", profile, *words],
        cwd=ROOT, env={**os.environ, **WINDOW}, capture_output=True, check=True,
    )  # fmt: skip
