"""One thing that was checked, and how all checks are run: one that fails is a finding too."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "warn", "bad"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found, in Russian."""

    check: str
    value: str
    state: State = "ok"
    advice: str = ""
    """What to do; empty when nothing needs to be done."""


Check = Callable[[], Iterable[Finding]]


def examine(checks: Iterable[tuple[str, Check]]) -> Iterator[Finding]:
    """The findings of all checks, one after another, each as soon as it is known."""
    for name, check in checks:
        try:
            yield from check()
        except Exception as error:
            yield Finding(name, f"проверить не удалось: {error}", "bad", "устраните причину и повторите проверку.")
