"""The API over real HTTP: coming in, writing, reading."""

import gzip
import json

import pytest
import requests
from central_operations import make, operation, sealed, send
from central_server import Central, Person

from sync.contract import BATCH, CHANGES, DIGEST, LOGIN, LOGOUT, OPERATIONS, RECORDS, SESSION, SNAPSHOT, seal


def test_a_record_is_made_and_read(any_central: Central) -> None:
    person = any_central.person("operator")
    said = {"channel": "phone", "regime": "platform", "received": "2026-11-23T04:05:06Z"}
    one = operation({"text": "Яма у дома 5", "status": "new", "number": "К1-0001", **said})
    (verdict,) = send(person, one)
    assert verdict["result"] == "accepted" and verdict["version"] == 1
    answer = person.get(CHANGES)
    body = answer.json()
    assert [change["id"] for change in body["changes"]] == [one["id"]]
    assert body["changes"][0]["data"] == one["set"]
    assert body["changes"][0]["by"] == person.answer["login"]
    assert body["sha256"] == sealed(answer, "changes") and body["next"] == verdict["seq"] and not body["more"]
    assert person.get(f"{SNAPSHOT}/reports").json()["changes"] == body["changes"]
    assert person.get(f"{RECORDS}/reports/{one['id']}/history").json()["history"][0]["set"] == one["set"]
    assert person.get(DIGEST).json()["modules"]["reports"] == {"count": 1, "sha256": seal([[one["id"], 1]])}
    assert person.get(SESSION).json()["role"] == "operator"


def test_a_wrong_password_is_told_in_russian(central: Central) -> None:
    asked = {"login": "кто-то", "password": "нет", "station": "s", "protocol": 1}
    answer = requests.post(central.url + LOGIN, json=asked, timeout=10)
    assert (answer.status_code, answer.json()["code"]) == (401, "login")
    assert answer.json()["error"] == "Неверное имя или пароль."
    assert "Retry-After" not in answer.headers


def test_after_five_wrong_passwords_even_the_right_one_waits(central: Central) -> None:
    central.add_user("ivanov", "пароль", "operator")
    asked = {"login": "ivanov", "password": "не тот", "station": "s", "protocol": 1}
    for _ in range(5):
        assert requests.post(central.url + LOGIN, json=asked, timeout=10).status_code == 401
    right = {**asked, "password": "пароль"}
    answer = requests.post(central.url + LOGIN, json=right, timeout=10)
    assert (answer.status_code, answer.json()["code"]) == (429, "login")
    assert 0 < int(answer.headers["Retry-After"]) <= 5
    central.sql("UPDATE attempts SET until = until + interval '1 minute'")  # a busy machine starts no server in 5 s
    central.restart()  # it is not the process that remembers
    assert requests.post(central.url + LOGIN, json=right, timeout=10).status_code == 429
    central.add_user("petrova", "пароль", "operator")
    assert central.login("petrova").answer["login"] == "petrova"
    central.sql("UPDATE attempts SET until = now()")
    assert central.login("ivanov").answer["login"] == "ivanov"
    assert central.sql("SELECT count(*) FROM attempts") == [(0,)]


@pytest.mark.campaign
def test_delays_double_up_to_their_limit(central: Central) -> None:
    asked = {"login": "nobody", "password": "не тот", "station": "s", "protocol": 1}
    delays = []
    for _ in range(12):
        requests.post(central.url + LOGIN, json=asked, timeout=10)
        delays += central.sql("SELECT round(extract(epoch FROM until - now())) FROM attempts")[0]
        central.sql("UPDATE attempts SET until = now()")
    assert [int(one) for one in delays] == [0, 0, 0, 0, 5, 10, 20, 40, 80, 160, 300, 300]


def test_an_hour_of_peace_forgets_wrong_passwords_whoever_gave_them(central: Central) -> None:
    central.sql("INSERT INTO attempts SELECT 'n' || n, 9, now() - interval '61 minutes' FROM generate_series(1, 99) n")
    asked = {"login": "n1", "password": "не тот", "station": "s", "protocol": 1}
    assert requests.post(central.url + LOGIN, json=asked, timeout=10).status_code == 401
    assert central.sql("SELECT login, failures FROM attempts") == [("n1", 1)]


def test_stations_get_number_blocks_and_keep_them(central: Central) -> None:
    central.add_user("ivanov", "пароль", "operator")
    blocks = [central.login("ivanov", station=one).answer["block"] for one in ("a", "b", "a")]
    assert blocks == ["К1", "К2", "К1"]


def test_a_token_ends_by_logout_revocation_dismissal_and_relogin(central: Central) -> None:
    central.add_user("ivanov", "пароль", "operator")

    def dead(person: Person) -> bool:
        answer = person.get(CHANGES)
        return bool(answer.status_code == 401 and answer.json()["code"] == "token")

    first = central.login("ivanov", station="a")
    second = central.login("ivanov", station="a")
    assert dead(first) and not dead(second)
    assert second.post(LOGOUT).status_code == 200
    assert dead(second)
    third = central.login("ivanov", station="b")
    central.sql("UPDATE tokens SET revoked = true")
    assert dead(third)
    fourth = central.login("ivanov", station="b")
    central.sql("UPDATE auth_user SET is_active = false")
    assert dead(fourth)


def test_a_user_without_a_role_is_told(central: Central) -> None:
    central.add_user("ivanov", "пароль", "operator")
    central.sql("DELETE FROM profiles")
    asked = {"login": "ivanov", "password": "пароль", "station": "s", "protocol": 1}
    answer = requests.post(central.url + LOGIN, json=asked, timeout=10)
    assert (answer.status_code, answer.json()["code"]) == (403, "role")


def test_an_older_program_is_asked_to_update(central: Central) -> None:
    asked = {"login": "ivanov", "password": "пароль", "station": "s", "protocol": 0}
    answer = requests.post(central.url + LOGIN, json=asked, timeout=10)
    assert (answer.status_code, answer.json()["code"]) == (400, "protocol")


def test_pages_of_the_feed_and_of_the_snapshot_join_without_gap(central: Central) -> None:
    person = central.person("operator")
    made = [operation({"text": f"Яма {number}"}) for number in range(23)]
    send(person, *made)
    for address, first in ((CHANGES, "0"), (f"{SNAPSHOT}/reports", "")):
        found, after, more = [], first, True
        while more:
            body = person.get(f"{address}?after={after}&limit=10").json()
            found += [one["id"] for one in body["changes"]]
            after, more = body["next"], body["more"]
        assert sorted(found) == sorted(one["id"] for one in made)
    assert person.get(f"{CHANGES}?after={body['seq']}").json()["changes"] == []


def test_a_batch_larger_than_allowed_is_refused_whole(central: Central) -> None:
    person = central.person("operator")
    answer = person.post(OPERATIONS, {"operations": [operation({"text": "Яма"}) for _ in range(BATCH + 1)]})
    assert (answer.status_code, answer.json()["code"]) == (413, "size")
    assert central.sql("SELECT count(*) FROM records") == [(0,)]


def test_answers_are_packed_for_who_takes_them(central: Central) -> None:
    person = central.person("operator")
    make(person, text="Яма " * 1000)
    plain = person.get(CHANGES, headers={"Accept-Encoding": "identity"})
    packed = person.get(CHANGES, headers={"Accept-Encoding": "gzip"}, stream=True)
    raw = packed.raw.read(decode_content=False)
    assert packed.headers["Content-Encoding"] == "gzip" and "Content-Encoding" not in plain.headers
    assert len(raw) < len(plain.content) / 3
    assert json.loads(gzip.decompress(raw))["changes"] == plain.json()["changes"]


def test_a_cursor_past_the_purge_horizon_or_the_end_must_load_anew(central: Central) -> None:
    person = central.person("operator")
    for _ in range(3):
        make(person)
    (last,) = central.sql("SELECT max(seq) FROM records")[0]
    central.sql("UPDATE meta SET horizon = %s", last)
    for after, status in ((last - 1, 410), (last, 200), (0, 200), (last + 1000, 410)):
        answer = person.get(f"{CHANGES}?after={after}")
        assert answer.status_code == status, after
        assert status == 200 or answer.json()["code"] == "purged"


TORTURE = [
    b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"operations": 5}', b'{"operations": [5]}', b'{"operations": [{}]}',
    b'{"operations": [{"op": NaN}]}', b'{"operations": [{"op": 1e999}]}', b"[" * 100_000, b'{"a":' * 100_000,
    b'{"operations": [{"op": "\\u0000"}]}', b'{"operations": [{"op": ""}]}', b'{"operations": [{"op": "\\ud800"}]}',
    b"9" * 5_000, b'"' + b"x" * 1_000_000, '{"operations": [{"op": "‮"}]}'.encode(),
]  # fmt: skip


@pytest.mark.parametrize("body", TORTURE, ids=range(len(TORTURE)))
def test_what_is_no_request_is_400(operator: Person, body: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    for address in (OPERATIONS, LOGIN):
        answer = operator.post(address, data=body, headers=headers)
        assert answer.status_code == 400, answer.text
        assert answer.json()["code"] in ("request", "protocol")
        assert answer.json()["product"] == "citymanager"


@pytest.fixture(scope="module")
def operator(lasting_central: Central) -> Person:
    return lasting_central.person("operator")


@pytest.mark.parametrize(
    ("method", "address", "status", "code"),
    [
        ("GET", "/api/v1/nothing", 404, "request"),
        ("GET", OPERATIONS, 405, "request"),
        ("POST", CHANGES, 405, "request"),
        ("GET", f"{CHANGES}?after=-1", 400, "request"),
        ("GET", f"{CHANGES}?after=99999999999999999999999", 400, "request"),
        ("GET", f"{CHANGES}?after=١", 400, "request"),
        ("GET", f"{CHANGES}?limit=x", 400, "request"),
        ("GET", f"{SNAPSHOT}/nothing", 404, "request"),
        ("GET", f"{RECORDS}/reports/nothing/history", 404, "request"),
        ("GET", f"{RECORDS}/reports/%00/history", 404, "request"),
        ("GET", f"{SNAPSHOT}/reports?after=%00", 200, None),
    ],
)
def test_wrong_addresses_are_told_in_json(
    operator: Person, method: str, address: str, status: int, code: str | None
) -> None:
    answer = operator.http.request(method, operator.url + address, timeout=10)
    assert (answer.status_code, answer.json().get("code")) == (status, code), answer.text


def test_an_endless_or_huge_body_is_cut_off(operator: Person) -> None:
    answer = operator.post(OPERATIONS, data=b"x" * (33 * 2**20))
    assert (answer.status_code, answer.json()["code"]) == (413, "size")

    def endless() -> object:
        for _ in range(40):
            yield b" " * 2**20

    try:
        assert operator.post(OPERATIONS, data=endless()).status_code == 413
    except requests.ConnectionError as error:  # the server hung up before the client had heard why
        assert error.request is not None
    assert operator.get(SESSION).status_code == 200


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Bearer x", "Basic eDp5", "Bearer \u00ff", "bearer x"])
def test_without_a_token_nobody_gets_in(lasting_central: Central, header: str) -> None:
    said = {"Authorization": header.encode("latin-1")}
    answer = requests.get(lasting_central.url + CHANGES, headers=said, timeout=10)
    assert (answer.status_code, answer.json()["code"]) == (401, "token")


def test_an_unknown_op_of_another_person_keeps_its_secrets(central: Central) -> None:
    first, second = central.person("operator"), central.person("operator")
    ident = make(first, author_phone="+7 900")
    assert send(first, operation({"address": "А"}, ident, 1))[0]["result"] == "accepted"
    met = operation({"address": "Б"}, ident, 1)
    assert send(second, met)[0]["current"]["data"]["author_phone"] == "+7 900"
    assert "current" not in send(first, met)[0]
