"""The client of the central server: every call of the contract, with a deadline, a limit and a typed error."""

import json
import logging
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, TypeVar, cast
from urllib.parse import quote

import requests

from citymanager.errors import NoLink
from citymanager.server_address import is_here, server_address
from sync import contract
from sync.answers import collected, lines, opened
from sync.certificates import refusal
from sync.contract import (
    BundleAnswer,
    ChangesAnswer,
    ContentsAnswer,
    DigestAnswer,
    FileAnswer,
    LoginAnswer,
    Operation,
    OperationsAnswer,
    SessionAnswer,
    SnapshotAnswer,
)
from sync.deadline import Deadline, Watch
from sync.faults import Failing, Garbled, NotOurs, Slow, Unreached
from sync.lines import Lines, Wire
from sync.patience import http_date, retry_after

CONNECT = 5.0
"""Seconds to connect, over all addresses of the host."""
READ = 40.0
"""Seconds of silence: lines of half a minute's delay exist."""
TOTAL = 60.0
"""Seconds of a whole call with all its tries, however steadily it trickles."""
SLOWEST = 4_000.0
"""Bytes a second that an upload may have: what is long gets longer than `TOTAL`."""
_CHUNK = 64 * 1024
_TRIES = 3
_JSON = {"Content-Type": "application/json"}
_PART = re.compile(r"bytes (\d{1,12})-(\d{1,12})/(\d{1,12})")
_ERROR_LIMIT = 64 * 1024
"""Bytes of an answer that says why there is no file."""
_SESSION = {"login": str, "name": str, "role": str, "city": str, "feed": str, "block": str, "modules": dict}
T = TypeVar("T")
log = logging.getLogger(__name__)


def _utc() -> datetime:
    return datetime.now(UTC)


class Client:
    """Speaks to one server, one call at a time. The token goes in a header only, and never to another host."""

    def __init__(
        self,
        address: str,
        *,
        authority: Path | None = None,
        read: float = READ,
        total: float = TOTAL,
        clock: Callable[[], datetime] = _utc,
    ) -> None:
        """`authority`: the certificate of a city's own authority; `read`, `total`: deadlines in seconds.

        `clock`: this computer's, which may be wrong.
        """
        self.address = server_address(address)
        self.token = ""
        self.skew = 0.0
        """Seconds that this clock was ahead of the server's at the last answer."""
        self.clock = clock
        self._read, self._total = read, total
        self._lines = Lines()
        self._watch = Watch(self._lines.cut)
        self._closed = False
        self._http = requests.Session()
        self._http.trust_env = False
        # on one's own computer packing costs both ends more than it saves
        self._http.headers["Accept-Encoding"] = "identity" if is_here(self.address) else "gzip"
        self._http.headers[contract.SPEAKS] = str(contract.PROTOCOL)
        wire = Wire(self._lines, str(authority) if authority else None)
        for scheme in ("http://", "https://"):
            self._http.mount(scheme, wire)

    def server_now(self) -> datetime:
        """The time by the server's clock, as far as it has told it."""
        return self.clock() - timedelta(seconds=self.skew)

    def login(self, login: str, password: str, station: str) -> LoginAnswer:
        """Ask for a token and keep it for the calls that follow. WrongLogin if the server does not know the person."""
        asked = {"login": login, "password": password, "station": station, "protocol": contract.PROTOCOL}
        answer = cast(LoginAnswer, self._call("POST", contract.LOGIN, asked))
        _expect(answer, token=str, **_SESSION)
        self.token = answer["token"]
        return answer

    def session(self) -> SessionAnswer:
        """Who the token speaks for now. Expired: for nobody any more."""
        answer = cast(SessionAnswer, self._call("GET", contract.SESSION))
        _expect(answer, **_SESSION)
        return answer

    def logout(self, token: str) -> None:
        """Give a token back, be it ours or a former one."""
        self._call("POST", contract.LOGOUT, {}, token)

    def changes(self, after: int, limit: int = contract.PAGE, *, modules: Sequence[str] = ()) -> ChangesAnswer:
        """What came after a position of the feed, of all `modules` or of these. Purged: the server knows no more."""
        path = f"{contract.CHANGES}?after={after}&limit={limit}"
        if modules:
            path += f"&modules={quote(','.join(modules), safe=',')}"
        answer = cast(ChangesAnswer, self._call("GET", path))
        _expect(answer, feed=str, sight=str, changes=list, next=int, more=bool)
        if answer["next"] < after or (answer["more"] and answer["next"] == after):
            raise Garbled("Сервер прислал изменения не по порядку, они запрашиваются заново.")
        return answer

    def snapshot(
        self, module: str, after: str = "", limit: int = contract.PAGE, *, total: bool = False
    ) -> SnapshotAnswer:
        """A page of a module's records in the order of their ids; `total`: counted, how many are left."""
        path = f"{contract.SNAPSHOT}/{quote(module, safe='')}?after={quote(after, safe='')}&limit={limit}"
        if total:
            path += "&total=1"
        answer = cast(SnapshotAnswer, self._call("GET", path))
        _expect(answer, feed=str, sight=str, changes=list, seq=int, next=str, more=bool)
        if not isinstance(answer.get("total", 0), int):
            raise Garbled("Сервер прислал не то, о чём его спрашивали, записи запрашиваются заново.")
        if answer["more"] and answer["next"] <= after:
            raise Garbled("Сервер прислал записи не по порядку, они запрашиваются заново.")
        return answer

    def bundle(self, module: str, shape: str) -> BundleAnswer:
        """What the server has made ready of a module's table of this shape. Unacceptable: nothing."""
        path = f"{contract.BUNDLES}/{quote(module, safe='')}?shape={quote(shape, safe='')}"
        answer = cast(BundleAnswer, self._call("GET", path))
        _expect(answer, feed=str, sight=str, name=str, seq=int, records=int, size=int, part=int, parts=list)
        return answer

    def bundle_part(self, module: str, name: str, start: int, length: int) -> bytes:
        """So many bytes of a bundle from `start` on. Unacceptable: the server has it no more."""
        path = f"{contract.BUNDLES}/{quote(module, safe='')}/{quote(name, safe='')}"
        return self._patiently(length, partial(self._fetch, path, start, length, contract.BUNDLE_LIMIT))[0]

    def operations(self, batch: Sequence[Operation], feed: str = "") -> OperationsAnswer:
        """Offer edits; a verdict for each comes back. Offering them again is harmless.

        `feed`: the one that is known here. NewFeed if the server has another one by now: it has taken nothing then.
        """
        asked = {**({"feed": feed} if feed else {}), "operations": list(batch)}
        answer = cast(OperationsAnswer, self._call("POST", contract.OPERATIONS, asked))
        _expect(answer, feed=str, verdicts=list)
        return answer

    def digest(self) -> DigestAnswer:
        """Count and hash of every module, as far as this person may see it."""
        answer = cast(DigestAnswer, self._call("GET", contract.DIGEST))
        _expect(answer, feed=str, seq=int, modules=dict)
        return answer

    def contents(self, module: str, after: str = "") -> ContentsAnswer:
        """What a page of `snapshot` comes to, as one sum."""
        path = f"{contract.DIGEST}/{quote(module, safe='')}?after={quote(after, safe='')}"
        answer = cast(ContentsAnswer, self._call("GET", path))
        _expect(answer, feed=str, seq=int, next=str, more=bool, sum=str)
        if answer["more"] and answer["next"] <= after:
            raise Garbled("Сервер прислал суммы не по порядку, они запрашиваются заново.")
        return answer

    def file_arrived(self, name: str, size: int) -> FileAnswer:
        """How much of a file of so many bytes, called by its sum, the server has of this person."""
        return self._file(name, b"", f"bytes */{size}", size)

    def send_part(self, name: str, start: int, piece: bytes, size: int) -> FileAnswer:
        """Bring a piece of a file; how much of it the server has now.

        Bringing it again is harmless, but it is long: whether to, and how much of it, is left to the caller.
        """
        return self._file(name, piece, f"bytes {start}-{start + len(piece) - 1}/{size}", size)

    def fetch_part(self, name: str, start: int, length: int) -> tuple[bytes, int]:
        """At most so many bytes of a file from `start` on, and how long it is as a whole.

        Unacceptable if there is no such file among those that this person may see.
        """
        return self._patiently(
            length, partial(self._fetch, f"{contract.FILES}/{name}", start, length, contract.FILE_LIMIT)
        )

    def events(self) -> Iterator[str]:
        """Listen: the lines that the server says, until none comes for longer than it may be silent."""
        with (
            Deadline(self._read, self._watch) as deadline,
            self._translated(deadline),
            self._request("GET", contract.EVENTS, None, self.token, _JSON) as response,
        ):
            if response.status_code != 200:
                body = collected(response.iter_content(_CHUNK))
                opened(response.status_code, body, self.address, self._wait(response))
                return
            for line in lines(response.iter_content(1)):
                deadline.renew()
                yield line

    def rouse(self) -> None:
        """Give up the connections that are there: after a sleep or a change of network they may be dead without a word.

        A call under way is asked again over a new one. Thread-safe.
        """
        self._lines.cut()

    def close(self) -> None:
        """End all calls, also those under way in another thread; no more are made."""
        self._closed = True
        self._watch.close()
        self._lines.cut()
        self._http.close()

    # inside

    def _call(self, method: str, path: str, body: Any = None, token: str = "") -> dict[str, Any]:
        sent = None if body is None else _packed(body)
        ask = partial(self._ask, method, path, sent, token or self.token, _JSON)
        return self._patiently(len(sent or b""), ask)

    def _patiently(self, size: int, ask: Callable[[Deadline], T], tries: int = _TRIES) -> T:
        """Every call may be repeated without harm, so an answer that was cut is asked for again at once.

        `size`: bytes that it takes over the line, for which a slow one gets its time.
        """
        with Deadline(self._total + size / SLOWEST, self._watch) as deadline:
            for _ in range(tries - 1):
                try:
                    return ask(deadline)
                except Garbled as error:
                    log.info("asking again: %s", error)
            return ask(deadline)

    def _file(self, name: str, piece: bytes, part: str, size: int) -> FileAnswer:
        headers = {"Content-Type": "application/octet-stream", "Content-Range": part}
        ask = partial(self._ask, "PUT", f"{contract.FILES}/{name}", piece, self.token, headers)
        answer = cast(FileAnswer, self._patiently(len(piece), ask, 1 if piece else _TRIES))
        _expect(answer, received=int, complete=bool)
        if not 0 <= answer["received"] <= size:
            raise Garbled("Сервер прислал не то, о чём его спрашивали, файл предлагается ему снова.")
        return answer

    def _fetch(self, path: str, start: int, length: int, longest: int, deadline: Deadline) -> tuple[bytes, int]:
        headers = {"Range": f"bytes={start}-{start + length - 1}"}
        with self._translated(deadline), self._request("GET", path, None, self.token, headers) as response:
            content = collected(response.iter_content(_CHUNK), max(length, _ERROR_LIMIT))
            if response.status_code != 206:
                opened(response.status_code, content, self.address, self._wait(response))
            told = _PART.fullmatch(response.headers.get("Content-Range", ""))
            first, last, size = map(int, told.groups()) if told else (-1, -1, 0)
            if first != start or last - first + 1 != len(content) or not 0 < size <= longest:
                raise Garbled("Сервер прислал не ту часть файла, она запрашивается заново.")
        return content, size

    def _ask(
        self, method: str, path: str, sent: bytes | None, token: str, headers: Mapping[str, str], deadline: Deadline
    ) -> dict[str, Any]:
        started = time.monotonic()
        with self._translated(deadline), self._request(method, path, sent, token, headers) as response:
            content = collected(response.iter_content(_CHUNK))
            answer = opened(response.status_code, content, self.address, self._wait(response))
        self._measure(answer, (time.monotonic() - started) / 2)
        return answer

    def _request(
        self, method: str, path: str, body: bytes | None, token: str, more: Mapping[str, str]
    ) -> requests.Response:
        if self._closed:
            raise NoLink("Связь с сервером остановлена.")
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return self._http.request(
            method, self.address + path, data=body, headers={**headers, **more}, timeout=(CONNECT, self._read),
            stream=True, allow_redirects=False,
        )  # fmt: skip

    @contextmanager
    def _translated(self, deadline: Deadline) -> Iterator[None]:
        """Errors of the transport as ours."""
        try:
            if deadline.passed:
                raise TimeoutError
            yield
        except (requests.RequestException, OSError, ValueError, Garbled, NotOurs) as error:
            log.info("%s: %s", self.address, type(error).__name__)
            if self._closed:
                raise NoLink("Связь с сервером остановлена.") from error
            if deadline.passed:
                raise Slow(f"Сервер {self.address} отвечает слишком медленно.") from error
            if isinstance(error, NoLink):
                raise
            raise self._told(error) from error

    def _told(self, error: Exception) -> NoLink:
        if isinstance(error, requests.exceptions.SSLError):
            return NoLink(refusal(self.address, error, self.clock()))
        if isinstance(error, requests.exceptions.ReadTimeout):
            return Failing(f"Сервер {self.address} не ответил вовремя.")
        if isinstance(error, requests.exceptions.ConnectionError) and not _begun(error):
            return Unreached(f"Нет связи с сервером {self.address}. Проверьте сеть и адрес сервера.")
        return Garbled(f"Связь с сервером {self.address} оборвалась на полуслове.")

    def _measure(self, answer: dict[str, Any], half: float) -> None:
        try:
            theirs = datetime.fromisoformat(str(answer.get("server_time")))
            self.skew = (self.clock() - theirs).total_seconds() - half
        except (ValueError, TypeError, OverflowError):
            log.info("an answer without a readable server_time")

    def _wait(self, response: requests.Response) -> float:
        """A date is told by the clock of whoever answered, which he shows beside it."""
        now = http_date(response.headers.get("Date")) or self.server_now()
        return retry_after(response.headers.get("Retry-After"), now)


def _packed(body: Any) -> bytes:
    """JSON of half the size that escapes would take in Russian."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def _begun(error: Exception) -> bool:
    """Whether a connection was there before it broke."""
    reason = getattr(error.args[0], "reason", None) if error.args else None
    return reason is None and not isinstance(error, requests.exceptions.ConnectTimeout)


def _expect(answer: Any, **kinds: type) -> None:
    """What is used of an answer must be there and of its type; a bool is no number."""
    for name, kind in kinds.items():
        value = answer.get(name)
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise Garbled(f"В ответе сервера нет поля {name}: версии программы и сервера не подходят друг другу.")
