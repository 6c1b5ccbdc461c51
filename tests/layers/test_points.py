"""Points and clusters against counting by hand."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from citymanager.store.features import Point
from layers.mercator import project, unproject
from layers.points import CELL, GRID, LIMIT, PointLayer, View
from layers.window import Window

VALUES = ("new", "work", "done")
WORLD = Window(0, 0, 1, 1, 4)

ids = st.text("abcdef", min_size=1, max_size=3)


points = st.builds(
    lambda ident, lon, lat, value: Point(int(ident, 16), ident, lon, lat, value),
    ids,
    st.floats(60.6, 60.9),
    st.floats(56.0, 56.15),
    st.sampled_from([*VALUES, "unknown"]),
)
cities = st.lists(points, max_size=60, unique_by=lambda point: point.id)
windows = st.builds(
    lambda lon, lat, span, zoom: around(lon, lat, span, zoom),
    st.floats(60.6, 60.9),
    st.floats(56.0, 56.15),
    st.floats(0.001, 0.4),
    st.integers(3, 19),
)


def around(lon: float, lat: float, span: float, zoom: float) -> Window:
    x, y = project([lon - span, lon + span], [lat + span, lat - span])
    return Window(float(x[0]), float(y[0]), float(x[1]), float(y[1]), zoom)


def layer_of(found: list[Point]) -> PointLayer:
    layer = PointLayer(VALUES)
    layer.load(found)
    return layer


def total(view: View) -> int:
    return len(view.points) + sum(cluster[2] for cluster in view.clusters)


def codes(view: View) -> Counter[int]:
    found = Counter(point[2] for point in view.points)
    for cluster in view.clusters:
        found.update(dict(zip(cluster[3][::2], cluster[3][1::2], strict=True)))
    return found


@given(cities, st.sets(st.sampled_from([*VALUES, "unknown"])))
def test_values_that_are_off_are_left_out_until_records_are_chosen(city: list[Point], off: set[str]) -> None:
    layer = layer_of(city)
    layer.switch_off(off)
    assert total(layer.view(WORLD)) == sum(one.value not in off for one in city)
    layer.choose([one.number for one in city])
    assert total(layer.view(WORLD)) == len(city)
    layer.choose(None)
    layer.switch_off([])
    assert total(layer.view(WORLD)) == len(city)


@given(cities)
def test_the_whole_world_holds_every_point_once(city: list[Point]) -> None:
    view = layer_of(city).view(WORLD)
    assert total(view) == len(city)
    assert codes(view) == Counter(VALUES.index(one.value) if one.value in VALUES else 3 for one in city)


@given(cities, windows)
def test_a_window_holds_its_points_and_at_most_those_of_the_cells_at_its_edge(
    city: list[Point], window: Window
) -> None:
    view = layer_of(city).view(window)
    x, y = project([one.lon for one in city], [one.lat for one in city])
    cell = CELL / 256 / 2**window.zoom
    while ((window.east - window.west) / cell + 2) * ((window.south - window.north) / cell + 2) > GRID:
        cell *= 2  # a window of too many cells gets larger ones

    def inside(margin: float) -> int:
        across = (x >= window.west - margin) & (x < window.east + margin)
        return int((across & (y >= window.north - margin) & (y < window.south + margin)).sum())

    assert inside(0) <= total(view) <= inside(cell * 1.001)


@given(cities, windows)
def test_single_points_stand_where_they_are(city: list[Point], window: Window) -> None:
    places = {one.id: project(one.lon, one.lat) for one in city}
    for x, y, _, ident in layer_of(city).view(window).points:
        assert (x, y) == pytest.approx((float(places[ident][0]), float(places[ident][1])), abs=2e-9)


@given(cities, windows)
def test_clusters_count_their_points_and_lie_among_them(city: list[Point], window: Window) -> None:
    view = layer_of(city).view(window)
    x, y = project([one.lon for one in city], [one.lat for one in city])
    for at_x, at_y, count, shares in view.clusters:
        assert count > 1 and sum(shares[1::2]) == count
        assert x.min() - 1e-9 <= at_x <= x.max() + 1e-9 and y.min() - 1e-9 <= at_y <= y.max() + 1e-9


@given(cities, cities, st.sets(ids, max_size=20))
def test_changes_come_to_the_same_as_loading_anew(before: list[Point], after: list[Point], gone: set[str]) -> None:
    layer = layer_of(before)
    layer.change({point.id for point in after} | gone, after)
    kept = {point.id: point for point in before if point.id not in gone} | {point.id: point for point in after}
    anew = layer_of(list(kept.values()))
    assert len(layer) == len(kept)
    assert codes(layer.view(WORLD)) == codes(anew.view(WORLD))
    assert {ident: layer.place(ident) for ident in kept} == {ident: anew.place(ident) for ident in kept}


@given(cities, st.sets(ids))
def test_a_choice_shows_its_records_only_also_those_that_come_later(city: list[Point], chosen: set[str]) -> None:
    half = len(city) // 2
    layer = layer_of(city[:half])
    layer.choose([int(ident, 16) for ident in chosen])
    layer.change({point.id for point in city[half:]}, city[half:])
    assert total(layer.view(WORLD)) == sum(point.id in chosen for point in city)
    layer.choose(None)
    assert total(layer.view(WORLD)) == len(city)


def test_a_record_in_the_row_of_one_that_is_gone_is_another_one() -> None:
    layer = layer_of([Point(1, "one", 60.7, 56.08, "new"), Point(2, "gone", 60.71, 56.08, "new")])
    layer.change(["a longer name"], [Point(2, "a longer name", 60.72, 56.08, "done")])
    assert len(layer) == 2 and layer.place("gone") is None
    assert {point[3] for point in layer.view(around(60.7, 56.08, 0.1, 18)).points} == {"one", "a longer name"}
    layer.change(["gone"], [])
    assert len(layer) == 2


@settings(max_examples=20)
@given(st.floats(60.6, 60.9), st.floats(56.0, 56.15), st.integers(9, 17))
def test_panning_does_not_regroup(lon: float, lat: float, zoom: int) -> None:
    """What is seen of both windows, away from their edges, is drawn alike in both."""
    city = [
        Point(number, str(number), 60.6 + number * 0.0031 % 0.3, 56.0 + number * 0.0017 % 0.15, "new")
        for number in range(300)
    ]
    layer = layer_of(city)
    pixel = 1 / 256 / 2**zoom
    x, y = (float(number) for number in project(lon, lat))
    one = layer.view(Window(x - 500 * pixel, y - 400 * pixel, x + 500 * pixel, y + 400 * pixel, zoom))
    other = layer.view(Window(x - 470 * pixel, y - 420 * pixel, x + 530 * pixel, y + 380 * pixel, zoom))

    def core(view: View) -> set[tuple[float, float, int]]:
        drawn = [(px, py, 1) for px, py, _, _ in view.points] + [(px, py, n) for px, py, n, _ in view.clusters]
        return {one for one in drawn if abs(one[0] - x) < 150 * pixel and abs(one[1] - y) < 100 * pixel}

    assert core(one) == core(other)


def test_a_view_of_very_many_stays_small() -> None:
    city = [
        Point(number, str(number), -170 + number * 0.618 % 340, -70 + number * 0.37 % 140, "new")
        for number in range(30_000)
    ]
    view = layer_of(city).view(Window(0, 0, 1, 1, 19))
    assert len(view.points) + len(view.clusters) <= LIMIT
    assert total(view) == len(city)


@pytest.mark.parametrize("zoom", [15, 18, 19])
def test_points_at_one_place_are_one_pile_at_every_zoom_and_tell_what_they_are(zoom: int) -> None:
    city = [Point(number, str(number), 60.7, 56.08, "new") for number in range(5)]
    window = around(60.7, 56.08, 0.001, zoom)
    layer = layer_of([*city, Point(9, "aside", 60.7005, 56.08, "new")])
    (x, y, count, _) = next(one for one in layer.view(window).clusters)
    if zoom >= 18:
        assert count == 5 and [point[3] for point in layer.view(window).points] == ["aside"]
    layer.set_due(np.array([2]), np.array([7.0]))
    pile = layer.pile(window, (x, y), 8.0, slice(0, 3))
    assert pile is not None and pile.total == count
    assert pile.points[0][3:] == ("2", True), "what is overdue comes first"
    assert layer.pile(window, (x + 0.1, y), 8.0, slice(3)) is None
    assert layer_of([]).pile(window, (x, y), 8.0, slice(3)) is None


@given(cities, windows)
def test_piles_are_what_the_clusters_count(city: list[Point], window: Window) -> None:
    layer = layer_of(city)
    met: list[str] = []
    for x, y, count, _ in layer.view(window).clusters:
        pile = layer.pile(window, (x, y), 0, slice(None))
        assert pile is not None and pile.total == len(pile.points) == count
        met += [point[3] for point in pile.points]
    assert len(met) == len(set(met))


def test_more_than_a_view_holds_can_be_opened_at_the_closest_zoom() -> None:
    city = [Point(number, str(number), 60.7, 56.08, "new") for number in range(LIMIT + 500)]
    layer, window = layer_of(city), around(60.7, 56.08, 0.001, 19)
    ((x, y, count, _),) = layer.view(window).clusters
    pile = layer.pile(window, (x, y), 0, slice(LIMIT + 450, LIMIT + 600))
    assert pile is not None and pile.total == count == len(city) and len(pile.points) == 50


@pytest.mark.parametrize("turns", [-2, -1, 0, 1])
@pytest.mark.parametrize("zoom", [9, 14, 18])
def test_a_city_on_the_antimeridian_is_whole_however_far_one_has_turned_the_globe(turns: int, zoom: int) -> None:
    """Both sides are seen at once, where the window has them; panning over the edge loses nobody."""
    city = [Point(n, str(n), lon, 66.0, "new") for n, lon in enumerate((179.9995, -179.9995, 179.9999, -179.9999))]
    x, y = 1.0 + turns, float(project(180, 66)[1])
    pixel = 1 / 256 / 2**zoom
    reach = 900 * pixel
    view = layer_of(city).view(Window(x - reach, y - reach, x + reach, y + reach, zoom))
    assert total(view) == 4
    assert all(abs(one[0] - x) < reach for one in (*view.points, *view.clusters))
    assert total(layer_of(city).view(Window(x + 0.1, y - reach, x + 0.2, y + reach, zoom))) == 0
    if zoom == 18:
        assert sorted(one[0] > x for one in view.points) == [False, False, True, True]


@pytest.mark.parametrize("lon, lat", [(float("nan"), 56), (60, float("inf")), (200, 56), (60, 91)])
def test_a_place_that_is_none_does_not_spoil_the_others(lon: float, lat: float) -> None:
    layer = layer_of([Point(1, "good", 60.7, 56.08, "new"), Point(2, "bad", lon, lat, "new")])
    assert len(layer) == 1 and layer.place("bad") is None
    layer.change(["good"], [Point(1, "good", lon, lat, "new")])
    assert len(layer) == 0


@given(st.floats(-180, 180), st.floats(-85, 85))
def test_the_projection_comes_back(lon: float, lat: float) -> None:
    found = unproject(*project(lon, lat))
    assert (float(found[0]), float(found[1])) == pytest.approx((lon, lat), abs=1e-9)


@given(cities, st.none() | st.sets(st.integers(0, 0xFFF)), st.sets(st.sampled_from([*VALUES, ""])))
def test_a_tally_counts_what_is_shown_and_what_would_be(
    city: list[Point], chosen: set[int] | None, off: set[str]
) -> None:
    layer = layer_of(city)
    layer.choose(None if chosen is None else sorted(chosen))
    layer.switch_off(off)
    left = [one for one in city if chosen is None or one.number in chosen]
    tally = layer.tally()
    by_value = Counter(one.value if one.value in VALUES else "" for one in left)
    assert tally.values == {value: by_value[value] for value in (*VALUES, "")}
    assert (tally.total, tally.filtered) == (len(city), chosen is not None)
    assert tally.shown == total(layer.view(WORLD)), "the number says what the map shows"


@given(cities, cities, st.sets(st.integers(0, 0xFFF)), st.sets(st.sampled_from(VALUES)))
def test_two_maps_share_the_points_and_choose_by_themselves(
    city: list[Point], later: list[Point], chosen: set[int], off: set[str]
) -> None:
    first = layer_of(city)
    second = first.beside()
    second.choose(sorted(chosen))
    second.switch_off(off)
    for points in (city, later):
        left = [one for one in points if one.number in chosen and one.value not in off]
        assert total(first.view(WORLD)) == len(points), "what one leaves out, the other shows"
        assert total(second.view(WORLD)) == len(left) == second.tally().shown, "the ticks hold for what is chosen, too"
        first.change([one.id for one in [*city, *later]], later)
    first.choose([])
    assert total(first.view(WORLD)) == 0 and total(second.view(WORLD)) == len(left)
    second.load(city)
    first.choose(None)
    assert total(first.view(WORLD)) == len(city), "whoever reads, reads for both"
