"""The invented histories find what they must: every fault of `mutants`, each in a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from mutants import MUTANTS, Mutant

WITHIN = 150
"""Histories in which a fault must be found."""
PATHS = ("", "tests", "tests/sync")
by_name = pytest.mark.parametrize("mutant", MUTANTS, ids=lambda one: one.name)


@by_name
def test_the_texts_that_a_fault_is_put_in_stand_in_the_source_once(mutant: Mutant) -> None:
    assert [mutant.source.count(text) for text in mutant.texts] == [1] * len(mutant.texts)
    compile(mutant.mutated, mutant.file, "exec")


@pytest.mark.campaign
@by_name
@pytest.mark.fault("F36")
def test_the_histories_find_it(mutant: Mutant, central_dsn: str, tmp_path: Path) -> None:
    mutant.build(tmp_path)
    done = subprocess.run(
        [sys.executable, "tests/sync/history_run.py", central_dsn, "1", str(WITHIN)], cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(str(tmp_path / one) for one in PATHS)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1 and "broken: I" in done.stdout, (done.stdout[-2_000:], done.stderr[-4_000:])
