"""Runs `main.py` commands for tests in processes that have imported already what the reading of a map file needs.

As a script: a JSON line of words and of the file for their errors in, a process forked for it, its exit code out.
"""

import json
import os
import signal
import subprocess
import sys
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]
PATIENCE = 120
"""Seconds until a command is ended."""
CRASHED = 70


class Nursery:
    """The process that others are forked from."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def run(self, words: Sequence[str], errors: Path) -> int:
        """The exit code of one command, what it told in a file; a signal that ended it as a number below zero."""
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps([list(words), str(errors)]) + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())


@contextmanager
def nursery() -> Iterator[Nursery]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1"}
    with subprocess.Popen(
        [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment, cwd=ROOT
    ) as process:
        yield Nursery(process)
        process.communicate(timeout=20)


def _born(words: list[str], errors: str) -> int:
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    told = os.open(errors, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for one, end in ((nowhere, 0), (nowhere, 1), (told, 2)):
        os.dup2(one, end)
    signal.alarm(PATIENCE)
    code = CRASHED
    try:
        from main import main

        code = main(words)
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    import numpy as _numpy  # noqa: F401 - half of the time that a small file takes
    import shapely as _shapely  # noqa: F401

    import layers.guests.reading as _reading  # noqa: F401 - GDAL itself it loads when it has set its bounds
    import main as _main  # noqa: F401

    for line in sys.stdin:
        sys.stdout.write(f"{_born(*json.loads(line))}\n")
        sys.stdout.flush()
