"""A computer's clocks, turned by hand."""

from datetime import UTC, datetime, timedelta

NOW = datetime(2026, 11, 23, 4, tzinfo=UTC)


class Worn:
    """One clock that anybody sets, one that only grows."""

    def __init__(self) -> None:
        self.wall, self.seconds = NOW, 1_000.0

    def run(self, seconds: float) -> None:
        self.wall += timedelta(seconds=seconds)
        self.seconds += seconds
