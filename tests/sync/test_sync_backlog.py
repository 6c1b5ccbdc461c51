"""The backlog of a week without a line: how long it takes, what it weighs, whether the window goes on beating."""

import json
import os
import subprocess
import sys
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from bench.windows import window
from central_server import Central
from station import PASSWORD, Station

Join = Callable[..., Station]
Meet = Callable[[Station, str], dict[str, Any]]
"""A station comes back, somebody logs in: told when both sides are even."""
ROOT = Path(__file__).parents[2]
GROWTH, GAP, LONGEST = 100, 100, 120
"""Megabytes; milliseconds, 99.9 of 100 beats of the window's loop; seconds for a whole week."""
SLACK = 3
"""Of times on a machine that does other things too."""
TEXT = "Во дворе дома вторую неделю не горят фонари, вечером ходим с телефоном. Подъезд {0}, заявка диспетчеру {0}."


def week(central: Central, a: Station, out: int, come: int, meet: Meet) -> dict[str, Any]:
    """Part and meet again; what was told of it."""
    a.sync()
    _arrive(central, 1, come // 2)
    a.sync()
    _edit(a, out)
    message = a.new("telephonograms", text="Отключена вода")
    central.sql("UPDATE records SET data = data || '{\"author_name\": \"Портал\"}' WHERE module = 'reports'")
    _arrive(central, come // 2 + 1, come)
    central.sql("INSERT INTO records (module, id, version, seq, data, by, at)"
                " VALUES ('telephonograms', 't1', 1, 1, '{\"text\": \"Отключён газ\"}', '', now())")  # fmt: skip
    login = a.login_name
    a.close()
    told = meet(a, login)
    a.open()
    a.login(login)
    a.sync()
    assert not a.writer.outbox() and a.sums() == a.server_sums()
    mine = [row[0] for row in central.sql("SELECT id FROM records WHERE by = %s ORDER BY seq", login)]
    assert mine.index(message) == 0 and len(mine) == out + 1
    order = told["order"]
    assert order.index("telephonograms") < 3 <= order.count("reports"), "after the first page of the rest"
    return told


def by_desk(a: Station, login: str) -> dict[str, Any]:
    """A window's insides, without what is seen."""
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}", "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, Path(__file__).with_name("week.py"), a.folder, a.url, login, PASSWORD],
        env=environment, stdout=subprocess.PIPE, text=True, check=True,
    )  # fmt: skip
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def by_window(a: Station, login: str) -> dict[str, Any]:
    """The window as the program opens it, with its list of reports and its map."""
    with window(a.folder) as desk:
        desk.do("mapped")
        return desk.tell("meet", a.url, login, PASSWORD)


def _edit(a: Station, out: int) -> None:
    """Half of it new, half on what was there."""
    known = sorted(a.ids())[: out // 2]
    edits = [(ident, {"address": f"улица Мира, {place}"}) for place, ident in enumerate(known)]
    edits += [(str(uuid.uuid4()), {"text": TEXT.format(number)}) for number in range(out - len(known))]
    coming = iter(edits)
    while some := list(islice(coming, 500)):
        a.writer.save_many("reports", some, a.login_name, a.role, datetime.now(UTC))


def _arrive(central: Central, first: int, last: int) -> None:
    """Reports of last week: each has a place, and of fifty one is open still."""
    central.sql(
        "INSERT INTO records (module, id, version, seq, data, by, at) SELECT 'reports', 'r' || n, 1, 1,"
        " jsonb_build_object('text', replace(%s, '{0}', n::text), 'received', '2026-11-23T04:05:06Z',"
        " 'status', CASE WHEN n %% 50 = 0 THEN 'new' ELSE 'rated' END, 'address', 'улица Мира, ' || n, 'geometry',"
        " jsonb_build_object('type', 'Point', 'coordinates', jsonb_build_array(60.7 + n / 1e6, 56.0 + n / 2e6))),"
        " '', now() FROM generate_series(%s::int, %s::int) AS n",
        TEXT, first, last,
    )  # fmt: skip


@pytest.mark.fault("F27")
def test_a_days_backlog_leaves_and_arrives_while_the_window_beats(central: Central, join: Join) -> None:
    told = week(central, join(), 300, 1_600, by_desk)
    assert told["p999_ms"] <= SLACK * GAP and told["grown_mb"] <= GROWTH, told


@pytest.mark.campaign(minutes=2)
@pytest.mark.fault("F27")
def test_a_weeks_backlog_leaves_and_arrives_in_two_minutes(central: Central, join: Join) -> None:
    told = week(central, join(), 20_000, 100_000, by_window)
    assert told["ms"] <= SLACK * LONGEST * 1000, told
    assert told["p999_ms"] <= SLACK * GAP and told["grown_mb"] <= GROWTH, told
