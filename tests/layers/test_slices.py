"""Slices: what runs now and what waits for somebody, each a layer of its own over the records of its module."""

import json
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from map_city import CENTRE, City, Watch, report
from test_map_print import taken
from test_points import cities, layer_of
from throwaway import HOUSE, NOW

from citymanager.schema import STATUS, Values
from citymanager.store import Profile, Query
from citymanager.store.features import Point
from citymanager.store.lists import Lists
from citymanager.values import moment
from layers.atlas import Atlas
from layers.layer_facts import LayerFacts
from layers.layer_words import count, told
from layers.map_layer import map_layers
from layers.mercator import project
from layers.points import Tally
from layers.scheme import Answer
from layers.slices import SLICES
from layers.state import LayerSet, MapState
from layers.style import LIGHT, OUTLINES
from layers.window import Window

MakeCity = Callable[..., City]
LAT, LON = CENTRE
HOUR = timedelta(hours=1)
(_WEST, _EAST), (_NORTH, _SOUTH) = project([LON - 0.08, LON + 0.08], [LAT + 0.08, LAT - 0.05])
CITY_WIDE = {"west": str(_WEST), "north": str(_NORTH), "east": str(_EAST), "south": str(_SOUTH), "zoom": "16"}
"""The whole city so near that records half a kilometre apart are not joined."""


class Desk:
    """An atlas over a cache of its own, as a page asks it."""

    def __init__(self, folder: Path) -> None:
        profile = Profile(folder)
        self.writer, self.reader, self.watch = profile.writer(HOUSE), profile.reader(HOUSE), Watch()
        self.atlas = Atlas(HOUSE, self.watch)

    def put(self, module: str, **rows: Values | None) -> None:
        """Records as they come from the server; None: deleted."""
        change = {"seq": 1, "module": module, "version": 1, "by": "", "at": ""}
        changes = [{**change, "id": key, "deleted": row is None, "data": row or {}} for key, row in rows.items()]
        self.writer.absorb(changes, NOW, {})
        self.atlas.change(module, rows)

    def seen(self, key: str, atlas: Atlas | None = None) -> set[str]:
        """The ids of the points that a layer shows."""
        told = _read((atlas or self.atlas).view(self.reader, {**CITY_WIDE, "layers": key}))
        return {ident for *_, ident in told["layers"][key]["points"]}

    def drawn(self, *keys: str) -> dict[str, set[str]]:
        told = _read(self.atlas.shapes(self.reader, {**CITY_WIDE, "layers": ",".join(keys)}))
        return {key: {one["properties"]["id"] for one in features} for key, features in told["layers"].items()}


def _read(answer: Answer | None) -> Any:
    assert answer is not None
    return json.loads(answer.body)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path / "profile")
    yield made
    made.reader.close()
    made.writer.close()


def at(n: int, **more: Any) -> Values:
    """A report at a place of its own."""
    return report(LAT + n / 200, **more)


def zone(n: int = 0, **more: Any) -> Values:
    """A square of about a hundred metres."""
    west, south = LON + n / 100, LAT
    ring = [[west, south], [west + 0.001, south], [west + 0.001, south + 0.001], [west, south + 0.001], [west, south]]
    return {"geometry": {"type": "Polygon", "coordinates": [ring]}, "text": "—", **more}


def outage(n: int = 0, **more: Any) -> Values:
    began = moment(NOW - HOUR)
    return zone(n, **{"type": "emergency", STATUS: "sent", "resource": ["heat"], "began": began, **more})


def test_fifteen_layers_and_more_stand_in_groups_and_what_would_clutter_is_off() -> None:
    layers = map_layers(HOUSE)
    assert len({one.key for one in layers}) == len(layers) >= 15
    assert len({one.group for one in layers}) >= 5 and len({one.title for one in layers}) == len(layers)
    for one in SLICES:
        assert one.told and one.colour in LIGHT and one.shape in OUTLINES
    assert not [one.key for one in layers if one.part and one.look.visible]
    marks = [(one.group, one.mark.colour, one.mark.shape) for one in layers if one.mark]
    assert len(set(marks)) >= len(marks) - 2, "within a group they are told apart, but for the overdue of three modules"


def test_an_outage_is_there_from_its_beginning_until_its_end_is_told(desk: Desk) -> None:
    desk.put(
        "telephonograms",
        now=outage(), later=outage(1, began=moment(NOW + HOUR)), weather=outage(2, type="weather"),
        ended=outage(3, ended=moment(NOW)), cancelled=outage(4, status="cancelled"), told=outage(5),
        ending=zone(6, type="ending", status="sent", ends="told"),
    )  # fmt: skip
    assert desk.seen("outages_now") == {"now"}
    assert desk.drawn("outages_now", "telephonograms")["outages_now"] == {"now"}
    desk.watch.now = NOW + HOUR + timedelta(minutes=1)
    assert desk.atlas.passed(desk.reader, desk.watch.now)["outages_now"].size == 2, "time alone brings it in"
    assert desk.seen("outages_now") == {"now", "later"} == desk.drawn("outages_now")["outages_now"]
    desk.put("telephonograms", now=outage(ended=moment(desk.watch.now)), later=None)
    assert desk.seen("outages_now") == set() and desk.drawn("outages_now")["outages_now"] == set()


def test_a_report_is_without_an_executor_until_it_has_one_or_is_closed(desk: Desk) -> None:
    desk.put("reports", a=at(0), b=at(1, executor="jkh"), c=at(2, status="solved"), d=at(3, status="in_work"))
    assert desk.seen("reports_unassigned") == {"a", "d"}
    desk.put("reports", a=at(0, executor="jkh"), b=at(1), e=at(4))
    assert desk.seen("reports_unassigned") == {"b", "d", "e"}
    desk.put("reports", d=None, e=at(5, status="rejected"))
    assert desk.seen("reports_unassigned") == {"b"}
    desk.put("reports", b=at(9))
    layers = _read(desk.atlas.view(desk.reader, {**CITY_WIDE, "layers": "reports_unassigned,reports"}))["layers"]
    places = {key: [point[:2] for point in one["points"] if point[3] == "b"] for key, one in layers.items()}
    assert places["reports_unassigned"] == places["reports"] != [], "it goes where its record goes"
    assert list(layers) == ["reports", "reports_unassigned"], "it is drawn above its module"


def test_what_is_overdue_is_so_by_the_cache_s_own_table_and_by_the_clock(desk: Desk) -> None:
    waiting = {"regime": "platform", "received": moment(NOW), "status": "accepted"}
    desk.put("reports", one=at(0, **waiting), two=at(1, **{**waiting, "status": "solved"}))
    assert desk.seen("reports_late") == set()
    desk.watch.now = NOW + timedelta(days=40)
    assert desk.seen("reports_late") == {"one"}
    assert desk.atlas.judge(desk.reader, "reports") is False, "both are judged"
    told = _read(desk.atlas.view(desk.reader, {**CITY_WIDE, "layers": "reports_late,reports"}))["layers"]
    assert (told["reports_late"]["overdue"], sum(told["reports"]["overdue"])) == ([], 1), "its own mark says it"
    window = Window(*(float(one) for one in CITY_WIDE.values()))
    asked = ("reports", "reports_late", "reports_density")
    assert [desk.atlas.late(desk.reader, window, [key]) for key in asked] == [True, False, False]
    desk.put("reports", one=at(0, **{**waiting, "status": "solved"}))
    assert desk.seen("reports_late") == set()


def test_works_crews_and_closures_stand_where_their_status_puts_them(desk: Desk) -> None:
    desk.put("earthworks", dug=zone(status="emergency"), open=zone(1, status="open"), filed=zone(2, status="filed"))
    desk.put("closures", shut=zone(status="closed"), planned=zone(1, status="planned"))
    desk.put("crews", free=at(0, status="free"), busy=at(1, status="at_work"), home=at(2, status="off"))
    shown = {key: desk.seen(key) for key in ("digging_emergency", "digging_planned", "closures_now")}
    assert shown == {"digging_emergency": {"dug"}, "digging_planned": {"open"}, "closures_now": {"shut"}}
    assert (desk.seen("crews_free"), desk.seen("crews_out")) == ({"free"}, {"busy"})


def test_a_slice_follows_the_filter_of_its_table_and_not_the_ticks_of_its_module(desk: Desk) -> None:
    desk.put("reports", a=at(0), b=at(1))
    desk.atlas.switch_off("reports", ["new"])
    assert desk.seen("reports_unassigned") == {"a", "b"} and desk.seen("reports") == set()
    desk.atlas.choose("reports", [desk.reader.row_number("reports", "b") or 0])
    assert desk.seen("reports_unassigned") == {"b"}
    assert desk.atlas.tallies(desk.reader)["reports_unassigned"][:2] == (2, 1)
    desk.put("telephonograms", one=outage(), two=outage(1))
    desk.atlas.choose("telephonograms", [desk.reader.row_number("telephonograms", "two") or 0])
    assert desk.drawn("outages_now")["outages_now"] == {"two"}


def test_density_counts_what_the_layer_of_reports_would_show_cell_by_cell(desk: Desk) -> None:
    desk.put("reports", **{f"n{n}": at(0) for n in range(9)}, a=at(3), s=at(3, status="solved"), far=report(57.5))

    def cells() -> list[tuple[int, str]]:
        told = _read(desk.atlas.shapes(desk.reader, {**CITY_WIDE, "layers": "reports_density"}))
        found = [one["properties"] for one in told["layers"]["reports_density"]]
        return sorted((int(one["id"]), one["value"]) for one in found)

    assert cells() == [(2, "3"), (9, "5")], "a level is a share of the fullest cell"
    desk.atlas.switch_off("reports", ["solved"])
    assert cells() == [(1, "2"), (9, "5")]
    desk.atlas.choose("reports", [desk.reader.row_number("reports", one) or 0 for one in ("s", "n1")])
    assert cells() == [(1, "5"), (1, "5")]
    assert desk.atlas.tallies(desk.reader)["reports_density"].shown == 2
    other = desk.atlas.beside()
    assert other._layers["reports_density"] is other._layers["reports"] is not desk.atlas._layers["reports"]
    caption = _read(desk.atlas.caption(desk.reader, {"module": "reports_density", "id": "9"}))
    assert caption == {"text": "Записей в клетке: 9"}


@settings(max_examples=20)
@given(cities, st.floats(8, 18))
def test_no_record_is_in_two_cells_and_none_in_no_cell(city: list[Point], zoom: float) -> None:
    layer = layer_of(city)
    cells = layer.cells(Window(0.0, 0.0, 1.0, 1.0, zoom), 64)
    assert sum(count for *_, count in cells) == len(city)
    assert len({(x, y) for x, y, *_ in cells}) == len(cells)


def test_a_second_map_shares_what_was_read_and_filters_by_itself(desk: Desk) -> None:
    desk.put("reports", a=at(0), b=at(1))
    other = desk.atlas.beside()
    other.choose("reports", [desk.reader.row_number("reports", "a") or 0])
    assert desk.seen("reports_unassigned", other) == {"a"} and desk.seen("reports_unassigned") == {"a", "b"}
    desk.put("reports", c=at(2), a=None)
    assert desk.seen("reports_unassigned") == {"b", "c"} and desk.seen("reports_unassigned", other) == set()


def test_a_slice_is_asked_for_anew_after_a_failure(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.put("reports", a=at(0))

    def broken(self: Lists, query: object) -> list[int]:
        raise OSError("диск")

    with monkeypatch.context() as patched:
        patched.setattr(Lists, "rows_of", broken)
        with pytest.raises(OSError, match="диск"):
            desk.seen("reports_unassigned")
    assert desk.seen("reports_unassigned") == {"a"}


def test_due_times_that_are_still_being_counted_are_said() -> None:
    facts = LayerFacts(Tally(3, 3, {"": 3}, False), False, 0, 17)
    assert count(facts, None) == "≥\u202f3"
    assert told(facts, True, "данные на 10:00", 0, "Просроченные.").splitlines() == [
        "Просроченные.", "На карте 3 из 3", "Сроки ещё считаются: записей может быть больше",
    ]  # fmt: skip


def test_layers_that_a_kept_state_does_not_know_begin_as_declared() -> None:
    """A workstation that is updated does not find ten more layers on its map."""
    state = MapState(hidden={"crews_out"}, layers=frozenset({"reports", "crews_out"}), off={"reports": set()})
    state.load({"hidden": ["reports"], "off": {"reports": []}})
    assert state.hidden == {"reports", "crews_out"}
    state.load({"hidden": [], "layers": ["reports", "crews_out"]})
    assert state.hidden == set()


def test_the_page_draws_a_slice_over_its_module_and_a_click_is_for_the_record(make_city: MakeCity) -> None:
    city = make_city(None, [report(id="one")])
    city.put("telephonograms", {"id": "cut", **outage()})
    city.map.refresh("telephonograms")
    for key in ("reports", "reports_unassigned", "outages_now"):
        city.map.set_shown(key, True)
    city.map.go_to(LAT + 0.0005, LON + 0.0005, 17)
    city.settle()
    heard: list[list[str]] = []
    city.map.selected.connect(lambda *words: heard.append(list(words)))
    city.map._clicked("outages_now", "cut")
    city.map._clicked("reports_unassigned", "one")
    assert heard == [["telephonograms", "cut"], ["reports", "one"]]
    city.map.select("telephonograms", "cut")
    city.settle()
    legend = {one.title: (one.module, one.records, [words for *_, words in one.marks]) for one in
              taken(city, 219, 162).legend}  # fmt: skip
    assert legend["Отключения сейчас"] == ("telephonograms", 1, ["Отключения сейчас"])
    assert legend["Без исполнителя"] == ("reports", 1, ["Без исполнителя"])
    city.map.switches.show_layers(LayerSet(frozenset({"reports_density"})))
    picture = taken(city, 219, 162)
    assert [len(one.marks) for one in picture.legend] == [5] and not picture.signs, "cells are no circles"


def test_slices_cost_a_change_the_little_that_has_changed(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A change must not ask for the slice as a whole again: processor time, not the wall's."""
    desk.put("reports", **{f"r{n}": report(status="in_work") for n in range(2_000)})
    assert desk.atlas.tallies(desk.reader)["reports_unassigned"].total == 2_000
    asked: list[Query] = []

    def noted(self: Lists, query: Query) -> list[int]:
        asked.append(query)
        return plainly(self, query)

    plainly = Lists.rows_of
    monkeypatch.setattr(Lists, "rows_of", noted)
    before = time.process_time()
    for n in range(10):
        desk.put("reports", **{f"r{n}": report(status="in_work", executor="jkh")})
        assert desk.atlas.tallies(desk.reader)["reports_unassigned"].total == 1_999 - n
    assert asked and all(one.idents for one in asked if one.module == "reports")
    assert time.process_time() - before < 3
