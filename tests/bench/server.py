"""The central server and the wire: bulk load, feed, first load of a station, an edit's way from one to another."""

import json
import os
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import requests

from bench.city import changes
from bench.rows import Times, rate, row
from sync import contract

ROOT = Path(__file__).parents[2]
N = 20_000
EDITS = 20
PASSWORD = {"CITYMANAGER_PASSWORD": "bench"}


def rows() -> Iterator[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        _command(place / "server", "central", "user", "bench", "--role", "moderator")
        process = _central(place / "server")
        try:
            url = process.stdout.readline().split()[1]
            yield from _wire(url)
            yield from _stations(url, place)
        finally:
            process.terminate()
            process.wait()


def _wire(url: str) -> Iterator[dict[str, Any]]:
    http = _logged_in(url)
    sent = [
        {
            "op": str(uuid.uuid4()),
            "module": one["module"],
            "id": one["id"],
            "base": 0,
            "set": one["data"],
            "at": one["at"],
        }
        for one in changes(N)
    ]
    begun = time.perf_counter()
    for start in range(0, N, contract.BATCH):
        answer = http.post(
            url + contract.OPERATIONS, json={"operations": sent[start : start + contract.BATCH]}, timeout=60
        )
        assert {one["result"] for one in answer.json()["verdicts"]} == {"accepted"}
    yield rate("server", "bulk load over HTTP, batches of 200", N, time.perf_counter() - begun, "no peer is installed")
    begun, after, count = time.perf_counter(), 0, 0
    while True:
        page = http.get(url + contract.CHANGES, params={"after": after, "limit": contract.PAGE}, timeout=60).json()
        after, count = page["next"], count + page["count"]
        if not page["more"]:
            break
    yield rate("server", "feed over HTTP, pages of 500", count, time.perf_counter() - begun, "no peer is installed")


def _stations(url: str, place: Path) -> Iterator[dict[str, Any]]:
    begun = time.perf_counter()
    assert json.loads(_command(place / "a", "--server", url, "--user", "bench", "sync"))["pulled"] == N
    yield rate("sync", "first load into a fresh cache", N, time.perf_counter() - begun, "no peer speaks this contract")
    _command(place / "b", "--server", url, "--user", "bench", "sync")
    yield row("sync", "edit sent by one station, taken by another (four commands)", N, Times(
        [_edit(place, number) for number in range(EDITS)]), None, "no peer speaks this contract")  # fmt: skip


def _edit(place: Path, number: int) -> float:
    begun = time.perf_counter()
    ident = f"bench-{number + 1:07}"
    _command(place / "a", "edit", "reports", ident, f"district=округ {number}")
    _command(place / "a", "sync")
    _command(place / "b", "sync")
    assert f"округ {number}" in _command(place / "b", "query", "reports", "--id", ident)
    return (time.perf_counter() - begun) * 1000


def _logged_in(url: str) -> requests.Session:
    http = requests.Session()
    http.trust_env = False
    request = {"login": "bench", "password": "bench", "station": str(uuid.uuid4()), "protocol": contract.PROTOCOL}
    http.headers["Authorization"] = (
        f"Bearer {http.post(url + contract.LOGIN, json=request, timeout=30).json()['token']}"
    )
    return http


def _command(profile: Path, *words: str) -> str:
    done = subprocess.run(
        [sys.executable, "main.py", "--profile", profile, *words],
        cwd=ROOT, env={**os.environ, **PASSWORD}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def _central(profile: Path) -> "subprocess.Popen[str]":
    words = [sys.executable, "main.py", "--profile", str(profile), "central", "--port", "0"]
    return subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True)
