"""The interpreter outlives any number of signals."""

import subprocess
import sys

SIGNALS = """
import sys
from PySide6.QtCore import QObject, Signal
from citymanager.hub import Hub
hub = Hub()
spare = sys.getrefcount(True)
for _ in range(1_000):
    hub.outbox_changed.emit()
print(spare > 1 << 40, sys.version_info >= (3, 12))
"""


def test_a_bus_survives_more_signals_than_true_has_references() -> None:
    done = subprocess.run([sys.executable, "-c", SIGNALS], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert "True" in done.stdout
