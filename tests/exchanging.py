"""Import and export as a command runs them, on a profile in a folder."""

import io
import json
from contextlib import closing, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from throwaway import HOUSE

from citymanager.commands.outcome import guarded
from citymanager.exchange.command import run_export, run_import
from citymanager.schema import Values
from citymanager.store import Profile, Query, Writer
from layers.geofiles import GeoFiles

GEO = GeoFiles()


@dataclass(frozen=True)
class Told:
    """What a command said."""

    code: int
    lines: list[dict[str, Any]]
    errors: str

    @property
    def count(self) -> dict[str, int]:
        """The line that counts the rows."""
        (found,) = [one for one in self.lines if "read" in one]
        assert found["read"] == found["taken"] + found["refused"]
        return found

    @property
    def reasons(self) -> dict[int, str]:
        return {one["row"]: one["reason"] for one in self.lines if "row" in one}


class Station:
    """A workstation's profile, and the commands on it."""

    def __init__(self, folder: Path) -> None:
        self.profile = Profile(folder)

    def take(self, module: str, file: Path, **told: Any) -> Told:
        """`import`: keywords `map_file`, `crs`, `encoding`."""
        options = {"map_file": None, "crs": None, "encoding": None} | told
        return self._run(lambda: run_import(self.profile, module, file, **options, user="тест", geo=GEO, modules=HOUSE))

    def give(self, module: str, file: Path, **told: Any) -> Told:
        """`export`: keyword `role`."""
        return self._run(lambda: run_export(self.profile, module, file, geo=GEO, modules=HOUSE, **told))

    def records(self, module: str) -> dict[str, Values]:
        if not self.profile.cache.exists():
            return {}
        with closing(self.profile.reader(HOUSE)) as reader:
            return {one.id: one.data for one in reader.each(Query(module))}

    def writer(self) -> Writer:
        return self.profile.writer(HOUSE, patience=0)

    def _run(self, act: Any) -> Told:
        out, err = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err):
            code = guarded(act, self.profile.folder)
        assert "Внутренняя ошибка" not in err.getvalue()
        return Told(code, [json.loads(line) for line in out.getvalue().splitlines()], err.getvalue())
