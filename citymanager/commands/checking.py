"""`doctor`: the findings as lines of JSON, and what is wrong, with what to do, on stderr."""

from collections.abc import Iterable

from citymanager.commands.outcome import DONE, PART, emit, warn
from citymanager.doctor import Check, examine


def doctor(checks: Iterable[tuple[str, Check]]) -> int:
    """Print every finding; 1 if something is wrong."""
    code = DONE
    for one in examine(checks):
        emit({"check": one.check, "state": one.state, "value": one.value, "advice": one.advice})
        if one.state != "ok":
            code = PART
            warn(f"{one.check}: {one.value}. Что сделать: {one.advice}")
    return code
