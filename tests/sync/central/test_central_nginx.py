"""The server as a city reaches it: the shipped nginx with TLS before the shipped gunicorn and uvicorn.

Only places are changed: names, ports and folders. The commands that make the certificate are the README's own.
"""

import os
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pytest
import requests
from central_operations import make
from central_server import ROOT, Central, Person, free_port
from shipped import RESOURCES, commands, exec_start, moved

from citymanager.errors import NoLink
from sync.client import Client
from sync.contract import ANSWER_LIMIT, EVENTS, FILES
from sync.listener import Listener

NGINX = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
AROUND = """
daemon off; pid {home}/nginx.pid; error_log {home}/error.log; {person}
events {{}}
http {{
    access_log off;
    client_body_temp_path {home}/body; proxy_temp_path {home}/proxy; fastcgi_temp_path {home}/fastcgi;
    uwsgi_temp_path {home}/uwsgi; scgi_temp_path {home}/scgi;
    include {home}/site.conf;
}}
"""
PASSWORD = "пароль"


@dataclass(frozen=True)
class City:
    """Where the server is reached, and whose certificates to trust."""

    central: Central
    home: Path
    plain: int
    secure: int

    @property
    def url(self) -> str:
        return f"https://localhost:{self.secure}"

    @property
    def authority(self) -> Path:
        return self.home / "authority/authority.pem"

    def http(self) -> requests.Session:
        session = requests.Session()
        session.trust_env, session.verify = False, str(self.authority)
        return session

    def person(self, role: str) -> Person:
        """A new user, who has logged in through nginx as a workstation does."""
        self.central.add_user(role, PASSWORD, role)
        client = Client(self.url, authority=self.authority)
        person = Person(self.url, dict(client.login(role, PASSWORD, "станция")), self.http())
        client.close()
        self.central.people.append(person)
        return person


@pytest.fixture(scope="module")
def city(lasting_central: Central) -> Iterator[City]:
    if NGINX is None:
        pytest.skip("nginx is not installed (apt install nginx)")
    lasting_central.stop()
    home = Path(tempfile.mkdtemp(prefix="cm-"))  # a socket's path must be short
    made = City(lasting_central, home, free_port(), free_port())
    _lay_out(made)
    with ExitStack() as ends:
        ends.callback(shutil.rmtree, home)
        for words in (
            [*_moved(made, exec_start("central/citymanager-central.service")), "--workers", "1",
             "--bind", f"unix:{home}/api.sock"],
            _moved(made, exec_start("central/citymanager-events.service")),
            [NGINX, "-e", f"{home}/error.log", "-c", f"{home}/nginx.conf"],
        ):  # fmt: skip
            ends.enter_context(_running(words, made))
        _wait_until_up(made)
        yield made


def _lay_out(city: City) -> None:
    """The files where the installation's steps put them, under `home` in the place of the root."""
    program = city.home / "program"
    program.mkdir()
    (program / ".venv").symlink_to(sys.prefix)
    for name in ("citymanager", "sync", "resources", "main.py"):
        (program / name).symlink_to(ROOT / name)
    steps = moved(commands("central", "4."), {
        "~/authority": f"{city.home}/authority", "/etc/citymanager/tls": f"{city.home}/tls",
    })  # fmt: skip
    done = subprocess.run(["bash", "-euc", f"name=localhost\n{steps}"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    site = moved((RESOURCES / "central/nginx.conf").read_text(encoding="utf-8"), {
        "central.example.org": "localhost",
        "/etc/citymanager/tls": f"{city.home}/tls", "/run/citymanager": str(city.home),
        "listen 80;": f"listen 127.0.0.1:{city.plain};", "listen [::]:80;": "",
        "listen 443 ssl;": f"listen 127.0.0.1:{city.secure} ssl;", "listen [::]:443 ssl;": "",
    })  # fmt: skip
    (city.home / "site.conf").write_text(site, encoding="utf-8")
    person = "user root;" if os.geteuid() == 0 else ""
    (city.home / "nginx.conf").write_text(AROUND.format(home=city.home, person=person))


def _moved(city: City, words: list[str]) -> list[str]:
    places = {"/opt/citymanager": f"{city.home}/program", "/run/citymanager": str(city.home)}
    for place, other in places.items():
        words = [word.replace(place, other) for word in words]
    return words


def _environment(city: City) -> dict[str, str]:
    return {**os.environ, "CITYMANAGER_DATABASE": city.central.dsn, "PYTHONPATH": ""}


@contextmanager
def _running(words: list[str], city: City) -> Iterator[None]:
    """A service for as long as the block lasts; systemd stops it by SIGTERM, too."""
    place = city.home / "program"
    with subprocess.Popen(words, cwd=place, env=_environment(city), stderr=subprocess.DEVNULL) as process:
        try:
            yield
        finally:
            process.terminate()
            process.wait(20)


def _wait_until_up(city: City) -> None:
    with city.http() as session:

        def answered(path: str, status: int) -> bool:
            try:
                return session.get(city.url + path, timeout=5).status_code == status
            except requests.ConnectionError:
                return False

        _wait(lambda: answered("/admin/login/", 200) and answered(EVENTS, 401), city)


def _wait(met: Callable[[], bool], city: City) -> None:
    until, pause = time.monotonic() + 30, threading.Event()
    while not met():
        assert time.monotonic() < until, (city.home / "error.log").read_text()
        pause.wait(0.05)


@pytest.fixture(scope="module")
def operator(city: City) -> Person:
    return city.person("operator")


def test_a_station_comes_in_by_the_citys_own_authority_only(city: City, operator: Person) -> None:
    assert operator.answer["role"] == "operator"
    stranger = Client(city.url)
    with pytest.raises(NoLink, match="Сертификат сервера"):
        stranger.login("operator", PASSWORD, "станция")
    stranger.close()


def test_a_station_is_woken_through_nginx_at_once(city: City, operator: Person) -> None:
    begun, woken = threading.Event(), threading.Event()
    first: list[int] = []

    def heard(seq: int) -> None:
        (woken if first else begun).set()
        first.append(seq)

    listener = Listener(city.url, lambda: operator.answer["token"], heard, city.authority)
    try:
        assert begun.wait(10)
        make(operator)
        assert woken.wait(3), "nginx keeps the event back"
        assert first[1] > first[0]
    finally:
        assert listener.close(10)


def test_a_large_file_goes_through_and_comes_back(city: City, operator: Person) -> None:
    photo = b"\xff\xd8\xff" + os.urandom(4 * 2**20)
    url = f"{city.url}{FILES}/{sha256(photo).hexdigest()}"
    sent = operator.http.put(url, data=photo, timeout=60)
    assert sent.status_code == 200 and sent.json()["complete"], sent.text
    assert operator.http.get(url, timeout=60).content == photo


def announced(city: City, length: int) -> bytes:
    """What nginx answers to a body of this length before any of it is sent."""
    trust = ssl.create_default_context(cafile=str(city.authority))
    head = f"POST /api/v1/operations HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length}\r\n"
    with (
        socket.create_connection(("127.0.0.1", city.secure), timeout=10) as plain,
        trust.wrap_socket(plain, server_hostname="localhost") as line,
    ):
        line.sendall(f"{head}Connection: close\r\nExpect: 100-continue\r\n\r\n".encode())
        return line.recv(65_536)


def test_the_longest_request_is_taken_and_a_longer_one_refused_in_our_words(city: City) -> None:
    assert announced(city, ANSWER_LIMIT).startswith(b"HTTP/1.1 100 ")
    refusal = announced(city, ANSWER_LIMIT + 1)
    assert refusal.startswith(b"HTTP/1.1 413 ")
    assert b'"code": "size"' in refusal and "разделите" in refusal.decode()


def test_http_is_led_to_https(city: City) -> None:
    with city.http() as session:
        answer = session.get(f"http://localhost:{city.plain}/admin/?a=1", allow_redirects=False, timeout=10)
    assert (answer.status_code, answer.headers["Location"]) == (301, "https://localhost/admin/?a=1")


def test_the_administrator_comes_in_by_his_browser(city: City) -> None:
    city.central.add_user("ivanova", PASSWORD, "admin")
    page = f"{city.url}/admin/login/?next=/admin/"
    with city.http() as session:
        first = session.get(page, timeout=10)
        assert first.headers["Strict-Transport-Security"] and "'self'" in first.headers["Content-Security-Policy"]
        assert [one.secure for one in session.cookies] == [True]
        asked = {"username": "ivanova", "password": PASSWORD, "csrfmiddlewaretoken": session.cookies["csrftoken"]}
        entered = session.post(page, data=asked, headers={"Origin": city.url, "Referer": page}, timeout=30)
        assert (entered.status_code, entered.url) == (200, f"{city.url}/admin/")
        assert session.get(f"{city.url}/static/admin/css/base.css", timeout=10).status_code == 200


@pytest.mark.parametrize(("version", "taken"), [("-tls1_1", False), ("-tls1_2", True), ("-tls1_3", True)])
def test_only_tls_of_today_is_spoken(city: City, version: str, taken: bool) -> None:
    words = ["openssl", "s_client", "-connect", f"localhost:{city.secure}", "-CAfile", str(city.authority),
             "-verify_return_error", "-cipher", "ALL:@SECLEVEL=0", version]  # fmt: skip
    done = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, timeout=10, check=False)
    assert (done.returncode == 0) == taken, done.stderr


# --- the back-up that the timer starts ---------------------------------------------------------------------------


def back_up(city: City, folder: Path, **environment: str) -> "subprocess.CompletedProcess[str]":
    words = moved(" ".join(exec_start("central/citymanager-backup.service")), {
        "/opt/citymanager": f"{city.home}/program", "/var/backups/citymanager": str(folder),
    }).split()  # fmt: skip
    return subprocess.run(
        words, cwd=city.home / "program", env={**_environment(city), **environment},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


@pytest.fixture
def backups(tmp_path: Path) -> Path:
    """A folder with three old back-ups and something else in it."""
    for name in (*(f"city-2026-01-0{day}T02-30-00Z.dump" for day in (1, 2, 3)), "договор.pdf", "city-first.dump"):
        (tmp_path / name).touch()
    return tmp_path


def test_the_nightly_back_up_keeps_so_many_and_touches_nothing_else(city: City, backups: Path) -> None:
    done = back_up(city, backups, CITYMANAGER_BACKUPS_KEPT="2")
    assert done.returncode == 0, done.stderr
    old, new = sorted(one.name for one in backups.glob("city-2*.dump"))
    assert old == "city-2026-01-03T02-30-00Z.dump"
    assert (backups / new).stat().st_size > 1_000
    assert (backups / "договор.pdf").exists() and (backups / "city-first.dump").exists()


@pytest.mark.parametrize(
    "environment",
    [
        {"CITYMANAGER_BACKUPS_KEPT": "1", "CITYMANAGER_DATABASE": "postgresql://127.0.0.1:1/none"},
        {"CITYMANAGER_BACKUPS_KEPT": "0"},
        {"CITYMANAGER_BACKUPS_KEPT": "много"},
    ],
)
def test_a_back_up_that_fails_removes_none(city: City, backups: Path, environment: dict[str, str]) -> None:
    was = set(backups.iterdir())
    assert back_up(city, backups, **environment).returncode != 0
    assert set(backups.iterdir()) == was
