"""How a command ends: its lines on stdout, its error in Russian on stderr, its exit code."""

import json
import logging
import os
import re
import sys
from collections.abc import Callable, Mapping
from io import TextIOWrapper
from pathlib import Path
from typing import Any

from citymanager import log
from citymanager.errors import Bug, CityError, Damaged, NoLink, ReadOnly, Refused, why

DONE, PART, NOTHING, INTERRUPTED = 0, 1, 2, 130

_ADVICE: Mapping[type[CityError], str] = {
    Refused: "исправьте команду и повторите.",
    NoLink: "проверьте адрес сервера и сеть, затем повторите; правки сохранены на этом рабочем месте.",
    ReadOnly: "проверьте место на диске, права на папку и не открыт ли профиль другой программой, затем повторите.",
    Damaged: "запустите «main.py sync»: повреждённый файл будет отложен, неотправленные правки перенесены.",
    Bug: "сообщите разработчикам и приложите журнал программы.",
    CityError: "повторите команду; если не поможет, запустите «main.py doctor».",
}
"""The first kind that an error is decides."""
_UNSAFE = re.compile("[\x7f-\x9f\u2028\u2029]")
"""Letters that a terminal obeys, or that some readers take for the end of a line; JSON escapes the other ones."""


class Unheard(Exception):
    """Nobody takes our output: the pipe is closed or its disk is full. What was done stays done."""


def emit(item: Mapping[str, Any]) -> None:
    """One JSON object as one line. Raises Unheard."""
    line = json.dumps(item, ensure_ascii=False)
    try:
        sys.stdout.write(_UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", line) + "\n")
    except OSError as error:
        raise Unheard from error


def tell(error: CityError) -> None:
    """The error on stderr, with what to do."""
    advice = next(text for kind, text in _ADVICE.items() if isinstance(error, kind))
    _say(f"Ошибка: {error} Что сделать: {advice}")


def warn(text: str) -> None:
    """Something that does not stop the command."""
    _say(f"Внимание: {text}")


def _say(text: str) -> None:
    """One line on stderr; what residents wrote can't command the terminal."""
    sys.stderr.write("".join(one if one.isprintable() else " " for one in text) + "\n")


def progress(share: float, text: str) -> None:
    """How far a long command is, on stderr, if a person watches."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\x1b[K{share:4.0%} {text}" + ("\n" if share >= 1 else ""))
        sys.stderr.flush()


def steps(share: float, text: str) -> None:
    """How far a long command is, on stderr, for a program that has started it: a share and words, a line each."""
    sys.stderr.write(f"{share:.2f} {text}\n")
    sys.stderr.flush()


def guarded(act: Callable[[], int], path: Path) -> int:
    """Run a command to its exit code: whatever goes wrong is told in Russian, its trace is in the log at `path`."""
    _open_streams()
    with log.kept(path):
        try:
            code = act()
            _flush()
        except Unheard as error:
            return _unheard(error)
        except CityError as error:
            tell(error)
            return NOTHING
        except KeyboardInterrupt:
            _say("Прервано.")
            return INTERRUPTED
        except OSError as error:
            tell(ReadOnly(f"Файл или диск недоступен: {error.filename or ''} {why(error)}."))
            return NOTHING
        except Exception:
            return _bug(path)
    return code


def _open_streams() -> None:
    """UTF-8 whatever the locale; where the caller has closed a stream, nowhere: its number must not go to a file."""
    sys.stdout = sys.stdout or Path(os.devnull).open("w")  # noqa: SIM115 (open till the process ends)
    sys.stderr = sys.stderr or Path(os.devnull).open("w")  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _flush() -> None:
    try:
        sys.stdout.flush()
    except OSError as error:
        raise Unheard from error


def _unheard(error: Unheard) -> int:
    cause = error.__cause__
    if not isinstance(cause, BrokenPipeError):
        _say(f"Ошибка: вывод принят не весь: {cause}. Что сделать: освободите место и повторите вывод.")
    # the interpreter flushes stdout once more when it ends, and must not fail there
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return PART


def _bug(path: Path) -> int:
    logging.getLogger(__name__).exception("uncaught")
    tell(Bug(f"Внутренняя ошибка программы. Журнал: {path}."))
    return NOTHING
