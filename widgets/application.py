"""The program before its first window: Russian, with an icon, its Qt messages in the log."""

import logging
import signal
import sys
from collections.abc import Callable, Mapping
from importlib.resources import files
from types import TracebackType

from PySide6.QtCore import QLibraryInfo, QLocale, QMessageLogContext, QtMsgType, QTranslator, qInstallMessageHandler
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

log = logging.getLogger("qt")

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
    return app


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
