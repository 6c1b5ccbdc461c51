"""Where the geometries of a file lie: the system that it names or that its numbers tell, and swapped axes noticed."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from citymanager.exchange.places import CITY
from layers.projections import mover

Numbers = NDArray[np.float64]
NEAR = 3.0
"""Degrees from the city within which a file is expected to lie."""
_MSK = re.compile(r"(?:мск|msk|mck)[\s_-]*74", re.IGNORECASE)
NORTH_FIRST = "В файле север стоит первым, как пишут геодезисты: оси поменяны местами."
UNVERIFIED = "Параметры МСК-74 не проверены: сверьте положение нескольких точек."


@dataclass(frozen=True, slots=True)
class Ground:
    """How a file's coordinates become degrees; `move` None: nobody knows, a person has to say."""

    title: str
    move: Callable[[Numbers], Numbers] | None
    swapped: bool = False
    """Taken in the other order the coordinates would lie by the city, in this one they don't."""
    notes: tuple[str, ...] = ()


def ground(found: Numbers, named: str, told: str, *, swap: bool) -> Ground:
    """Judge finite coordinates (n, 2).

    `named`: the system that the file itself names; `told`: the one that a person has named, for a file that says none;
    `swap`: he has seen that the axes are in the other order. Raises Refused for a told system that there is not.
    """
    found = found[:, ::-1] if swap else found
    title, move = _system(found, named, told)
    if move is None:
        return Ground("", None)
    centre = _centre(move(found))
    notes = (UNVERIFIED,) if title.startswith("МСК-74") else ()
    if centre is not None and _distance(centre) <= NEAR:
        return Ground(title, move, notes=notes)
    other_title, other = _system(found[:, ::-1], named, told)
    turned = _centre(other(found[:, ::-1])) if other is not None else None
    if other is not None and turned is not None and _distance(turned) <= NEAR:
        if centre is None:  # nobody could be shown the wrong order
            return Ground(other_title, lambda xy: other(xy[:, ::-1]), notes=(*notes, NORTH_FIRST))
        return Ground(title, move, True, (*notes, "Похоже, широта и долгота переставлены."))
    if centre is None:
        return Ground("", None)
    return Ground(title, move, notes=(*notes, f"Файл далеко от города: около {centre[1]:.2f}, {centre[0]:.2f}."))


def _system(found: Numbers, named: str, told: str) -> tuple[str, Callable[[Numbers], Numbers] | None]:
    """The title of the system that these coordinates are in, and the way out of it."""
    x, y = np.median(found, axis=0)
    degrees = bool(np.all(np.abs(found) <= 360))
    kind = _kind(named)
    if degrees and kind != "projected":
        return "WGS 84" if kind == "" else _title(named), mover(named if kind else "")
    if kind == "projected" and not _MSK.search(named):
        return _title(named), mover(named)
    if (1e6 <= x < 3e6 and 0 <= y < 1e6) or (1e6 <= y < 3e6 and 0 <= x < 1e6):
        return "МСК-74", mover("МСК-74")
    return (told, mover(told)) if told else ("", None)


def _kind(named: str) -> str:
    crs = _crs(named)
    if crs is None:
        return ""
    return "geographic" if crs.is_geographic else "projected" if crs.is_projected else ""


def _title(named: str) -> str:
    crs = _crs(named)
    return str(crs.name)[:60] if crs is not None else named[:60]


def _crs(named: str) -> Any:
    from pyproj import CRS
    from pyproj.exceptions import CRSError

    try:
        return CRS.from_user_input(named) if named else None
    except CRSError:
        return None


def _centre(degrees: Numbers) -> tuple[float, float] | None:
    """Longitude and latitude in the middle of what lies on the Earth; None if most does not."""
    good = (np.abs(degrees) <= (180, 90)).all(axis=1)
    if good.mean() < 0.5:
        return None
    lon, lat = np.median(degrees[good], axis=0)
    return float(lon), float(lat)


def _distance(point: tuple[float, float]) -> float:
    return float(np.hypot(point[0] - CITY[0], point[1] - CITY[1]))
