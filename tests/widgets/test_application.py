"""The program before its first window: where there is no screen it says so, and nothing unforeseen closes it."""

import sys
from collections.abc import Iterator
from importlib.resources import files

import pytest
from PySide6.QtCore import QLibraryInfo, QTranslator
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from widgets.application import no_screen, report_bugs


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


def test_qts_own_dialogs_can_speak_russian(qapp: QApplication) -> None:
    translator = QTranslator()
    assert translator.load("qtbase_ru", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath))
    assert translator.translate("QPlatformTheme", "Cancel") == "Отмена"


def test_the_program_has_an_icon(qapp: QApplication) -> None:
    icon = QIcon(str(files("resources").joinpath("icons", "citymanager.svg")))
    colours = {icon.pixmap(64, 64).toImage().pixelColor(x, 32).name() for x in range(64)}
    assert "#005f95" in colours
