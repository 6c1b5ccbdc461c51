"""График работ: the bars lie on their days, the keyboard walks, what is chosen is chosen everywhere."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from throwaway import NOW

from citymanager.hub import Hub
from citymanager.modules import MODULES
from citymanager.schema import Module
from citymanager.tasks import Tasks
from widgets.city_norms import CityNorms
from widgets.panels.city_clashes import CityClashes
from widgets.panels.time_axis import axis
from widgets.panels.timeline_panel import TimelinePanel
from widgets.theme import Appearance

TODAY = NOW.date()
RING = [[60.735, 56.085], [60.736, 56.085], [60.736, 56.0853], [60.735, 56.0853], [60.735, 56.085]]
HERE = {"type": "Polygon", "coordinates": [RING]}
Wait = Callable[[Callable[[], bool]], None]


def order(number: int, begin: int, end: int, **more: Any) -> dict[str, Any]:
    """An order whose term lies so many days from today."""
    days = {key: (TODAY + timedelta(days=n)).isoformat() for key, n in (("start", begin), ("end", end))}
    return {"number": f"УЗ-{number:04}", "status": "filed", **days, **more}


@pytest.fixture
def house() -> Sequence[Module]:
    return MODULES


@pytest.fixture
def panel(qtbot: QtBot, tasks: Tasks, hub: Hub, appearance: Appearance, norms: CityNorms) -> TimelinePanel:
    made = TimelinePanel(tasks, hub, appearance, norms, CityClashes(tasks, hub, lambda: NOW), lambda: NOW)
    qtbot.addWidget(made)
    made.resize(1200, 500)
    return made


def test_bars_lie_on_their_days_and_today_in_the_middle(put: Any, panel: TimelinePanel, wait: Wait) -> None:
    put("earthworks", {"a": order(1, -3, 2), "b": order(2, 5, 20)})
    panel.show()
    wait(lambda: len(panel.chart.rows) == 2)
    chart = panel.chart
    picture = chart.viewport().grab().toImage()
    size = chart._sizes()
    ground = chart._appearance.theme.colour("field")
    for offset, inside in ((-4, False), (-2, True), (2, True), (3, False)):
        x = round(chart._x(TODAY + timedelta(days=offset), size) + chart.axis.day_width * 0.75)
        assert (picture.pixelColor(x, size.head + 8) != ground) is inside, offset
    middle = chart._x(TODAY, size) - size.labels
    assert abs(middle - (chart.viewport().width() - size.labels) / 2) < 2 * chart.axis.day_width


def test_ten_thousand_rows_paint_only_what_is_seen(put: Any, panel: TimelinePanel, wait: Wait) -> None:
    put("earthworks", {f"w{n}": order(n, n % 60, n % 60 + 5) for n in range(10_000)})
    panel.show()
    wait(lambda: len(panel.chart.rows) == 10_000)
    panel.chart.grab()
    assert 5 < panel.chart.painted < 40
    panel.chart.choose("w9959")
    panel.chart.grab()
    assert panel.chart.painted < 40
    assert panel.chart.verticalScrollBar().value() > 0


def test_what_is_chosen_is_chosen_everywhere(
    put: Any, panel: TimelinePanel, hub: Hub, wait: Wait, qtbot: QtBot
) -> None:
    put("earthworks", {f"w{n}": order(n, n, n + 5) for n in range(50)})
    heard, opened = [], []
    hub.selected.connect(lambda *one: heard.append(one))
    hub.opened.connect(lambda *one: opened.append(one))
    panel.show()
    wait(lambda: len(panel.chart.rows) == 50)
    qtbot.keyClick(panel.chart, Qt.Key.Key_Down)
    qtbot.keyClick(panel.chart, Qt.Key.Key_Down)
    assert heard == [("earthworks", "w0"), ("earthworks", "w1")]
    qtbot.keyClick(panel.chart, Qt.Key.Key_PageDown)
    assert heard[-1][1] not in ("w0", "w1")
    hub.selected.emit("earthworks", "w49")
    assert panel.chart.current == "w49"
    panel._open()
    assert opened == [("earthworks", "w49")]
    hub.selected.emit("reports", "r1")
    assert panel.chart.current == "w49"


def test_zooms_ended_orders_and_clashes(put: Any, panel: TimelinePanel, wait: Wait) -> None:
    put("earthworks", {
        "a": order(1, 200, 210, geometry=HERE), "b": order(2, 205, 220, geometry=HERE),
        "c": order(3, -9, -2, status="closed"),
    })  # fmt: skip
    panel.show()
    wait(lambda: len(panel._met().get("b", ())) == 1)
    assert "УЗ-0001" in panel.chart._told(panel.chart.rows[1]) or "УЗ-0002" in panel.chart._told(panel.chart.rows[0])
    assert "Пересечения" not in panel.chart._told(panel.chart.rows[0])
    widths = []
    for zoom in ("day", "week", "month"):
        panel.zoom_to(zoom)  # type: ignore[arg-type]
        widths.append(panel.chart.axis.width)
    assert widths == sorted(widths, reverse=True)
    panel.ended.click()
    assert len(panel.chart.rows) == 3
    assert panel.count.text().startswith("3 ордера")


def test_an_empty_chart_says_so_and_a_slip_of_the_pen_makes_no_endless_axis(
    put: Any, panel: TimelinePanel, wait: Wait
) -> None:
    panel.show()
    wait(lambda: panel._begun)
    assert panel.empty.why == "Ордеров, которые идут или предстоят, нет."
    put("earthworks", {"a": {**order(1, 0, 5), "end": "9026-01-01"}})
    wait(lambda: len(panel.chart.rows) == 1)
    assert (panel.chart.axis.last - panel.chart.axis.first).days < 1400
    panel.chart.grab()


def test_an_axis_names_days_weeks_and_months() -> None:
    day = date(2026, 11, 30)
    ruler = axis(day, day + timedelta(days=40), day, "day")
    assert [one.words for one in ruler.ticks(day, day + timedelta(days=2))] == ["30", "дек 2026", "2"]
    weeks = axis(day, day + timedelta(days=40), day, "week")
    assert [one.words for one in weeks.ticks(day, day + timedelta(days=15))] == ["", "дек 2026", "7", "14"]
    assert weeks.day(weeks.x(day)) == day
