"""A soak lasts for hours: what has passed is noted and counted, so that it may be stopped at any time and gone on with.

Loaded by `make soak` alone. The notes hold for the source as it stands: another one begins anew.
"""

import hashlib
import time
from collections import Counter
from pathlib import Path

import pytest

WHOLE = {"histories": 20_000, "kills": 1_000}
"""What a whole soak comes to; tests say by `record_property` how many of them they were."""
SOURCES = ("main.py", "citymanager/**/*.py", "sync/**/*.py", "widgets/**/*.py", "layers/**/*.py", "tests/**/*.py")


class Noted:
    """The tests that have passed, one in a line of a file, each with what it counts for."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._file.parent.mkdir(parents=True, exist_ok=True)
        self._file.touch()
        lines = [line.split("\t") for line in file.read_text(encoding="utf-8").splitlines()]
        self.tests = {name for name, *_ in lines}
        self.counted = Counter(dict.fromkeys(WHOLE, 0))
        for _, *counts in lines:
            self._count(counts)

    def passed(self, report: pytest.TestReport) -> None:
        counts = [f"{kind}={number}" for kind, number in report.user_properties if kind in WHOLE]
        self.tests.add(report.nodeid)
        self._count(counts)
        with self._file.open("a", encoding="utf-8") as notes:
            notes.write("\t".join([report.nodeid, *counts]) + "\n")

    def _count(self, counts: list[str]) -> None:
        for kind, number in (one.split("=") for one in counts):
            self.counted[kind] += int(number)


class Soak:
    """Leaves out what has passed before, and says after each test how far all has come."""

    def __init__(self, config: pytest.Config) -> None:
        self._config, self._worker = config, hasattr(config, "workerinput")
        self._noted = Noted(config.rootpath / "build" / "soak" / f"{_source(config.rootpath)}.txt")
        self._began, self._failed = time.monotonic(), 0

    def pytest_sessionstart(self) -> None:
        if not self._worker:
            self._say(f"{len(self._noted.tests)} tests have passed before: {self._done}")

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        before = [one for one in items if one.nodeid in self._noted.tests]
        self._config.hook.pytest_deselected(items=before)
        items[:] = [one for one in items if one.nodeid not in self._noted.tests]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if self._worker:  # whoever gave it this test hears of it
            return
        self._failed += report.failed
        if report.when == "call" and report.passed:
            self._noted.passed(report)
        if report.when == "call" or report.failed:
            self._tell(report)

    def _tell(self, report: pytest.TestReport) -> None:
        minutes, seconds = divmod(round(time.monotonic() - self._began), 60)
        self._say(f"{minutes}:{seconds:02} {report.outcome} {report.nodeid}: {self._done}, {self._failed} failed now")

    @property
    def _done(self) -> str:
        return ", ".join(f"{self._noted.counted[kind]:,} of {whole:,} {kind}" for kind, whole in WHOLE.items())

    def _say(self, told: str) -> None:
        reporter = self._config.pluginmanager.get_plugin("terminalreporter")
        reporter.ensure_newline()
        reporter.write_line(told)


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(Soak(config), "soak-noted")


def _source(root: Path) -> str:
    found = hashlib.sha256()
    for file in sorted(one for place in SOURCES for one in root.glob(place)):
        found.update(str(file.relative_to(root)).encode() + b"\0" + file.read_bytes())
    return found.hexdigest()[:16]
