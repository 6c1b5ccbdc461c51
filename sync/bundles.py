"""A first load at once: a module's whole table, as the server has made it ready, instead of page after page.

Its parts go into a file of the profile, unpacked while the next ones are fetched, as many at once as come in a second;
a load that is broken off goes on with the part that it had come to. Whatever is wrong with a bundle, the pages bring
the same: it is only quicker.
"""

import logging
import re
import shutil
import zlib
from bisect import bisect_right
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from hashlib import sha256
from itertools import accumulate
from pathlib import Path
from time import monotonic

from citymanager.errors import Damaged, ReadOnly, Refused, why
from citymanager.failpoints import fp
from citymanager.schema import Module
from citymanager.store import DamagedCache
from citymanager.store.bundle import shape
from citymanager.store.connection import Interrupted
from citymanager.sync_state import Progress
from sync.client import Client
from sync.contract import BUNDLE_LIMIT, BUNDLE_PART, BundleAnswer, Part
from sync.faults import Expired, Failing, Garbled, NotSeen, TooLarge, TooOld
from sync.part_size import PartSize
from sync.surroundings import Surroundings

DEPTH = 2
"""Answers that are on their way behind the one that is unpacked."""
ROOM = 4
"""Times a bundle's size that the disk must have free: itself, the cache's log, the cache, and as much to work with."""
_NAME = re.compile("[0-9a-f]{64}")
Meta = Callable[[BundleAnswer], Mapping[str, str]]
log = logging.getLogger(__name__)


class Bundles:
    """Takes modules whole, for one round."""

    def __init__(self, client: Client, around: Surroundings, breathe: Callable[[], None]) -> None:
        """`breathe`: called between two parts, for what can't wait."""
        self._client, self._around, self._breathe = client, around, breathe
        self._fetched = 0
        self.records = 0
        """How many have been taken so far."""

    def take(self, module: Module, meta: Meta) -> bool:
        """Whether the module has been taken whole; if not, nothing of it is here and pages are to be asked for.

        `meta`: what the cache is to know of an answer; it raises if the answer is not of the server that is known.
        """
        folder = self._around.arriving
        if folder is None or not self._around.write(lambda writer: writer.untouched(module.key)):
            return False
        self._fetched = 0
        try:
            taken = self._taken(folder, module, meta)
        except (NotSeen, Expired, TooOld):
            raise
        except (Refused, Failing, Garbled, TooLarge, ReadOnly, Damaged) as fault:
            line = isinstance(fault, Failing | Garbled) and self._fetched  # the next round goes on from there
            if line or isinstance(fault, DamagedCache):
                raise
            log.info("no bundle of %s: %s", module.key, fault)
            taken = False
        except Interrupted:
            return False
        if not self._around.should_stop():
            shutil.rmtree(folder, ignore_errors=True)
        return taken

    def _taken(self, folder: Path, module: Module, meta: Meta) -> bool:
        answer = self._client.bundle(module.key, shape(module))
        known = meta(answer)
        _judge(answer)
        if not self._fetch(folder, module, answer):
            return False
        file, wanted = _file(folder, answer), self._wanted
        self._around.write(lambda writer: writer.take_bundle(module.key, file, known, wanted))
        self.records += answer["records"]
        self._around.changed(module.key, [])
        return True

    def _wanted(self) -> bool:
        return not self._around.should_stop()

    def _fetch(self, folder: Path, module: Module, answer: BundleAnswer) -> bool:
        """Bring the whole file; not, if it is broken off to go on later."""
        file, part, records = _file(folder, answer), answer["part"], answer["records"]
        try:
            _make_room(folder, file, answer["size"])
            done = file.stat().st_size // part if file.exists() else 0
            with file.open("r+b" if done else "wb") as target, closing(self._parts(module, answer, done)) as parts:
                target.truncate(target.seek(done * part))
                for number, content in enumerate(parts, done + 1):
                    target.write(content)
                    self._fetched += 1
                    fp("bundle.part")
                    if self._around.should_stop():
                        return False
                    self._breathe()
                    self._around.progress(Progress(module.title, records * number // len(answer["parts"]), records))
        except OSError as error:
            raise ReadOnly(f"Готовый пакет не сохранить на диске: {why(error)}.") from error
        return True

    def _parts(self, module: Module, answer: BundleAnswer, done: int) -> Generator[bytes, None, None]:
        """The unpacked parts behind those that are there, in their order: some are unpacked while others come."""
        starts = [*accumulate((one["size"] for one in answer["parts"]), initial=0)]
        size = PartSize()

        def fetched(some: range) -> bytes:
            begun = monotonic()
            first, behind = starts[some.start], starts[some.stop]
            packed = self._client.bundle_part(module.key, answer["name"], first, behind - first)
            size.took(monotonic() - begun)
            return packed

        with ThreadPoolExecutor(1, "bundle") as fetching:
            coming: deque[tuple[range, Future[bytes]]] = deque()
            try:
                while True:
                    while len(coming) < DEPTH and done < len(answer["parts"]):
                        some = range(done, _upto(starts, done, size.bytes))
                        coming.append((some, fetching.submit(fetched, some)))
                        done = some.stop
                    if not coming:
                        return
                    some, packed = coming.popleft()
                    yield from _unpacked(packed.result(), answer, some)
            finally:
                fetching.shutdown(wait=False, cancel_futures=True)


def _upto(starts: Sequence[int], first: int, most: int) -> int:
    """Up to which part one answer of so many bytes reaches; it has one part at least."""
    return max(bisect_right(starts, starts[first] + most) - 1, first + 1)


def _file(folder: Path, answer: BundleAnswer) -> Path:
    return folder / f"{answer['name']}.db"


def _judge(answer: BundleAnswer) -> None:
    """Raise Refused for what can't be: nothing of it becomes a path, a place in a file or a size of memory unseen."""
    size, part, parts = answer["size"], answer["part"], answer["parts"]
    sound = (
        _NAME.fullmatch(answer["name"])
        and 0 < size <= BUNDLE_LIMIT
        and 0 < part <= BUNDLE_PART
        and len(parts) == -(-size // part)
        and all(map(_sound, parts))
    )
    if not sound:
        raise Refused("Сервер прислал не описание пакета, записи запрашиваются страницами.")


def _sound(part: object) -> bool:
    if not isinstance(part, dict):
        return False
    size, told = part.get("size"), part.get("sha256")
    return type(size) is int and 0 < size <= 2 * BUNDLE_PART and isinstance(told, str)


def _unpacked(packed: bytes, answer: BundleAnswer, some: Iterable[int]) -> Iterator[bytes]:
    """The parts that lie packed behind each other. Raises Refused for one that is not what was told of it."""
    at = 0
    for number in some:
        part, length = answer["parts"][number], min(answer["part"], answer["size"] - number * answer["part"])
        yield _content(packed[at : at + part["size"]], part, length)
        at += part["size"]


def _content(packed: bytes, part: Part, length: int) -> bytes:
    if sha256(packed).hexdigest() != part["sha256"]:
        raise Refused("Часть пакета искажена по дороге.")
    unpacking = zlib.decompressobj()
    try:
        content = unpacking.decompress(packed, length)
    except zlib.error as error:
        raise Refused("Часть пакета не распаковать.") from error
    if len(content) != length:
        raise Refused("Часть пакета не той длины.")
    return content


def _make_room(folder: Path, file: Path, size: int) -> None:
    """Let go of other bundles, and see that the disk has room for this one. Raises ReadOnly."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for other in folder.iterdir():
        if other != file:
            other.unlink()
    there = file.stat().st_size if file.exists() else 0
    if shutil.disk_usage(folder).free < ROOM * size - there:
        raise ReadOnly("На диске мало места для готового пакета.")
