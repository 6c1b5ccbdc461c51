"""The interpreter outlives any number of signals and of calls into Qt."""

import subprocess
import sys

import pytest

SIGNALS = """
from citymanager.hub import Hub
hub = Hub()
for _ in range(100_000):
    hub.outbox_changed.emit()
"""
CALLS = """
from citymanager.hub import Hub
hub = Hub()
for _ in range(200_000):
    hub.setObjectName("x")
"""


@pytest.mark.parametrize("code", [SIGNALS, CALLS], ids=["signals", "calls"])
def test_the_program_survives_more_than_a_constant_has_references(code: str) -> None:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
