"""Very many records: only the open ones are read, behind everything else, and how far it has come is said."""

import resource
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QObject, QTimer

from citymanager.alarm_load import AlarmLoad
from citymanager.alarms import Judge
from citymanager.modules import BY_KEY, MODULES
from citymanager.store import Profile, Writer
from citymanager.values import moment
from widgets.alarm_acts import AlarmActs
from widgets.alarm_calls import AlarmCalls
from widgets.alarm_panel import NOTHING, AlarmPanel
from widgets.alarm_strip import AlarmStrip
from widgets.alarm_watch import HEAP, AlarmWatch
from widgets.panels.stand import Stand

Wait = Callable[[Callable[[], bool]], None]
NOW = datetime(2026, 11, 23, 4, tzinfo=UTC)
SINCE = NOW - timedelta(days=3_000)
PAGE, EVERY = 500, 20
"""One of so many reports is open."""


def report(number: int, every: int) -> dict[str, Any]:
    received = NOW - timedelta(minutes=3 * number)
    open_one = number % every == 0
    data = {
        "number": f"Т-{number}", "text": "Яма", "address": f"ул. Мира, {number}", "received": moment(received),
        "regime": "platform", "category": "pothole", "status": "new" if open_one else "solved",
    }  # fmt: skip
    return {"module": "reports", "id": f"r{number:08}", "version": 1, "data": data, "by": "x", "at": moment(NOW),
            "deleted": False}  # fmt: skip


def filled(writer: Writer, count: int, every: int = EVERY) -> None:
    last = ""
    for start in range(0, count, PAGE):
        page = [report(number, every) for number in range(start, min(start + PAGE, count))]
        more = start + PAGE < count
        writer.load_page("reports", page, (last, page[-1]["id"] if more else None), NOW, {})
        last = page[-1]["id"]
    while writer.furnish("reports"):
        pass


class Beat(QObject):
    """How long the window's thread was kept from its work at the longest."""

    def __init__(self) -> None:
        super().__init__()
        self.longest, self._last = 0.0, time.perf_counter()
        self._timer = QTimer(self, interval=5)
        self._timer.timeout.connect(self._look)
        self._timer.start()

    def _look(self) -> None:
        now = time.perf_counter()
        self.longest, self._last = max(self.longest, now - self._last), now


@pytest.fixture
def stand(stand: Stand) -> Stand:
    return replace(stand, clock=lambda: NOW)


@pytest.fixture
def started(stand: Stand) -> Iterator[Callable[[], AlarmWatch]]:
    made: list[AlarmWatch] = []

    def start() -> AlarmWatch:
        made.append(AlarmWatch(MODULES, stand, lambda now: SINCE, seconds=lambda: 1.0))
        made[0]._breath.start(0)
        return made[0]

    yield start
    for one in made:
        one.stop()


def test_closed_records_are_not_read(tmp_path: Path) -> None:
    writer = Profile(tmp_path).writer(MODULES)
    filled(writer, 4_000)
    rows = Judge.open(writer, BY_KEY["reports"])
    assert len(rows) == 4_000 // EVERY
    newest = writer.columns.told("reports", ("received",), rows[:1])
    assert newest == [("r00000000", {"received": moment(NOW)})]
    asked: list[str] = []
    plain, connection = writer._connection.value, writer._connection

    def noted(sql: str, values: Any = ()) -> Any:
        steps = connection.all(f"EXPLAIN QUERY PLAN {sql}", values) if "_row" in sql else []
        asked.extend(row[-1] for row in steps if "reports" in row[-1])
        return plain(sql, values)

    connection.value = noted  # type: ignore[method-assign]
    Judge.open(writer, BY_KEY["reports"])
    assert asked == ["SEARCH reports USING COVERING INDEX _ix_reports_by_status (status=?)"]
    writer.close()


def test_what_is_still_to_be_judged_is_said_until_all_is(
    started: Callable[[], AlarmWatch], writer: Writer, stand: Stand, wait: Wait, qtbot: Any
) -> None:
    filled(writer, 3 * HEAP, every=1)
    watch = started()
    calls = AlarmCalls(MODULES, stand, watch)
    acts = AlarmActs(watch, calls, stand, "К1", lambda: 1.0)
    panel = AlarmPanel(acts, AlarmLoad(lambda: 10), stand)
    strip = AlarmStrip(acts, AlarmLoad(lambda: 10), stand)
    qtbot.addWidget(panel)
    qtbot.addWidget(strip)
    told: list[tuple[int, int]] = []
    said: set[str] = set()
    watch.judged.connect(lambda: told.append(watch.progress or (0, 0)))

    def note() -> None:
        panel.refresh()
        said.add(panel.count.text())

    watch.judged.connect(note)
    wait(lambda: watch.settled)
    assert told[:4] == [(judged, 1_500) for judged in (0, 500, 1_000, 1_500)] and told[-1] == (0, 0)
    assert any("Тревоги: проверено 500 из 1\u00a0500 (33 %)" in one for one in said)
    wait(lambda: panel.count.text() == NOTHING)
    assert "проверено" not in strip.count.text()


@pytest.mark.campaign
def test_a_million_records_are_judged_without_a_stop_of_the_window(
    started: Callable[[], AlarmWatch], writer: Writer, qtbot: Any
) -> None:
    filled(writer, 1_000_000)
    watch, beat, begun = started(), Beat(), resource.getrusage(resource.RUSAGE_SELF)
    qtbot.waitUntil(lambda: watch.settled, timeout=600_000)
    used = resource.getrusage(resource.RUSAGE_SELF)
    cpu = used.ru_utime + used.ru_stime - begun.ru_utime - begun.ru_stime
    assert len(watch.standing) > 40_000
    assert cpu < 20 and beat.longest < 0.25, f"{cpu:.1f} s of CPU, the longest stop {beat.longest * 1000:.0f} ms"
