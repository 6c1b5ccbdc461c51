"""The measures: a part for every area, and no figure without whom it is compared with, or why with nobody."""

import time

from bench.__main__ import AREAS, PARTS, _name
from bench.maps import PEERS
from bench.rows import Times, line, row, size, timed


def test_each_area_is_measured_by_a_part() -> None:
    assert {area for part in PARTS for area in part.AREAS} == set(AREAS)
    assert len(AREAS) == len(set(AREAS)) == 7


def test_peers_that_were_cut_off_each_keep_a_row_of_their_own_at_every_size() -> None:
    ours = Times([10.0, 30.0, 20.0])
    found = [
        row("map", "drag", n, ours, {"reason": f"{peer} was not through"})
        for n in (100_000, 1_000_000)
        for peer in PEERS
    ]
    assert len({_name(one) for one in found}) == 2 * len(PEERS)
    assert all(one["peer"] is None and one["ratio"] is None and one["reason"] in line(one) for one in found)


def test_memory_is_compared_by_its_size() -> None:
    peer = {"name": "another", "version": "1", "median_mb": 300}
    found = size("renderer", 1_000, [100.0], "", "map", peer)
    assert (found["ratio"], found["area"]) == (3.0, "map")
    assert "another 300 MB" in line(found)


def test_what_an_act_spends_stands_beside_what_it_takes_on_a_busy_machine() -> None:
    found = row("queue", "sleep", 1, timed(lambda: time.sleep(0.02), 3), reason="nobody sleeps better")
    assert found["ours"]["cpu_ms"] < 10 < 20 <= found["ours"]["median_ms"]
    assert f"CPU {found['ours']['cpu_ms']} ms" in line(found)
