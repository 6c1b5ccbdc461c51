"""The command `sync`: one round, one line of JSON."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, TypeVar

from citymanager.commands.opening import opened
from citymanager.commands.outcome import DONE, PART, emit, tell, warn
from citymanager.errors import CityError, NoLink, Refused
from citymanager.schema import Module
from citymanager.settings import Settings
from citymanager.store import Profile, Writer

if TYPE_CHECKING:
    from sync.engine import Round

T = TypeVar("T")


def run(
    profile: Profile, modules: Sequence[Module], server: str, user: str, password: str, *, accepts: bool = False
) -> int:
    """Do one round and say what it did. Raises CityError if nothing could be done.

    The exit code: 0 done, 1 in part (refused, conflicts, no link with the server that this profile works with).
    `server` and `user` may be empty where an earlier round has kept them; an empty password takes the token of the
    key ring. `accepts`: an administrator has said that the server holds as it is, be it emptied or another city's; the
    cache is copied before.
    """
    writer = opened(profile, modules)
    try:
        if accepts:
            warn(f"прежняя база этого рабочего места сохранена копией: {profile.keep_copy(writer)}.")
        return _round(profile, modules, writer, server or profile.setting("server", ""), user, password, accepts)
    finally:
        writer.close()


def _round(
    profile: Profile, modules: Sequence[Module], writer: Writer, server: str, user: str, password: str, accepts: bool
) -> int:
    from sync.client import Client  # requests alone takes longer to import than other commands may take
    from sync.engine import Engine
    from sync.faults import Busy, NotOurs
    from sync.files import Files
    from sync.keys import KeyRing, NoKeyRing
    from sync.offline_login import KnownPeople
    from sync.session import Session
    from sync.surroundings import Surroundings

    def write(act: Callable[[Writer], T], /) -> T:
        return act(writer)

    address = _needed(server, "Адрес сервера не задан: укажите его в --server.")
    client = Client(address, authority=profile.authority)
    known = KnownPeople(profile.folder)
    last = known.last()
    login = _needed(user or (last.login if last else ""), "Имя для входа не задано: укажите его в --user.")
    keys = NoKeyRing() if password else KeyRing(client.address, profile.station())
    session = Session(client, known, keys, profile.station())
    around, settings = Surroundings(write, arriving=profile.arriving), Settings(profile)
    engine = Engine(client, session, modules, around)
    files = Files(client, around, profile.shelf, lambda: int(settings["files_room"]) << 20, again=0)
    session.any_city = engine.accepts = accepts
    try:
        if password:
            session.enter(login, password)
        elif session.resume(login) is None:
            raise Refused("Пароль не задан: передайте его в переменной CITYMANAGER_PASSWORD.")
        if profile.setting("server") != client.address:
            profile.set("server", client.address)
        engine.admit()
        engine.round()
        while session.person is not None and files.step(session.person.login):
            pass
    except CityError as error:
        cut = isinstance(error, NoLink) and not isinstance(error, NotOurs | Busy)
        waits = cut and profile.setting("server") == client.address  # an outage; elsewhere it may be a wrong address
        if not (engine.last.pulled or engine.last.pushed or files.done or waits):
            raise
        engine.last.unsent = writer.unsent()
        tell(error)
        _say(engine.last, files.done, writer)
        return PART
    finally:
        client.close()
    files.settle()
    _say(engine.last, files.done, writer)
    return PART if engine.last.conflicts or engine.last.refused or files.troubled else DONE


def _say(last: "Round", sent: int, writer: Writer) -> None:
    emit({**asdict(last), "files_sent": sent, "files_left": writer.files.count()[0]})


def _needed(word: str, otherwise: str) -> str:
    if not word:
        raise Refused(otherwise)
    return word
