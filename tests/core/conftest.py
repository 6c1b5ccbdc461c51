"""Commands run in this process, on a profile of their own."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from citymanager.modules import MODULES
from citymanager.store import Profile
from main import main


@dataclass(frozen=True)
class Answer:
    """What a command said."""

    code: int
    lines: list[dict[str, Any]]
    told: str

    @property
    def line(self) -> dict[str, Any]:
        """The only line of a command that was done."""
        assert self.code == 0, self.told
        (found,) = self.lines
        return found


Command = Callable[..., Answer]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """The profile's folder; nothing has made it yet."""
    return tmp_path / "profile"


@pytest.fixture
def command(place: Path, capfd: pytest.CaptureFixture[str]) -> Command:
    """`command("new", "reports", "text=…")` is `main.py new reports text=… --profile PLACE`."""

    def run(*words: str) -> Answer:
        code = main([*words, "--profile", str(place)])
        told = capfd.readouterr()
        return Answer(code, [json.loads(line) for line in told.out.splitlines()], told.err)

    return run


@pytest.fixture
def loaded(place: Path) -> Callable[[str, dict[str, dict[str, Any]]], None]:
    """`loaded("organisations", {"o1": {"name": …}})`: records that came from a server."""

    def load(module: str, records: dict[str, dict[str, Any]]) -> None:
        from throwaway import NOW

        writer = Profile(place).writer(MODULES, patience=0)
        changes = [
            {"seq": 1, "module": module, "id": ident, "version": 1, "deleted": False, "data": data, "by": "сервер",
             "at": "2026-11-23T04:05:06Z"}
            for ident, data in records.items()
        ]  # fmt: skip
        for start in range(0, len(changes), 500):
            writer.absorb(changes[start : start + 500], NOW, {})
        writer.close()

    return load
