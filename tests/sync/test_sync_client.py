"""The client against servers that go wrong: told apart, in time, in bounds, and nothing of a bad answer is used."""

import gzip
import os
import ssl
import subprocess
import sys
import threading
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from bad_servers import bad_server, change, changes, chunked, dumped, http, packed, trickle
from central_server import Central, free_port
from pytest_httpserver import HTTPServer

from citymanager.errors import CityError, NoLink, Refused
from citymanager.server_address import is_here, server_address
from sync.client import Client
from sync.faults import (
    Busy,
    Expired,
    Failing,
    Garbled,
    NotOurs,
    NotSeen,
    Purged,
    Slow,
    TooLarge,
    TooOld,
    Unacceptable,
    WrongLogin,
)
from sync.patience import LONGEST, UNSAID, Backoff, milliseconds, retry_after

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
GOOD = changes([change()])
WHOLE = dumped(GOOD)


def asked(answer: Any, **deadlines: float) -> Any:
    """What the client makes of this answer to CHANGES."""
    with bad_server(answer) as server:
        client = Client(server.url, **deadlines)
        try:
            return client.changes(0)
        finally:
            assert server.asked, "the fault was never met"
            client.close()


def test_a_sound_answer_is_taken_plain_packed_and_in_chunks() -> None:
    assert asked(http(WHOLE))["changes"] == [change()]
    assert asked(http(packed(GOOD), Content_Encoding="gzip"))["changes"] == [change()]
    assert asked(chunked(WHOLE, whole=True))["next"] == 5
    assert asked(http(WHOLE, length=None))["next"] == 5


@pytest.mark.fault("F20")
@pytest.mark.fault("F21")
@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(http(WHOLE[:100], length=len(WHOLE)), id="shorter than it says"),
        pytest.param(chunked(WHOLE, whole=False), id="cut inside a chunk"),
        pytest.param(http(WHOLE[:-40], length=None), id="cut without a length"),
        pytest.param(http(packed(GOOD)[:-30], length=None, Content_Encoding="gzip"), id="cut gzip"),
        pytest.param(http(b'{"product":"citymanager"', length=None), id="cut JSON"),
        pytest.param(http(dumped(changes([change()], count=2))), id="wrong count"),
        pytest.param(http(dumped(changes([change()], sha256="0" * 64))), id="wrong seal"),
        pytest.param(http(WHOLE.replace("Яма".encode(), "Ямы".encode())), id="a letter changed"),
        pytest.param(http(WHOLE.replace("Яма".encode(), b"\xff\xfe\xff")), id="not UTF-8"),
        pytest.param(http(WHOLE.replace(b"5", b"NaN", 1)), id="NaN"),
        pytest.param(http(WHOLE.replace(b"5", b"1e999", 1)), id="infinite"),
        pytest.param(http(dumped({**GOOD, "product": "citymanager"})[:-1] + b',"x":' + b"[" * 100_000), id="deep"),
        pytest.param(http(dumped({**GOOD, "changes": {}})), id="not a list"),
        pytest.param(http(dumped({**GOOD, "next": "5"})), id="a cursor in words"),
        pytest.param(http(dumped({**GOOD, "next": True})), id="a cursor of truth"),
        pytest.param(http(dumped(changes([], next=0, more=True))), id="more, but no further"),
        pytest.param(b"HTTP/1.1 200 OK\r\n", id="cut in the head"),
        pytest.param(b"", id="nothing at all"),
    ],
)
def test_an_answer_cut_or_changed_is_found_out(answer: bytes) -> None:
    with pytest.raises(Garbled):
        asked(answer)


@pytest.mark.fault("F20")
def test_a_cut_answer_is_asked_for_again_at_once() -> None:
    answers = iter([http(WHOLE[:50], length=900), http(WHOLE)])
    assert asked(lambda *_: next(answers))["next"] == 5


@pytest.mark.fault("F21")
@pytest.mark.fault("F34")
@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(http("<html>Вход в сеть</html>".encode(), kind="text/html"), id="captive portal"),
        pytest.param(http(b"", "302 Found", Location="http://portal.example/login"), id="redirect"),
        pytest.param(http(b'{"product": "kinto"}'), id="another product"),
        pytest.param(http(b"[]"), id="a list"),
        pytest.param(http(b"nothing", "404 Not Found", kind="text/plain"), id="404 of another server"),
        pytest.param(http(b"", "407 Proxy Authentication Required"), id="proxy"),
    ],
)
def test_what_is_not_our_server_is_called_so(answer: bytes) -> None:
    with pytest.raises(NotOurs, match="отвечает не сервер «Ситименеджер»"):
        asked(answer)


def test_a_redirect_is_not_followed_and_the_token_stays_here() -> None:
    with bad_server(http(WHOLE)) as other:
        with bad_server(http(b"", "307 Temporary Redirect", Location=other.url)) as server:
            client = Client(server.url)
            client.token = "секрет".encode().hex()
            with pytest.raises(NotOurs):
                client.changes(0)
            assert client.token in server.heads[0] and client.token not in server.asked[0]
        assert other.asked == []


def test_the_environment_is_not_trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert asked(http(WHOLE))["next"] == 5


ERRORS = [
    ("401 Unauthorized", "login", WrongLogin), ("401 Unauthorized", "token", Expired), ("410 Gone", "purged", Purged),
    ("403 Forbidden", "role", NotSeen), ("400 Bad Request", "protocol", TooOld),
    ("413 Too Large", "size", Unacceptable), ("400 Bad Request", "request", Unacceptable),
    ("500 Internal Server Error", "bug", Failing), ("503 Service Unavailable", "busy", Busy),
    ("429 Too Many Requests", "login", Busy),
]  # fmt: skip


@pytest.mark.parametrize(("status", "code", "kind"), ERRORS)
def test_errors_of_the_server_say_what_to_do(status: str, code: str, kind: type[CityError]) -> None:
    body = dumped({"product": "citymanager", "error": "По-русски.", "code": code})
    with pytest.raises(kind, match="По-русски") as caught:
        asked(http(body, status))
    assert type(caught.value) is kind


def test_a_gateways_error_is_no_stranger() -> None:
    with pytest.raises(Failing):
        asked(http(b"<html>Bad Gateway</html>", "502 Bad Gateway", kind="text/html"))


@pytest.mark.fault("F08")
def test_retry_after_of_every_form() -> None:
    assert retry_after("7", NOW) == 7
    assert retry_after("Mon, 23 Nov 2026 12:00:30 GMT", NOW) == 30
    assert retry_after("Mon, 23 Nov 2026 11:00:00 GMT", NOW) == 0
    assert retry_after("1000000000", NOW) == retry_after("9" * 400, NOW) == LONGEST
    assert retry_after("Mon, 23 Nov 2099 12:00:00 GMT", NOW) == LONGEST
    for garbage in (None, "", "скоро", "-5", "7.5", "Mon, 99 Foo", "\x00", "٣"):
        assert retry_after(garbage, NOW) == UNSAID


@pytest.mark.fault("F08")
@pytest.mark.parametrize(("header", "wait"), [("3", 3), ("tomorrow", UNSAID), ("1000000000", LONGEST)])
def test_a_busy_server_says_how_long(header: str, wait: float) -> None:
    with pytest.raises(Busy) as caught:
        asked(http(b"", "503 Service Unavailable", Retry_After=header))
    assert caught.value.wait == wait


def test_waits_double_up_to_a_minute_and_begin_anew() -> None:
    backoff = Backoff()
    waits = [backoff.failed() for _ in range(12)]
    for number, wait in enumerate(waits):
        least = min(2.0**number, 60)
        assert least <= wait <= least * 1.2
    backoff.succeeded()
    assert backoff.failed() < 1.3


@pytest.mark.fault("F25")
def test_a_bomb_is_not_unpacked_to_its_end() -> None:
    bomb = http(gzip.compress(b" " * 200_000_000, 9), Content_Encoding="gzip")
    tracemalloc.start()
    try:
        with pytest.raises(TooLarge):
            asked(bomb)
        assert tracemalloc.get_traced_memory()[1] < 120_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.fault("F24")
def test_a_line_that_trickles_has_a_deadline() -> None:
    started = time.monotonic()
    with pytest.raises(Failing, match="слишком медленно"):
        asked(lambda *_: trickle(http(WHOLE)), total=1.0)
    assert time.monotonic() - started < 2.5


@pytest.mark.fault("F34")
def test_a_server_that_never_answers_has_a_deadline() -> None:
    started = time.monotonic()
    with pytest.raises(Failing, match="не ответил вовремя"):
        asked(lambda *_: trickle(b"x", pause=1.5), read=0.3)
    assert time.monotonic() - started < 3


@pytest.mark.fault("F34")
@pytest.mark.parametrize("host", ["10.255.255.1:9", "[100::1]:9"])
def test_a_host_that_swallows_packets_has_a_deadline(host: str) -> None:
    client = Client(f"http://{host}")
    started = time.monotonic()
    with pytest.raises(NoLink):
        client.changes(0)
    assert time.monotonic() - started < 6


def test_nobody_at_the_address() -> None:
    client = Client(f"http://127.0.0.1:{free_port()}")
    with pytest.raises(NoLink, match="Нет связи с сервером"):
        client.changes(0)
    with pytest.raises(NoLink, match="Нет связи с сервером"):
        Client("http://no-such-host.invalid").changes(0)


def test_a_call_is_ended_from_another_thread() -> None:
    with bad_server(lambda *_: trickle(b"x", pause=1.5)) as server:
        client = Client(server.url)
        caught: list[Exception] = []

        def call() -> None:
            try:
                client.changes(0)
            except NoLink as error:
                caught.append(error)

        thread = threading.Thread(target=call)
        thread.start()
        while not server.asked:
            assert thread.is_alive()
        client.close()
        thread.join(2)
        assert not thread.is_alive() and "остановлена" in str(caught[0])


@pytest.mark.parametrize(
    "text", ["", "ftp://x", "сервер", "http://", "http://user:pass@host", "https://", "http://x:99999"]
)
def test_an_address_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="не адрес сервера"):
        server_address(text)


@pytest.mark.fault("F09")
def test_the_offset_of_the_clock_is_measured_at_each_answer(central: Central) -> None:
    central.add_user("ivanov", "пароль", "operator")
    client = Client(central.url)
    client.login("ivanov", "пароль", "станция")
    assert abs(client.skew) < 1.5
    with bad_server(http(dumped({**GOOD, "server_time": "2020-01-01T00:00:00Z"}))) as server:
        ahead = Client(server.url)
        ahead.changes(0)
        assert ahead.skew > 86_400 * 365
        ahead.close()
    client.close()


# --- TLS ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A city's own certificate for localhost, and its key in the same file."""
    file = tmp_path_factory.mktemp("tls") / "localhost.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
         "-days", "30", "-keyout", file.with_suffix(".key"), "-out", file, "-subj", "/CN=localhost",
         "-addext", "subjectAltName=DNS:localhost"],
        check=True, capture_output=True,
    )  # fmt: skip
    return file


@pytest.fixture
def secure(certificate: Path) -> Iterator[HTTPServer]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, certificate.with_suffix(".key"))
    with HTTPServer(host="localhost", ssl_context=context) as server:
        server.expect_request("/api/v1/changes").respond_with_data(WHOLE, content_type="application/json")
        yield server


def test_a_citys_own_authority_is_trusted_only_where_it_is_named(secure: HTTPServer, certificate: Path) -> None:
    trusting = Client(f"https://localhost:{secure.port}", authority=certificate)
    assert trusting.changes(0)["next"] == 5
    trusting.close()
    doubting = Client(f"https://localhost:{secure.port}")
    with pytest.raises(NoLink, match=r"Сертификат сервера .* не принят: он подписан сам собой"):
        doubting.changes(0)


def test_a_certificate_of_another_name_is_refused(secure: HTTPServer, certificate: Path) -> None:
    client = Client(f"https://127.0.0.1:{secure.port}", authority=certificate)
    with pytest.raises(NoLink, match=r"Сертификат .* он выдан для другого адреса"):
        client.changes(0)


def test_the_environment_names_no_authorities(
    secure: HTTPServer, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.setenv(name, str(certificate))
    with pytest.raises(NoLink, match="Сертификат"):
        Client(f"https://localhost:{secure.port}").changes(0)


@pytest.mark.fault("F34")
def test_a_handshake_that_hangs_has_a_deadline_and_can_be_cut() -> None:
    with bad_server(lambda *_: trickle(b"x", pause=2)) as server:
        client = Client(server.url.replace("http:", "https:"))
        timer = threading.Timer(0.5, client.close)
        timer.start()
        started = time.monotonic()
        with pytest.raises(NoLink):
            client.changes(0)
        assert time.monotonic() - started < 2
        timer.join()


@pytest.mark.parametrize(
    ("address", "here"),
    [
        ("http://127.0.0.1:8000", True), ("http://localhost:8000", True), ("http://[::1]:8000", True),
        ("https://127.example.org", False), ("https://10.0.0.1", False), ("https://localhost.example.org", False),
    ],
)  # fmt: skip
def test_a_server_of_this_very_computer_is_told_from_others(address: str, here: bool) -> None:
    """To it nothing is packed."""
    assert is_here(address) == here


NAMES = """
import fcntl, socket, struct, subprocess, sys, time
subprocess.run(["mount", "--bind", sys.argv[1], "/etc/resolv.conf"], check=True)
with socket.socket() as any_socket:  # up with the loopback of this network of our own
    fcntl.ioctl(any_socket, 0x8914, struct.pack("16sh", b"lo", 1))
mute = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
mute.bind(("127.0.0.1", 53))
from citymanager.errors import NoLink
from sync.client import Client
started = time.monotonic()
try:
    Client("http://server.city").changes(0)
except NoLink as error:
    print(round(time.monotonic() - started, 1), len(mute.recv(512)) > 12, error)
"""


@pytest.mark.fault("F34")
@pytest.mark.campaign
def test_names_that_nobody_resolves_have_a_deadline(tmp_path: Path) -> None:
    """In a network of its own, whose name server takes questions and never answers."""
    own = ["unshare", "--map-root-user", "--net", "--mount"]
    if subprocess.run([*own, "true"], capture_output=True, check=False).returncode != 0:
        pytest.skip("this system lets nobody have a network of his own")
    (tmp_path / "resolv.conf").write_text("nameserver 127.0.0.1\n")
    done = subprocess.run(
        [*own, sys.executable, "-c", NAMES, str(tmp_path / "resolv.conf")],
        env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    seconds, asked, told = done.stdout.split(" ", 2)
    assert 4.5 <= float(seconds) < 7 and asked == "True" and "Нет связи с сервером" in told


@pytest.mark.fault("F08")
def test_a_date_to_come_back_at_is_read_by_the_clock_that_wrote_it() -> None:
    headers = {"Date": "Mon, 23 Nov 2020 12:00:00 GMT", "Retry_After": "Mon, 23 Nov 2020 12:00:40 GMT"}
    with pytest.raises(Busy) as caught:
        asked(http(b"", "503 Service Unavailable", **headers))
    assert caught.value.wait == 40


def test_a_timer_is_never_given_more_than_it_can_count() -> None:
    assert milliseconds(0.05) == 50 and milliseconds(-1) == 0
    assert milliseconds(10.0**12) == 2**31 - 1 and milliseconds(float(2**31)) == 2**31 - 1


def test_events_that_come_without_an_end_of_line_have_a_deadline() -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"
    started = time.monotonic()
    with (
        bad_server(lambda *_: trickle(head + b": x" * 100)) as server,
        closing(Client(server.url, read=0.5)) as client,
        pytest.raises(Slow),
    ):
        list(client.events())
    assert time.monotonic() - started < 10
