"""Drawing by hand without a screen: what each act does, what is refused, and that every step goes back exactly."""

from typing import Any

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from shapely.geometry import shape

from citymanager.errors import Refused
from layers.editing import WHOLE, Drawing, Stage
from layers.figure import CROSSED, MOST, Figure, figure_of


def ring(x: float, y: float, side: float) -> list[list[float]]:
    return [[x, y], [x + side, y], [x + side, y + side], [x, y + side], [x, y]]


def polygon(*rings: list[list[float]]) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": list(rings)}


SQUARE, HOLED = polygon(ring(0, 0, 4)), polygon(ring(0, 0, 4), ring(1, 1, 1)[::-1])
LINE = {"type": "LineString", "coordinates": [[0, 0], [1, 0], [2, 0]]}
TWO = {"type": "MultiPolygon", "coordinates": [[ring(0, 0, 1)], [ring(5, 5, 1)]]}


def put(drawing: Drawing, *spots: tuple[float, float]) -> None:
    for spot in spots:
        drawing.put(*spot)


def refused(act: Any, *given: Any) -> str:
    with pytest.raises(Refused) as told:
        act(*given)
    return str(told.value)


# --- drawing -----------------------------------------------------------------------------------------------------


def test_a_polygon_is_drawn_and_closed() -> None:
    drawing = Drawing("polygon")
    assert (drawing.now.tool, drawing.changed) == ("draw", False)
    put(drawing, (0, 0), (0, 2), (2, 2))
    drawing.end()
    assert drawing.now.tool == "", "then its vertices can be moved"
    assert drawing.result() == polygon([[0, 0], [2, 2], [0, 2], [0, 0]]), "against the clock, as GeoJSON asks"


def test_a_line_is_drawn_and_drawn_on_from_its_end() -> None:
    drawing = Drawing("line")
    put(drawing, (0, 0), (1, 0))
    drawing.end()
    drawing.choose(0, 0)
    drawing.take("draw")
    put(drawing, (-1, 0))
    drawing.end()
    assert drawing.result() == {"type": "LineString", "coordinates": [[1, 0], [0, 0], [-1, 0]]}


def test_a_module_that_takes_both_lets_choose_before_the_first_part() -> None:
    drawing = Drawing("shape")
    put(drawing, (0, 0), (1, 0))
    drawing.be("line")
    drawing.end()
    assert drawing.result()["type"] == "LineString"
    assert "другого вида" in refused(drawing.be, "polygon")
    assert "другую" in refused(Drawing("line").be, "polygon")


def test_parts_more_than_one_are_a_multi() -> None:
    drawing = Drawing("polygon", SQUARE)
    drawing.take("draw")
    put(drawing, (6, 6), (7, 6), (7, 7))
    drawing.end()
    assert drawing.result()["type"] == "MultiPolygon" and shape(drawing.result()).is_valid


def test_the_same_spot_twice_is_one_vertex_and_no_step() -> None:
    drawing = Drawing("polygon")
    put(drawing, (0, 0), (0, 0), (0.00000001, 0))
    assert drawing.now.run == ((0, 0),) and drawing.steps == 1


@pytest.mark.parametrize(
    "spots, words",
    [([], "не меньше 3"), ([(0, 0), (1, 1)], "не меньше 3"), ([(0, 0), (1, 1), (2, 2)], "нет площади"),
     ([(0, 0), (1, 1), (1, 0), (0, 1)], "Контур пересекает сам себя")],
)  # fmt: skip
def test_what_is_no_polygon_is_not_closed(spots: list[tuple[float, float]], words: str) -> None:
    drawing = Drawing("polygon")
    put(drawing, *spots)
    before = drawing.now
    assert words in refused(drawing.end)
    assert drawing.now is before, "what was drawn stays under the hand"


def test_a_crossing_is_told_while_it_is_drawn_and_where() -> None:
    drawing = Drawing("polygon")
    put(drawing, (0, 0), (2, 2), (2, 0))
    assert drawing.now.fault() is None
    put(drawing, (0, 2))
    fault = drawing.now.fault()
    assert fault is not None and fault.text == CROSSED and fault.spot == (1, 1)


# --- changing ----------------------------------------------------------------------------------------------------


def test_vertices_are_moved_added_and_deleted() -> None:
    drawing = Drawing("polygon", SQUARE)
    drawing.move(0, 2, 5, 5)
    drawing.insert(0, 0, 2, -1)
    assert drawing.now.chosen == (0, 1)
    assert drawing.now.figure.paths == (((0, 0), (2, -1), (4, 0), (5, 5), (0, 4)),)
    drawing.delete()
    drawing.delete()
    assert drawing.now.figure.paths == (((0, 0), (5, 5), (0, 4)),)
    assert "не меньше трёх" in refused(drawing.delete)
    assert drawing.result() == polygon([[0, 0], [5, 5], [0, 4], [0, 0]])


def test_the_keyboard_s_way_to_a_new_vertex() -> None:
    drawing = Drawing("line", LINE)
    drawing.next_vertex(-1)
    assert drawing.now.chosen == (0, 2)
    assert "нет отрезка" in refused(drawing.halve)
    drawing.next_vertex(1)
    drawing.halve()
    assert drawing.now.figure.paths == (((0, 0), (0.5, 0), (1, 0), (2, 0)),) and drawing.now.chosen == (0, 1)


def test_a_hole_is_cut_chosen_and_removed() -> None:
    drawing = Drawing("polygon", SQUARE)
    drawing.take("hole")
    put(drawing, (1, 1), (2, 1), (2, 2), (1, 2))
    drawing.end()
    assert shape(drawing.result()).area == 15 and len(drawing.result()["coordinates"]) == 2
    drawing.choose_at(1.5, 1.5)
    assert drawing.now.chosen == (1, WHOLE)
    drawing.delete()
    assert shapely.equals(shape(drawing.result()), shape(SQUARE))


@pytest.mark.parametrize(
    "spots, area",
    [([(3, 3), (6, 3), (6, 6), (3, 6)], 15.0), ([(1, -1), (2, -1), (2, 6), (1, 6)], 12.0)],
    ids=["bites the corner off", "falls into two"],
)
def test_a_hole_over_the_edge_bites_it_off(spots: list[tuple[float, float]], area: float) -> None:
    drawing = Drawing("polygon", SQUARE)
    drawing.take("hole")
    put(drawing, *spots)
    drawing.end()
    assert shape(drawing.result()).area == area and shape(drawing.result()).is_valid


@pytest.mark.parametrize(
    "spots, words",
    [([(9, 9), (10, 9), (10, 10)], "не задевает"), ([(-1, -1), (9, -1), (9, 9), (-1, 9)], "весь контур"),
     ([(1, 1), (2, 2), (2, 1), (1, 2)], "Вырез пересекает сам себя"), ([(1, 1), (2, 2)], "не меньше 3")],
)  # fmt: skip
def test_what_cuts_no_hole(spots: list[tuple[float, float]], words: str) -> None:
    drawing = Drawing("polygon", SQUARE)
    drawing.take("hole")
    put(drawing, *spots)
    assert words in refused(drawing.end)


def test_a_line_cuts_a_polygon_and_the_smaller_piece_can_be_removed_at_once() -> None:
    drawing = Drawing("polygon", HOLED)
    drawing.take("split")
    put(drawing, (3, -1), (3, 9))
    drawing.end()
    assert len(drawing.now.figure.parts) == 2
    assert "вдоль края" in refused(drawing.result), "two that share an edge are no valid geometry"
    drawing.delete()
    assert shape(drawing.result()).area == 11


@pytest.mark.parametrize(
    "spots, words",
    [([(-1, 2), (2, 2)], "от края до края"), ([(9, 9), (10, 10)], "от края до края"), ([(1, 1)], "не меньше 2"),
     ([(-1, 2), (5, 2), (5, 3), (3, 1)], "сама себя")],
)  # fmt: skip
def test_what_cuts_nothing(spots: list[tuple[float, float]], words: str) -> None:
    drawing = Drawing("polygon", SQUARE)
    drawing.take("split")
    put(drawing, *spots)
    assert words in refused(drawing.end)


def test_whole_parts_are_removed() -> None:
    drawing = Drawing("polygon", TWO)
    drawing.choose_at(5.5, 5.5)
    drawing.delete()
    assert drawing.result() == polygon(ring(0, 0, 1))
    drawing.delete_whole()
    assert drawing.now.tool == "draw" and "Ничего не нарисовано" in refused(drawing.result)


def test_a_vertex_laid_on_its_neighbour_is_one_with_it_in_the_result() -> None:
    drawing = Drawing("polygon", SQUARE)
    drawing.move(0, 3, 0, 0)
    assert drawing.now.figure.corners == 4, "under the hand it can still be drawn away"
    assert drawing.result() == polygon([[0, 0], [4, 0], [4, 4], [0, 0]])


def test_an_invalid_geometry_can_be_mended_but_not_cut_or_handed_over() -> None:
    drawing = Drawing("polygon", polygon([[0, 0], [2, 2], [2, 0], [0, 2], [0, 0]]))
    assert "пересекает сам себя" in refused(drawing.result) and "пересекает" in refused(drawing.take, "hole")
    drawing.move(0, 1, 0, 2)
    drawing.move(0, 3, 2, 2)
    drawing.move(0, 2, 2, 2)
    drawing.move(0, 3, 2, 0)
    assert shape(drawing.result()).is_valid


FAULTS = {
    "the outline": ([ring(0, 0, 4)], None),
    "crossing itself": ([[[0, 0], [2, 2], [2, 0], [0, 2], [0, 0]]], CROSSED),
    "flat": ([[[0, 0], [1, 1], [2, 2], [0, 0]]], "у контура нет площади"),
    "two vertices": ([[[0, 0], [1, 1], [0, 0]]], "у контура нет площади"),
    "hole outside": ([ring(0, 0, 1), ring(2, 2, 1)], "вырез лежит вне контура"),
    "hole over the edge": ([ring(0, 0, 2), ring(1, 1, 3)], "вырез пересекает край контура или другой вырез"),
    "hole in a hole": ([ring(0, 0, 9), ring(1, 1, 5), ring(2, 2, 1)], "вырез лежит внутри другого выреза"),
    "hole from edge to edge": (
        [ring(0, 0, 4), [[2, 0], [4, 2], [2, 4], [0, 2], [2, 0]]], "вырез делит контур на части",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_every_fault_has_its_words(name: str) -> None:
    rings, words = FAULTS[name]
    fault = figure_of(polygon(*rings), "polygon").fault()
    assert (fault and fault.text) == words
    assert fault is None or fault.spot is not None or "площади" in fault.text


@pytest.mark.parametrize(
    "second, words",
    [(ring(9, 9, 1), None), (ring(1, 1, 1), None), (ring(1, 0, 1), "контуры соприкасаются вдоль края"),
     (ring(0.5, 0, 1), "контуры накладываются друг на друга"), (ring(0, 0, 1), "контуры накладываются друг на друга")],
)  # fmt: skip
def test_parts_may_meet_at_corners_only(second: list[list[float]], words: str | None) -> None:
    fault = figure_of({"type": "MultiPolygon", "coordinates": [[ring(0, 0, 1)], [second]]}, "polygon").fault()
    assert (fault and fault.text) == words


# --- what comes in and goes out ----------------------------------------------------------------------------------


@pytest.mark.parametrize("geometry", [SQUARE, HOLED, TWO], ids=["square", "holed", "two"])
def test_what_was_not_changed_comes_back_as_it_was(geometry: dict[str, Any]) -> None:
    drawing = Drawing("shape", geometry)
    drawing.choose(0, 1)
    drawing.take("hole")
    drawing.take("")
    assert drawing.result() is geometry and not drawing.changed and drawing.steps == 0


@pytest.mark.parametrize(
    "geometry",
    [7, {}, {"type": "Polygon"}, {"type": "Point", "coordinates": [1, 2]}, {"type": "Polygon", "coordinates": [[1]]},
     {"type": "Polygon", "coordinates": [[[float("nan"), 1], [0, 0], [1, 1]]]}, {"type": "Polygon", "coordinates": 5},
     {"type": "LineString", "coordinates": [[0, 0], [720, 0]]}, {"type": "Polygon", "coordinates": [[["a", "b"]]]}],
)  # fmt: skip
def test_a_shape_that_can_t_be_read_is_refused(geometry: Any) -> None:
    assert "координаты не читаются" in refused(Drawing, "shape", geometry)


def test_a_shape_of_another_kind_or_too_large_is_refused() -> None:
    assert "другого вида" in refused(Drawing, "line", SQUARE)
    many = {"type": "LineString", "coordinates": [[one / 1000, 0] for one in range(MOST + 1)]}
    assert "больше 5000" in refused(Drawing, "line", many)
    full = Drawing("line", {**many, "coordinates": many["coordinates"][1:]})
    assert "до 5000" in refused(full.insert, 0, 0, 0.0015, 1)


def test_a_drawing_outlives_the_program() -> None:
    drawing = Drawing("shape", HOLED)
    drawing.take("split")
    put(drawing, (-1, 3), (2, 3))
    again = Drawing("shape", HOLED)
    again.load(drawing.saved())
    assert again.now == drawing.now and again.changed
    again.undo()
    assert again.result() is HOLED


@pytest.mark.parametrize(
    "saved",
    [None, [], {}, {"kind": "blob", "parts": [], "tool": "", "run": []},
     {"kind": "polygon", "parts": [[]], "tool": "", "run": []},
     {"kind": "polygon", "parts": [[[]]], "tool": "", "run": []},
     {"kind": "polygon", "parts": [], "tool": "saw", "run": []},
     {"kind": "polygon", "parts": [], "tool": "draw", "run": [[0, 999]]}],
)  # fmt: skip
def test_a_spoilt_draft_is_refused(saved: Any) -> None:
    drawing = Drawing("polygon", SQUARE)
    assert "не читается" in refused(drawing.load, saved)
    assert drawing.now.figure == figure_of(SQUARE, "polygon")


# --- any sequence of acts ----------------------------------------------------------------------------------------

PLACES = st.tuples(st.integers(0, 8), st.integers(0, 8))
"""Few, so that what is drawn meets itself often."""


def drawn(stage: Stage) -> tuple[Figure, Any]:
    return stage.figure, stage.run


class Hand(RuleBasedStateMachine):
    """Somebody draws whatever comes to his mind, takes it back, and does it again."""

    def __init__(self) -> None:
        super().__init__()
        self.drawing = Drawing("shape")
        self.past: list[tuple[Figure, Any]] = []

    def act(self, name: str, *given: Any) -> None:
        before, steps = self.drawing.now, self.drawing.steps
        try:
            getattr(self.drawing, name)(*given)
        except Refused as error:
            assert str(error).endswith((".", "Backspace", "Enter"))
            assert drawn(self.drawing.now) == drawn(before) and self.drawing.steps == steps
            return
        if drawn(self.drawing.now) != drawn(before):
            self.past.append(drawn(before))
        assert self.drawing.steps == len(self.past)

    @rule(place=PLACES)
    def put(self, place: tuple[int, int]) -> None:
        self.act("put", *place)

    @rule()
    def end(self) -> None:
        self.act("end")

    @rule(tool=st.sampled_from(["", "draw", "hole", "split"]))
    def take(self, tool: str) -> None:
        self.act("take", tool)

    @rule(kind=st.sampled_from(["line", "polygon"]))
    def be(self, kind: str) -> None:
        self.act("be", kind)

    @rule(name=st.sampled_from(["move", "insert"]), path=st.integers(0, 3), vertex=st.integers(0, 6), place=PLACES)
    def reach(self, name: str, path: int, vertex: int, place: tuple[int, int]) -> None:
        self.act(name, path, vertex, *place)

    @rule(place=PLACES)
    def choose_at(self, place: tuple[int, int]) -> None:
        self.act("choose_at", place[0] + 0.5, place[1] + 0.5)

    @rule(step=st.sampled_from([-1, 1]))
    def walk(self, step: int) -> None:
        self.act("next_vertex", step)

    @rule(name=st.sampled_from(["delete", "delete_whole", "halve"]))
    def change(self, name: str) -> None:
        self.act(name)

    @precondition(lambda self: self.past)
    @rule()
    def undo(self) -> None:
        after = drawn(self.drawing.now)
        self.drawing.undo()
        assert drawn(self.drawing.now) == self.past.pop()
        self.drawing.redo()
        assert drawn(self.drawing.now) == after
        self.drawing.undo()

    @invariant()
    def handed_over_is_valid_or_it_is_refused(self) -> None:
        try:
            found = self.drawing.result()
        except Refused as error:
            assert str(error)
            return
        if found is not None:
            assert shape(found).is_valid and not shape(found).is_empty

    @invariant()
    def a_draft_goes_on_where_it_was(self) -> None:
        again = Drawing("shape")
        again.load(self.drawing.saved())
        assert drawn(again.now) == drawn(self.drawing.now)


TestHand = Hand.TestCase
TestHand.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)


@given(st.lists(PLACES, min_size=3, max_size=12))
def test_undo_takes_every_step_back_exactly(places: list[tuple[int, int]]) -> None:
    drawing = Drawing("polygon", SQUARE)
    first = drawn(drawing.now)
    drawing.take("draw")
    stages = []
    for place in places:
        stages.append(drawn(drawing.now))
        steps = drawing.steps
        drawing.put(*place)
        if drawing.steps == steps:
            stages.pop()
    while drawing.steps:
        drawing.undo()
        assert drawn(drawing.now) == stages.pop()
    assert drawn(drawing.now) == first and "больше нечего" in refused(drawing.undo)
