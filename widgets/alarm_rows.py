"""The lines of the list of alarms: one for each or, in a flood, one for all of one cause; the highest always single."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from citymanager.alarms import Alarm


@dataclass(frozen=True, slots=True)
class Row:
    """What a line stands for."""

    alarms: tuple[Alarm, ...]
    """The first of them is shown."""
    left: bool = False
    """Its cause has gone, and nobody had taken it."""

    @property
    def first(self) -> Alarm:
        return self.alarms[0]

    @property
    def one_by_one(self) -> bool:
        """Whether it must be taken by itself."""
        return self.first.level == "high" and not self.left


def rows(calling: Sequence[Alarm], left: Sequence[Alarm], *, grouped: bool) -> list[Row]:
    """Those that call in their order, then those that have gone."""
    alive = list(_grouped(calling)) if grouped else [Row((one,)) for one in calling]
    return alive + [Row((one,), left=True) for one in left]


def _grouped(alarms: Sequence[Alarm]) -> Iterator[Row]:
    causes: dict[tuple[str, ...], list[Alarm]] = {}
    for one in alarms:
        single = (one.id,) if one.level == "high" else ()
        causes.setdefault((one.level, one.module, one.clock, *single), []).append(one)
    yield from (Row(tuple(found)) for found in causes.values())
