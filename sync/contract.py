"""The words between the workstation and the central server: paths, limits, shapes of messages, and how they are sealed."""

import hashlib
import json
from collections.abc import Iterable
from typing import Any, Literal, NotRequired, TypedDict

PROTOCOL = 1
API = "/api/v1"
LOGIN, LOGOUT = f"{API}/login", f"{API}/logout"
CHANGES, OPERATIONS, EVENTS = f"{API}/changes", f"{API}/operations", f"{API}/events"
SNAPSHOT = f"{API}/snapshot"
"""…/MODULE?after=ID&limit=500"""
RECORDS = f"{API}/records"
"""…/MODULE/ID/history"""
FILES = f"{API}/files"
"""…/SHA256"""
DIGEST = f"{API}/digest"

PAGE = 500
"""Changes in one answer at most."""
BATCH = 200
"""Operations in one request at most."""
ANSWER_LIMIT = 32 * 1024 * 1024
"""Bytes of an unpacked answer that the client takes at most."""
PRODUCT = "citymanager"
"""Stands in every JSON answer as `product`: how a client tells our server from a captive portal."""


class LoginRequest(TypedDict):
    login: str
    password: str
    station: str
    """The installation's uuid."""
    protocol: int


class LoginAnswer(TypedDict):
    product: str
    token: str
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
    count: int
    sha256: str


class SnapshotAnswer(TypedDict):
    """A page of a module's records by id; `seq` is the feed's position that the first page was read at or before."""

    product: str
    feed: str
    server_time: str
    changes: list[Change]
    seq: int
    next: str
    more: bool
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
    at: str
    """When it was saved, by the station's clock: information only, never order."""


class Verdict(TypedDict):
    """What became of an operation. Repeating the operation returns the same verdict."""

    op: str
    result: Literal["accepted", "conflict", "refused"]
    seq: NotRequired[int]
    version: NotRequired[int]
    current: NotRequired[Change]
    """The record as it stands: after an accepted merge, and against a conflict."""
    fields: NotRequired[list[str]]
    """Where a conflict is."""
    reason: NotRequired[str]
    """Russian, for a refused one."""


class OperationsAnswer(TypedDict):
    product: str
    feed: str
    server_time: str
    verdicts: list[Verdict]
    count: int
    sha256: str


class ErrorAnswer(TypedDict):
    """Every answer with a status of 400 and more."""

    product: str
    error: str
    """Russian, for people."""
    code: str
    """login, token, role, protocol, purged, size, request, busy, bug"""


def seal(items: Iterable[Any]) -> str:
    """SHA-256 over the canonical JSON of a list: what was cut or garbled on the way does not match it."""
    text = json.dumps(list(items), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
