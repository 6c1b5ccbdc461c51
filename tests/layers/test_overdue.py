"""Overdue records on the map: by the norms, by the clock, behind the first picture."""

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from map_city import CENTRE, City, Watch, report
from PySide6.QtCore import QPoint
from PySide6.QtTest import QTest
from test_map_view import count, middle, picture
from test_points import WORLD, cities, layer_of, total
from throwaway import HOUSE, NOW

from citymanager.modules import BY_KEY
from citymanager.modules.rules import RULES
from citymanager.schema import Values
from citymanager.store import Profile, Reader, Writer
from citymanager.store.columns import Columns
from citymanager.store.features import Point
from citymanager.store.lists import Lists
from citymanager.store.nearest import Nearest
from citymanager.values import moment
from layers.atlas import AT_ONCE, Atlas
from layers.due_times import DueTimes
from layers.style import LIGHT

MakeCity = Callable[..., City]
LAT, LON = CENTRE
TERM = timedelta(days=40)
"""Longer than a portal's report may wait in any version of the norm."""
REPORTS = BY_KEY["reports"]
WHOLE = {"west": "0", "north": "0", "east": "1", "south": "1", "zoom": "4", "layers": "reports"}


def waiting(**more: object) -> dict[str, object]:
    """A report that was received at NOW and has not been solved."""
    return report(status="accepted", regime="platform", received=moment(NOW), **more)


class Overtaken(Lists):
    """Lists on whose thread something happens between a reading and what is made of it."""

    def __init__(self, reader: Reader, meanwhile: Callable[[], None]) -> None:
        super().__init__(reader._connection, reader._codecs)
        self._meanwhile = meanwhile

    def due_marks(self, module: str, numbers: Sequence[int]) -> dict[int, Nearest]:
        found = super().due_marks(module, numbers)
        self._meanwhile()
        return found


def overdue_in(atlas: Atlas, reader: Reader) -> list[int]:
    answer = atlas.view(reader, WHOLE)
    assert answer is not None

    found: list[int] = json.loads(answer.body)["layers"]["reports"]["overdue"]
    return found


@given(cities, st.floats(0, 100), st.data())
def test_a_view_counts_what_is_overdue(city: list[Point], now: float, data: st.DataObject) -> None:
    layer = layer_of(city)
    due = np.array([data.draw(st.floats(0, 200) | st.just(np.inf)) for _ in city])
    layer.set_due(np.array([one.number for one in city], np.int64), due)
    view = layer.view(WORLD, now)
    assert sum(view.overdue) == len(layer.overdue(now)) == (due <= now).sum()
    assert len(view.overdue) in (0, len(view.points) + len(view.clusters))
    for (*_, ident), late in zip(view.points, view.overdue, strict=False):
        assert late == (due[[one.id for one in city].index(ident)] <= now)
    assert total(view) == len(city) and not layer.view(WORLD).overdue


def test_a_record_keeps_its_due_time_and_one_in_the_row_of_another_gets_none() -> None:
    layer = layer_of([Point(1, "one", 60.7, 56.08, "new")])
    layer.set_due(np.array([1, 77]), np.array([5.0, 5.0]))
    layer.change(["one"], [Point(1, "one", 60.71, 56.08, "work")])
    assert len(layer.overdue(5)) == 1
    layer.change(["two"], [Point(1, "two", 60.71, 56.08, "work")])
    assert len(layer.overdue(5)) == 0


@pytest.fixture
def atlas(tmp_path: Path) -> Iterator[tuple[Atlas, Writer, Reader, Watch]]:
    profile = Profile(tmp_path / "profile")
    writer, reader, watch = profile.writer(HOUSE), profile.reader(HOUSE), Watch()
    yield Atlas(HOUSE, watch), writer, reader, watch
    reader.close()
    writer.close()


def absorb(writer: Writer, module: str, **rows: dict[str, object]) -> None:
    writer.absorb(
        [
            {"seq": 1, "module": module, "id": ident, "version": 1, "deleted": False, "data": row, "by": "", "at": ""}
            for ident, row in rows.items()
        ],
        NOW,
        {},
    )


def test_due_times_come_in_heaps_and_what_is_over_has_none(atlas: tuple[Atlas, Writer, Reader, Watch]) -> None:
    city, writer, reader, watch = atlas
    heard: list[str] = []
    city.unjudged = heard.append
    absorb(writer, "reports", **{f"r{n}": waiting() for n in range(AT_ONCE + 1)})
    absorb(writer, "reports", **{f"s{n}": {**waiting(), "status": "solved"} for n in range(3)})
    watch.now = NOW + TERM
    assert overdue_in(city, reader) == [], "the first picture waits for nothing"
    assert heard == ["reports"]
    assert city.judge(reader, "reports") is True
    assert sum(overdue_in(city, reader)) == AT_ONCE
    assert city.judge(reader, "reports") is False
    assert sum(overdue_in(city, reader)) == AT_ONCE + 1 == len(city.overdue(watch.now)["reports"])


def test_a_change_is_judged_with_its_picture_and_an_older_heap_does_not_undo_it(
    atlas: tuple[Atlas, Writer, Reader, Watch],
) -> None:
    city, writer, reader, watch = atlas
    absorb(writer, "reports", one=waiting())
    watch.now = NOW + TERM
    overdue_in(city, reader)

    def meanwhile() -> None:
        absorb(writer, "reports", one={**waiting(), "status": "solved"})
        city.change("reports", ["one"])
        assert overdue_in(city, reader) == []

    overtaken = Reader(reader._connection, HOUSE)
    overtaken.lists = Overtaken(overtaken, meanwhile)
    assert city.judge(overtaken, "reports") is True, "what was read before the change is read again"
    assert overdue_in(city, reader) == []
    assert city.judge(reader, "reports") is False
    assert overdue_in(city, reader) == []


class Counted(Columns):
    """Counts the records whose own fields were asked for."""

    def __init__(self, reader: Reader) -> None:
        super().__init__(reader._connection, reader.modules)
        self.read = 0

    def by_row(self, module: str, numbers: Sequence[int], keys: Sequence[str]) -> dict[int, Values]:
        self.read += len(numbers)
        return super().by_row(module, numbers, keys)


def test_what_the_cache_has_found_for_its_lists_is_not_judged_again(
    atlas: tuple[Atlas, Writer, Reader, Watch],
) -> None:
    _, writer, reader, _ = atlas
    ways: list[dict[str, object]] = [
        waiting(), {**waiting(), "status": "solved"}, {**waiting(), "status": "postponed"},
        {**waiting(), "regime": "ads", "told_at": moment(NOW)}, {**waiting(), "regime": "59fz", "status": "new"},
    ]  # fmt: skip
    count = AT_ONCE + 50
    absorb(writer, "reports", **{f"r{n}": ways[n % len(ways)] for n in range(count)})
    reader.columns = counted = Counted(reader)
    rows = np.arange(1, count + 1)
    waits = reader.lists.unjudged("reports")
    assert 0 < waits < 50
    first = DueTimes().of(reader, REPORTS, rows, NOW)
    assert counted.read == waits
    while writer.judge_due_times(300):
        pass
    assert np.array_equal(DueTimes().of(reader, REPORTS, rows, NOW), first) and counted.read == waits
    assert len(np.unique(first[np.isfinite(first)])) == 3 and np.isinf(first).sum() > count / len(ways)
    norm = {"key": "platform.solve", "name": "Срочно", "limit": 10, "unit": "minutes", "citation": "приказ"}
    writer.load_page("rules", [{"seq": 1, "module": "rules", "id": "n1", "version": 1, "deleted": False, "data": norm,
                                "by": "", "at": ""}], ("", None), NOW, {})  # fmt: skip
    DueTimes().of(reader, REPORTS, rows, NOW)
    assert counted.read > waits, "by other norms nothing holds that was found before"


def test_another_norm_is_another_due_time(atlas: tuple[Atlas, Writer, Reader, Watch]) -> None:
    city, writer, reader, watch = atlas
    absorb(writer, "reports", one=waiting())
    watch.now = NOW + timedelta(hours=1)
    overdue_in(city, reader)
    assert city.judge(reader, "reports") is False
    assert overdue_in(city, reader) == []
    norm = {
        "key": "platform.solve", "name": "Срочно", "limit": 10, "unit": "minutes", "citation": "приказ",
        "verified": True, "valid_from": "2026-01-01",
    }  # fmt: skip
    absorb(writer, RULES.key, fast=norm)
    assert city.judge_anew() == ["reports"]
    city.judge(reader, "reports")
    assert overdue_in(city, reader) == [1]


def test_a_point_becomes_overdue_as_time_passes_and_the_tip_says_by_how_much(make_city: MakeCity) -> None:
    city = make_city(None, [waiting(id="one", lat=LAT)])
    city.map.go_to(LAT, LON, 16)
    city.bot.waitUntil(lambda: city.map._overdue._waiting == [] and city.map.atlas._unjudged["reports"].size == 0)
    corner = middle(city) + QPoint(8, -8)
    assert count(picture(city), LIGHT["tone_late"], corner, 7) == 0
    city.watch.now = NOW + TERM
    with city.bot.waitSignal(city.map._overdue.changed, timeout=5000) as told:
        city.map._overdue.look()
    assert told.args == ["reports"]
    assert count(picture(city), LIGHT["tone_late"], corner, 7) > 30
    QTest.mouseMove(city.map._view.focusProxy(), middle(city) + QPoint(3, 3))
    QTest.mouseMove(city.map._view.focusProxy(), middle(city))
    city.bot.waitUntil(lambda: not city.js("document.querySelector('.tip').hidden"), timeout=5000)
    assert "Просрочено на" in city.js("document.querySelector('.tip').textContent")
    city.put("reports", {**waiting(id="one"), "status": "solved"})
    city.map.switches.set_value_shown("reports", "solved", True)
    city.map.refresh("reports", ["one"])
    assert count(picture(city), LIGHT["tone_late"], corner, 7) == 0


def test_a_cluster_says_how_many_of_it_are_overdue(make_city: MakeCity) -> None:
    late = [waiting(lat=LAT + n / 1e5) for n in range(3)]
    city = make_city(None, [*late, *({**waiting(lat=LAT - n / 1e5), "received": moment(NOW + TERM)} for n in range(4))])
    city.watch.now = NOW + TERM
    city.map.go_to(LAT, LON, 13)
    city.bot.waitUntil(lambda: city.map.atlas._unjudged.get("reports", np.ones(1)).size == 0)
    assert count(picture(city), LIGHT["tone_late"], middle(city)) > 60
    QTest.mouseMove(city.map._view.focusProxy(), middle(city) + QPoint(3, 3))
    QTest.mouseMove(city.map._view.focusProxy(), middle(city))
    city.bot.waitUntil(lambda: not city.js("document.querySelector('.tip').hidden"), timeout=5000)
    assert city.js("document.querySelector('.tip').textContent") == "Записей: 7\nПросрочено: 3"
