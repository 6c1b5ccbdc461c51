"""АРМ «Ситименеджер»: the composition root, which builds the parts and hands them to each other.

Nothing heavy is imported before it is known which command needs it: a command starts in a fraction of a second.
"""

import sys
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path

from citymanager.commands.arguments import Place, parse
from citymanager.commands.outcome import guarded
from citymanager.errors import Refused


def main(words: Sequence[str]) -> int:
    """Run one command line; the exit code."""
    place, given = parse(words)
    folder = place.profile or _own_folder()
    return guarded(lambda: _command(place, folder, given), folder)


def _command(place: Place, folder: Path, given: Namespace) -> int:
    match given.command:
        case "query":
            return _query(folder, given)
        case "new" | "edit" | "move":
            return _write(place, folder, given)
        case "doctor":
            return _doctor(folder)
    raise Refused(f"Этой части программы ещё нет: {given.command or 'окно'}.")


def _own_folder() -> Path:
    """The profile of this account of the computer."""
    from platformdirs import user_data_path

    return user_data_path("citymanager", appauthor=False)


def _query(folder: Path, given: Namespace) -> int:
    from citymanager.commands.reading import query
    from citymanager.modules import MODULES

    return query(
        folder, MODULES, given.module,
        statuses=given.status, text=given.text, box=given.bbox, idents=given.id, limit=given.limit,
    )  # fmt: skip


def _write(place: Place, folder: Path, given: Namespace) -> int:
    from citymanager.commands import writing
    from citymanager.modules import MODULES

    author = writing.Author(place.user)
    if given.command == "new":
        return writing.new(folder, MODULES, author, given.module, given.values)
    if given.command == "edit":
        return writing.edit(folder, MODULES, author, given.module, given.id, given.values)
    return writing.move(folder, MODULES, author, given.module, given.id, given.status, given.values)


def _doctor(folder: Path) -> int:
    from citymanager.commands.checking import doctor
    from citymanager.doctor import machine, workplace
    from citymanager.modules import MODULES

    return doctor([*machine.checks(), *workplace.checks(folder, MODULES)])


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
