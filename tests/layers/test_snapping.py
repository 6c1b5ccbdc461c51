"""Snapping without a screen: what a place near a neighbour means."""

from pathlib import Path
from typing import Any

import pytest
import shapely
from map_city import CENTRE

from layers.basemap import pack as packs
from layers.figure import Spot
from layers.snapping import REACH, Edges, apart, edges_of_pack, edges_of_shapes, snapped

LAT, LON = CENTRE
PIXEL = 360 / 256 / 2**17
"""Degrees of longitude at zoom 17."""
SQUARE = {"type": "Polygon", "coordinates": [[[LON, LAT], [LON + 0.01, LAT], [LON + 0.01, LAT + 0.01], [LON, LAT]]]}
LINE = {"type": "LineString", "coordinates": [[LON, LAT - 0.01], [LON, LAT]]}


def meant(edges: Edges, right: float, zoom: float = 17.0, lat: float = LAT) -> tuple[Spot, str] | None:
    found = snapped(LON + right * PIXEL, lat, zoom, [edges])
    return (found.spot, found.held) if found else None


@pytest.mark.parametrize("shape", [SQUARE, LINE], ids=["polygon", "line"])
def test_a_vertex_in_reach_is_meant_exactly(shape: dict[str, Any]) -> None:
    edges = edges_of_shapes([shape])
    assert meant(edges, -REACH + 1) == ((LON, LAT), "vertex")
    assert meant(edges, -REACH - 1) is None


def test_the_reach_is_the_screen_s_at_every_zoom() -> None:
    edges = edges_of_shapes([LINE])
    assert meant(edges, -2 * REACH + 1, 16) == ((LON, LAT), "vertex")
    assert meant(edges, -REACH / 2 - 1, 18) is None


def test_an_edge_is_meant_where_no_vertex_is_near() -> None:
    found = meant(edges_of_shapes([LINE]), 5, lat=LAT - 0.005)
    assert found is not None and found[1] == "edge"
    assert found[0] == (LON, pytest.approx(LAT - 0.005, abs=1e-6))


def test_of_several_the_nearest_vertex_is_meant() -> None:
    other = {"type": "LineString", "coordinates": [[LON + 8 * PIXEL, LAT], [LON + 1, LAT]]}
    edges = edges_of_shapes([SQUARE, other])
    assert meant(edges, 6) == ((pytest.approx(LON + 8 * PIXEL, abs=1e-7), LAT), "vertex")
    assert meant(edges, 3) == ((LON, LAT), "vertex")


def test_shapes_that_are_none_are_left_out() -> None:
    spoilt: list[Any] = [
        None, 7, {}, {"type": "Polygon"}, {"type": "Polygon", "coordinates": []}, {"type": "Blob", "coordinates": [1]},
        {"type": "Polygon", "coordinates": [[[1, 2]]]},
        {"type": "LineString", "coordinates": [[0, float("nan")], [1, 1]]},
        {"type": "LineString", "coordinates": [[LON, LAT], [LON, LAT]]}, {"type": "Point", "coordinates": [LON, LAT]},
    ]  # fmt: skip
    assert meant(edges_of_shapes(spoilt), 0) is None
    assert meant(edges_of_shapes([*spoilt, SQUARE]), 1) == ((LON, LAT), "vertex")


def test_nothing_is_near_where_there_is_nothing() -> None:
    assert snapped(LON, LAT, 17, []) is None
    assert meant(edges_of_shapes([]), 0) is None


def test_a_house_of_the_city_s_map_is_met_at_its_corner(pack: Path) -> None:
    city = packs.read(pack)
    part = city.part("building")
    assert part is not None
    x, y = part.arrays["coords"][:2]
    lon, lat = (float(one) for one in _degrees(x + city.origin[0], y + city.origin[1]))
    found = snapped(lon + 4 * PIXEL, lat, 18, [edges_of_pack(city)])
    assert found is not None and found.held == "vertex"
    assert apart(found.spot, (lon, lat), 18) < 8


def test_pixels_between_two_places() -> None:
    assert apart((LON, LAT), (LON + 10 * PIXEL, LAT), 17) == pytest.approx(10)
    assert apart((LON, LAT), (LON + 10 * PIXEL, LAT), 18) == pytest.approx(20)


def _degrees(x: float, y: float) -> Any:
    from layers.basemap.pack import UNITS
    from layers.mercator import unproject

    return unproject(x / UNITS, y / UNITS)


def test_the_pack_s_lines_are_whole(pack: Path) -> None:
    """Each ring of the pack, no more and no fewer, in its own place."""
    city = packs.read(pack)
    part = city.part("building")
    assert part is not None
    lines = [one for one in edges_of_pack(city)._lines if shapely.is_closed(one)]
    assert len(lines) >= len(part.arrays["rings"]) - 1
