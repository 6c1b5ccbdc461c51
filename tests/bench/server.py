"""The central server and the wire: bulk load, feed, first load of a station, an edit's way from one to another."""

import json
import shutil
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
from bench.city_server import Server, command, running
from bench.rows import Peer, Times, rate, row, size
from bench.windows import ENVIRONMENT, Window, window
from sync import contract

BULK = 20_000
CROWD = 28
"""Stations beside the two whose screens are looked at."""
NO_PEER = "no other server is installed here; figures of Kinto are in ARCHITECTURE.md"
ALONE = "no other program speaks this contract"
HEAD = b',"changes":'


def rows(n: int, quick: bool) -> Iterator[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as folder, running(Path(folder) / "server") as server:
        http = _logged_in(server.url)
        yield rate("server", "bulk load over HTTP, batches of 200", BULK, _bulk(server, http), reason=NO_PEER)
        yield from _stations(server, Path(folder), 8 if quick else 25)
        server.put(changes(n))
        yield rate("server", "feed over HTTP, pages of 500", *_feed(server, http), reason=NO_PEER)
        yield from _first_load(server, n)


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


def _feed(server: Server, http: requests.Session) -> tuple[int, float]:
    """How many changes came, in how many seconds; the bytes are taken whole, only their head is read."""
    begun, after, count, more = time.perf_counter(), 0, 0, True
    while more:
        asked = {"after": after, "limit": contract.PAGE}
        body = http.get(server.url + contract.CHANGES, params=asked, timeout=60).content
        head = json.loads(body.partition(HEAD)[0] + b"}")
        after, count, more = head["next"], count + head["count"], head["more"]
    return count, time.perf_counter() - begun


def _first_load(server: Server, n: int) -> Iterator[dict[str, Any]]:
    """A station that has nothing takes everything."""
    with tempfile.TemporaryDirectory(dir=kept.KEPT) as folder:
        place = Path(folder) / "station"
        begun = time.perf_counter()
        pulled = json.loads(command(place, "--server", server.url, "--user", "bench", "sync"))["pulled"]
        seconds = time.perf_counter() - begun
        assert pulled >= n, pulled
        yield rate("sync", "first load into a fresh cache", pulled, seconds, _many(place, Path(folder)))


def _many(place: Path, folder: Path) -> Peer:
    copy = shutil.copyfile(place / "cache.db", folder / "copy.db")
    done = subprocess.run(
        [sys.executable, "-m", "bench.many_peer", copy, folder / "many.db"],
        cwd=kept.ROOT, env=ENVIRONMENT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    found: Peer = json.loads(done.stdout)
    return found


def _stations(server: Server, place: Path, edits: int) -> Iterator[dict[str, Any]]:
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


def _logged_in(url: str) -> requests.Session:
    http = requests.Session()
    http.trust_env = False
    http.headers["Accept-Encoding"] = "identity"  # as our client on the server's own computer
    asked = {"login": "bench", "password": "bench", "station": str(uuid.uuid4()), "protocol": contract.PROTOCOL}
    token = http.post(url + contract.LOGIN, json=asked, timeout=30).json()["token"]
    http.headers["Authorization"] = f"Bearer {token}"
    return http
