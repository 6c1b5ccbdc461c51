"""A profile: the folder of one workstation, with its cache, its journal of operations, its files and its settings."""

import fcntl
import json
import logging
import os
import shutil
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from citymanager.errors import Damaged, ReadOnly, why
from citymanager.failpoints import fp
from citymanager.schema import Module
from citymanager.store.aside import aside_folder, doubtful, left_open, note, set_aside
from citymanager.store.connection import Connection
from citymanager.store.journal import Journal
from citymanager.store.lock import WriterLock
from citymanager.store.migrating import Told, prepare
from citymanager.store.opening import Opening
from citymanager.store.reader import Reader
from citymanager.store.salvage import settle
from citymanager.store.shelf import Shelf
from citymanager.store.spool import Spool
from citymanager.store.writer import Writer

log = logging.getLogger(__name__)


class Profile:
    """Where everything of one workstation lies. Making it creates the folder; nothing is opened yet."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise ReadOnly(f"Не удалось создать папку профиля {folder}: {why(error)}.") from error

    @property
    def cache(self) -> Path:
        return self.folder / "cache.db"

    @property
    def basemap(self) -> Path:
        """The folder of the city pack that the base map is drawn from."""
        return self.folder / "basemap"

    @property
    def authority(self) -> Path | None:
        """The certificate of a city's own authority, where an administrator has put one."""
        file = self.folder / "authority.pem"
        return file if file.exists() else None

    @property
    def shelf(self) -> Shelf:
        """The files of records: those on their way to the server, and those that have come from it."""
        return Shelf(self.folder)

    @property
    def arriving(self) -> Path:
        """The folder for what is long on its way from the server, and of no worth once it has come."""
        return self.folder / "arriving"

    @property
    def drafts(self) -> Path:
        return self.folder / "drafts"

    def writer(self, modules: Sequence[Module], patience: float = 5.0, told: Told = lambda *_: None) -> Writer:
        """Open the cache for writing: one process at a time, waiting `patience` seconds for another.

        `told`: how far it is, where another version of the program has left tables of another shape.

        A damaged cache is set aside, never deleted; its unsent operations are salvaged into a new one, as are those
        that a cache lacks which is missing or was put back by an older one: `Writer.opening` tells it. Raises ReadOnly,
        or Refused for a cache that a newer program has made.
        """
        lock = WriterLock(self.folder / "cache.lock", patience)
        try:
            return self._open_writer(modules, lock, told)
        except BaseException:
            lock.release()
            raise

    def _open_writer(self, modules: Sequence[Module], lock: WriterLock, told: Told) -> Writer:
        journal, open_still = Journal(self.folder / "operations.journal"), left_open(self.cache)
        aside = set_aside(self.cache) if doubtful(self.cache, self.setting("profile", "")) else None
        try:
            connection = self._prepared(modules, told)
        except Damaged:
            aside = set_aside(self.cache)
            connection = self._prepared(modules, told)
        try:
            writer = Writer(connection, modules, journal, Spool(self.folder), lock, self.station(), self.shelf)
            moved = self._moved(new=not writer.whole and not journal.edits())
            if moved:
                fp("profile.moved")
            writer.serve(self.station(), anew=moved)
            self._own(writer)
            salvaged = settle(writer, journal, aside, left_open=open_still)
            writer.opening = Opening(aside.parent if aside else None, salvaged, moved)
            self._mend_files(writer)
            writer.take_spooled()
        except BaseException:
            connection.close()
            raise
        if aside:
            note(aside.parent, " ".join(writer.opening.told()))
        return writer

    def _own(self, writer: Writer) -> None:
        """Profile and cache bear one name, so that another profile's cache is known."""
        known, there = self.setting("profile"), writer.meta("profile")
        if known is None:
            known = there or str(uuid.uuid4())
            self.set("profile", known)
            fp("profile.named")
        if there is None:
            writer.set_meta({"profile": known})

    def _moved(self, *, new: bool) -> bool:
        """Whether this is another installation from now on, whose numbers must not meet those of the former one.

        It is when the profile was brought here from elsewhere, where it may live on, and when (`new`) neither a cache
        nor a journal knows which numbers were given.
        """
        place = f"{_machine()}:{self.folder.resolve()}"
        known = self.setting("place")
        if known == place and not new:
            return False
        with self._settings_alone() as settings:
            moved = known not in (None, place) or (new and known is not None)
            if moved:
                settings["station"] = str(uuid.uuid4())
            settings["place"] = place
        return moved

    def _mend_files(self, writer: Writer) -> None:
        """A disk that refuses it now is asked again at the next start: nothing is lost by that."""
        try:
            self.shelf.tidy()
            writer.files.mend()
        except (ReadOnly, OSError) as error:
            log.warning("files stay as a crash has left them: %s", error)

    def _prepared(self, modules: Sequence[Module], told: Told) -> Connection:
        connection = Connection(self.cache, read_only=False)
        try:
            prepare(connection, modules, told)
        except BaseException:
            connection.close()
            raise
        return connection

    def reader(self, modules: Sequence[Module]) -> Reader:
        """A read-only connection, for one thread. Raises Damaged, or ReadOnly if there is no cache yet."""
        return Reader(Connection(self.cache, read_only=True), modules)

    def keep_copy(self, writer: Writer) -> Path:
        """A copy of the cache as it stands, in a folder of its own; where it lies."""
        copy = aside_folder(self.folder, "replaced") / self.cache.name
        writer.copy_to(copy)
        note(copy.parent, "Копия базы этого рабочего места до того, как был принят сервер с другими данными.")
        return copy.parent

    def station(self) -> str:
        """The installation's uuid, made at its first use."""
        known = self.setting("station")
        if not isinstance(known, str):
            with self._settings_alone() as settings:
                known = str(settings.setdefault("station", str(uuid.uuid4())))
        return known

    def setting(self, key: str, default: Any = None) -> Any:
        """A setting of this workstation that must outlive the cache."""
        return self._settings().get(key, default)

    def set(self, key: str, value: Any) -> None:
        """Keep a setting. Raises ReadOnly."""
        with self._settings_alone() as settings:
            settings[key] = value

    @contextmanager
    def _settings_alone(self) -> Iterator[dict[str, Any]]:
        """The settings, to be changed: a window's threads and the programs beside it take turns.

        The file is replaced whole, so that a crash leaves the old one.
        """
        new = self.folder / "settings.json.new"
        try:
            with (self.folder / "settings.lock").open("w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                settings = self._settings()
                yield settings
                with new.open("w", encoding="utf-8") as file:
                    json.dump(settings, file, ensure_ascii=False, indent=1)
                    file.flush()
                    os.fsync(file.fileno())
                fp("settings.written")
                new.replace(self.folder / "settings.json")
                fp("settings.replaced")
        except OSError as error:
            raise ReadOnly(f"Не удалось сохранить настройки: {why(error)}.") from error

    def _settings(self) -> dict[str, Any]:
        try:
            found = json.loads((self.folder / "settings.json").read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except ValueError:
            log.warning("settings.json can't be read: kept as settings.json.damaged, starting with defaults")
            shutil.copyfile(self.folder / "settings.json", self.folder / "settings.json.damaged")
            return {}
        return found if isinstance(found, dict) else {}


def _machine() -> str:
    """What this computer is called by its system; nothing where it does not say so."""
    try:
        return Path("/etc/machine-id").read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return ""
