"""Lines and polygons without the page: what is kept, how fine it is, what is cut, what is told."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from throwaway import HOUSE, NOW, THROWAWAY

from citymanager.mistakes import mistakes
from citymanager.modules import BY_KEY
from citymanager.schema import Field, Look
from citymanager.store import Profile, Writer
from layers import shape_view, shapes
from layers.atlas import Atlas
from layers.map_layer import MapLayer
from layers.mercator import project
from layers.shape_view import boxes
from layers.shapes import ShapeLayer, outline
from layers.style import label_field
from layers.thinning import BUDGET, STEPS, thinned
from layers.window import Window

LON, LAT = 60.732, 56.085
KEY = THROWAWAY.key
SIZE = 1200
"""Pixels of a side of the window."""


def around(zoom: float, lon: float = LON, lat: float = LAT, size: float = SIZE) -> Window:
    x, y = (float(one) for one in project(lon, lat))
    half = size / 2 / (256 * 2**zoom)
    return Window(x - half, y - half, x + half, y + half, zoom)


def polygon(*places: tuple[float, float]) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": [[list(place) for place in (*places, places[0])]]}


def square(lon: float = LON, lat: float = LAT, side: float = 0.002) -> dict[str, Any]:
    return polygon((lon, lat), (lon + side, lat), (lon + side, lat + side), (lon, lat + side))


def star(vertices: int, noise: float = 0.0) -> dict[str, Any]:
    """A coast of so many vertices, some kilometres wide."""
    turn = np.linspace(0, 2 * np.pi, vertices, endpoint=False)
    away = 0.02 * (1 + 0.3 * np.sin(7 * turn) + 0.05 * np.sin(900 * turn))
    away += noise * np.random.default_rng(7).standard_normal(vertices)
    places = np.column_stack((LON + 1.8 * away * np.cos(turn), LAT + away * np.sin(turn)))
    return {"type": "Polygon", "coordinates": [[*places.tolist(), places[0].tolist()]]}


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[Writer]:
    made = Profile(tmp_path / "profile").writer(HOUSE)
    yield made
    made.close()


def put(writer: Writer, **geometries: Any) -> None:
    rows = [
        {"seq": 1, "module": KEY, "id": ident, "version": 1, "deleted": False, "by": "", "at": "",
         "data": {"number": ident, "name": f"Скамейка {ident}", "status": "standing", "geometry": geometry}}
        for ident, geometry in geometries.items()
    ]  # fmt: skip
    writer.absorb(rows, NOW, {})


def answer(atlas: Atlas, writer: Writer, window: Window) -> dict[str, Any]:
    query = {name: str(value) for name, value in window._asdict().items()} | {"layers": KEY}
    found = atlas.shapes(writer, query)
    assert found is not None
    return {**json.loads(found.body), "size": len(found.body)}


def seen(found: dict[str, Any]) -> list[str]:
    return [one["properties"]["id"] for one in found["layers"][KEY]]


def places(geometry: dict[str, Any]) -> np.ndarray:
    """All places of a geometry in pixels from the window's corner."""
    flat: list[Any] = []

    def walk(one: Any) -> None:
        if isinstance(one[0], int):
            flat.append(one)
        else:
            for inner in one:
                walk(inner)

    for one in geometry.get("geometries", [geometry]):
        walk(one["coordinates"])
    return np.array(flat) / STEPS


def test_a_small_shape_comes_as_it_is_within_a_quarter_of_a_pixel(writer: Writer) -> None:
    put(writer, one=square())
    window = around(16)
    (found,) = answer(Atlas(HOUSE, lambda: NOW), writer, window)["layers"][KEY]
    x, y = project([LON, LON + 0.002], [LAT, LAT + 0.002])
    scale = 256 * 2**16
    wanted = {(round(px), round(py)) for px in (x - window.west) * scale for py in (y - window.north) * scale}
    assert {(round(px), round(py)) for px, py in places(found["geometry"])} == wanted
    assert (found["properties"]["id"], found["properties"]["value"]) == ("one", "standing")


@pytest.mark.parametrize(
    "vertices, noise", [pytest.param(1_000_000, 0.0, marks=pytest.mark.campaign), (150_000, 0.00001)]
)
def test_a_million_vertices_make_a_small_answer_at_every_zoom(writer: Writer, vertices: int, noise: float) -> None:
    put(writer, coast=star(vertices, noise))
    atlas = Atlas(HOUSE, lambda: NOW)
    for zoom in (10, 12, 13.5, 15, 17, 19):
        found = answer(atlas, writer, around(zoom, LON + 1.8 * 0.02, LAT))
        (coast,) = found["layers"][KEY] or [None]
        assert coast is not None and found["size"] < 700_000
        drawn = places(coast["geometry"])
        assert 3 <= len(drawn) <= BUDGET
        assert (drawn.min() >= -SIZE) and (drawn.max() <= 2 * SIZE), "clipped to the window and a margin"


def test_what_is_smaller_than_a_pixel_is_still_seen(writer: Writer) -> None:
    put(writer, tiny=square(side=1e-7), none=square(LON + 5))
    found = answer(Atlas(HOUSE, lambda: NOW), writer, around(12))
    assert seen(found) == ["tiny"]
    assert np.ptp(places(found["layers"][KEY][0]["geometry"]), axis=0) == pytest.approx([1.5, 1.5], abs=0.5)


def test_changes_are_taken_in_and_the_rest_is_not_read_again(writer: Writer) -> None:
    put(writer, one=square(), two=square(LON + 0.003))
    atlas = Atlas(HOUSE, lambda: NOW)
    assert set(seen(answer(atlas, writer, around(15)))) == {"one", "two"}
    put(writer, one=square(LON + 1), two=square(LON + 0.004), three=square())
    assert set(seen(answer(atlas, writer, around(15)))) == {"two", "three"}, "the index knows what lies there now"

    def two() -> Any:
        shapes = {one["properties"]["id"]: one for one in answer(atlas, writer, around(15))["layers"][KEY]}
        return places(shapes["two"]["geometry"])

    before = two()
    atlas.change(KEY, ["three"])
    assert np.array_equal(before, two())
    atlas.change(KEY, ["two"])
    assert not np.array_equal(before, two())


def test_the_memory_of_shapes_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shapes, "MOST", 50)
    layer = ShapeLayer()
    for number in range(40):
        layer.take({str(number): json.dumps(square())})
        layer.get([str(number)])
    assert len(layer) <= 10 and layer.missing(["39", "0"]) == ["0"]
    layer.forget(None)
    assert len(layer) == 0


def test_the_filter_counts_before_the_limit_and_what_is_left_out_is_told(
    writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shape_view, "LIMIT", 2)
    put(writer, **{f"b{n}": square(LON + n / 1e4, side=0.002 - n / 1e5) for n in range(5)})
    atlas = Atlas(HOUSE, lambda: NOW)
    found = answer(atlas, writer, around(15))
    assert seen(found) == ["b0", "b1"], "the largest"
    assert found["notice"] == "Показаны самые крупные: ещё 3 контура не показано. Приблизьте карту."
    atlas.choose(KEY, [writer.row_number(KEY, one) or 0 for one in ("b3", "b4")])
    found = answer(atlas, writer, around(15))
    assert seen(found) == ["b3", "b4"] and found["notice"] == ""
    atlas.choose(KEY, None)
    atlas.switch_off(KEY, ["standing"])
    assert seen(answer(atlas, writer, around(15))) == []


def test_shapes_of_a_second_map_are_chosen_by_its_own_wishes(writer: Writer) -> None:
    put(writer, **{f"b{n}": square(LON + n / 1e4) for n in range(3)})
    first = Atlas(HOUSE, lambda: NOW)
    second = first.beside()
    second.choose(KEY, [writer.row_number(KEY, "b1") or 0])
    assert seen(answer(second, writer, around(15))) == ["b1"] and len(seen(answer(first, writer, around(15)))) == 3
    second.switch_off(KEY, ["standing"])
    assert seen(answer(second, writer, around(15))) == [], "its ticks hold for what is chosen, too"
    assert len(seen(answer(first, writer, around(15)))) == 3


def test_damaged_and_crossing_outlines_are_told_and_cost_only_themselves(writer: Writer) -> None:
    bow = polygon((LON, LAT), (LON + 1e-3, LAT + 1e-3), (LON + 1e-3, LAT), (LON, LAT + 1e-3))
    short = {"type": "Polygon", "coordinates": [[[LON, LAT], [LON + 1e-3, LAT]]]}
    holes = {"type": "Polygon", "coordinates": [[[LON, LAT], None, [LON + 1e-3, LAT]]]}
    opened = {"type": "Polygon", "coordinates": [square()["coordinates"][0][:-1]]}
    put(writer, bow=bow, short=short, holes=holes, opened=opened)
    found = answer(Atlas(HOUSE, lambda: NOW), writer, around(16))
    assert set(seen(found)) == {"bow", "opened"}, "a ring that is not closed is, here"
    assert found["notice"].split("\n") == [
        "2 контура не показаны: координаты повреждены.",
        "1 контур пересекает сам себя и показан исправленным.",
    ]


@pytest.mark.parametrize("text", ["", "x", "null", "7", "[]", '{"type":"Point","coordinates":[NaN,1]}',
                                  '{"type":"Point","coordinates":[1e999,1]}', "[" * 5000,
                                  '{"type":"Polygon","coordinates":[]}'])  # fmt: skip
def test_what_is_no_geometry_is_none(text: str) -> None:
    assert outline(text) is None


@pytest.mark.parametrize("turns", [-1, 0, 1])
def test_shapes_on_the_antimeridian_are_where_the_window_has_them(writer: Writer, turns: int) -> None:
    both = polygon((179.999, 66), (-179.999, 66), (-179.999, 66.001), (179.999, 66.001))
    put(writer, both=both, west=square(179.998, 66, 0.0005), east=square(-179.9985, 66, 0.0005))
    middle = around(15, 180, 66)
    window = Window(middle.west + turns, middle.north, middle.east + turns, middle.south, 15)
    found = answer(Atlas(HOUSE, lambda: NOW), writer, window)
    assert set(seen(found)) == {"both", "west", "east"}
    spans = {
        one["properties"]["id"]: (places(one["geometry"])[:, 0].min(), places(one["geometry"])[:, 0].max())
        for one in found["layers"][KEY]
    }
    half = SIZE / 2
    assert spans["west"][1] < half < spans["east"][0]
    assert spans["both"][0] == pytest.approx(half - 23.3, abs=1) and spans["both"][1] == pytest.approx(
        half + 23.3, abs=1
    )


def test_a_window_beyond_the_antimeridian_is_two_boxes() -> None:
    assert len(boxes(around(12))) == 1
    east, west = sorted(boxes(around(12, 180, 66)))
    assert (west[2], east[0]) == (180, -180) and west[0] > 179 and east[2] < -179


@settings(max_examples=60)
@given(
    st.lists(st.tuples(st.floats(60.6, 60.9), st.floats(56, 56.2)), min_size=3, max_size=9, unique=True),
    st.sampled_from([9, 12, 15.5, 19]),
)
def test_whatever_polygon_is_drawn_within_its_window_or_not_at_all(
    corners: list[tuple[float, float]], zoom: float
) -> None:
    found = outline(json.dumps(polygon(*corners)))
    window = around(zoom)
    (drawn,), coarse = thinned([found.at(zoom)], window) if found else ([None], False)
    assert not coarse
    if drawn is not None:
        flat = places(drawn.geometry)
        assert np.isfinite(flat).all() and flat.min() >= -0.3 * SIZE and flat.max() <= 1.3 * SIZE


def test_labels_are_the_first_text_of_the_caption_and_never_personal(writer: Writer) -> None:
    assert {key: one.key for key in ("closures", "service_areas") if (one := label_field(BY_KEY[key]))} == {
        "closures": "road", "service_areas": "name",
    }  # fmt: skip
    donor = replace(THROWAWAY, caption=("donor",))
    assert label_field(donor) is None
    assert label_field(replace(THROWAWAY, look=Look(label="donor"))) is None
    named = label_field(replace(THROWAWAY, look=Look(label="name")))
    assert isinstance(named, Field) and named.key == "name"
    put(writer, one=square(side=0.01))
    (found,) = answer(Atlas(HOUSE, lambda: NOW), writer, around(15))["layers"][KEY]
    assert found["properties"]["label"] == "one"
    assert found["properties"]["at"][2] > 100


def test_a_label_stands_within_its_shape_also_in_a_hollow_one() -> None:
    ring, hole = (square(LON + at, LAT + at, side)["coordinates"][0] for at, side in ((0, 0.01), (0.002, 0.006)))
    found = outline(json.dumps({"type": "Polygon", "coordinates": [ring, hole]}))
    assert found is not None
    ((drawn,), _) = thinned([found.whole], around(15, LON + 0.005, LAT + 0.005))
    assert drawn is not None
    from shapely.geometry import Point, shape

    assert shape(drawn.geometry).contains(Point(drawn.label[:2]))


def test_a_look_is_declared_and_wrong_ones_are_named() -> None:
    look = Look(width=5, fill=0.3, dash=(6, 3), label="name", label_zoom=11)
    told = MapLayer(replace(THROWAWAY, look=look)).told_to_page()
    assert (told["width"], told["fill"], told["dash"], told["labels"]) == (5, 0.3, (6, 3), 11)
    for wrong in (
        Look(label="donor"),
        Look(label="nothing"),
        Look(label="built"),
        Look(width=0),
        Look(fill=2),
        Look(dash=(0,)),
    ):
        assert any("look:" in text for text in mistakes(replace(THROWAWAY, look=wrong), BY_KEY)), wrong
