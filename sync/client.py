"""The client of the central server: every call of the contract, with a deadline, a limit and a typed error."""

import json
import logging
import ssl
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast
from urllib.parse import quote

import requests

from citymanager.errors import NoLink
from citymanager.server_address import is_here, server_address
from sync import contract
from sync.answers import collected, opened
from sync.contract import (
    ChangesAnswer,
    ContentsAnswer,
    DigestAnswer,
    LoginAnswer,
    Operation,
    OperationsAnswer,
    SessionAnswer,
    SnapshotAnswer,
)
from sync.faults import Failing, Garbled, NotOurs
from sync.lines import Lines, Wire
from sync.patience import retry_after

CONNECT = 5.0
"""Seconds to connect, over all addresses of the host."""
READ = 30.0
"""Seconds of silence."""
TOTAL = 60.0
"""Seconds of a whole call, however steadily it trickles."""
SLOWEST = 4_000.0
"""Bytes a second that an upload may have: what is long gets longer than `TOTAL`."""
_CHUNK = 64 * 1024
_TRIES = 3
_SESSION = {"login": str, "name": str, "role": str, "city": str, "feed": str, "block": str, "modules": dict}
log = logging.getLogger(__name__)


class Client:
    """Speaks to one server, one call at a time. The token goes in a header only, and never to another host."""

    def __init__(
        self, address: str, *, authority: Path | None = None, read: float = READ, total: float = TOTAL
    ) -> None:
        """`authority`: the certificate of a city's own authority; `read`, `total`: deadlines in seconds."""
        self.address = server_address(address)
        self.token = ""
        self.skew = 0.0
        """Seconds that this clock was ahead of the server's at the last answer."""
        self._read, self._total = read, total
        self._lines = Lines()
        self._closed = False
        self._http = requests.Session()
        self._http.trust_env = False
        # on one's own computer packing costs both ends more than it saves
        self._http.headers["Accept-Encoding"] = "identity" if is_here(self.address) else "gzip"
        self._http.headers[contract.SPEAKS] = str(contract.PROTOCOL)
        for scheme in ("http://", "https://"):
            self._http.mount(scheme, Wire(self._lines, str(authority) if authority else None))

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

    def changes(self, after: int, limit: int = contract.PAGE) -> ChangesAnswer:
        """What came after a position of the feed. Purged if the server does not know any more."""
        answer = cast(ChangesAnswer, self._call("GET", f"{contract.CHANGES}?after={after}&limit={limit}"))
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

    def operations(self, batch: Sequence[Operation]) -> OperationsAnswer:
        """Offer edits; a verdict for each comes back. Offering them again is harmless."""
        answer = cast(OperationsAnswer, self._call("POST", contract.OPERATIONS, {"operations": list(batch)}))
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

    def events(self) -> Iterator[str]:
        """Listen: the lines that the server says, until it is silent for longer than it may be."""
        with self._translated(None), self._request("GET", contract.EVENTS, None, self.token) as response:
            if response.status_code != 200:
                body = collected(response.iter_content(_CHUNK))
                opened(response.status_code, body, self.address, _wait(response))
                return
            for line in response.iter_lines(chunk_size=1):
                yield line.decode("utf-8", "replace")

    def close(self) -> None:
        """End all calls, also those under way in another thread; no more are made."""
        self._closed = True
        self._lines.cut()
        self._http.close()

    # inside

    def _call(self, method: str, path: str, body: Any = None, token: str = "") -> dict[str, Any]:
        """Every call may be repeated without harm, so an answer that was cut is asked for again at once."""
        for _ in range(_TRIES - 1):
            try:
                return self._ask(method, path, body, token or self.token)
            except Garbled as error:
                log.info("asking again: %s", error)
        return self._ask(method, path, body, token or self.token)

    def _ask(self, method: str, path: str, body: Any, token: str) -> dict[str, Any]:
        started = time.monotonic()
        sent = None if body is None else _packed(body)
        total = self._total + len(sent or b"") / SLOWEST
        with self._translated(total), self._request(method, path, sent, token) as response:
            content = collected(response.iter_content(_CHUNK))
            answer = opened(response.status_code, content, self.address, _wait(response))
        self._measure(answer, (time.monotonic() - started) / 2)
        return answer

    def _request(self, method: str, path: str, body: bytes | None, token: str) -> requests.Response:
        if self._closed:
            raise NoLink("Связь с сервером остановлена.")
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        headers["Content-Type"] = "application/json"
        return self._http.request(
            method, self.address + path, data=body, headers=headers, timeout=(CONNECT, self._read), stream=True,
            allow_redirects=False,
        )  # fmt: skip

    @contextmanager
    def _translated(self, total: float | None) -> Iterator[None]:
        """Errors of the transport as ours, in `total` seconds at most."""
        late = threading.Event()

        def cut() -> None:
            late.set()
            self._lines.cut()

        timer = threading.Timer(total, cut) if total else None
        if timer:
            timer.daemon = True
            timer.start()
        try:
            yield
        except (requests.RequestException, OSError, ValueError, Garbled, NotOurs) as error:
            log.info("%s: %s", self.address, type(error).__name__)
            if self._closed:
                raise NoLink("Связь с сервером остановлена.") from error
            if late.is_set():
                raise Failing(f"Сервер {self.address} отвечает слишком медленно.") from error
            if isinstance(error, NoLink):
                raise
            raise self._told(error) from error
        finally:
            if timer:
                timer.cancel()

    def _told(self, error: Exception) -> NoLink:
        if isinstance(error, requests.exceptions.SSLError):
            return NoLink(
                f"Сертификат сервера {self.address} не принят: {_certificate(error)}. Проверьте часы этого компьютера"
                " и адрес сервера; если они верны, сообщите администратору."
            )
        if isinstance(error, requests.exceptions.ReadTimeout):
            return Failing(f"Сервер {self.address} не ответил вовремя.")
        if isinstance(error, requests.exceptions.ConnectionError) and not _begun(error):
            return NoLink(f"Нет связи с сервером {self.address}. Проверьте сеть и адрес сервера.")
        return Garbled(f"Связь с сервером {self.address} оборвалась на полуслове.")

    def _measure(self, answer: dict[str, Any], half: float) -> None:
        try:
            theirs = datetime.fromisoformat(str(answer.get("server_time")))
            self.skew = (datetime.now(UTC) - theirs).total_seconds() - half
        except (ValueError, TypeError):
            log.info("an answer without a readable server_time")


def _packed(body: Any) -> bytes:
    """JSON of half the size that escapes would take in Russian."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def _wait(response: requests.Response) -> float:
    return retry_after(response.headers.get("Retry-After"), datetime.now(UTC))


def _begun(error: Exception) -> bool:
    """Whether a connection was there before it broke."""
    reason = getattr(error.args[0], "reason", None) if error.args else None
    return reason is None and not isinstance(error, requests.exceptions.ConnectTimeout)


def _certificate(error: Exception) -> str:
    cause: BaseException | None = error
    while cause is not None:
        for one in (cause, *cause.args):
            if isinstance(one, ssl.SSLCertVerificationError):
                return str(one.verify_message)
        cause = getattr(cause.args[0], "reason", None) if cause.args else None
    return "защищённое соединение не установлено"


def _expect(answer: Any, **kinds: type) -> None:
    """What is used of an answer must be there and of its type; a bool is no number."""
    for name, kind in kinds.items():
        value = answer.get(name)
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise Garbled(f"В ответе сервера нет поля {name}: версии программы и сервера не подходят друг другу.")
