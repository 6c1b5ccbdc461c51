"""Zones and their changes: moments are UTC at rest, so no computer's zone, no double hour and no decree moves them."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from citymanager.calendar import WorkCalendar
from citymanager.limits import Limit
from citymanager.modules import BY_KEY
from citymanager.terms import due_time
from citymanager.values import moment, parse_moment, show

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.fault("F11")
CHANGES = {
    "Europe/Volgograd": ["2013-06-01T00:00Z", "2014-10-25T21:59Z", "2014-10-25T22:01Z", "2018-10-27T22:59Z",
                         "2018-10-27T23:01Z", "2020-12-26T21:59Z", "2020-12-26T22:01Z"],
    "Asia/Almaty": ["2024-02-29T17:59Z", "2024-02-29T18:01Z", "2024-02-29T18:59Z", "2024-02-29T19:01Z"],
    "Europe/Berlin": ["2026-10-25T00:30Z", "2026-10-25T01:30Z", "2026-03-29T00:59Z", "2026-03-29T01:01Z"],
    "Asia/Yekaterinburg": ["2011-03-26T20:59Z", "2014-10-25T19:59Z", "2014-10-25T20:01Z"],
}  # fmt: skip
"""Moments around each change of these zones' clocks."""
KEEPING = """
import json, sys
from datetime import UTC, datetime
from pathlib import Path
from citymanager.modules import BY_KEY, MODULES
from citymanager.store import Profile, Query
from citymanager.values import moment, parse_moment, show
received = BY_KEY["reports"].field("received")
writer = Profile(Path(sys.argv[1])).writer(MODULES)
moments = [datetime.fromisoformat(one) for one in json.loads(sys.argv[2])]
for one in moments:
    shown = one.astimezone()  # by this computer's clock, in its own zone
    writer.save("reports", None, {"text": "Яма", "received": moment(shown)}, "ivanov", None, shown)
rows = list(writer.each(Query("reports", sort="received")))
print(json.dumps([[one.data["received"], show(received, one.data["received"]), one.at] for one in rows]))
writer.close()
"""


def kept_in(zone: str, folder: Path, moments: list[str]) -> Any:
    """What a workstation in this zone keeps and shows of reports of these moments, in the order of its list."""
    done = subprocess.run(
        [sys.executable, "-c", KEEPING, folder, json.dumps(moments)],
        env={**os.environ, "PYTHONPATH": str(ROOT), "TZ": zone},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("zone", CHANGES)
def test_a_computers_zone_moves_nothing_and_the_double_hour_doubles_nothing(zone: str, tmp_path: Path) -> None:
    moments = sorted(CHANGES[zone], key=datetime.fromisoformat)
    there = kept_in(zone, tmp_path / "there", moments)
    assert [received for received, _, _ in there] == [moment(datetime.fromisoformat(one)) for one in moments]
    received = BY_KEY["reports"].field("received")
    assert [shown for _, shown, _ in there] == [show(received, stored) for stored, _, _ in there]
    assert len({stored for stored, _, _ in there}) == len(moments)


@pytest.mark.parametrize("zone", CHANGES)
@pytest.mark.parametrize("hours", [1, 24])
def test_a_shift_of_a_day_is_a_day_across_every_change(zone: str, hours: int) -> None:
    calendar, limit = WorkCalendar(), Limit("x", "x", hours, "hours", "")
    for text in CHANGES[zone]:
        start = datetime.fromisoformat(text).astimezone(ZoneInfo(zone)) - timedelta(minutes=30)
        due = due_time(start, limit, calendar, ZoneInfo(zone))
        assert due.astimezone(UTC) - start.astimezone(UTC) == timedelta(hours=hours)


@pytest.mark.parametrize("zone", CHANGES)
def test_what_is_stored_is_the_same_instant_whatever_zone_wrote_it(zone: str) -> None:
    for text in CHANGES[zone]:
        instant = datetime.fromisoformat(text)
        written = instant.astimezone(ZoneInfo(zone)).isoformat()
        assert parse_moment(written) == parse_moment(moment(instant)) == instant
        assert moment(instant.astimezone(ZoneInfo(zone))) == moment(instant)


def test_the_two_halves_of_a_double_hour_are_an_hour_apart() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    first = datetime(2026, 10, 25, 2, 30, tzinfo=berlin)
    again = first.replace(fold=1)
    assert moment(first) == "2026-10-25T00:30:00Z" and moment(again) == "2026-10-25T01:30:00Z"
