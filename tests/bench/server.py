"""The central server: bulk load and feed; and the way of an edit from one window to another."""

import json
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import requests

from bench import kept
from bench.city import Change, changes, ident
from bench.city_server import Server, running
from bench.rows import Times, rate, row, size
from bench.windows import ENVIRONMENT, Window, window
from sync import contract

AREAS = ("server",)
BULK = 20_000
CROWD = 28
"""Stations beside the two whose screens are looked at."""
NO_PEER = "no other server is installed here; figures of Kinto are in ARCHITECTURE.md"
ALONE = "no other program speaks this contract"
HEAD = b',"changes":'


def rows(n: int, _quick: bool) -> Iterator[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as folder, running(Path(folder) / "server") as server:
        http = logged_in(server.url)
        yield rate("server", "bulk load over HTTP, batches of 200", BULK, _bulk(server, http), reason=NO_PEER)
        server.put(changes(n))
        yield rate("server", "feed over HTTP, pages of 500", *read_feed(server, http), reason=NO_PEER)


def _bulk(server: Server, http: requests.Session) -> float:
    """Seconds for a city's old queue, sent as a station sends its outbox."""
    sent = [_operation(one) for one in changes(BULK)]
    begun = time.perf_counter()
    for start in range(0, BULK, contract.BATCH):
        batch = {"operations": sent[start : start + contract.BATCH]}
        verdicts = http.post(server.url + contract.OPERATIONS, json=batch, timeout=60).json()["verdicts"]
        assert {one["result"] for one in verdicts} == {"accepted"}, verdicts
    return time.perf_counter() - begun


def _operation(change: Change) -> dict[str, Any]:
    return {
        "op": str(uuid.uuid4()), "module": change["module"], "id": change["id"], "base": 0, "set": change["data"],
        "at": change["at"],
    }  # fmt: skip


def read_feed(server: Server, http: requests.Session) -> tuple[int, float]:
    """How many changes came, in how many seconds; the bytes are taken whole, only their head is read."""
    begun, after, count, more = time.perf_counter(), 0, 0, True
    while more:
        asked = {"after": after, "limit": contract.PAGE}
        body = http.get(server.url + contract.CHANGES, params=asked, timeout=60).content
        head = json.loads(body.partition(HEAD)[0] + b"}")
        after, count, more = head["next"], count + head["count"], head["more"]
    return count, time.perf_counter() - begun


def stations(server: Server, place: Path, edits: int) -> Iterator[dict[str, Any]]:
    """Two windows on one server; one types, the other is looked at."""
    with window(place / "a", server.url) as here, window(place / "b", server.url) as there:
        for one in (here, there):
            one.do("link")
            one.do("mapped")
        act = "edit on A, Ctrl+S → painted on B"
        yield row("sync", f"{act}, two stations", BULK, Times(list(_edits(here, there, edits))), reason=ALONE)
        words = [sys.executable, "-m", "bench.crowd", server.url, str(CROWD)]
        with subprocess.Popen(
            words, cwd=kept.ROOT, env=ENVIRONMENT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as crowd:
            assert crowd.stdout is not None and crowd.stdin is not None
            assert crowd.stdout.readline() == "ready\n"
            yield row("sync", f"{act}, 30 stations", BULK, Times(list(_edits(here, there, edits))), reason=ALONE)
            crowd.stdin.close()
        yield size("window that syncs, with its map and all other processes", BULK, [there.memory()], ALONE)


def _edits(here: Window, there: Window, many: int) -> Iterator[float]:
    """The newest report, which stands at the top of both, gets one address after the other."""
    for number in range(1, many + 1):
        address = f"улица Мира, {number}, кв. {uuid.uuid4().hex[:6]}"
        there.ask("expect", ident(1), address)
        here.ask("edit", ident(1), address)
        begun, painted = here.answer()["began"], there.answer()["at"]
        yield (painted - begun) * 1000


def logged_in(url: str) -> requests.Session:
    http = requests.Session()
    http.trust_env = False
    http.headers["Accept-Encoding"] = "identity"  # as our client on the server's own computer
    asked = {"login": "bench", "password": "bench", "station": str(uuid.uuid4()), "protocol": contract.PROTOCOL}
    token = http.post(url + contract.LOGIN, json=asked, timeout=30).json()["token"]
    http.headers["Authorization"] = f"Bearer {token}"
    return http
