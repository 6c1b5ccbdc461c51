"""The table narrowed to what the map shows: it follows, it says so, and the map is not narrowed by itself."""

import pytest
from test_record_table import heard, listed
from throwaway import THROWAWAY

from citymanager.modules import BY_KEY
from widgets.filter_bar import ON_MAP_NOW
from widgets.printing.documents import in_words

REPORTS = BY_KEY["reports"]
WEST, EAST, NOWHERE = (60.70, 56.0, 60.72, 56.1), (60.72, 56.0, 60.74, 56.1), (61.0, 57.0, 61.1, 57.1)


def row(lon: float, **more) -> dict:
    place = {"type": "Point", "coordinates": [lon, 56.05]}
    return {
        "number": "К1-1",
        "text": "Яма",
        "status": "new",
        "received": "2026-01-01T00:00:00Z",
        "geometry": place,
        **more,
    }


@pytest.fixture
def panel(put, panel_of):
    put("reports", {"west": row(60.71), "east": row(60.73), "done": row(60.73, status="solved"), "placeless": {
        "number": "К1-2", "text": "Снег", "status": "new", "received": "2026-01-02T00:00:00Z"}})  # fmt: skip
    return panel_of(REPORTS)


def test_the_table_follows_the_map_and_its_chip_says_so_and_ends_it(panel, hub, wait):
    filtered = heard(hub.filtered)
    assert not panel.bar.on_map.isVisible(), "before the map has shown anything there is nothing to follow"
    panel.bar.look(WEST)
    assert len(listed(panel)) == 4, "nobody has asked for it yet"
    panel.bar.on_map.click()
    wait(lambda: listed(panel) == {"west"})
    assert panel.bar.on_map.text() == ON_MAP_NOW
    assert "Только видимое на карте" in in_words(panel.bar.filter, REPORTS)
    panel.bar.look(EAST)
    wait(lambda: listed(panel) == {"east", "done"} and panel.model.complete)
    panel.bar.look(NOWHERE)
    wait(lambda: panel.why_empty.startswith("Ничего"))
    panel.bar.on_map.click()
    wait(lambda: len(listed(panel)) == 4 and panel.model.complete)
    panel.bar.look(WEST)
    wait(lambda: panel.model.complete)
    assert len(listed(panel)) == 4
    assert filtered == [], "the map is never narrowed to its own view"


def test_with_another_filter_the_map_gets_that_one_only(panel, hub, wait):
    filtered = heard(hub.filtered)
    panel.bar.look(WEST)
    panel.bar.on_map.click()
    panel.bar.status_chips["new"].click()
    wait(lambda: listed(panel) == {"west"} and bool(filtered))
    number = panel._tasks.glance.row_number
    assert set(filtered[-1][1]) == {number("reports", one) for one in ("west", "east", "placeless")}
    told = len(filtered)
    panel.bar.look(EAST)
    wait(lambda: listed(panel) == {"east"} and panel.model.complete)
    assert len(filtered) == told, "the map has moved, its filter has not"
    panel.bar.clear()
    wait(lambda: len(listed(panel)) == 4 and filtered[-1] == ("reports", None))
    assert not panel.bar.on_map.isChecked()


def test_a_panel_that_is_made_later_knows_what_the_map_shows(desk, put, wait):
    desk.look(WEST)
    later = desk.record(THROWAWAY.key)
    later.bar.on_map.click()
    assert later.bar.filter.box == WEST
    assert desk.record("people").bar.on_map.isHidden(), "what has no place is not on the map"
