"""Where the second map's window stands: on the other screen, where it stood, and never where no screen is."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from widgets.map_period import read, saved
from widgets.period import ROLLING, Period
from widgets.second_window import _box

ROOT = Path(__file__).parents[2]
LEFT = {"name": "left", "x": 0, "y": 0, "width": 1280, "height": 1024}
RIGHT = {"name": "right", "x": 1280, "y": 0, "width": 1600, "height": 900}
THERE = {"box": [1400, 100, 800, 600], "full": False, "spread": False}


def stand(tmp_path: Path, place: Any, *screens: dict[str, Any]) -> dict[str, Any]:
    """second_on_screens.py in a process whose platform has these screens."""
    config = tmp_path / "screens.json"
    full = [{**one, "logicalDpi": 96, "logicalBaseDpi": 96, "dpr": 1} for one in screens]
    config.write_text(json.dumps({"screens": full}))
    ended = subprocess.run(
        [sys.executable, Path(__file__).parent / "second_on_screens.py", json.dumps(place)],
        env={**os.environ, "QT_QPA_PLATFORM": f"offscreen:configfile={config}", "PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    found: dict[str, Any] = json.loads(ended.stdout)
    return found


def test_the_first_time_it_fills_the_other_screen(tmp_path: Path) -> None:
    found = stand(tmp_path, None, LEFT, RIGHT)
    assert found["screens"] == ["right"] and found["place"]["spread"]


def test_on_the_only_screen_it_leaves_the_main_window_in_sight(tmp_path: Path) -> None:
    found = stand(tmp_path, None, LEFT)
    assert found["screens"] == ["left"] and found["seen"] and not found["place"]["spread"]


def test_it_comes_back_where_it_stood(tmp_path: Path) -> None:
    assert stand(tmp_path, THERE, LEFT, RIGHT)["place"] == THERE
    spread = stand(tmp_path, {**THERE, "spread": True}, LEFT, RIGHT)
    assert spread["screens"] == ["right"] and spread["place"]["spread"]


@pytest.mark.parametrize("more", [{}, {"spread": True}, {"full": True}])
def test_its_screen_is_gone_so_it_stands_on_one_that_is_there(tmp_path: Path, more: dict[str, bool]) -> None:
    found = stand(tmp_path, {**THERE, **more}, LEFT)
    assert found["screens"] == ["left"] and (found["seen"] or more)


leaves = st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(["", "2026-01-05", "2026-13-40"])
json_values = leaves | st.lists(leaves, max_size=5) | st.dictionaries(st.text(max_size=4), leaves, max_size=2)


@given(json_values)
def test_whatever_a_profile_says_is_a_place_and_a_time_or_none(found: Any) -> None:
    box = _box(found)
    assert box is None or (box.isValid() and box.width() > 0)
    assert isinstance(read(found), Period)


@pytest.mark.parametrize(
    "period", [Period(), *map(Period, ROLLING), Period(0, "2026-01-05", None), Period(0, "2026-01-05", "2026-02-01")]
)
def test_a_time_that_was_kept_is_the_same_again(period: Period) -> None:
    assert read(json.loads(json.dumps(saved(period)))) == period
