"""The commands that need no line: which of them was meant, and what of the command line each is handed.

Nothing heavy is imported before it is known which one it is.
"""

from argparse import Namespace
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from citymanager.commands.outcome import DONE, emit

if TYPE_CHECKING:
    from citymanager.commands.author import Author
    from citymanager.exchange.formats import Geo


@dataclass(frozen=True)
class Local:
    """Runs one command on a profile; whoever builds it says who works there and who reads files of maps."""

    folder: Path
    author: "Callable[[], Author]"
    """Who writes."""
    reader: "Callable[[], Author]"
    """Who looks. Raises Refused for one who may not."""
    geo: "Callable[[], Geo]"

    def run(self, given: Namespace) -> int | None:
        """The exit code; None for a command that is not one of these."""
        match given.command:
            case "query":
                return self._query(given)
            case "clashes":
                return self._clashes(given)
            case "new" | "edit" | "move":
                return self._write(given)
            case "outbox" | "resolve" | "retry":
                return self._unsent(given)
            case "import" | "export":
                return self._exchange(given)
            case "failpoints":
                return _failpoints()
        return None

    def _query(self, given: Namespace) -> int:
        from citymanager.commands.reading import query
        from citymanager.modules import MODULES

        return query(
            self.folder, MODULES, self.reader(), given.module,
            statuses=given.status, text=given.text, box=given.bbox, idents=given.id, limit=given.limit,
        )  # fmt: skip

    def _clashes(self, given: Namespace) -> int:
        from citymanager.commands.clashing import find
        from citymanager.modules import MODULES

        return find(self.folder, MODULES, self.reader(), given.id)

    def _write(self, given: Namespace) -> int:
        from citymanager.commands import writing
        from citymanager.modules import MODULES

        author = self.author()
        if given.command == "new":
            return writing.new(self.folder, MODULES, author, given.module, given.values)
        if given.command == "edit":
            return writing.edit(self.folder, MODULES, author, given.module, given.id, given.values)
        return writing.move(self.folder, MODULES, author, given.module, given.id, given.status, given.values)

    def _unsent(self, given: Namespace) -> int:
        from citymanager.commands import unsent
        from citymanager.modules import MODULES

        if given.command == "outbox":
            return unsent.outbox(self.folder, MODULES, self.reader(), aside=given.aside)
        author = self.author()
        if given.command == "retry":
            return unsent.retry(self.folder, MODULES, author, given.ops)
        return unsent.resolve(self.folder, MODULES, author, given.op, given.side, given.values)

    def _exchange(self, given: Namespace) -> int:
        from citymanager.exchange.command import run_export, run_import
        from citymanager.store import Profile

        profile, geo = Profile(self.folder), self.geo()
        if given.command == "export":
            return run_export(profile, given.module, given.file, geo=geo, author=self.reader())
        author = self.author()
        return run_import(
            profile, given.module, given.file, given.map, given.crs, given.encoding, author.login,
            geo=geo, role=author.role,
        )  # fmt: skip


def _failpoints() -> int:
    from citymanager.failpoints import POINTS

    for name, happened in POINTS.items():
        emit({"name": name, "happened": happened})
    return DONE
