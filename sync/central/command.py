"""What an administrator does with the central server: serve, user, backup, restore, purge, bundles.

Nothing heavy is imported until a command needs it. Every function returns the process's exit code: 0 done, 2 nothing
done, with a Russian sentence on stderr that says what to do.
"""

import json
import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import date
from functools import wraps
from pathlib import Path
from typing import ParamSpec

from citymanager.commands.outcome import tell
from citymanager.errors import CityError, Refused
from citymanager.modules import MODULES
from citymanager.schema import Module

P = ParamSpec("P")
DONE, NOTHING = 0, 2
FEWEST = 5_000
"""Records under which a module's pages are quick enough."""
BUNDLES = "bundles"
"""The folder of tables made ready, in the profile of the server."""


def _told(command: Callable[P, None]) -> Callable[P, int]:
    """A command that fails as we know it tells why and changes nothing."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> int:
        try:
            command(*args, **kwargs)
        except CityError as error:
            tell(error)
            return NOTHING
        return DONE

    return run


@_told
def serve(
    profile: Path,
    database: str,
    host: str,
    port: int,
    training_city: bool,
    modules: Sequence[Module] = MODULES,
) -> None:
    """Run the server until SIGTERM or SIGINT; `ready URL` on stdout says that it accepts. Port 0: a free one."""
    from sync.central import database as databases
    from sync.central.serve import listen, run

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: sys.exit(DONE))  # while it starts: what it has begun is ended in good order
    with listen(host, port) as listener, databases.owned(profile, database) as dsn:
        _boot(dsn, modules, profile / BUNDLES)
        if training_city:
            from sync.central.training import load

            load()
        run(dsn, listener)


@_told
def user(profile: Path, database: str, name: str, role: str, password: str, organisation: str = "") -> None:
    """Create or change a user, whether the server runs or not; one JSON line says what he is now."""
    from sync.central import database as databases

    with databases.shared(profile, database) as dsn:
        _boot(dsn)
        from sync.central.people import put_user

        sys.stdout.write(json.dumps(put_user(name, role, password, organisation), ensure_ascii=False) + "\n")


@_told
def upgrade(profile: Path, database: str) -> None:
    """Bring the database to this version, before the services start; norms that are new to the city are taken in."""
    from sync.central import database as databases

    with databases.shared(profile, database) as dsn:
        _boot(dsn)
        from sync.central import norms

        norms.seed()


@_told
def backup(profile: Path, database: str, file: Path) -> None:
    """Save the whole database, files and users with it, into one file: whole or not at all."""
    from sync.central import archive
    from sync.central import database as databases

    with databases.shared(profile, database) as dsn:
        archive.backup(dsn, file)
        sys.stdout.write(json.dumps({"file": str(file), "bytes": file.stat().st_size}, ensure_ascii=False) + "\n")


@_told
def restore(profile: Path, database: str, file: Path) -> None:
    """Bring the database back to a back-up, under a new feed. A file that is none leaves it as it is."""
    from sync.central import archive
    from sync.central import database as databases

    with databases.shared(profile, database) as dsn:
        feed = archive.restore(dsn, file)
        _boot(dsn)
        sys.stdout.write(json.dumps({"file": str(file), "feed": feed}, ensure_ascii=False) + "\n")


@_told
def purge(profile: Path, database: str, before: date) -> None:
    """Let go of traces of deleted records and of answers to operations from before a day."""
    from sync.central import database as databases

    with databases.shared(profile, database) as dsn:
        _boot(dsn)
        from sync.central.purge import purge as done

        sys.stdout.write(json.dumps(asdict(done(dsn, before))) + "\n")


@_told
def bundles(profile: Path, database: str, fewest: int | None = None) -> None:
    """Make whole tables ready for stations that begin anew, of modules with so many records; a JSON line for each."""
    from sync.central import database as databases

    with databases.shared(profile, database) as dsn:
        _boot(dsn)
        from sync.central.bundling import make

        for one in make(profile / BUNDLES, FEWEST if fewest is None else fewest):
            told = {"module": one.module, "kind": one.kind, "records": one.records, "bytes": one.size}
            sys.stdout.write(json.dumps(told) + "\n")
            sys.stdout.flush()


def _boot(dsn: str, modules: Sequence[Module] = MODULES, bundles: Path | None = None) -> None:
    import psycopg
    from django.db import DatabaseError

    from sync.central.settings import boot

    try:
        boot(dsn, modules=modules, bundles=bundles)
        from sync.central.tables import prepare  # imports models, which Django must be ready for

        prepare()
    except (psycopg.Error, DatabaseError) as error:
        raise Refused(
            f"Базу данных не подготовить: {str(error).strip()}. Пользователь базы должен быть её владельцем."
        ) from error
