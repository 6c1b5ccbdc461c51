"""A window after its computer slept: it syncs at once over new connections, and nothing comes in a burst."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from central_server import Central
from fault_proxy import fault_proxy
from station import PASSWORD

from citymanager.modules import MODULES
from citymanager.store import Profile

ROOT = Path(__file__).parents[2]


@pytest.mark.fault("F29")
def test_it_syncs_at_once_after_it_stood_still_though_its_connections_are_dead(
    central: Central, tmp_path: Path
) -> None:
    """A desk in a process of its own is halted for longer than its timer may be late, as by a computer that slept."""
    central.add_user("ivanov", PASSWORD, "operator")
    with fault_proxy(central.url) as proxy:
        process = subprocess.Popen(
            [sys.executable, Path(__file__).parent / "desk.py", tmp_path, proxy.url, "ivanov", PASSWORD],
            env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        with process:
            assert process.stdout is not None and process.stdout.readline() == "confirmed\n"
            process.send_signal(signal.SIGSTOP)
            proxy.freeze()
            central.sql("INSERT INTO records (module, id, version, seq, data, by, at) VALUES"
                        " ('reports', 'r1', 1, 1, '{\"text\": \"Яма\", \"status\": \"new\"}', '', now())")  # fmt: skip
            time.sleep(7)  # the fault itself
            asked = len(proxy.passed)
            process.send_signal(signal.SIGCONT)
            woken = time.monotonic()
            assert process.stdout.readline() == "confirmed\n"
            took = time.monotonic() - woken
            calls = len(proxy.passed) - asked
            process.kill()
        assert took < 5 and 1 <= calls <= 4, "one round and one listener"
    reader = Profile(tmp_path).reader(MODULES)
    assert reader.get("reports", "r1") is not None
    reader.close()
