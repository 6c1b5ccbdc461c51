"""Whether the base map is of another city than the records, told from where most of them are."""

import numpy as np
from numpy.typing import NDArray

from layers.mercator import unproject

FAR = 50.0
"""Kilometres from the city's map beyond which most of its records can't be."""
FEW = 10
"""Records of which nothing is said yet."""
EARTH = 6371.0

Bounds = tuple[float, float, float, float]
"""West, south, east, north in degrees."""


def notice(bounds: Bounds | None, x: NDArray[np.float64], y: NDArray[np.float64]) -> str:
    """What a person should know of a base map with these bounds and of records at these places; mostly nothing."""
    if bounds is None or len(x) < FEW:
        return ""
    lon, lat = unproject(np.median(x), np.median(y))
    away = distance(bounds, float(lon), float(lat))
    if away < FAR:
        return ""
    words = f"{away:,.0f}".replace(",", "\u00a0")
    return f"Подложка, похоже, другого города: записи лежат в {words} км от неё. Замените карту города в настройках."


def distance(bounds: Bounds, lon: float, lat: float) -> float:
    """Kilometres from a place to the nearest place within bounds."""
    west, south, east, north = bounds
    near = np.radians((min(max(lon, west), east), min(max(lat, south), north)))
    here = np.radians((lon, lat))
    half = np.sin((here - near) / 2) ** 2
    return float(2 * EARTH * np.arcsin(np.sqrt(half[1] + np.cos(near[1]) * np.cos(here[1]) * half[0])))
