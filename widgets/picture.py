"""A picture of a window as it really is: taken when everything in it has come to rest, written whole or not at all."""

import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEventLoop, QTimer
from PySide6.QtWidgets import QWidget

from citymanager.errors import NoLink, ReadOnly, why

CALM = 0.6
"""Seconds for which the window must be at rest."""
STEP = 40


def at_rest(rest: Callable[[], bool], patience: float) -> None:
    """Let the program run until `rest` has held for a while. Raises NoLink."""
    beat = QTimer(interval=STEP)
    beat.start()
    deadline, since = time.monotonic() + patience, None
    while since is None or time.monotonic() - since < CALM:
        if time.monotonic() > deadline:
            raise NoLink("Окно не успело показать данные: снимок не сделан.")
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
        since = (since or time.monotonic()) if rest() else None


def save(window: QWidget, file: Path) -> None:
    """Write the window's picture as PNG. Raises ReadOnly; then nothing is written, and an old file stays."""
    new = file.with_name(f".{file.name}.new")
    if (typed_in := window.focusWidget()) is not None:
        typed_in.clearFocus()  # a caret blinks: two pictures of one state would differ
    try:
        if not window.grab().save(str(new), "PNG"):
            raise ReadOnly(f"Не удалось записать снимок {file}: проверьте папку, права и место на диске.")
        new.replace(file)
    except OSError as error:
        raise ReadOnly(f"Не удалось записать снимок {file}: {why(error)}.") from error
    finally:
        new.unlink(missing_ok=True)
