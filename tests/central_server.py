"""A real central server for tests: its own process, its own fresh database, one PostgreSQL for the whole session.

Fixtures:
  central      a running server (`Central`), its database as fresh as an installation's, users none; the process is
               that of the test before if that one has let both be
  lasting_central   the same for all tests of a module: for many small questions that change nothing
  central_dsn  address of a fresh, prepared database without a server
  postgres     the session's PostgreSQL (`Cluster`, fsync off)
  debian_central    the same on Debian's PostgreSQL, where that is installed
  any_central  as `central`, once on the embedded PostgreSQL and once on Debian's, where that is installed

`Central`: `.url`, `.dsn`, `.add_user(name, password, role, organisation="")`, `.login(name, password) -> Person`,
`.sql(query, *values) -> rows`, `.stop()`, `.start()`, `.kill()` (kill -9), `.restart()`, `.backup(file)`,
`.restore(file)`, `.pid`. The address stays the same over restarts.
"""

import json
import os
import queue
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import psycopg
import pytest
import requests
from django.contrib.auth.hashers import ScryptPasswordHasher
from light_central import lighten
from psycopg.conninfo import conninfo_to_dict

from citymanager.roles import role as role_of
from sync.central.cluster import Cluster

ROOT = Path(__file__).parents[1]
QUICK = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "200"}
TEMPLATE = "template_city"
READY_IN = 30.0


def run_central(
    *words: str | Path, profile: Path | None = None, **environment: str
) -> "subprocess.CompletedProcess[str]":
    """A command of the server, run to its end: `run_central("user", …)`; words before it choose the database."""
    place = ("--profile", str(profile)) if profile else ()
    return subprocess.run(
        [sys.executable, "-m", "sync.central", *place, *map(str, words)],
        cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


@dataclass
class Person:
    """Somebody who has logged in: `get` and `post` speak for him and return the response."""

    url: str
    answer: dict[str, Any]
    http: requests.Session = field(default_factory=requests.Session)

    def __post_init__(self) -> None:
        self.http.trust_env = False
        self.http.headers["Authorization"] = f"Bearer {self.answer['token']}"

    def get(self, path: str, **kwargs: Any) -> requests.Response:
        return self.http.get(self.url + path, timeout=30, **kwargs)

    def post(self, path: str, json: Any = None, **kwargs: Any) -> requests.Response:
        return self.http.post(self.url + path, json=json, timeout=60, **kwargs)


@dataclass
class Central:
    """A server process on one database; `words` choose the database on its command line."""

    words: tuple[str, ...]
    dsn: str = ""
    port: int = 0
    process: "subprocess.Popen[str] | None" = None
    people: list[Person] = field(default_factory=list)
    starts: int = 0
    program: tuple[str, ...] = ("tests/light_central.py",)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def profile(self) -> Path:
        """The folder of what is not in the database; `words` begin with it."""
        return Path(self.words[1])

    @property
    def bundles(self) -> Path:
        return self.profile / "bundles"

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    def start(self, *more: str) -> None:
        self.port = self.port or free_port()
        self.starts += 1
        self.process = subprocess.Popen(
            [sys.executable, *self.program, *self.words, "serve", "--port", str(self.port), *more],
            cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, stderr=sys.stderr, text=True,
        )  # fmt: skip
        line = _line(self.process)
        assert line == f"ready {self.url}\n", line

    def stop(self) -> int:
        """SIGTERM; the exit code. Harmless when it does not run."""
        return self._end(signal.SIGTERM)

    def kill(self) -> None:
        self._end(signal.SIGKILL)

    def restart(self) -> None:
        self.stop()
        self.start()

    def _end(self, number: int) -> int:
        process, self.process = self.process, None
        if process is None:
            return 0
        process.send_signal(number)
        with process:
            return process.wait(20)

    def add_user(self, name: str, password: str, role: str, organisation: str = "") -> None:
        """Without a second process: many tests need many users, and the command has its own tests."""
        found = role_of(role)
        assert found is not None, role
        with psycopg.connect(self.dsn) as connection:
            row = connection.execute(
                "INSERT INTO auth_user (password, is_superuser, username, first_name, last_name, email, is_staff,"
                " is_active, date_joined) VALUES (%s, %s, %s, '', '', '', %s, true, now())"
                " ON CONFLICT (username) DO UPDATE SET password = excluded.password RETURNING id",
                [_hashed(password), found.key == "admin", name, found.key == "admin"],
            ).fetchone()
            assert row is not None
            connection.execute(
                "INSERT INTO profiles (user_id, role, organisation) VALUES (%s, %s, %s) ON CONFLICT (user_id)"
                " DO UPDATE SET role = excluded.role, organisation = excluded.organisation",
                [row[0], found.key, organisation],
            )

    def login(self, name: str, password: str = "пароль", station: str = "") -> Person:
        asked = {"login": name, "password": password, "station": station or str(uuid.uuid4()), "protocol": 1}
        answer = requests.post(f"{self.url}/api/v1/login", json=asked, timeout=30)
        assert answer.status_code == 200, answer.text
        person = Person(self.url, answer.json())
        self.people.append(person)
        return person

    def person(self, role: str, organisation: str = "") -> Person:
        """A new user of this role, logged in on a station of his own."""
        name = f"{role}-{uuid.uuid4().hex[:6]}"
        self.add_user(name, "пароль", role, organisation)
        return self.login(name)

    def sql(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """One statement past the server, committed; its rows."""
        with psycopg.connect(self.dsn) as connection:
            cursor = connection.execute(query, values)  # type: ignore[arg-type, unused-ignore]
            return cursor.fetchall() if cursor.description else []

    def backup(self, file: Path) -> "subprocess.CompletedProcess[str]":
        return run_central(*self.words, "backup", file)

    def restore(self, file: Path) -> "subprocess.CompletedProcess[str]":
        return run_central(*self.words, "restore", file)

    def bundle(self) -> list[dict[str, Any]]:
        """Make tables ready for first loads, of the smallest module, too; what was told of each."""
        done = run_central(*self.words, "bundles", "--fewest", "1")
        assert done.returncode == 0, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]

    def close(self) -> None:
        """At once: how it stops in good order has its own tests."""
        self.kill()
        self.part()

    def part(self) -> None:
        """From everybody who has logged in."""
        while self.people:
            self.people.pop().http.close()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def _line(process: "subprocess.Popen[str]") -> str:
    """The first line of its output, or what came of it instead, in READY_IN seconds."""
    lines: queue.Queue[str] = queue.Queue()
    assert process.stdout is not None
    reader = threading.Thread(target=lambda: lines.put(process.stdout.readline()))  # type: ignore[union-attr]
    reader.start()
    try:
        return lines.get(timeout=READY_IN)
    except queue.Empty:
        process.kill()
        process.wait()
        return f"not ready in {READY_IN} s"
    finally:
        reader.join()


@cache
def _hashed(password: str) -> str:
    lighten()
    return str(ScryptPasswordHasher().encode(password, uuid.uuid4().hex[:22]))


def debian_binaries() -> Path | None:
    """Debian's PostgreSQL, the newest of those installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else None


def _cluster(binaries: Path | None = None) -> Iterator[Cluster]:
    """A PostgreSQL in a folder that its account can reach, which pytest's own temporary folders are not."""
    home = Path(tempfile.mkdtemp(prefix="cm-"))
    cluster = Cluster(home, **({"binaries": binaries} if binaries else {}), settings=QUICK)
    try:
        with cluster.running():
            done = _create(cluster, TEMPLATE)
            prepared = run_central("--database", done, "upgrade")
            assert prepared.returncode == 0, prepared.stderr
            _empty(done)
            yield cluster
    finally:
        shutil.rmtree(home)


def _empty(dsn: str) -> None:
    """Without the norms that a new database begins with: tests count their own records. `upgrade` brings them back."""
    with psycopg.connect(dsn) as connection:
        connection.execute("SELECT set_config('citymanager.purge', 'on', true)")
        connection.execute("DELETE FROM records")
        connection.execute("DELETE FROM history")
        connection.execute("SELECT setval('feed_seq', 1, false)")


def _create(cluster: Cluster, name: str, template: str = "template1") -> str:
    with psycopg.connect(cluster.dsn(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    return cluster.dsn(name)


def new_database(cluster: Cluster) -> str:
    """The address of a database that no server has prepared yet."""
    return _create(cluster, f"new_{uuid.uuid4().hex}")


def fresh_database(cluster: Cluster) -> Iterator[str]:
    name = f"city_{uuid.uuid4().hex}"
    yield _create(cluster, name, TEMPLATE)
    with psycopg.connect(cluster.dsn(), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def running_central(dsn: str) -> Iterator[Central]:
    with tempfile.TemporaryDirectory(prefix="cm-") as place:
        server = Central(("--profile", place, "--database", dsn), dsn)
        server.start()
        try:
            yield server
        finally:
            server.close()


SHAPE = """
    SELECT md5(string_agg(one, ',' ORDER BY one)) FROM (
        SELECT concat(n.nspname, c.relname, c.relkind, a.attname, a.attnotnull, a.atttypid) FROM pg_class c
            JOIN pg_namespace n ON n.oid = relnamespace LEFT JOIN pg_attribute a ON attrelid = c.oid AND attnum > 0
            WHERE nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
        UNION ALL SELECT concat(proname, prosrc) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
        UNION ALL SELECT concat(tgrelid, tgname, tgenabled) FROM pg_trigger WHERE NOT tgisinternal
        UNION ALL SELECT concat(setdatabase, setconfig) FROM pg_db_role_setting
    ) AS shape(one)
"""
EMPTY = """
SET session_replication_role = replica;
LOCK TABLE records, meta IN ACCESS EXCLUSIVE MODE;
DO $$
DECLARE
    one record;
BEGIN
    FOR one IN SELECT oid::regclass AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
        AND relname NOT IN ('meta', 'django_migrations', 'django_content_type', 'auth_permission')
    LOOP EXECUTE 'DELETE FROM ' || one.name; END LOOP;
    PERFORM setval(oid::regclass, 1, false) FROM pg_class JOIN pg_sequence ON seqrelid = oid
        WHERE relname !~ '^(django_migrations|django_content_type|auth_permission)';
    UPDATE meta SET city = gen_random_uuid(), feed = gen_random_uuid(), began = 0, horizon = 0, forks = '{}',
        backed_up = NULL;
END $$;
NOTIFY feed, '0';
"""


class Standing:
    """A server that goes from test to test, emptied, as long as none stops it or changes more than its rows."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._idle: Central | None = None
        self._shape = ""

    def take(self) -> Central:
        if self._idle is None:
            dsn = _create(self._cluster, f"city_{uuid.uuid4().hex}", TEMPLATE)
            self._idle = Central(("--profile", tempfile.mkdtemp(prefix="cm-"), "--database", dsn), dsn)
            self._idle.start()
            ((self._shape,),) = self._idle.sql(SHAPE)
        taken, self._idle = self._idle, None
        return taken

    def give_back(self, server: Central) -> None:
        server.part()
        if self._untouched(server):
            shutil.rmtree(server.bundles, ignore_errors=True)
            server.sql(EMPTY)
            self._idle = server
        else:
            self._end(server)

    def _untouched(self, server: Central) -> bool:
        running = server.process is not None and server.process.poll() is None and server.starts == 1
        try:
            return running and server.sql(SHAPE) == [(self._shape,)]
        except psycopg.Error:
            return False

    def close(self) -> None:
        if self._idle is not None:
            self._end(self._idle)

    def _end(self, server: Central) -> None:
        server.close()
        shutil.rmtree(server.profile)
        with psycopg.connect(self._cluster.dsn(), autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {conninfo_to_dict(server.dsn)['dbname']} WITH (FORCE)")  # type: ignore[arg-type, unused-ignore]


@pytest.fixture(scope="session")
def standing(postgres: Cluster) -> Iterator[Standing]:
    made = Standing(postgres)
    yield made
    made.close()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    yield from _cluster()


@pytest.fixture(scope="session")
def debian_postgres() -> Iterator[Cluster]:
    binaries = debian_binaries()
    if binaries is None:
        pytest.skip("PostgreSQL of the distribution is not installed (apt install postgresql)")
    yield from _cluster(binaries)


@pytest.fixture
def central_dsn(postgres: Cluster) -> Iterator[str]:
    yield from fresh_database(postgres)


@pytest.fixture
def central(standing: Standing) -> Iterator[Central]:
    server = standing.take()
    try:
        yield server
    finally:
        standing.give_back(server)


@pytest.fixture(scope="module")
def lasting_central(postgres: Cluster) -> Iterator[Central]:
    for dsn in fresh_database(postgres):
        yield from running_central(dsn)


@pytest.fixture
def debian_central(debian_postgres: Cluster) -> Iterator[Central]:
    for dsn in fresh_database(debian_postgres):
        yield from running_central(dsn)


@pytest.fixture(params=["postgres", "debian_postgres"], ids=["embedded", "debian"])
def any_central(request: pytest.FixtureRequest) -> Iterator[Central]:
    for dsn in fresh_database(request.getfixturevalue(request.param)):
        yield from running_central(dsn)
