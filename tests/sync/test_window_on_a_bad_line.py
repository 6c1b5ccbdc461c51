"""A window whose line goes wrong: the window answers, edits are saved, and all arrives once the line is well."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from central_server import Central
from desk import Desk
from fault_proxy import Fault, FaultProxy
from line_faults import bandwidth, half_dead, latency, reset, sliced
from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot
from station import PASSWORD

GAP = 0.1
"""Seconds that the window may not answer; threefold here, because machines are shared."""


@pytest.fixture
def desks(central: Central, proxy: FaultProxy, tmp_path: Path, qtbot: QtBot) -> Iterator[Callable[[], Desk]]:
    """Make desks whose first round went through, over the proxy."""
    made: list[Desk] = []
    central.add_user("ivanov", PASSWORD, "operator")

    def make() -> Desk:
        desk = Desk(tmp_path / f"desk{len(made)}")
        made.append(desk)
        desk.worker.start(proxy.url, "ivanov", PASSWORD)
        qtbot.waitUntil(lambda: desk.state.link == "online", timeout=30_000)
        return desk

    yield make
    ended = [one.close() for one in made]
    assert all(ended)


class Pulse:
    """How long the event loop let a timer wait."""

    def __init__(self) -> None:
        self.gaps: list[float] = []
        self._last = time.monotonic()
        self._timer = QTimer(interval=10)
        self._timer.timeout.connect(self._beat)
        self._timer.start()

    def stop(self) -> list[float]:
        self._timer.stop()
        return sorted(self.gaps)

    def _beat(self) -> None:
        now = time.monotonic()
        self.gaps.append(now - self._last)
        self._last = now


@pytest.mark.fault("F24")
@pytest.mark.fault("F34")
@pytest.mark.parametrize(
    ("faults", "hangs"),
    [
        pytest.param([latency(0.7), bandwidth(8_000), sliced, reset], False, id="bad"),
        pytest.param([bandwidth(1)], True, id="1 byte a second"),
        pytest.param([half_dead], True, id="half dead"),
    ],
)
def test_the_window_answers_and_saves_while_the_line_does_not(
    faults: list[Fault], hangs: bool, proxy: FaultProxy, desks: Callable[[], Desk], qtbot: QtBot
) -> None:
    desk = desks()
    for fault in faults:
        struck = proxy.strike(fault)
        desk.worker.sync_now()
        qtbot.waitUntil(lambda struck=struck: struck.fired > 0, timeout=10_000)
        pulse = Pulse()
        for number in range(10):
            ident = desk.save(text=f"Яма {number}")
            assert desk.shows(ident, text=f"Яма {number}")
            qtbot.wait(30)
        gaps = pulse.stop()
        assert gaps[len(gaps) * 95 // 100] < 3 * GAP and gaps[-1] < 1.0, gaps[-5:]
        proxy.calm()
    if not hangs:  # else the call ends in its own time, which other tests shorten; the window is closed within it
        desk.worker.sync_now()
        qtbot.waitUntil(lambda: desk.state.unsent == 0 and desk.state.link == "online", timeout=30_000)


@pytest.mark.fault("F08")
@pytest.mark.campaign
def test_twenty_windows_sent_away_together_come_back_one_by_one(
    proxy: FaultProxy, desks: Callable[[], Desk], qtbot: QtBot
) -> None:
    twenty = [desks() for _ in range(20)]
    asked: list[float] = []

    def busy(call: object) -> None:
        asked.append(time.monotonic())
        call.send(b"HTTP/1.1 503 Busy\r\nRetry-After: 3\r\nContent-Length: 0\r\n\r\n")  # type: ignore[attr-defined]

    proxy.strike(busy)
    for desk in twenty:
        desk.worker.sync_now()
    qtbot.waitUntil(lambda: all(desk.state.link == "offline" for desk in twenty), timeout=30_000)
    first = len(asked)
    qtbot.wait(25_000)
    again = asked[first:]
    assert len(again) >= 15
    # Their places are 1.5 s apart for any four (`test_line.py` holds that to the millisecond). Twenty windows in one
    # process are late themselves, by a second at worst: seven have 3.2 s by their places.
    assert all(later - earlier > 2 for earlier, later in zip(again, again[6:], strict=False)), again
