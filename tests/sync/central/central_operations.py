"""Operations as a station would send them, for the tests of the server."""

import uuid
from typing import Any

import requests
from central_server import Person

from sync.contract import OPERATIONS, seal_of

Verdict = dict[str, Any]


def operation(change: dict[str, Any], ident: str = "", base: int = 0, **more: Any) -> dict[str, Any]:
    """An edit of a report; without `ident` of a new one."""
    return {
        "op": str(uuid.uuid4()), "module": "reports", "id": ident or str(uuid.uuid4()), "base": base, "set": change,
        "at": "2026-11-23T04:05:06Z", **more,
    }  # fmt: skip


def send(person: Person, *operations: dict[str, Any]) -> list[Verdict]:
    """The verdicts, whole and in order."""
    answer = person.post(OPERATIONS, {"operations": list(operations)})
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["product"] == "citymanager"
    assert (body["count"], body["sha256"]) == (len(operations), sealed(answer, "verdicts"))
    assert [one["op"] for one in body["verdicts"]] == [one["op"] for one in operations]
    return list(body["verdicts"])


def sealed(answer: requests.Response, name: str) -> str:
    """The hash of the list that the answer ends with, as its text stands there."""
    return seal_of(answer.content.partition(f'"{name}":'.encode())[2][:-1])


def make(person: Person, **change: Any) -> str:
    """A new report; its id."""
    one = operation({"text": "Яма", "status": "new", **change})
    (verdict,) = send(person, one)
    assert verdict["result"] == "accepted", verdict
    return str(one["id"])


def edit(person: Person, ident: str, base: int, **change: Any) -> Verdict:
    return send(person, operation(change, ident, base))[0]
