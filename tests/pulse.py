"""How evenly an event loop beats while something else goes on in its process, and how much the process grows by it."""

import math
import os
import time
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Qt, QTimer

EVERY = 10
"""Milliseconds between two beats."""


class Pulse(QObject):
    """Beats from its making on; `told` says by how much beats came late."""

    def __init__(self) -> None:
        super().__init__()
        Path("/proc/self/clear_refs").write_text("5")  # the highest memory is counted from here
        self._before, self._gaps, self._last = _megabytes("VmRSS"), [0.0], time.monotonic()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)
        self._timer.start(EVERY)

    def _beat(self) -> None:
        now = time.monotonic()
        self._gaps.append(max((now - self._last) * 1000 - EVERY, 0))
        self._last = now

    def told(self) -> dict[str, Any]:
        """The lateness of beats in milliseconds, and `grown_mb`: at the most, since the beginning."""
        gaps = sorted(self._gaps)
        shares = {"median_ms": 0.5, "p95_ms": 0.95, "p999_ms": 0.999, "most_ms": 1.0}
        late = {name: round(gaps[math.ceil(len(gaps) * share) - 1], 1) for name, share in shares.items()}
        return {**late, "beats": len(gaps), "grown_mb": round(_megabytes("VmHWM") - self._before)}


def _megabytes(name: str) -> float:
    for line in Path(f"/proc/{os.getpid()}/status").read_text().splitlines():
        if line.startswith(name + ":"):
            return int(line.split()[1]) / 1024
    raise KeyError(name)
