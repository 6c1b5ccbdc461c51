"""Geometries that a map must survive, where no test of their own kind of file has them."""

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from geopandas import GeoDataFrame
from map_city import CENTRE, City, report
from pyogrio import write_dataframe

from citymanager.errors import Refused
from layers.basemap import pack as packs
from layers.basemap.build import import_basemap
from layers.basemap.pack import PACK
from layers.style import LIGHT

LAT, LON = CENTRE


def source(path: Path, *shapes: Any) -> Path:
    """A file of waters and houses, told apart by their size."""
    kinds = {"natural": ["water" if one.area > 1e-5 else "" for one in shapes],
             "building": ["" if one.area > 1e-5 else "yes" for one in shapes]}  # fmt: skip
    write_dataframe(GeoDataFrame(kinds, geometry=list(shapes), crs=4326), path, driver="GPKG")
    return path


def house(lon: float, lat: float) -> Any:
    return shapely.box(lon, lat, lon + 0.0005, lat + 0.0003)


def test_a_base_map_on_both_sides_of_the_180th_meridian_is_refused_with_its_reason(tmp_path: Path) -> None:
    houses = [house(lon + n / 1e3, 66.0) for lon in (179.9, -179.99) for n in range(9)]
    with pytest.raises(Refused, match="180-го меридиана"):
        import_basemap([source(tmp_path / "both.gpkg", *houses)], tmp_path / PACK)
    import_basemap([source(tmp_path / "one.gpkg", *houses[:9])], tmp_path / PACK)
    assert packs.read(tmp_path / PACK).part("building") is not None


def test_a_coast_of_a_million_vertices_in_the_base_map_leaves_the_map_alive(
    make_city: Callable[..., City], tmp_path: Path
) -> None:
    turns = np.linspace(0, 2 * math.pi, 1_000_000)
    coast = shapely.polygons(np.column_stack((LON + 0.03 * np.cos(turns), LAT + 0.015 * np.sin(turns))))
    import_basemap([source(tmp_path / "a.gpkg", coast, house(LON, LAT))], tmp_path / PACK)
    water = packs.read(tmp_path / PACK).part("water")
    assert water is not None and len(water.arrays["coords"]) == 2_000_000
    city = make_city(tmp_path / PACK, [report()])
    city.map.go_to(LAT, LON, 16)
    city.settle()
    image = city.map.grab().toImage()
    assert image.pixelColor(20, 20).name() == LIGHT["map_water"]
    assert city.js("document.querySelector('.trouble').hidden")
