"""The one place that opens a database, with the one SQLite of the process.

SQLite older than 3.51.3 has the WAL-reset race, and two copies of the library in one process break each other's
locks: so the bundled library of `sqlcipher3` is used, and its errors are translated here into ours. A file that was
found damaged gets a mark beside it, whoever found it: the next program that may write it sets it aside.
"""

import logging
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import chain
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlcipher3 import dbapi2 as sqlite

from citymanager.errors import Bug, CityError, Damaged, ReadOnly
from citymanager.text import fold

SQLITE_VERSION: str = sqlite.sqlite_version
OLDEST_SAFE = (3, 51, 3)
CHECKPOINT = 4_000
"""Pages of the log after which it is brought into the file: a page that many edits touch is written there once."""
CACHE = 16_000
"""KiB in which a connection keeps pages: the indexes' upper levels, the rows of a list, what makes an index."""
SORTED = 4_000
"""KiB of a piece that is sorted at once, and of the pages kept meanwhile: what the processor keeps near itself."""
_DAMAGE = frozenset({11, 26})
"""SQLITE_CORRUPT and SQLITE_NOTADB. By number: a malformed JSON value is no damage of the file."""
STEPS = 100_000
"""Of SQLite's machine, some 2 ms: after as many it asks whether the answer is still wanted."""
TOGETHER = 2_500
"""Values of one statement that inserts many rows: with ten times as many it takes twice as long for each."""
BROKEN_OFF = "Запрос прерван: его ответ больше не нужен."
Row = tuple[Any, ...]

log = logging.getLogger(__name__)
# The binding looks long for what an empty value could be adapted to, which took two thirds of writing a row: told that
# it stays what it is, it looks no further.
sqlite.register_adapter(type(None), lambda nothing: nothing)


class DamagedCache(Damaged):
    """It is the cache itself that is damaged, and no other file of the profile."""


def suspicion(path: Path) -> Path:
    """The mark that lies beside a database in which damage was found."""
    return path.with_name(f"{path.name}.damaged")


class Interrupted(CityError):
    """The query was broken off, because nobody waits for its answer any more."""


class Connection:
    """A connection to the cache whose errors are `Damaged`, `ReadOnly` or `Bug`. Belongs to one thread."""

    def __init__(self, path: Path, *, read_only: bool, mode: str = "") -> None:
        """`mode`: how SQLite opens the file, if not as a cache is opened."""
        if sqlite.sqlite_version_info < OLDEST_SAFE:
            log.warning("SQLite %s has the WAL-reset race; 3.51.3 or newer is needed", SQLITE_VERSION)
        self._mode, self._read_only = mode or (_reading(path) if read_only else "rwc"), read_only
        self._file = _inode(path)
        self._path = path
        self._beside = ""
        """The name of a database that is open beside this one."""
        self._wanted: Callable[[], bool] = _always
        self._openings = 0
        with self._translated():
            self._raw = self._opened()
            self._file = _inode(path)

    def all(self, sql: str, values: Sequence[Any] = ()) -> list[Row]:
        try:
            found: list[Row] = self._asked().execute(sql, values).fetchall()
        except sqlite.Error as error:
            raise self._told(error) from error
        return found

    def one(self, sql: str, values: Sequence[Any] = ()) -> Row | None:
        try:
            found: Row | None = self._asked().execute(sql, values).fetchone()
        except sqlite.Error as error:
            raise self._told(error) from error
        return found

    def value(self, sql: str, values: Sequence[Any] = ()) -> Any:
        """The first column of the first row; None if there is no row."""
        found = self.one(sql, values)
        return found[0] if found else None

    def each(self, sql: str, values: Sequence[Any] = ()) -> Iterator[Row]:
        """Rows one by one, for exports that must not fill the memory."""
        with self._translated():
            yield from self._asked().execute(sql, values)

    def run(self, sql: str, values: Sequence[Any] = ()) -> int:
        """Execute one statement; the number of rows that it changed."""
        try:
            return int(self._raw.execute(sql, values).rowcount)
        except sqlite.Error as error:
            raise self._told(error) from error

    def run_many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        with self._translated():
            self._raw.executemany(sql, rows)

    def insert(self, into: str, rows: Sequence[Row]) -> None:
        """As `run_many`, by statements of many rows each, during which other threads of Python go on: after each row
        `run_many` would stand in line with them again."""
        one = f"({', '.join('?' * len(rows[0]))})" if rows else ""
        step = max(TOGETHER // len(rows[0]), 1) if rows else 1
        for start in range(0, len(rows), step):
            some = rows[start : start + step]
            self.run(f"{into} VALUES {', '.join([one] * len(some))}", list(chain.from_iterable(some)))

    def reopen(self) -> None:
        """Forget what is remembered of the file, as its full text does of its pieces: for who writes past it."""
        with self._translated():
            former, self._raw = self._raw, self._opened()
            former.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing: committed when the block ends, undone when it raises."""
        self.run("BEGIN IMMEDIATE")
        try:
            yield
            self.run("COMMIT")
        except BaseException:
            if self._raw.in_transaction:
                self._raw.execute("ROLLBACK")
            raise

    @contextmanager
    def relaxed(self) -> Iterator[None]:
        """Transactions in this block are whole, but not on the disk before the next that is made outside of it."""
        self.run("PRAGMA synchronous = NORMAL")
        try:
            yield
        finally:
            self.run("PRAGMA synchronous = FULL")

    @contextmanager
    def sorting(self) -> Iterator[None]:
        """Much is sorted in this block: in pieces, which wait in a file without a name until they are brought together.

        In memory, where this library sorts by itself, each value lies by itself: twice as long, and without a bound.
        """
        self.run("PRAGMA temp_store = FILE")
        self.run(f"PRAGMA cache_size = -{SORTED}")
        self.run("PRAGMA threads = 1")
        try:
            yield
        finally:
            self.run("PRAGMA threads = 0")
            self.run(f"PRAGMA cache_size = -{CACHE}")
            self.run("PRAGMA temp_store = DEFAULT")

    @contextmanager
    def beside(self, file: Path, name: str) -> Iterator[None]:
        """Another database, only read, that nobody changes meanwhile, is open beside this one under a name.

        Damage that is found in this block is taken for that one's: no suspicion falls on this.
        """
        self._beside = name
        try:
            self.run(f"ATTACH ? AS {name}", (f"file:{quote(str(file))}?mode=ro&immutable=1",))
            try:
                yield
            finally:
                self.run(f"DETACH {name}")
        finally:
            self._beside = ""

    def shorten_log(self) -> None:
        """Bring the log into the file, as far as nobody reads, and give back its room: a long transaction grows it."""
        self.run("PRAGMA wal_checkpoint(TRUNCATE)")

    def backup(self, target: Path) -> None:
        """A whole copy of the database, consistent while others write."""
        with self._translated(), sqlite.connect(str(target)) as copy:
            self._raw.backup(copy)

    def suspect(self) -> None:
        """Leave the mark that the file is damaged, unless another stands in its place by now."""
        with suppress(OSError):  # where even that can't be written, the damage is found again
            if _inode(self._path) == self._file:
                suspicion(self._path).touch()

    @contextmanager
    def while_wanted(self, wanted: Callable[[], bool]) -> Iterator[None]:
        """Queries in this block are broken off with `Interrupted` once they are not wanted.

        SQLite asks by itself now and then, and so is it asked before each query: of what is answered by many short ones
        nothing else would break off the rest.
        """
        self._wanted = wanted
        self._raw.set_progress_handler(lambda: not wanted(), STEPS)
        try:
            yield
        finally:
            self._wanted = _always
            self._raw.set_progress_handler(None, 0)

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """What is read in this block is of one moment, however many queries it takes."""
        self.run("SAVEPOINT moment")
        try:
            yield
        finally:
            self.run("RELEASE moment")

    def stamp(self) -> tuple[int, int] | None:
        """Another one as soon as what is read may be another: what was read under the same stamp holds. None: this
        connection writes itself, and may take back what it has written."""
        return (self._openings, int(self.value("PRAGMA data_version"))) if self._read_only else None

    def close(self) -> None:
        self._raw.close()

    def _asked(self) -> Any:
        """The database that a query is put to, unless nobody waits for its answer any more."""
        if not self._wanted():
            raise Interrupted(BROKEN_OFF)
        return self._raw

    def _opened(self) -> Any:
        self._openings += 1
        raw = sqlite.connect(
            f"file:{quote(str(self._path))}?mode={self._mode}", uri=True, isolation_level=None, check_same_thread=False
        )
        raw.create_function("fold", 1, _fold, deterministic=True)
        raw.execute("PRAGMA busy_timeout = 5000")
        raw.execute(f"PRAGMA cache_size = -{CACHE}")
        if self._read_only:
            raw.execute("PRAGMA query_only = 1")
        else:
            raw.execute("PRAGMA journal_mode = WAL")
            raw.execute("PRAGMA synchronous = FULL")
            raw.execute("PRAGMA secure_delete = ON")
            raw.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT}")
        raw.execute("SELECT count(*) FROM sqlite_master").fetchone()
        return raw

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """SQLite's errors as ours. What is done by the thousand tells them itself: a block costs it a quarter more."""
        try:
            yield
        except sqlite.Error as error:
            raise self._told(error) from error

    def _told(self, error: sqlite.Error) -> CityError:
        """An error of SQLite as ours, with what the user can do."""
        ours = _ours(error)
        log.log(logging.DEBUG if isinstance(ours, Interrupted) else logging.WARNING, "sqlite: %s", error)
        if isinstance(ours, DamagedCache) and self._beside:
            return Damaged("Файл, из которого берутся данные, повреждён.")
        if isinstance(ours, DamagedCache):
            self.suspect()
        return ours


class GivenFile(Connection):
    """A database that is no cache of ours, as it lies there: only read, no file is made beside it, and nothing that its
    maker has written into its views is trusted with more than reading."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, read_only=True, mode="ro&immutable=1")
        self.run("PRAGMA trusted_schema = OFF")

    def suspect(self) -> None:
        """What is wrong with it concerns no profile."""


def _always() -> bool:
    """No question outdates it."""
    return True


def _inode(path: Path) -> int:
    """Which file stands at a path; 0: none."""
    try:
        return path.stat().st_ino
    except OSError:
        return 0


def _reading(path: Path) -> str:
    """How SQLite is asked to read only.

    On a disk that nobody can write it can't make the index of the log: where there is no log it must be told so.
    """
    frozen = path.exists() and os.statvfs(path).f_flag & os.ST_RDONLY and not Path(f"{path}-wal").exists()
    return "ro&immutable=1" if frozen else "ro"


def _fold(value: Any) -> str:
    return fold(str(value)) if value is not None else ""


def _ours(error: Exception) -> CityError:
    text = str(error).casefold()
    if text == "interrupted":
        return Interrupted(BROKEN_OFF)
    if getattr(error, "sqlite_errorcode", 0) & 0xFF in _DAMAGE:
        return DamagedCache("Файл базы на этом рабочем месте повреждён.")
    if "full" in text:
        return ReadOnly("На диске нет места: запись не сохранена. Освободите место и повторите.")
    if "disk i/o" in text:
        return ReadOnly("Диск не принимает запись: она не сохранена. Проверьте место и исправность диска.")
    if "readonly" in text or "read-only" in text or "unable to open" in text:
        return ReadOnly("Папка профиля недоступна для записи: проверьте права и диск.")
    if "locked" in text or "busy" in text:
        return ReadOnly("База занята другой программой: запись не сохранена. Повторите через несколько секунд.")
    return Bug(f"Внутренняя ошибка базы данных: {error}")
