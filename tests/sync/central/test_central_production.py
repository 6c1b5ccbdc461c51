"""The arrangement of resources/central: gunicorn for API and admin, one uvicorn for event streams."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

import pytest
import requests
from central_operations import make
from central_server import ROOT, Central, free_port

from sync.contract import CHANGES, EVENTS


def answering(port: int) -> str:
    """The address of a server, as soon as it takes connections."""
    url, until, pause = f"http://127.0.0.1:{port}", time.monotonic() + 30, threading.Event()
    while True:
        try:
            requests.get(f"{url}{CHANGES}", timeout=5)
            return url
        except requests.ConnectionError:
            assert time.monotonic() < until
            pause.wait(0.05)


@pytest.fixture
def production(central: Central) -> Iterator[tuple[str, str]]:
    """Addresses of gunicorn and of uvicorn on the test's database; `central` itself is stopped."""
    central.stop()
    api, events = free_port(), free_port()
    environment = {**os.environ, "CITYMANAGER_DATABASE": central.dsn}
    bind = f"127.0.0.1:{api}"
    gunicorn = ["gunicorn", "--config", "resources/central/gunicorn.conf.py", "--bind", bind, "--workers", "1"]
    uvicorn = ["uvicorn", "--factory", "sync.central.production:events", "--port", str(events)]
    uvicorn += ["--log-level", "warning", "--timeout-graceful-shutdown", "2"]
    servers = [
        subprocess.Popen([sys.executable, "-m", *words], cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)
        for words in (gunicorn, uvicorn)
    ]
    try:
        yield answering(api), answering(events)
    finally:
        for one in servers:
            one.terminate()
        for one in servers:
            one.wait(15)


def test_what_gunicorn_takes_uvicorn_announces(central: Central, production: tuple[str, str]) -> None:
    api, events = production
    central.port = int(api.rpartition(":")[2])
    person = central.person("operator")
    with requests.get(events + EVENTS, headers=dict(person.http.headers), stream=True, timeout=10) as stream:
        said = (line for line in stream.iter_lines() if line.startswith(b"data: "))
        assert next(said) == b'data: {"seq": 0}'
        make(person)
        assert next(said) == b'data: {"seq": 1}'
    assert len(person.get(CHANGES).json()["changes"]) == 1
    door = requests.get(f"{api}/admin/login/", timeout=10)
    assert door.status_code == 200 and [one.secure for one in door.cookies] == [True], "nginx stands before it with TLS"
    assert requests.get(f"{api}/static/admin/css/base.css", timeout=10).status_code == 200
