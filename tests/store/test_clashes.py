"""Clashes in space and time: works against works, new surfaces, events, closures, outages and seasons, in a cache."""

import math
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Transformer

from citymanager.clashes import Clash, all_clashes, clashes, refuse_banned, told
from citymanager.clashes.ground import Ground, written
from citymanager.errors import Refused
from citymanager.modules import MODULES
from citymanager.roles import role
from citymanager.store import Profile, Writer

LON, LAT = 60.735, 56.085
HERE = Ground(LON, LAT)
TODAY, NOW = date(2026, 6, 1), datetime(2026, 6, 1, 9, tzinfo=UTC)
MSK = (
    "+proj=tmerc +lat_0=0 +lon_0=61.53333333333 +k=1 +x_0=2300000 +y_0=-5509414.70 +ellps=krass"
    " +towgs84=23.57,-140.95,-79.8,0,0.35,0.79,-0.22 +units=m"
)


def box(west: float, south: float, east: float, north: float) -> dict[str, Any]:
    """A rectangle in metres from the middle of the city."""
    return dict(written(HERE.degrees(shapely.box(west, south, east, north))))


def line(*places: tuple[float, float]) -> dict[str, Any]:
    return dict(written(HERE.degrees(shapely.LineString(places))))


@pytest.fixture
def writer(profile: Profile) -> Iterator[Writer]:
    opened = profile.writer(MODULES, patience=0)
    yield opened
    opened.close()


def put(writer: Writer, module: str, ident: str, **data: Any) -> str:
    writer.absorb(
        [{"module": module, "id": ident, "version": 1, "data": data, "by": "petrov", "at": "2026-05-01T00:00:00Z",
          "deleted": False}],
        NOW, {},
    )  # fmt: skip
    return ident


WORK: Mapping[str, Any] = {
    "number": "УЗ-1", "status": "filed", "start": "2026-06-01", "end": "2026-06-10",
    "geometry": box(0, 0, 20, 10), "customer": "Водоканал",
}  # fmt: skip


def of(writer: Writer, **change: Any) -> list[Clash]:
    return clashes(writer, "earthworks", "mine", {**WORK, **change}, TODAY)


def test_two_works_clash_where_and_while_both_are(writer: Writer) -> None:
    put(writer, "earthworks", "other", number="УЗ-2", status="open", start="2026-06-06", end="2026-06-20",
        geometry=box(15, 5, 40, 30))  # fmt: skip
    (found,) = of(writer)
    assert (found.kind, found.other, found.days) == ("work", "other", 5)
    assert found.square == pytest.approx(25, rel=1e-3)
    assert (found.since, found.until) == (date(2026, 6, 6), date(2026, 6, 10))
    words = told(found)
    assert "УЗ-2" in words
    assert "25\u00a0м², 5 дней: 06.06.2026–10.06.2026" in words
    assert "Что можно: совместите работы" in words
    assert "УЗ-1" in found.name
    assert not found.banned


@pytest.mark.parametrize(
    "apart",
    [
        {"start": "2026-06-11", "end": "2026-06-20"},  # the day after
        {"geometry": box(20, 0, 40, 10)},  # side by side, with one border
        {"status": "draft"}, {"status": "cancelled"}, {"status": "closed"},
        {"start": None}, {"geometry": None},
    ],
)  # fmt: skip
def test_works_apart_do_not(writer: Writer, apart: Mapping[str, Any]) -> None:
    other = {"status": "filed", "start": "2026-06-01", "end": "2026-06-10", "geometry": box(0, 0, 20, 10), **apart}
    put(writer, "earthworks", "other", **{key: value for key, value in other.items() if value is not None})
    assert of(writer) == []


def test_a_hole_that_is_still_open_lasts_until_today_whatever_the_order_says(writer: Writer) -> None:
    put(writer, "earthworks", "late", status="overdue", start="2026-04-01", end="2026-04-20", geometry=WORK["geometry"])
    assert [(one.other, one.until) for one in of(writer)] == [("late", TODAY)]


def test_a_line_is_as_wide_as_the_norm_says(writer: Writer) -> None:
    put(writer, "closures", "road", status="closed", begins="2026-06-03T19:30:00Z", geometry=line((10, 7), (10, 40)))
    (found,) = of(writer, geometry=line((0, 0), (20, 0)))
    assert found.kind == "closure"
    assert found.days == 7  # till the work's own end; begun at 00:30 of the 4th by the city's clock
    assert of(writer, geometry=line((0, -8), (20, -8))) == []
    wide = {"key": "clash.road", "name": "Полоса", "limit": 20, "unit": "metres", "citation": "решение"}
    put(writer, "rules", "wide", **wide)
    assert [one.other for one in of(writer, geometry=line((0, -3), (20, -3)))] == ["road"]


def test_events_and_outages_but_not_what_was_made_for_the_works(writer: Writer) -> None:
    put(writer, "events", "fair", name="Ярмарка", status="agreed", begins="2026-06-05T05:00:00Z",
        ends="2026-06-05T15:00:00Z", geometry=box(-50, -50, 50, 50))  # fmt: skip
    put(writer, "telephonograms", "cut", type="planned", status="sent", text="вода", began="2026-06-02T05:00:00Z",
        planned_end="2026-06-03T05:00:00Z", geometry=box(-50, -50, 50, 50))  # fmt: skip
    put(writer, "telephonograms", "weather", type="weather", status="sent", text="ветер",
        began="2026-06-02T05:00:00Z", geometry=box(-50, -50, 50, 50))  # fmt: skip
    put(writer, "closures", "ours", status="closed", begins="2026-06-01T05:00:00Z", earthworks="mine",
        geometry=line((0, 0), (10, 0)))  # fmt: skip
    assert [(one.kind, one.other, one.days) for one in of(writer)] == [("outage", "cut", 2), ("event", "fair", 1)]
    assert [one.kind for one in of(writer, telephonogram="cut")] == ["event"]


def test_a_closure_that_is_saved_meets_the_works(writer: Writer) -> None:
    put(writer, "earthworks", "other", **{**WORK, "status": "open"})
    data = {"status": "planned", "begins": "2026-06-05T05:00:00Z", "geometry": line((0, 5), (20, 5))}
    assert [one.other for one in clashes(writer, "closures", "", data, TODAY)] == ["other"]
    assert clashes(writer, "reports", "", {"geometry": WORK["geometry"]}, TODAY) == []


def test_new_asphalt_is_protected_by_the_norm_and_its_text(writer: Writer) -> None:
    put(writer, "earthworks", "new", number="УЗ-9", status="guarantee", accepted_at="2024-07-01T05:00:00Z",
        surface=["asphalt"], geometry=box(10, 0, 30, 10))  # fmt: skip
    put(writer, "earthworks", "lawn", status="guarantee", accepted_at="2024-07-01T05:00:00Z", surface=["lawn"],
        geometry=box(10, 0, 30, 10))  # fmt: skip
    (found,) = of(writer)
    assert (found.kind, found.banned, found.other) == ("fresh", True, "new")
    assert "Новое покрытие не вскрывают, пока идёт гарантия (решение" in told(found)
    assert "не проверено" in told(found)
    assert of(writer, start="2027-07-02", end="2027-07-05") == []
    assert not of(writer, exemption="авария на водоводе")[0].banned


def test_winter_is_forbidden_but_for_emergencies(writer: Writer) -> None:
    (found,) = of(writer, start="2026-10-25", end="2026-11-05")
    assert (found.kind, found.days, found.banned) == ("season", 5, True)
    assert found.since == date(2026, 11, 1)
    assert "Зимой земляные работы запрещены" in told(found)
    assert of(writer, start="2026-10-01", end="2026-10-31") == []
    assert of(writer, start="2027-04-01", end="2027-04-03") == []
    assert of(writer, start="2026-12-01", end="2026-12-05", opened_at="2026-12-01T05:00:00Z") == []
    assert [one.days for one in of(writer, start="2026-10-31", end="2027-11-01")] == [151, 1]


def test_a_ban_that_an_administrator_has_ended_bans_no_more(writer: Writer) -> None:
    put(writer, "rules", "mild", key="earthworks.winter_ban", name="Зимний запрет", limit=0, unit="days",
        citation="решение", season_from="01.12", season_to="28.02", valid_to="2026-12-31")  # fmt: skip
    assert of(writer, start="2026-11-01", end="2026-11-30") == []
    assert [one.days for one in of(writer, start="2026-12-30", end="2027-01-10")] == [2]


def test_nobody_gives_leave_in_a_ban_until_a_person_who_may_has_said_why(writer: Writer) -> None:
    moderator, operator = role("moderator"), role("operator")
    winter = {**WORK, "status": "approval", "start": "2026-12-01", "end": "2026-12-05", "issuer": "x",
              "order_date": "2026-06-01"}  # fmt: skip
    put(writer, "earthworks", "mine", **winter)
    refuse_banned(writer, "earthworks", "mine", {"remark": "уточнить"}, NOW)
    with pytest.raises(Refused, match=r"Зимой земляные работы запрещены.*Основание исключения"):
        refuse_banned(writer, "earthworks", "mine", {"status": "issued"}, NOW)
    with pytest.raises(Refused, match="не заполняет роль «Оператор»"):
        writer.save("earthworks", "mine", {"exemption": "надо"}, "ivan", operator, NOW)
    writer.save("earthworks", "mine", {"exemption": "школа без тепла"}, "anna", moderator, NOW)
    refuse_banned(writer, "earthworks", "mine", {"status": "issued"}, NOW)
    writer.save("earthworks", "mine", {"status": "issued"}, "anna", moderator, NOW)
    writer.save("earthworks", "mine", {"end": "2026-12-06"}, "ivan", operator, NOW)  # it stays exempt


def test_all_clashes_have_each_pair_once_and_nothing_that_is_over(writer: Writer) -> None:
    put(writer, "earthworks", "mine", **WORK)
    put(writer, "earthworks", "other", **{**WORK, "number": "УЗ-2"})
    put(writer, "earthworks", "past", **{**WORK, "start": "2026-01-01", "end": "2026-01-05", "status": "filed"})
    put(writer, "events", "fair", name="Ярмарка", status="agreed", begins="2026-06-05T05:00:00Z",
        ends="2026-06-05T15:00:00Z", geometry=box(-50, -50, 50, 50))  # fmt: skip
    found = all_clashes(writer, TODAY)
    assert sorted((one.kind, *sorted((one.ident, one.other))) for one in found) == [
        ("event", "fair", "mine"), ("event", "fair", "other"), ("work", "mine", "other")
    ]  # fmt: skip


@given(st.floats(-3000, 3000), st.floats(-3000, 3000), st.floats(1, 400), st.floats(0, math.pi))
def test_an_area_is_that_of_the_regions_own_system(x: float, y: float, size: float, turn: float) -> None:
    square = shapely.affinity.rotate(shapely.box(x, y, x + size, y + size / 2), turn, use_radians=True)
    degrees = HERE.degrees(square)
    centre = degrees.centroid
    ours = Ground(centre.x, centre.y).metres(degrees).area
    msk = Transformer.from_crs(4326, MSK, always_xy=True)
    theirs = shapely.transform(degrees, lambda places: np.column_stack(msk.transform(places[:, 0], places[:, 1]))).area
    assert ours == pytest.approx(theirs, rel=5e-4)


@pytest.mark.parametrize("broken", [{"type": "Polygon", "coordinates": []}, {"type": "Ё"}, [], "x", 5])
def test_a_shape_that_is_none_clashes_with_nothing(writer: Writer, broken: Any) -> None:
    put(writer, "earthworks", "other", **{**WORK, "status": "open"})
    assert of(writer, geometry=broken) == []
    assert [one.other for one in of(writer, geometry=box(0, 0, 5, 5))] == ["other"]
