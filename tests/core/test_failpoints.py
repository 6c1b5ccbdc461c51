"""The points where a process may die: declared and placed, silent in everyday life, deadly when one is named."""

import ast
import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from citymanager.errors import Refused
from citymanager.failpoints import KILLED, POINTS, VARIABLE, fuse
from main import main

ROOT = Path(__file__).parents[2]


def placed() -> Counter[str]:
    """How often each point stands in the code."""
    files = (file for top in ("citymanager", "sync", "layers", "widgets") for file in (ROOT / top).rglob("*.py"))
    return Counter(name for file in files for name in _points(ast.parse(file.read_text(encoding="utf-8"))))


def _points(tree: ast.Module) -> list[str]:
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name))
    return [ast.literal_eval(call.args[0]) for call in calls if call.func.id == "fp"]


def test_every_point_is_declared_and_stands_in_the_code() -> None:
    assert placed().keys() == POINTS.keys()


def test_every_point_says_in_a_russian_sentence_what_has_happened() -> None:
    assert all(told[0].isupper() and told.endswith(".") and not told.isascii() for told in POINTS.values())
    assert len(set(POINTS.values())) == len(POINTS)


def test_the_command_lists_them_without_a_profile(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["failpoints", "--profile", str(tmp_path / "none")]) == 0
    told = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    assert {one["name"]: one["happened"] for one in told} == POINTS
    assert not (tmp_path / "none").exists()


def _ended(told: str) -> "subprocess.CompletedProcess[str]":
    program = "from citymanager.failpoints import fp; [print(n, fp('edit.made'), flush=True) for n in range(3)]"
    return subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT, env={**os.environ, VARIABLE: told}, capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.mark.parametrize(
    "told, lines, code",
    [("", 3, 0), ("edit.made", 0, KILLED), ("edit.made:3", 2, KILLED), ("edit.made:4", 3, 0), ("edit.undone", 3, 0)],
)
def test_a_process_ends_at_the_point_that_is_named_at_its_turn(told: str, lines: int, code: int) -> None:
    ended = _ended(told)
    assert (ended.returncode, len(ended.stdout.splitlines())) == (code, lines)


@pytest.mark.parametrize("told", ["edit", "edit.made:", "edit.made:x", ":1"])
def test_a_point_there_is_not_is_refused(told: str) -> None:
    with pytest.raises(Refused, match="failpoints"):
        fuse(told)
