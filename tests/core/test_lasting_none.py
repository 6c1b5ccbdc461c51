"""None outlives Qt's calls on every Python that we run on."""

import subprocess
import sys

CALLS = """
import citymanager
from PySide6.QtCore import QObject
one = QObject()
for _ in range(200_000):
    one.setObjectName("a")
"""


def test_a_program_that_calls_qt_for_long_ends_well():
    ended = subprocess.run([sys.executable, "-c", CALLS], capture_output=True, text=True, timeout=60)
    assert (ended.returncode, ended.stderr) == (0, "")
