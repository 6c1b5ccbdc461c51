"""The program before its first window: where there is no screen it says so, and nothing unforeseen closes it."""

import socket
import sys
from collections.abc import Iterator
from contextlib import suppress
from importlib.resources import files
from pathlib import Path
from uuid import uuid4

import pytest
import shiboken6
from PySide6.QtCore import QLibraryInfo, QObject, QTranslator
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from widgets.application import answer_watchdog, no_screen, report_bugs


@pytest.mark.parametrize(
    ("environ", "shown"),
    [
        ({}, False),
        ({"DISPLAY": ""}, False),
        ({"QT_QPA_PLATFORM": "xcb"}, False),
        ({"QT_QPA_PLATFORM": "wayland;xcb"}, False),
        ({"DISPLAY": ":0"}, True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, True),
        ({"QT_QPA_PLATFORM": "offscreen"}, True),
        ({"QT_QPA_PLATFORM": "offscreen:configfile=a.json"}, True),
        ({"QT_QPA_PLATFORM": "xcb", "DISPLAY": ":0"}, True),
    ],
)
def test_whether_a_window_can_be_shown_here(environ: dict[str, str], shown: bool) -> None:
    refusal = no_screen(environ)
    assert (refusal is None) == shown
    assert refusal is None or "main.py shot" in refusal


@pytest.fixture
def hook() -> Iterator[None]:
    before = sys.excepthook
    yield
    sys.excepthook = before


def test_an_unforeseen_error_is_told_and_logged(hook: None, caplog: pytest.LogCaptureFixture) -> None:
    told: list[tuple[str, str]] = []
    report_bugs(lambda text, level: told.append((text, level)))
    try:
        raise ValueError("нежданное")
    except ValueError as error:
        sys.excepthook(ValueError, error, error.__traceback__)
    assert told[0][1] == "error"
    assert "нежданное" in caplog.text


@pytest.mark.parametrize("abstract", [False, True])
def test_systemd_is_told_again_and_again_that_the_window_is_alive(qtbot: QtBot, tmp_path: Path, abstract: bool) -> None:
    address = f"@citymanager-{uuid4().hex}" if abstract else str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(address.replace("@", "\0", 1))
        systemd.setblocking(False)
        told: list[bytes] = []

        def heard() -> bool:
            with suppress(BlockingIOError):
                told.append(systemd.recv(100))
            return len(told) > 2

        window = QObject()
        answer_watchdog(window, {"NOTIFY_SOCKET": address, "WATCHDOG_USEC": "100000"})
        qtbot.waitUntil(heard, timeout=5_000)
    shiboken6.delete(window)
    assert set(told) == {b"WATCHDOG=1"}


@pytest.mark.parametrize("environ", [{}, {"NOTIFY_SOCKET": "/x"}, {"NOTIFY_SOCKET": "/x", "WATCHDOG_USEC": "soon"}])
def test_without_a_watchdog_nothing_is_said(qapp: QApplication, environ: dict[str, str]) -> None:
    window = QObject()
    answer_watchdog(window, environ)
    assert window.children() == []


def test_a_systemd_that_is_gone_is_a_warning(qapp: QApplication, caplog: pytest.LogCaptureFixture) -> None:
    window = QObject()
    answer_watchdog(window, {"NOTIFY_SOCKET": "/no/such/socket", "WATCHDOG_USEC": "60000000"})
    shiboken6.delete(window)
    assert "could not be told" in caplog.text


def test_qts_own_dialogs_can_speak_russian(qapp: QApplication) -> None:
    translator = QTranslator()
    assert translator.load("qtbase_ru", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath))
    assert translator.translate("QPlatformTheme", "Cancel") == "Отмена"


def test_the_program_has_an_icon(qapp: QApplication) -> None:
    icon = QIcon(str(files("resources").joinpath("icons", "citymanager.svg")))
    colours = {icon.pixmap(64, 64).toImage().pixelColor(x, 32).name() for x in range(64)}
    assert "#005f95" in colours
