"""The words between the workstation and the central server: paths, limits, shapes of messages, and their seal."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any, Literal, NotRequired, TypedDict

from citymanager.attachments import LIMIT

PROTOCOL, OLDEST = 1, 1
"""What this program speaks, and the oldest that its server still understands."""
SPEAKS = "X-Citymanager-Protocol"
"""The header that says it in every request; without it: 1."""
API = "/api/v1"
LOGIN, LOGOUT = f"{API}/login", f"{API}/logout"
SESSION = f"{API}/session"
"""GET: who the token speaks for now (`SessionAnswer`)."""
CHANGES, OPERATIONS, EVENTS = f"{API}/changes", f"{API}/operations", f"{API}/events"
"""…?after=SEQ&limit=500; with `&modules=KEY,KEY` only of these: what can't wait is read ahead of the rest."""
SNAPSHOT = f"{API}/snapshot"
"""…/MODULE?after=ID&limit=500; with `&total=1` the answer counts what is left after ID."""
BUNDLES = f"{API}/bundles"
"""…/MODULE?shape=SUM: a module's whole table made ready for a cache that has nothing of it (`BundleAnswer`), where the
server has such a one; …/MODULE/NAME with `Range: bytes=FIRST-LAST`: its packed parts, one behind the other."""
RECORDS = f"{API}/records"
"""…/MODULE/ID/history"""
FILES = f"{API}/files"
"""…/SHA256. PUT the whole, or parts in order with `Content-Range: bytes FIRST-LAST/SIZE`; an empty PUT with
`Content-Range: bytes */SIZE` asks how much has arrived (`FileAnswer`). GET knows `Range: bytes=FIRST-` and
`Range: bytes=FIRST-LAST`; to a service account photos go whole and without what they tell of their taking."""
DIGEST = f"{API}/digest"
"""Of all modules by id and version (`DigestAnswer`); …/MODULE?after=ID of one page's values (`ContentsAnswer`)."""

PAGE = 500
"""Changes in one answer at most."""
BATCH = 200
"""Operations in one request at most."""
ANSWER_LIMIT = 32 * 1024 * 1024
"""Bytes of an unpacked answer that the client takes at most."""
BUNDLE_PART = 1024 * 1024
"""Unpacked bytes of a bundle's part at most."""
BUNDLE_LIMIT = 64 * 1024**3
"""Unpacked bytes of a bundle that the client takes at most."""
FILE_LIMIT = LIMIT
"""Bytes of a photo or a paper at most."""
PRODUCT = "citymanager"
"""Stands in every JSON answer as `product`: how a client tells our server from a captive portal."""


class LoginRequest(TypedDict):
    login: str
    password: str
    station: str
    """The installation's uuid."""
    protocol: int


class SessionAnswer(TypedDict):
    """Who the caller is and what he may do, as of now."""

    product: str
    login: str
    name: str
    role: str
    organisation: str
    """Record id of the person's organisation; empty for most roles."""
    modules: dict[str, Literal["read", "write"]]
    block: str
    """The station's number block: «К1»."""
    city: str
    """The city's uuid: it outlives restores, so another city's server is told by it."""
    feed: str
    server_time: str
    sight: str
    """Opaque: what this role and organisation may see. When an answer brings another one than the cache was loaded
    under, ask SESSION for the new role and load anew by snapshot; unsent operations are kept."""
    backup: str
    """When the server's database was last backed up; empty: never."""


class LoginAnswer(SessionAnswer):
    """The session and the token that speaks for it: `Authorization: Bearer TOKEN`."""

    token: str


class Change(TypedDict):
    """One record as it stands at `seq`, as far as the reader may see it."""

    seq: int
    module: str
    id: str
    version: int
    deleted: bool
    gone: NotRequired[bool]
    """It left the reader's sight: forget it, without taking it for deleted."""
    data: dict[str, Any]
    by: str
    at: str


class ChangesAnswer(TypedDict):
    product: str
    feed: str
    server_time: str
    changes: list[Change]
    next: int
    """The cursor after these changes."""
    more: bool
    sight: str
    count: int
    sha256: str


class SnapshotAnswer(TypedDict):
    """A page of a module's records by id, without deleted ones.

    Keep the `seq` of the very first page of the first module and read CHANGES after it: nothing falls between.
    """

    product: str
    feed: str
    server_time: str
    changes: list[Change]
    seq: int
    next: str
    """`after` of the next page."""
    more: bool
    total: NotRequired[int]
    """Records after `after`, those of this page among them; only where it was asked for."""
    sight: str
    count: int
    sha256: str


class Part(TypedDict):
    """A piece of a bundle, packed by zlib by itself."""

    size: int
    """Packed bytes."""
    sha256: str
    """Of the packed bytes."""


class BundleAnswer(TypedDict):
    """A SQLite file with one module's table as it stood at `seq`. Read CHANGES after that.

    The file is a cache's own, of the shape that was asked for. Without any such file the answer is 404.
    """

    product: str
    feed: str
    server_time: str
    sight: str
    name: str
    seq: int
    records: int
    size: int
    """Unpacked bytes of the whole."""
    part: int
    """Unpacked bytes of a part; the last one is shorter."""
    parts: list[Part]
    count: int
    sha256: str


class Operation(TypedDict):
    """One saved edit. `base` is the version that it was made on, 0 for a new record."""

    op: str
    module: str
    id: str
    base: int
    set: dict[str, Any]
    """Changed fields; None removes one."""
    delete: NotRequired[bool]
    after: NotRequired[list[str]]
    """Operations on the same record that this station had made but not sent when it made this one: what they changed
    since `base` was known to the author, so it is no conflict."""
    was: NotRequired[dict[str, Any]]
    """What the lists and the status among the changed fields held before the edit. With it lists merge as sets; without
    it a list that two people changed is a conflict like any other field."""
    feed: NotRequired[str]
    """The feed that `base` was counted in; without it the server's own. Versions are compared as (feed, version)."""
    at: str
    """When it was saved, by the station's clock: information only, never order. A move's stamp that equals it was
    filled in by the program."""


class OperationsRequest(TypedDict):
    operations: list[Operation]
    feed: NotRequired[str]
    """The feed that the sender knows. A server that has another one by now takes nothing: 409 `feed`."""


class Verdict(TypedDict):
    """What became of an operation. Repeating the operation returns the same verdict.

    Only what the server itself failed on (a 5xx for all, `refused` with `again` for one) is judged anew.
    """

    op: str
    result: Literal["accepted", "conflict", "refused"]
    seq: NotRequired[int]
    version: NotRequired[int]
    current: NotRequired[Change]
    """The record as it stands: after an accepted merge, and against a conflict. `gone` if its author may not see what
    he has made of it: the station lets go of it."""
    fields: NotRequired[list[str]]
    """Where a conflict is."""
    reason: NotRequired[str]
    """Russian, for a refused one."""
    again: NotRequired[bool]
    """Refused by a fault of the server, not of the operation: the same operation may be sent again."""


class OperationsAnswer(TypedDict):
    product: str
    feed: str
    server_time: str
    verdicts: list[Verdict]
    count: int
    sha256: str


class Past(TypedDict):
    """One accepted change of a record."""

    seq: int
    version: int
    deleted: bool
    set: dict[str, Any]
    """Changed fields; None: removed."""
    by: str
    at: str


class HistoryAnswer(TypedDict):
    """Newest first, at most PAGE; `?before=VERSION` goes on."""

    product: str
    feed: str
    server_time: str
    history: list[Past]
    count: int
    sha256: str


class Sum(TypedDict):
    """`sha256` is `seal` over [[id, version], …] of the module's visible, not deleted records, ordered by id."""

    count: int
    sha256: str


class DigestAnswer(TypedDict):
    product: str
    feed: str
    server_time: str
    sight: str
    seq: int
    """The place in the feed that the sums hold for."""
    modules: dict[str, Sum]


class ContentsAnswer(TypedDict):
    """DIGEST/MODULE?after=ID: what `content_sum` makes of a page of SNAPSHOT, without sending it."""

    product: str
    feed: str
    server_time: str
    sight: str
    seq: int
    """The place in the feed that the sum holds for."""
    next: str
    more: bool
    count: int
    sum: str


class FileAnswer(TypedDict):
    product: str
    sha256: str
    size: int
    received: int
    """Bytes that have arrived, from the first on: where to go on."""
    complete: bool


class ErrorAnswer(TypedDict):
    """Every answer with a status of 400 and more."""

    product: str
    error: str
    """Russian, for people."""
    code: str
    """login (401; 429 with Retry-After), token (401), role (403), protocol (400), purged (410), size (413),
    request (400, 404, 405, 409, 422: a photo that can't be given out), feed (409),
    busy (503 with Retry-After), bug (500)"""
    feed: NotRequired[str]
    """Of the server, where it is not the one that was asked for."""


def seal_of(text: bytes) -> str:
    """What `sha256` says of an answer: the hash of its list as the text stands there, where it is the last member."""
    return hashlib.sha256(text).hexdigest()


def canonical(items: Iterable[Any]) -> bytes:
    """The one JSON of a list that both ends agree on."""
    text = json.dumps(list(items), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode("utf-8", "surrogatepass")


def seal(items: Iterable[Any]) -> str:
    """SHA-256 over the canonical JSON of a list: what two sides hold, compared without sending it."""
    return seal_of(canonical(items))


def content_sum(records: Iterable[tuple[str, int, Mapping[str, Any]]]) -> str:
    """SHA-256 over ids, versions and values: the same on both sides, however each of them keeps a number."""
    return seal([ident, version, _plain(data)] for ident, version, data in records)


def _plain(value: Any) -> Any:
    """2.0 is 2; an empty field is absent."""
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items() if one not in (None, "", [])}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value
