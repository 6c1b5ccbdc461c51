"""The program before its first window: Russian, with an icon, its Qt messages in the log."""

import logging
import os
import signal
import socket
import sys
from collections.abc import Callable, Mapping
from importlib.resources import files
from types import TracebackType

from PySide6.QtCore import (
    QLibraryInfo,
    QLocale,
    QMessageLogContext,
    QObject,
    QTimer,
    QtMsgType,
    QTranslator,
    qInstallMessageHandler,
)
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from citymanager.garbage import keep_to_one_thread, tidy
from citymanager.heap import share_arenas

log = logging.getLogger("qt")
TIDY_MS = 1_000
TURN = 0.0005
"""Seconds after which a thread of Python lets another one on that waits. The window's own stands in line after each
call of Qt, behind readers, writer and sync: by Python's own figure, ten times as long, a table took half a second."""

_LEVELS: Mapping[QtMsgType, int] = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


def no_screen(environ: Mapping[str, str]) -> str | None:
    """Why no window can be opened here, and what to do instead, or None: Qt itself would end the process."""
    platform = environ.get("QT_QPA_PLATFORM", "")
    if (platform and not platform.startswith(("xcb", "wayland"))) or any(
        environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY")
    ):
        return None
    return (
        "Нет экрана: окно не открыть. Запустите программу в графическом сеансе. Без экрана работают команды"
        " (main.py --help), а снимок окна делает QT_QPA_PLATFORM=offscreen main.py shot ФАЙЛ.png."
    )


def application() -> QApplication:
    """The one QApplication of the process, with Russian dialogs, dates and numbers."""
    share_arenas()  # before Qt starts threads
    QLocale.setDefault(QLocale(QLocale.Language.Russian, QLocale.Country.Russia))
    qInstallMessageHandler(_keep)
    app = QApplication(["citymanager"])
    app.setApplicationName("citymanager")
    app.setDesktopFileName("citymanager")
    app.setWindowIcon(QIcon(str(files("resources").joinpath("icons", "citymanager.svg"))))
    translator = QTranslator(app)
    if translator.load("qtbase_ru", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
        app.installTranslator(translator)
    else:
        log.warning("Russian texts of Qt's own dialogs are missing")
    answer_watchdog(app, os.environ)
    _collect_garbage(app)
    return app


def _collect_garbage(app: QApplication) -> None:
    keep_to_one_thread()
    sys.setswitchinterval(TURN)
    timer = QTimer(app, interval=TIDY_MS)
    timer.timeout.connect(tidy)
    timer.start()


def answer_watchdog(parent: QObject, environ: Mapping[str, str]) -> None:
    """Where systemd asks for it (WatchdogSec), say that events are handled: it ends a window that hangs.

    A name that begins with @ is an abstract socket; the interval is in microseconds, and half of it is the custom.
    """
    address, patience = environ.get("NOTIFY_SOCKET", ""), environ.get("WATCHDOG_USEC", "")
    if not address or not patience.isdigit():
        return

    def answer() -> None:
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
                line.setblocking(False)
                line.sendto(b"WATCHDOG=1", address.replace("@", "\0", 1) if address.startswith("@") else address)
        except OSError:
            log.warning("systemd could not be told that the window is alive", exc_info=True)

    timer = QTimer(parent, interval=max(1, int(patience) // 2_000))
    timer.timeout.connect(answer)
    timer.start()
    answer()


def close_on_signals(close: Callable[[], object]) -> None:
    """SIGTERM and Ctrl+C close the window as a person would: what is open is kept, threads end."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: close())


def report_bugs(tell: Callable[[str, str], object]) -> None:
    """An error that nobody foresaw is logged with its trace and told to the user; the window stays open."""

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        log.critical("uncaught in the window", exc_info=(kind, error, trace))
        tell("Внутренняя ошибка программы. Сохранённое цело. Подробности в журнале: сообщите администратору.", "error")

    sys.excepthook = hook


def _keep(kind: QtMsgType, context: QMessageLogContext, text: str) -> None:
    log.log(_LEVELS.get(kind, logging.WARNING), "%s: %s", context.category or "", text)
