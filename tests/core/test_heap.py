"""How many arenas the C library makes for the threads of a process, as it tells itself."""

import subprocess
import sys
from pathlib import Path

import pytest

from citymanager.heap import ARENAS

ROOT = Path(__file__).parents[2]
MANY = 8
THREADS = f"""
import ctypes, threading
from citymanager.heap import share_arenas
if {{share}}:
    share_arenas()
together = threading.Barrier({MANY})
def take():
    together.wait()
    large = bytearray(100_000)
    together.wait()
threads = [threading.Thread(target=take) for _ in range({MANY})]
for one in threads:
    one.start()
for one in threads:
    one.join()
libc = ctypes.CDLL(None)
libc.malloc_info(0, ctypes.c_void_p.in_dll(libc, "stdout"))
libc.fflush(None)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="arenas are of glibc")
def test_threads_share_few_arenas() -> None:
    assert _arenas(share=True) <= ARENAS < _arenas(share=False)


def _arenas(*, share: bool) -> int:
    words = [sys.executable, "-c", THREADS.format(share=share)]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.count("<heap nr=")
