"""Answers without end: given up at the limit, in a process whose memory is measured from outside of Python."""

import gzip
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from bad_servers import bad_server, http

ROOT = Path(__file__).parents[2]
MIB = 1024
ASKING = """
import resource, sys
from sync.client import Client
from sync.faults import TooLarge
def asked():
    client = Client(sys.argv[1])
    try:
        client.changes(0) if sys.argv[2] == "changes" else list(client.events())
    except TooLarge:
        return
    finally:
        client.close()
    sys.exit("it was taken")
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
asked()
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""
HEAD = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


def endless(piece: bytes, head: str = HEAD) -> Iterator[bytes]:
    yield f"{head}\r\n".encode()
    for _ in range(200_000_000 // len(piece)):
        yield piece


def plain(*_: object) -> Iterator[bytes]:
    return endless(b" " * 1_000_000)


def packed(*_: object) -> bytes:
    bomb = gzip.compress(b" " * 200_000_000, 9)
    assert len(bomb) < 200_000
    return http(bomb, Content_Encoding="gzip")


@pytest.mark.fault("F25")
@pytest.mark.parametrize("call", ["changes", "events"])
@pytest.mark.parametrize("bomb", [plain, packed])
def test_a_bomb_is_given_up_at_the_limit_and_costs_little_memory(bomb: object, call: str) -> None:
    with bad_server(bomb) as server:  # type: ignore[arg-type]
        done = subprocess.run(
            [sys.executable, "-c", ASKING, server.url, call],
            env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert server.asked, "the fault was never met"
    assert int(done.stdout) <= 50 * MIB
