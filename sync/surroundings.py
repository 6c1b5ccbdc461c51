"""What a round of sync asks of the program around it: a window gives it threads and signals, a command nothing."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar

from citymanager.store import Writer
from citymanager.sync_state import Progress

T = TypeVar("T")


class Write(Protocol):
    """Runs an act on the one writer, and returns its result."""

    def __call__(self, act: Callable[[Writer], T], /) -> T: ...


def _nobody(*_: object) -> None:
    """Nobody listens."""


@dataclass(frozen=True)
class Surroundings:
    """Where a round writes, whom it tells, and who may stop it between two pages."""

    write: Write
    changed: Callable[[str, Sequence[str]], None] = _nobody
    """Module and ids of rows that have changed."""
    progress: Callable[[Progress], None] = _nobody
    should_stop: Callable[[], bool] = lambda: False
    arriving: Path | None = None
    """The folder for what is long on its way; without one nothing of that kind is asked for."""

    def tell(self, touched: Mapping[str, Sequence[str]]) -> None:
        for module, ids in touched.items():
            if ids:
                self.changed(module, list(ids))
