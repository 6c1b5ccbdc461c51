"""What may fill a disk has a quota; what was not sent yet has none, and is never let go."""

import logging
from datetime import timedelta
from pathlib import Path

import pytest
from throwaway import NOW

from citymanager import log
from citymanager.store import Writer
from citymanager.store.absorb import ASIDE, DECIDED, keep_aside

QUOTA, PROGRAMS = 50_000_000, 4
"""Bytes for the logs of all programs of a profile: the window, the commands, and two to come."""
pytestmark = pytest.mark.fault("F35")


def test_a_flood_of_lines_keeps_the_log_within_its_part_of_the_quota(tmp_path: Path) -> None:
    with log.kept(tmp_path / "window.log"):
        for _ in range(7):
            logging.getLogger("test").error("x" * 950_000)
    files = sorted(one.name for one in tmp_path.iterdir())
    assert files == ["window.log", *(f"window.log.{number}" for number in range(1, log.COPIES + 1))]
    assert sum(one.stat().st_size for one in tmp_path.iterdir()) * PROGRAMS <= QUOTA


def test_what_waits_is_never_evicted_however_old_and_however_much(writer: Writer) -> None:
    old = NOW - timedelta(days=4000)
    ops = [writer.save("reports", None, {"text": f"Яма {number}"}, "ivanov", None, old).op for number in range(300)]
    first, second, *waiting = ops
    writer.settle([{"op": first, "result": "refused", "reason": "нет"}], "лента", old)
    writer.settle([{"op": second, "result": "accepted", "version": 1, "seq": 1}], "лента", old)
    writer.forget_acknowledged(NOW)
    assert [one.op for one in writer.outbox()] == [first, *waiting]


def test_of_what_the_server_sends_wrong_the_latest_is_kept_and_all_that_a_person_has_decided(writer: Writer) -> None:
    with writer._connection.transaction():
        keep_aside(writer._connection, "2026-11-23T00:00:00Z", f"{DECIDED} ivanov", {"address": "Ленина, 5"})
    for number in range(4):
        writer.absorb([{"module": "reports", "n": number}] * 300, NOW, {})
    kept = [seq for (seq,) in writer._connection.all("SELECT seq FROM _quarantine ORDER BY seq")]
    assert kept == [1, *range(1202 - ASIDE, 1202)]
