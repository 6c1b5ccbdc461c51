"""A clean Debian 12 whose first process is systemd: a container that shares this machine's network.

It needs root, debootstrap and systemd-nspawn (apt install debootstrap systemd-container). `CITYMANAGER_DEBIAN` may name
a bare system made by debootstrap, which is then copied instead of made.
"""

import os
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

BARE = "systemd-sysv,dbus,adduser,ca-certificates"
"""What any Debian 12 has, however small."""
PORTS = (80, 443, 5432)
NETWORK = ("/etc/pip.conf", "/etc/apt/apt.conf.d", "/etc/apt/sources.list", "/etc/apt/sources.list.d",
           "/usr/local/share/ca-certificates", "/etc/ssl/certs/ca-certificates.crt")  # fmt: skip
"""How this machine reaches packages: through a proxy, perhaps, with an authority of its own."""
ENVIRONMENT = {
    "HOME": "/root", "LANG": "C.UTF-8", "TERM": "dumb", "DEBIAN_FRONTEND": "noninteractive",
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
}  # fmt: skip
PASSED = ("http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "PIP_CERT", "PIP_INDEX_URL")


class Machine:
    """`run` does as root what a person would type; a command that fails shows what was said."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._container: subprocess.Popen[bytes] | None = None
        self._passed = {name: os.environ[name] for name in PASSED if name in os.environ}

    def start(self) -> None:
        lonely = [] if Path("/run/systemd/system").exists() else ["--register=no", "--keep-unit"]
        self._container = subprocess.Popen(
            ["systemd-nspawn", "--quiet", "--directory", self.folder, "--console=pipe", *lonely, "--boot"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        self.wait(lambda: self.ask("systemctl is-system-running") in ("running", "degraded"), "the start of systemd")

    def stop(self) -> None:
        """Shut down in good order."""
        if self._container is not None:
            self._container.terminate()
            self._container.wait(120)
            self._container = None

    def kill(self) -> None:
        """Pull its plug: the kernel ends all its processes with the first; a killed container would leave them."""
        if self._container is not None:
            for first in psutil.Process(self._container.pid).children():
                first.kill()
            self._container.wait(60)
            self._container = None

    def run(self, script: str, minutes: float = 15) -> str:
        """What the commands have said on stdout; the first that fails ends them and the test."""
        done = self._enter(["bash", "-euxc", script], minutes)
        if done.returncode:
            journal = self.ask("journalctl --no-pager --lines 40")
            pytest.fail(f"{done.stdout[-2_000:]}\n{done.stderr[-4_000:]}\n{journal}")
        return done.stdout

    def ask(self, script: str) -> str:
        """What a command says, whether it fails or not."""
        return self._enter(["bash", "-c", script], 1).stdout.strip()

    def wait(self, met: Callable[[], bool], what: str, seconds: float = 60) -> None:
        until, pause = time.monotonic() + seconds, threading.Event()
        while not met():
            assert time.monotonic() < until, f"waited {seconds:.0f} s in vain for {what}"
            pause.wait(0.5)

    def _enter(self, words: list[str], minutes: float) -> "subprocess.CompletedProcess[str]":
        assert self._container is not None
        inside = psutil.Process(self._container.pid).children()
        if not inside:
            return subprocess.CompletedProcess(words, 1, "", "the container has not begun yet")
        variables = [f"{name}={value}" for name, value in {**ENVIRONMENT, **self._passed}.items()]
        return subprocess.run(
            ["nsenter", "--target", str(inside[0].pid), "--mount", "--uts", "--ipc", "--pid", "--cgroup",
             "env", "-i", *variables, *words],
            cwd="/", stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=minutes * 60, check=False,
        )  # fmt: skip


@contextmanager
def clean_machine() -> Iterator[Machine]:
    """A machine that has just been installed and started; skips where none can be made."""
    _skip_without_means()
    folder = Path(tempfile.mkdtemp(prefix="cm-debian-"))
    machine = Machine(folder / "root")
    try:
        _make(machine.folder)
        machine.start()
        yield machine
    finally:
        machine.kill()
        shutil.rmtree(folder)


def _skip_without_means() -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can start a container")
    for program in ("systemd-nspawn", *(() if "CITYMANAGER_DEBIAN" in os.environ else ("debootstrap",))):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed (apt install debootstrap systemd-container)")
    for port in PORTS:
        try:
            socket.create_server(("127.0.0.1", port)).close()
        except OSError:
            pytest.skip(f"port {port} is taken on this machine")


def _make(root: Path) -> None:
    bare = os.environ.get("CITYMANAGER_DEBIAN")
    words = (
        ["cp", "--archive", "--reflink=auto", bare, root]
        if bare
        else ["debootstrap", "--variant=minbase", "bookworm", root]
    )
    subprocess.run([word for word in words if word], check=True, capture_output=True)
    for place in NETWORK:
        here, there = Path(place), root / place[1:]
        if here.is_dir():
            shutil.copytree(here, there, dirs_exist_ok=True)
        elif here.exists():
            there.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(here, there)
    for stray in (root / "etc/apt/apt.conf.d").glob("docker-*"):
        stray.unlink()
    (root / "etc/machine-id").write_text("")
    within = ["chroot", root, "env", "-i", *(f"{name}={value}" for name, value in ENVIRONMENT.items())]
    for words in (["apt-get", "update"], ["apt-get", "install", "-y", *BARE.split(",")], ["update-ca-certificates"]):
        done = subprocess.run([*within, *words], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
