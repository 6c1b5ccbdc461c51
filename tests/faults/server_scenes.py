"""Where the central server or one of its commands dies."""

import os
import shutil
import uuid
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import psycopg
import requests
from central_server import Central, free_port, run_central
from ledger import mark
from workplace import KILLED, POINT, City, Workplace


def a_server_that_dies(city: City, point: str) -> Iterator[Workplace]:
    """In the middle of a round that sends an edit."""
    desk = city.desk()
    desk.new()
    dying(city.central, point)
    desk.sync(code=1)
    assert city.central.stop() == KILLED
    city.revive()
    yield desk


def dying(central: Central, point: str) -> None:
    """The server as it is, but for its end at the point."""
    central.stop()
    os.environ[POINT] = point
    try:
        central.start()
    finally:
        del os.environ[POINT]


def a_file(city: City, point: str) -> Iterator[Workplace]:
    photo = b"\xff\xd8\xff" + mark().encode()
    name = sha256(photo).hexdigest()
    url = f"{city.central.url}/api/v1/files/{name}"
    dying(city.central, point)
    try:
        answer = city.other.http.put(url, data=photo, timeout=30)
        raise AssertionError(f"answered {answer.status_code}")
    except requests.ConnectionError:
        assert city.central.stop() == KILLED
    city.revive()
    assert city.other.http.put(url, data=photo, timeout=30).json()["complete"]
    yield city.desk()
    assert city.central.sql("SELECT content FROM files WHERE sha256 = %s", name) == [(photo,)]
    assert city.central.sql("SELECT count(*) FROM parts WHERE sha256 = %s", name) == [(0,)]


def killed_command(point: str, *words: object, profile: Path | None = None) -> None:
    done = run_central(*words, profile=profile, **{POINT: point})
    assert done.returncode == KILLED, done.stderr


def a_user(city: City, point: str) -> Iterator[Workplace]:
    """With his role or not at all."""
    words = (*city.central.words, "user", "новый", "--role", "operator")
    secret = {"CITYMANAGER_PASSWORD": "пароль"}
    assert run_central(*words, **secret, **{POINT: point}).returncode == KILLED
    assert city.central.sql("SELECT count(*) FROM auth_user WHERE username = 'новый'") == [(0,)]
    assert run_central(*words, **secret).returncode == 0
    yield city.desk()
    assert city.central.login("новый").answer["role"] == "operator"


def an_empty_database(city: City, point: str) -> Iterator[Workplace]:
    """Made ready by the next start, with the norms once."""
    dsn = beside(city)
    killed_command(point, "--database", dsn, "upgrade")
    for _ in range(2):
        assert run_central("--database", dsn, "upgrade").returncode == 0
    yield city.desk()
    with psycopg.connect(dsn) as connection:
        numbers = connection.execute("SELECT count(*), max(version) FROM records WHERE module = 'rules'").fetchone()
    assert numbers is not None and numbers[0] > 10 and numbers[1] == 1


def beside(city: City) -> str:
    """Another database of the same PostgreSQL, which nobody has prepared."""
    name = f"beside_{uuid.uuid4().hex}"
    with psycopg.connect(city.central.dsn, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template1")
        here = str(connection.info.dbname)
    return city.central.dsn.replace(here, name)


def the_training_city(city: City, point: str) -> Iterator[Workplace]:
    """Loaded whole by the next start, and once."""
    server = Central(("--database", beside(city)))
    port = str(free_port())
    killed_command(point, *server.words, "serve", "--port", port, "--training-city")
    server.dsn = server.words[1]
    counts = []
    for _ in range(2):
        server.start("--training-city")
        counts.append(server.sql("SELECT count(*) FROM records"))
        server.kill()
    yield city.desk()
    assert counts[0] == counts[1] and counts[0][0][0] > 2_000


def a_back_up(city: City, point: str) -> Iterator[Workplace]:
    """The old one stays until the new one is whole; the next one needs nobody's help."""
    desk = city.desk()
    file = desk.folder.parent / f"{mark()}.backup"
    assert city.central.backup(file).returncode == 0
    before = file.read_bytes()
    killed_command(point, *city.central.words, "backup", file)
    assert (file.read_bytes() == before) == (point == "central.dumped")
    assert city.central.backup(file).returncode == 0
    yield desk


def a_restore(city: City, point: str) -> Iterator[Workplace]:
    """As it was or wholly restored; the desk gives back what the restore has taken."""
    desk = city.desk()
    file = desk.folder.parent / f"{mark()}.backup"
    assert city.central.backup(file).returncode == 0
    desk.new()
    desk.sync()
    killed_command(point, *city.central.words, "restore", file)
    city.central.restart()
    yield desk


def a_table_made_ready(city: City, point: str) -> Iterator[Workplace]:
    """By the next making, if that one died; what it has left is let go of."""
    killed_command(point, *city.central.words, "bundles", "--fewest", "1")
    city.central.bundle()
    assert not list(city.central.bundles.glob("making-*"))
    yield city.workplace()
    shutil.rmtree(city.central.bundles)


def an_embedded_postgres(city: City, point: str) -> Iterator[Workplace]:
    """Started by the next start; of a killed one nothing runs on."""
    desk = city.desk()
    profile = desk.folder.parent / f"server-{point}"
    server = Central(("--profile", str(profile)))
    killed_command(point, "serve", "--port", str(free_port()), profile=profile)
    for _ in range(2):
        server.start()
        assert requests.get(f"{server.url}/admin/login/", timeout=30).status_code == 200
        server.stop()
    yield desk
