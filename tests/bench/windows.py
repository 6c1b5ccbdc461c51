"""Driving the window's process: what a user does, and how long until it is painted."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).parents[2]
THEIRS = ("DBUS", "DISPLAY", "WAYLAND")
"""What of the environment belongs to whoever runs the measures: his key ring and his screen."""
ENVIRONMENT = {
    **{key: value for key, value in os.environ.items() if not key.startswith(THEIRS)},
    "PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}", "QT_QPA_PLATFORM": "offscreen", "QTWEBENGINE_DISABLE_SANDBOX": "1",
    "QT_LOGGING_RULES": "*=false", "CITYMANAGER_PASSWORD": "bench",
}  # fmt: skip


class Window:
    """A window that was started; `started` are the milliseconds from the call to its first rows."""

    def __init__(self, profile: Path, server: str = "", module: str = "bench.window") -> None:
        begun = time.monotonic()
        self.process = subprocess.Popen(
            [sys.executable, "-m", module, profile, *([server] if server else [])], cwd=ROOT,
            env=ENVIRONMENT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        self.first = self.answer()
        self.started = (self.first["at"] - begun) * 1000

    def do(self, *words: str) -> float:
        """An act; milliseconds until it is painted."""
        return float(self.tell(*words)["ms"])

    def tell(self, *words: str) -> dict[str, Any]:
        """An act; all that is answered."""
        self.ask(*words)
        return self.answer()

    def since_first(self, *words: str) -> float:
        """An act that is over by itself; milliseconds after the first rows."""
        self.ask(*words)
        return (float(self.answer()["at"]) - float(self.first["at"])) * 1000

    def ask(self, *words: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(words, ensure_ascii=False) + "\n")
        self.process.stdin.flush()

    def answer(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError("the window has died")
        found: dict[str, Any] = json.loads(line)
        return found

    def memory(self) -> float:
        """MB of the window, its renderer and all its other processes, shared pages counted once (PSS)."""
        whole = [psutil.Process(self.process.pid), *psutil.Process(self.process.pid).children(recursive=True)]
        return sum(one.memory_full_info().pss for one in whole) / 2**20

    def close(self) -> None:
        with self.process:  # its pipes are closed, too
            if self.process.poll() is None:
                self.ask("quit")
                self.process.wait(30)


@contextmanager
def window(profile: Path, server: str = "", module: str = "bench.window") -> Iterator[Window]:
    made = Window(profile, server, module)
    try:
        yield made
    finally:
        made.close()
