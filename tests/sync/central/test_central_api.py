"""The API over real HTTP: coming in, writing, reading."""

import uuid
from typing import Any

import requests
from central_server import Central, Person

from sync.contract import CHANGES, DIGEST, LOGIN, OPERATIONS, RECORDS, SESSION, SNAPSHOT, seal


def operation(change: dict[str, Any], ident: str = "", base: int = 0, **more: Any) -> dict[str, Any]:
    return {
        "op": str(uuid.uuid4()), "module": "reports", "id": ident or str(uuid.uuid4()), "base": base, "set": change,
        "at": "2026-11-23T04:05:06Z", **more,
    }  # fmt: skip


def send(person: Person, *operations: dict[str, Any]) -> list[dict[str, Any]]:
    answer = person.post(OPERATIONS, {"operations": list(operations)})
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["count"] == len(operations) and body["sha256"] == seal(body["verdicts"])
    return list(body["verdicts"])


def test_a_record_is_made_and_read(any_central: Central) -> None:
    person = any_central.person("operator")
    one = operation({"text": "Яма у дома 5", "status": "new", "number": "К1-0001"})
    (verdict,) = send(person, one)
    assert verdict["result"] == "accepted" and verdict["version"] == 1
    body = person.get(CHANGES).json()
    assert [change["id"] for change in body["changes"]] == [one["id"]]
    assert body["changes"][0]["data"] == one["set"]
    assert body["changes"][0]["by"] == person.answer["login"]
    assert body["sha256"] == seal(body["changes"]) and body["next"] == verdict["seq"] and not body["more"]
    assert person.get(f"{SNAPSHOT}/reports").json()["changes"] == body["changes"]
    assert person.get(f"{RECORDS}/reports/{one['id']}/history").json()["history"][0]["set"] == one["set"]
    assert person.get(DIGEST).json()["modules"]["reports"] == {"count": 1, "sha256": seal([[one["id"], 1]])}
    assert person.get(SESSION).json()["role"] == "operator"


def test_a_wrong_password_is_told_in_russian(central: Central) -> None:
    asked = {"login": "кто-то", "password": "нет", "station": "s", "protocol": 1}
    answer = requests.post(central.url + LOGIN, json=asked, timeout=10)
    assert (answer.status_code, answer.json()["code"]) == (401, "login")
    assert answer.json()["error"] == "Неверное имя или пароль."
