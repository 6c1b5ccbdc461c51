"""Who runs a command, told from those who have logged in on this workstation: a command asks no server."""

from pathlib import Path

from citymanager.commands.author import Author
from citymanager.errors import Refused
from citymanager.roles import role
from sync.offline_login import KnownPeople


def author(folder: Path, user: str) -> Author:
    """Who was named, or who worked here last, with his last known role; nobody on a profile that met no server."""
    known = KnownPeople(folder)
    person = known.get(user) if user else known.last()
    if person is None:
        return Author(user)
    return Author(person.login, role(person.role), person.organisation)


def reader(folder: Path, user: str) -> Author:
    """Who looks. Raises Refused for a name that is not known here: he sees nothing of what others were shown."""
    found = author(folder, user)
    if found.role is None and KnownPeople(folder).last() is not None:
        raise Refused(f"«{user}» на этом рабочем месте ещё не входил: сначала обменяйтесь с сервером (sync).")
    return found
