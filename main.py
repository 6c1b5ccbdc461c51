"""АРМ «Ситименеджер»: the composition root, which builds the parts and hands them to each other.

Nothing heavy is imported before it is known which command needs it: a command starts in a fraction of a second.
"""

import sys
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from citymanager.commands.arguments import Place, parse
from citymanager.commands.outcome import DONE, NOTHING, emit, guarded, progress
from citymanager.errors import Refused

if TYPE_CHECKING:
    from citymanager.commands.writing import Author


def main(words: Sequence[str]) -> int:
    """Run one command line; the exit code."""
    place, given = parse(words)
    folder = place.profile or _own_folder()
    return guarded(lambda: _command(place, folder, given), folder / "logs" / _log_name(given.command))


def _command(place: Place, folder: Path, given: Namespace) -> int:
    match given.command:
        case "query":
            return _query(folder, given)
        case "new" | "edit" | "move":
            return _write(place, folder, given)
        case "sync":
            return _sync(place, folder)
        case "import-basemap":
            return _import_basemap(folder, given.files)
        case "central":
            return _central(folder, given)
        case "doctor":
            return _doctor(place, folder)
    raise Refused(f"Этой части программы ещё нет: {given.command or 'окно'}.")


def _own_folder() -> Path:
    """The profile of this account of the computer."""
    from platformdirs import user_data_path

    return user_data_path("citymanager", appauthor=False)


def _log_name(command: str | None) -> str:
    """The window, the server and the commands keep a log each: two long-lived processes can't rotate one file."""
    return {None: "window.log", "central": "central.log"}.get(command, "commands.log")


# --- commands of the workstation ---------------------------------------------------------------------------------


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

    author = _author(place, folder)
    if given.command == "new":
        return writing.new(folder, MODULES, author, given.module, given.values)
    if given.command == "edit":
        return writing.edit(folder, MODULES, author, given.module, given.id, given.values)
    return writing.move(folder, MODULES, author, given.module, given.id, given.status, given.values)


def _author(place: Place, folder: Path) -> "Author":
    """Who was named, or who worked here last, with his last known role; nobody on a profile that met no server."""
    from citymanager.commands.writing import Author
    from citymanager.roles import role
    from sync.offline_login import KnownPeople

    known = KnownPeople(folder)
    person = known.get(place.user) if place.user else known.last()
    if person is None:
        return Author(place.user)
    return Author(person.login, role(person.role))


def _import_basemap(folder: Path, files: Sequence[Path]) -> int:
    from citymanager.store import Profile
    from layers.basemap.build import import_basemap
    from layers.basemap.pack import PACK

    summary = import_basemap(files, Profile(folder).basemap / PACK, progress)
    emit(summary.as_dict())
    return DONE


# --- the server --------------------------------------------------------------------------------------------------


def _sync(place: Place, folder: Path) -> int:
    from citymanager.commands.password import password
    from citymanager.modules import MODULES
    from citymanager.store import Profile
    from sync.command import run

    profile = Profile(folder)
    code = run(profile, MODULES, _server(place, folder), place.user, password("Пароль (пусто — прежний вход): "))
    if place.server and code != NOTHING:
        profile.set("server", place.server)
    return code


def _server(place: Place, folder: Path) -> str:
    """The server that was named, or the one that this profile has met."""
    from citymanager.store import Profile

    return place.server or (str(Profile(folder).setting("server", "")) if folder.is_dir() else "")


def _central(folder: Path, given: Namespace) -> int:
    from sync.central import command

    match given.act:
        case "user":
            from citymanager.commands.password import password

            secret = password(f"Пароль для «{given.name}»: ")
            return command.user(folder, given.database, given.name, given.role, secret, given.organisation)
        case "backup":
            return command.backup(folder, given.database, given.file)
        case "restore":
            return command.restore(folder, given.database, given.file)
        case "upgrade":
            return command.upgrade(folder, given.database)
    return command.serve(folder, given.database, given.host, given.port, given.training_city)


def _doctor(place: Place, folder: Path) -> int:
    from citymanager.commands.checking import doctor
    from citymanager.commands.password import password
    from citymanager.doctor import link, machine, workplace
    from citymanager.modules import MODULES

    server = _server(place, folder)

    def ask() -> link.Meeting:
        from citymanager.store import Profile
        from sync.probe import meet

        return meet(Profile(folder), server, place.user, password("Пароль (пусто — прежний вход): "))

    return doctor([*machine.checks(), *workplace.checks(folder, MODULES), *link.checks(server, ask)])


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
