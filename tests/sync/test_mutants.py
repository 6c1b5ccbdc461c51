"""The histories find what they must: every fault of `mutants`, each in a process of its own."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from mutants import MUTANTS, Mutant

WITHIN = 150
"""Histories in which a fault must be found."""
PATHS = ("", "tests", "tests/sync")


def each(mutants: Sequence[Mutant]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("mutant", mutants, ids=lambda one: one.name)


@each(MUTANTS)
def test_the_texts_that_a_fault_is_put_in_stand_in_the_source_once(mutant: Mutant) -> None:
    assert [mutant.source.count(text) for text in mutant.texts] == [1] * len(mutant.texts)
    compile(mutant.mutated, mutant.file, "exec")


@pytest.mark.campaign(minutes=1)
@each([one for one in MUTANTS if not one.told])
@pytest.mark.fault("F36")
def test_the_histories_find_it(mutant: Mutant, central_dsn: str, tmp_path: Path) -> None:
    done = run(mutant, tmp_path, "tests/sync/history_run.py", central_dsn, "1", str(WITHIN))
    assert done.returncode == 1 and "broken: I" in done.stdout, (done.stdout[-2_000:], done.stderr[-4_000:])


@pytest.mark.campaign
@each([one for one in MUTANTS if one.told])
@pytest.mark.fault("F36")
def test_a_told_history_finds_it(mutant: Mutant, tmp_path: Path) -> None:
    """What the invented histories come upon too seldom to be relied on. A promise may break as all comes to rest."""
    told = f"tests/sync/test_histories_found.py::{mutant.told}"
    done = run(mutant, tmp_path, "-m", "pytest", "-p", "no:cacheprovider", told)
    found = f"FAILED {told}" in done.stdout or "oracle.ledger.Broken: I" in done.stdout
    assert done.returncode == 1 and found, (done.stdout[-4_000:], done.stderr[-2_000:])


def run(mutant: Mutant, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    mutant.build(folder)
    paths = os.pathsep.join(str(folder / one) for one in PATHS)
    return subprocess.run(
        [sys.executable, *words], cwd=folder, env={**os.environ, "PYTHONPATH": paths},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
