"""The computer: versions, the system libraries and fonts that the window needs, root and the browser's sandbox."""

import os
import platform
import re
import shutil
import subprocess
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

from citymanager import VERSION
from citymanager.doctor.finding import Check, Finding
from citymanager.store.connection import OLDEST_SAFE, SQLITE_VERSION

_FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts")
_SWITCHES = {
    "/proc/sys/kernel/unprivileged_userns_clone": "0",
    "/proc/sys/kernel/apparmor_restrict_unprivileged_userns": "1",
    "/proc/sys/user/max_user_namespaces": "0",
}
"""Settings of the kernel, and the value that leaves the map's browser without its sandbox."""
_DRAWING = ("libexec/QtWebEngineProcess", "plugins/platforms/libqxcb.so")
_PACKAGES = "установите системные пакеты: make system."


def checks() -> list[tuple[str, Check]]:
    return [
        ("program", _program), ("qt", _qt), ("sqlite", _sqlite), ("glibc", _glibc),
        ("libraries", _libraries), ("fonts", _fonts), ("root", _root), ("sandbox", _sandbox),
    ]  # fmt: skip


def _program() -> Iterator[Finding]:
    yield Finding("program", VERSION)
    yield Finding("python", platform.python_version())


def _qt() -> Iterator[Finding]:
    try:
        yield Finding("qt", metadata.version("PySide6"))
    except metadata.PackageNotFoundError:
        yield Finding("qt", "не установлен", "bad", "установите зависимости: pip install -r requirements.txt.")


def _sqlite() -> Iterator[Finding]:
    oldest = ".".join(map(str, OLDEST_SAFE))
    if tuple(map(int, SQLITE_VERSION.split("."))) >= OLDEST_SAFE:
        yield Finding("sqlite", SQLITE_VERSION)
    else:
        advice = f"нужна {oldest} или новее: установите sqlcipher3 из requirements.txt."
        yield Finding("sqlite", f"{SQLITE_VERSION}: возможна потеря записей", "bad", advice)


def _glibc() -> Iterator[Finding]:
    """Against the oldest that Qt's own wheel was built for."""
    have = (os.confstr("CS_GNU_LIBC_VERSION") or "").removeprefix("glibc ") if hasattr(os, "confstr") else ""
    needed = re.search(r"manylinux_(\d+)_(\d+)", _wheel_tags())
    if not have:
        yield Finding("glibc", "не найдена", "warn", "программа рассчитана на Linux с glibc.")
    elif needed and _numbers(have) < tuple(map(int, needed.groups())):
        yield Finding("glibc", have, "bad", f"для окна нужна {'.'.join(needed.groups())} или новее: обновите систему.")
    else:
        yield Finding("glibc", have)


def _wheel_tags() -> str:
    try:
        return metadata.distribution("PySide6_Essentials").read_text("WHEEL") or ""
    except metadata.PackageNotFoundError:
        return ""


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version)[:2])


def _libraries() -> Iterator[Finding]:
    """What the loader does not find for the map's browser and for the screen."""
    try:
        folder = Path(str(metadata.distribution("PySide6_Essentials").locate_file("PySide6/Qt")))
    except metadata.PackageNotFoundError:
        return
    needed = [str(folder / one) for one in _DRAWING if (folder / one).exists()]
    ldd = shutil.which("ldd")
    if ldd is None or len(needed) < len(_DRAWING):
        yield Finding(
            "libraries", "проверить нечем", "warn", "переустановите зависимости: удалите .venv и запустите make run."
        )
        return
    told = subprocess.run([ldd, *needed], capture_output=True, text=True, timeout=20, check=False).stdout  # noqa: S603
    missing = sorted(set(re.findall(r"(\S+) => not found", told)))
    if missing:
        yield Finding("libraries", "не хватает: " + ", ".join(missing), "bad", _PACKAGES)
    else:
        yield Finding("libraries", "все на месте")


def _fonts() -> Iterator[Finding]:
    lister = shutil.which("fc-list")
    if lister:
        told = subprocess.run([lister, ":lang=ru", "family"], capture_output=True, text=True, timeout=20, check=False)  # noqa: S603
        count = len(set(told.stdout.splitlines()))
    else:
        folders = [Path(one).expanduser() for one in _FONT_FOLDERS]
        count = sum(1 for folder in folders for path in folder.rglob("*") if path.suffix.lower() in (".ttf", ".otf"))
    if count:
        yield Finding("fonts", f"шрифтов: {count}")
    else:
        yield Finding("fonts", "нет русских шрифтов", "bad", "установите пакет fonts-dejavu или другой с кириллицей.")


def _root() -> Iterator[Finding]:
    if os.geteuid() != 0:
        yield Finding("root", "нет")
        return
    advice = "работайте под обычной учётной записью: окно под root не открывается."
    yield Finding("root", "программа запущена под root", "warn", advice)


def _sandbox() -> Iterator[Finding]:
    """Whether the kernel lets the map's browser fence itself in."""
    closed = [path for path, off in _SWITCHES.items() if Path(path).exists() and Path(path).read_text().strip() == off]
    if os.environ.get("QTWEBENGINE_DISABLE_SANDBOX") == "1":
        advice = "уберите QTWEBENGINE_DISABLE_SANDBOX из окружения, если это не испытания."
        yield Finding("sandbox", "выключена", "warn", advice)
    elif closed:
        yield Finding("sandbox", "запрещена ядром: " + ", ".join(closed), "warn", "разрешите пространства имён ядра.")
    else:
        yield Finding("sandbox", "доступна")
