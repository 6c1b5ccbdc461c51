"""One time range for map and tables: chosen over the map or in a table, shown in both."""

from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from test_record_table import heard, listed
from throwaway import NOW, THROWAWAY

from citymanager.modules import BY_KEY
from citymanager.values import moment
from widgets.filters import among, between
from widgets.period import Period, time_of
from widgets.period_bar import PeriodBar
from widgets.period_link import PeriodLink

REPORTS, CLOSURES = BY_KEY["reports"], BY_KEY["closures"]
RECEIVED = REPORTS.field("received")


class Watch:
    now = NOW

    def __call__(self):
        return self.now


@pytest.fixture
def watch():
    return Watch()


@pytest.fixture
def bar(qtbot, tasks, hub, watch, house):
    made = PeriodBar(REPORTS, tasks)
    qtbot.addWidget(made)
    made.link = PeriodLink(made, house, tasks, hub, watch)
    made.resize(900, 40)
    made.show()
    return made


@pytest.fixture
def panel(put, panel_of, bar):
    put("reports", {
        f"d{days}": {"number": f"К{days}", "text": "Яма", "status": "new", "received": moment(NOW - timedelta(days))}
        for days in (0, 3, 20, 200, 700)
    })  # fmt: skip
    made = panel_of(REPORTS)
    bar.link.adopt(made)
    return made


def chip(bar, title):
    return next(one for one in bar.chips.values() if one.text() == title)


def chosen(bar):
    return [one.text() for one in (*bar.chips.values(), bar.between) if one.isChecked()]


@pytest.mark.parametrize(("title", "left"), [("Сутки", 1), ("Неделя", 2), ("Месяц", 3), ("Год", 4), ("Всё", 5)])
def test_a_range_chosen_over_the_map_is_the_table_s_date_filter(bar, panel, hub, wait, title, left):
    filtered = heard(hub.filtered)
    chip(bar, "Год").click()
    wait(lambda: panel.model.complete and panel.model.rowCount() == 4)
    chip(bar, title).click()
    wait(lambda: panel.model.complete and panel.model.rowCount() == left)
    assert chosen(bar) == [title] and bar.words.whole == ""
    told = [numbers for module, numbers in filtered if module == "reports"]
    assert told[-1] is None if left == 5 else len(told[-1]) == left
    words = [one.words for one in panel.bar.filter.conditions.values()]
    assert words == ([] if left == 5 else [f"Поступило: за {title.lower().replace('неделя', 'неделю')}"])


def test_days_from_and_to_come_to_the_table_and_stand_over_the_map(bar, panel, wait):
    popup = bar.ask()
    popup.part.low.setText((NOW - timedelta(days=25)).strftime("%d.%m.%Y"))
    popup.part.high.setText((NOW - timedelta(days=2)).strftime("%d.%m.%Y"))
    QTest.keyClick(popup.part.high, Qt.Key.Key_Return)
    wait(lambda: listed(panel) == {"d3", "d20"})
    assert chosen(bar) == ["От–до…"] and bar.words.whole.startswith("Поступило: от ")


def test_what_a_table_is_filtered_by_is_said_over_the_map(bar, panel, wait):
    chip(bar, "Неделя").click()
    wait(lambda: listed(panel) == {"d0", "d3"})
    panel.bar.condition_chips["received"].click()
    wait(lambda: len(listed(panel)) == 5)
    assert chosen(bar) == [] and bar.words.whole == "Сообщения жителей: за всё время"
    panel.bar.put(between(RECEIVED, "2026-01-01", None))
    assert bar.words.whole == "Сообщения жителей: Поступило: от 01.01.2026"
    panel.bar.put(among(REPORTS.field("category"), ["snow"], ["Снег"]))
    chip(bar, "Месяц").click()
    assert chosen(bar) == ["Месяц"] and set(panel.bar.filter.conditions) == {"received", "category"}


def test_a_table_that_nobody_has_opened_narrows_the_map_and_has_the_filter_when_it_is(
    bar, panel, put, panel_of, hub, wait, tasks
):
    put("closures", {
        name: {"road": name, "status": "active", "begins": moment(NOW - timedelta(days=days))}
        for name, days in (("new", 1), ("old", 90))
    })  # fmt: skip
    filtered = heard(hub.filtered)
    chip(bar, "Неделя").click()
    number = tasks.glance.row_number("closures", "new")
    wait(lambda: [list(one[1]) for one in filtered if one[0] == "closures"] == [[number]])
    later = panel_of(CLOSURES)
    bar.link.adopt(later)
    wait(lambda: listed(later) == {"new"})
    assert chosen(bar) == ["Неделя"]


def test_the_last_day_goes_with_time_but_not_over_what_was_set_since(bar, panel, watch, wait):
    chip(bar, "Сутки").click()
    wait(lambda: listed(panel) == {"d0"})
    watch.now = NOW + timedelta(days=2)
    bar.link.renew()
    wait(lambda: panel.why_empty.startswith("Ничего"))
    assert chosen(bar) == ["Сутки"]
    mine = between(RECEIVED, "2026-01-01", None)
    panel.bar.put(mine)
    bar.link.renew()
    assert panel.bar.filter.conditions["received"] == mine


def test_what_has_no_time_has_no_range():
    assert {key for key, one in BY_KEY.items() if time_of(one)} == {
        "reports", "telephonograms", "earthworks", "closures", "events"
    }  # fmt: skip
    assert time_of(THROWAWAY) is None
    assert Period().condition(RECEIVED, NOW) is None


def test_the_desk_has_the_range_over_its_map_and_gives_it_to_its_tables(desk, wait):
    desk.record("reports")
    next(one for one in desk.period.chips.values() if one.text() == "Год").click()
    assert desk.record("reports").bar.filter.conditions["received"].days == 365
    assert desk.record("earthworks").bar.filter.conditions["start"].days == 365


def test_the_legend_s_ticks_come_to_the_table_when_that_is_asked_for(desk, put, wait):
    put(
        "reports",
        {one: {"number": one, "text": "Яма", "status": one, "received": moment(NOW)} for one in ("new", "solved")},
    )
    desk.show_values("reports", ["new", "accepted"])
    panel = desk.record("reports")
    wait(lambda: panel.model.complete and listed(panel) == {"new"})
    assert set(panel.bar.filter.statuses) == {"new", "accepted"}
    desk.show_values("reports", [one.key for one in REPORTS.statuses])
    wait(lambda: panel.model.complete and len(listed(panel)) == 2)
    assert panel.bar.filter.empty, "all of them is no filter"
    desk.show_values("organisations", ["uk"])
    assert desk.record("organisations").bar.filter.conditions["kind"].among == ("uk",)
