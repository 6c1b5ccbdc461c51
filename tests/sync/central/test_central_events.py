"""Waking the stations."""

import json
import queue
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import psycopg
import requests
from central_operations import make
from central_server import Central, Person

from sync.contract import EVENTS

STATIONS = 30


@contextmanager
def listening(person: Person) -> Iterator["queue.Queue[tuple[int, float]]"]:
    """What an open stream says and when; in the end the stream is closed by its reader."""
    heard: queue.Queue[tuple[int, float]] = queue.Queue()
    answer = requests.get(
        person.url + EVENTS, headers=dict(person.http.headers), stream=True, timeout=30, proxies={"http": ""}
    )
    assert answer.headers["Content-Type"] == "text/event-stream"

    def read() -> None:
        try:
            for line in answer.iter_lines():
                if line.startswith(b"data: "):
                    heard.put((json.loads(line[6:])["seq"], time.monotonic()))
        except requests.RequestException:
            return  # the server ended

    reader = threading.Thread(target=read)
    reader.start()
    try:
        yield heard
    finally:
        connection = answer.raw.connection
        if connection is not None and connection.sock is not None:
            connection.sock.shutdown(socket.SHUT_RDWR)
        reader.join()
        answer.close()


def up_to(heard: "queue.Queue[tuple[int, float]]", seq: int) -> float:
    """When the stream first said `seq`."""
    while True:
        said, at = heard.get(timeout=10)
        if said >= seq:
            return at


def test_a_change_wakes_thirty_stations_within_a_second(central: Central) -> None:
    wall, operator = central.person("wall"), central.person("operator")
    with ExitStack() as streams:
        heard = [streams.enter_context(listening(wall)) for _ in range(STATIONS)]
        for one in heard:
            assert one.get(timeout=10)[0] == 0, "a stream begins with where the feed stands"
        began = time.monotonic()
        make(operator)
        (seq,) = central.sql("SELECT max(seq) FROM records")[0]
        assert max(up_to(one, seq) for one in heard) - began < 1.0 * 3
        idle = central.sql("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")[0][0]
        assert idle < STATIONS, "a stream keeps no database connection of its own"


def test_a_write_past_the_server_wakes_too(central: Central) -> None:
    with listening(central.person("wall")) as heard:
        heard.get(timeout=10)
        central.sql("INSERT INTO records (module, id) VALUES ('reports', 'x')")
        assert up_to(heard, 1)


def test_a_stream_outlives_the_loss_of_the_database_connection(central: Central) -> None:
    operator = central.person("operator")
    with listening(central.person("wall")) as heard:
        heard.get(timeout=10)
        with psycopg.connect(central.dsn, autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%%'"
                " OR query LIKE '%%max(seq)%%' AND pid <> pg_backend_pid()"
            )
        make(operator)
        assert up_to(heard, 1)


def test_streams_need_a_token(central: Central) -> None:
    for header in ({}, {"Authorization": "Bearer x"}):
        answer = requests.get(central.url + EVENTS, headers=header, timeout=10)
        assert (answer.status_code, answer.json()["code"]) == (401, "token")
    assert central.person("wall").post(EVENTS).status_code == 405
