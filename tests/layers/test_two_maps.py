"""Two maps over one atlas, each with a real page: what they share is read once, what they show is their own."""

import os
import signal
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
import shiboken6
from map_city import CENTRE, City, report
from throwaway import HOUSE

from layers.map_view import MapView
from layers.panel import LayerPanel
from layers.presets import Presets

MakeCity = Callable[..., City]


@pytest.fixture
def two(make_city: MakeCity, pack: Path) -> Iterator[tuple[City, City]]:
    """The first map with two reports, and the second one beside it."""
    first = make_city(pack, [report(id="one"), report(id="two", lat=CENTRE[0] + 0.001, status="work")])
    made = MapView(HOUSE, first.tasks, first.profile.basemap, clock=first.watch, beside=first.map)
    made.resize(640, 480)
    with first.bot.waitSignal(made.ready, timeout=30_000):
        made.show()
    second = replace(first, map=made)
    second.settle()
    yield first, second
    if shiboken6.isValid(made):
        shiboken6.delete(made)


def shown(city: City) -> list[int]:
    """How many reports the tally of a map's layer shows, and how many there are: one answer of its own atlas."""
    with city.bot.waitCallback() as done:
        city.tasks.read(city.map.atlas.tallies, done)
    (tallies,) = done.args
    return [tallies["reports"].shown, tallies["reports"].total]


def ended(process: psutil.Process) -> bool:
    try:
        return bool(process.status() == psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return True


def test_what_one_leaves_out_the_other_shows(two: tuple[City, City]) -> None:
    first, second = two
    second.map.switches.set_value_shown("reports", "work", False)
    assert (shown(first), shown(second)) == ([2, 2], [1, 2])
    second.map.switches.set_value_shown("reports", "work", True)
    second.map.set_filter("reports", [first.writer.row_number("reports", "one") or 0])
    assert (shown(first), shown(second)) == ([2, 2], [1, 2])
    first.map.set_filter("reports", [])
    assert (shown(first), shown(second)) == ([0, 2], [1, 2])
    second.map.set_shown("reports", False)
    second.map.switches.set_opacity("telephonograms", 0.5)
    second.map.go_to(*CENTRE, 15)
    assert first.map.switches.shown("reports") and first.map.switches.opacity("telephonograms") == 1
    assert first.map.place != second.map.place


def test_records_are_kept_once_and_news_reach_both(two: tuple[City, City]) -> None:
    first, second = two
    tables = [one.map.atlas._layers["reports"]._table for one in two]
    assert tables[0] is tables[1] and second.map._ground.pack is first.map._ground.pack
    first.put("reports", report(id="three"))
    told: list[str] = []
    second.map.stirred.connect(lambda: told.append("stirred"))
    first.map.refresh("reports", ["three"])
    assert told and (shown(second), shown(first)) == ([3, 3], [3, 3])


def test_a_record_is_highlighted_without_moving_the_second_map(two: tuple[City, City]) -> None:
    _, second = two
    second.map.go_to(CENTRE[0] + 1, CENTRE[1], 15)
    second.settle()
    second.map.highlight("reports", "one")
    second.settle()
    assert second.map._state.selected == ("reports", "one")
    assert second.js("city_map.getCenter().lat") == pytest.approx(CENTRE[0] + 1, abs=1e-3)


def test_its_killed_page_comes_back_by_itself_and_the_first_one_notices_nothing(two: tuple[City, City]) -> None:
    first, second = two
    second.map.go_to(*CENTRE, 17)
    second.settle()
    others = first.map.page.page.renderProcessPid()
    with second.bot.waitSignal(second.map.ready, timeout=15_000):
        os.kill(second.map.page.page.renderProcessPid(), signal.SIGKILL)
    assert second.js("city_map.getZoom()") == 17
    assert first.map.page.page.renderProcessPid() == others and psutil.pid_exists(others)


def test_its_process_ends_with_it_and_nobody_calls_what_is_gone(two: tuple[City, City]) -> None:
    first, second = two
    process = psutil.Process(second.map.page.page.renderProcessPid())
    shiboken6.delete(second.map)
    second.map = first.map
    first.bot.waitUntil(lambda: ended(process), timeout=10_000)
    first.map.refresh("reports", ["one"])
    first.map._overdue.changed.emit("reports")
    first.map._ground.changed.emit()
    first.settle()


def test_what_a_role_may_not_read_is_not_drawn(two: tuple[City, City]) -> None:
    first, second = two
    second.map.set_shown("telephonograms", True)
    panel = LayerPanel(second.map, HOUSE, first.tasks, Presets(first.profile, HOUSE), lambda reader: ())
    panel.offer_to("executor")
    closed = {one.key for one in HOUSE if one.geometry and one.readers and "executor" not in one.readers}
    assert closed and closed <= set(second.map.switches.unseen)
    assert not closed & {one.key for one in second.map.switches.drawn}
    panel.offer_to("moderator")
    assert second.map.switches.shown("telephonograms") and "telephonograms" not in second.map.switches.unseen
    panel.deleteLater()
