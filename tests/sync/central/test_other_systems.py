"""Accounts of other systems: the portal's reports, what it gets to see, and the connector that sends replies."""

import re
import shutil
import subprocess
import sys
import uuid
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import requests
from central_operations import edit, make, operation, send
from central_server import ROOT, Central, Person
from pictures import PLACE, encoded, jpeg, png, webp

from citymanager.attachments import HEAD, kind_of
from citymanager.modules import BY_KEY
from citymanager.photo_pieces import end_of
from sync.contract import CHANGES, DIGEST, FILES, OPERATIONS, RECORDS, SNAPSHOT

CANARY = "Канарейкин"
JPEG = encoded("jpg")


@pytest.fixture(scope="module")
def service(lasting_central: Central) -> Person:
    return lasting_central.person("service")


@pytest.fixture(scope="module")
def operator(lasting_central: Central) -> Person:
    return lasting_central.person("operator")


@pytest.fixture(scope="module")
def moderator(lasting_central: Central) -> Person:
    return lasting_central.person("moderator")


def reply(person: Person, **more: Any) -> str:
    data = {"report": str(uuid.uuid4()), "channel": "email", "text": "Засыпано", "status": "to_send", **more}
    one = operation(data, module="replies")
    (verdict,) = send(person, one)
    assert verdict["result"] == "accepted", verdict
    return str(one["id"])


def say(person: Person, ident: str, base: int, **change: Any) -> dict[str, Any]:
    return send(person, operation(change, ident, base, module="replies"))[0]


# reports


def test_a_report_gets_what_our_own_program_would_fill_in(service: Person, operator: Person) -> None:
    numbers = []
    for _ in range(2):
        one = operation({"text": "Яма", "channel": "portal"})
        (verdict,) = send(service, one)
        shown = verdict["current"]["data"]
        assert (verdict["result"], shown["status"]) == ("accepted", "new") and "text" not in shown
        numbers.append(shown["number"])
        (kept,) = [each for each in operator.get(CHANGES).json()["changes"] if each["id"] == one["id"]]
        assert kept["data"]["received"] and kept["data"]["regime"] == "platform" and kept["data"]["text"] == "Яма"
    block = service.answer["block"]
    assert numbers == [f"{block}-{number:04}" for number in range(int(numbers[0][-4:]), int(numbers[0][-4:]) + 2)]


def test_the_same_operation_again_is_one_report(service: Person, operator: Person) -> None:
    one = operation({"text": f"Яма {uuid.uuid4()}"})
    first, second = send(service, one), send(service, one)
    assert first == second
    found = [each for each in operator.get(CHANGES).json()["changes"] if each["data"].get("text") == one["set"]["text"]]
    assert len(found) == 1


def test_it_changes_and_deletes_nothing_not_even_its_own(service: Person) -> None:
    ident = make(service)
    assert "не может изменять" in edit(service, ident, 1, address="А")["reason"]
    (verdict,) = send(service, operation({}, ident, 1, delete=True))
    assert verdict["result"] == "refused"
    (made,) = send(service, operation({"name": "Горсвет"}, module="organisations"))
    assert "не может заводить записи" in made["reason"]
    (status,) = send(service, operation({"text": "Яма", "status": "solved"}))
    assert "только в статусе «Новое»" in status["reason"]


def test_nothing_personal_and_nobody_of_the_city_comes_back(service: Person, operator: Person) -> None:
    one = operation({"text": CANARY, **dict.fromkeys(BY_KEY["reports"].personal_keys, CANARY)})
    told = service.post(OPERATIONS, {"operations": [one]}).text
    ident = one["id"]
    edit(operator, ident, 1, status="moderation", author_phone=CANARY + "1", redirected_to=CANARY)
    answers = [
        service.get(address).text
        for address in (CHANGES, f"{SNAPSHOT}/reports", f"{RECORDS}/reports/{ident}/history", DIGEST)
    ]
    assert '"status":"moderation"' in answers[0] and ident in answers[1]
    for text in (told, *answers):
        assert CANARY not in text and operator.answer["login"] not in text
    assert service.get(f"{SNAPSHOT}/replies").status_code == 403


def put(person: Person, content: bytes) -> dict[str, Any]:
    """A file on the server; what a record says of it."""
    name = sha256(content).hexdigest()
    assert person.http.put(f"{person.url}{FILES}/{name}", data=content, timeout=30).status_code == 200
    return {"sha256": name, "name": "a.jpg", "type": "image/jpeg", "size": len(content)}


def fetched(person: Person, file: dict[str, Any], **headers: str) -> requests.Response:
    return person.get(f"{FILES}/{file['sha256']}", headers=headers)


def test_it_reads_the_photos_of_results_and_its_own_but_not_the_residents(service: Person, operator: Person) -> None:
    mine, result, residents = (put(who, JPEG + uuid.uuid4().bytes) for who in (service, operator, operator))
    make(operator, result_photos=[result], photos=[residents])
    assert [fetched(service, one).status_code for one in (mine, result, residents)] == [200, 200, 404]


@pytest.mark.parametrize("photo", [jpeg, png, webp])
def test_a_photo_goes_out_to_it_bare_and_to_the_citys_people_as_it_was(
    service: Person, operator: Person, photo: Callable[[], bytes]
) -> None:
    content = photo() + uuid.uuid4().bytes
    result = put(operator, content)
    make(operator, result_photos=[result])
    out = fetched(service, result)
    assert out.status_code == 200 and PLACE in content and PLACE[:8] not in out.content
    kind = kind_of(content[:HEAD])
    assert kind is not None and out.headers["Content-Type"] == kind.type and end_of(out.content, kind)
    piece = fetched(service, result, Range="bytes=0-9")
    assert piece.status_code == 200 and piece.content == out.content, "whole, whatever part is asked for"
    assert fetched(operator, result).content == content
    assert fetched(operator, result, Range="bytes=5-9").content == content[5:10]


def test_its_own_photo_comes_back_bare_and_a_document_as_it_is(service: Person) -> None:
    photo, paper = put(service, jpeg() + uuid.uuid4().bytes), b"%PDF-1.7 " + uuid.uuid4().bytes
    assert PLACE[:8] not in fetched(service, photo).content
    assert fetched(service, put(service, paper)).content == paper


def test_a_photo_that_can_not_be_made_bare_stays_here_and_says_why(service: Person, operator: Person) -> None:
    broken = put(operator, b"\xff\xd8\xff\xe0\x00\x10<html>" + PLACE + uuid.uuid4().bytes)
    make(operator, result_photos=[broken])
    answer = fetched(service, broken)
    assert (answer.status_code, answer.json()["code"]) == (422, "request")
    assert "повреждён" in answer.json()["error"] and "не выдан" in answer.json()["error"]
    assert fetched(operator, broken).status_code == 200


def test_a_program_that_has_gone_mad_is_held_back(central: Central) -> None:
    service, operator = central.person("service"), central.person("operator")
    for _ in range(3):
        send(service, *(operation({"text": "Яма"}) for _ in range(100)))
    answer = service.post(OPERATIONS, {"operations": [operation({"text": "Яма"})]})
    assert (answer.status_code, answer.json()["code"]) == (429, "busy") and answer.headers["Retry-After"] == "60"
    assert "Не больше 300 правок в минуту" in answer.json()["error"]
    send(operator, *(operation({"text": "Яма"}) for _ in range(200)))
    central.sql("UPDATE answered SET at = at - interval '2 minutes'")
    assert "20000 знаков" in send(service, operation({"text": "x" * 20_001}))[0]["reason"]


def test_files_of_a_program_that_has_gone_mad_are_held_back(central: Central) -> None:
    service, operator = central.person("service"), central.person("operator")
    central.sql(
        "INSERT INTO files (sha256, type, content, login) SELECT lpad(n::text, 64, '0'), 'image/jpeg', '', %s"
        " FROM generate_series(1, 600) AS n",
        service.answer["login"],
    )
    address = f"{FILES}/{sha256(JPEG).hexdigest()}"
    answer = service.http.put(service.url + address, data=JPEG, timeout=30)
    assert answer.status_code == 429 and "Не больше 600 файлов в час" in answer.json()["error"]
    assert operator.http.put(operator.url + address, data=JPEG, timeout=30).status_code == 200
    assert service.http.put(service.url + address, data=JPEG, timeout=30).status_code == 200, "it is there already"


# replies


@pytest.fixture(scope="module")
def connector(lasting_central: Central) -> Person:
    return lasting_central.person("connector")


def test_a_connector_takes_what_is_to_be_sent_and_confirms_it(connector: Person, operator: Person) -> None:
    ident = reply(operator, recipient="resident@example.org")
    (found,) = [one for one in connector.get(CHANGES).json()["changes"] if one["id"] == ident]
    assert (found["data"]["recipient"], found["data"]["status"]) == ("resident@example.org", "to_send")
    assert say(connector, ident, 1, status="failed", error="нет такого адреса", attempts=1)["result"] == "accepted"
    assert say(operator, ident, 2, status="to_send")["result"] == "accepted"
    done = say(connector, ident, 3, status="sent", confirmed_by="mailer", confirmation="250 OK")
    assert done["result"] == "accepted"
    (now,) = [one for one in operator.get(CHANGES).json()["changes"] if one["id"] == ident]
    assert (now["data"]["status"], now["data"]["attempts"]) == ("sent", 1)


@pytest.mark.parametrize("proof", [{}, {"confirmed_by": "я"}, {"confirmation": "250 OK"}], ids=str)
def test_nothing_is_sent_without_a_confirmation_whoever_says_so(
    connector: Person, moderator: Person, operator: Person, proof: dict[str, str]
) -> None:
    ident = reply(operator)
    for person in (connector, moderator, operator):
        assert say(person, ident, 1, status="sent", **proof)["result"] == "refused"
    brought = operation({"report": "r1", "channel": "email", "text": "x", "status": "sent", **proof}, module="replies")
    (verdict,) = send(moderator, brought)
    assert verdict["result"] == "refused" and "только с подтверждением" in verdict["reason"]


def test_what_was_sent_stays_as_it_went(connector: Person, operator: Person) -> None:
    ident = reply(operator)
    proof = {"confirmed_by": "mailer", "confirmation": "250 OK"}
    assert say(connector, ident, 1, status="sent", **proof)["result"] == "accepted"
    for change in ({"text": "другое"}, {"recipient": "a@b.ru"}, {"confirmation": None}, {"confirmed_by": "я"}):
        assert "уже отправлен" in say(operator, ident, 2, **change)["reason"]


def test_two_connectors_that_have_sent_one_reply_notice(central: Central) -> None:
    operator, first, second = (central.person(role) for role in ("operator", "connector", "connector"))
    ident = reply(operator)
    assert say(first, ident, 1, status="sent", confirmed_by="a", confirmation="1")["result"] == "accepted"
    met = say(second, ident, 1, status="sent", confirmed_by="b", confirmation="2")
    assert (met["result"], met["fields"]) == ("conflict", ["confirmation", "confirmed_by"])
    failed = say(second, ident, 1, status="failed", error="нет связи", attempts=1)
    assert (failed["result"], failed["fields"]) == ("conflict", ["status"])


# the README


def _commands() -> str:
    """The fenced commands of the README's section, as they stand there."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    (section,) = re.findall(r"(?ms)^## Other systems.*?(?=^## )", text)
    return "\n".join(re.findall(r"(?ms)^```bash\n(.*?)^```", section))


@pytest.mark.skipif(not (shutil.which("jq") and shutil.which("curl")), reason="needs jq and curl (apt install)")
def test_the_commands_of_the_readme_do_what_it_says(central: Central, tmp_path: Path) -> None:
    operator = central.person("operator")
    mended = put(operator, jpeg())
    answered = make(operator, author_name=CANARY, public_answer="Починим во вторник", result_photos=[mended])
    letter, nowhere = reply(operator, recipient="a@example.org"), reply(operator)
    (tmp_path / "photo.jpg").write_bytes(JPEG)
    program = f'main.py() {{ "{sys.executable}" "{ROOT}/main.py" "$@" --database "{central.dsn}"; }}\n'
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", f"SERVER={central.url}\n{program}{_commands()}"],
        cwd=tmp_path, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    ((report, by, data),) = central.sql(
        "SELECT id, by, data FROM records WHERE module = 'reports' AND id <> %s", answered
    )
    assert by == "portal" and data["author_name"] == "Иванова А. А." and data["number"].startswith("К")
    assert len(data["photos"]) == 1 and report in done.stdout
    assert "Починим во вторник" in done.stdout and CANARY not in done.stdout
    taken = (tmp_path / f"photo-{mended['sha256']}").read_bytes()
    assert taken.startswith(b"\xff\xd8") and PLACE[:8] not in taken
    states: dict[str, dict[str, Any]] = dict(central.sql("SELECT id, data FROM records WHERE module = 'replies'"))
    assert (states[letter]["status"], states[letter]["confirmed_by"]) == ("sent", "mailer")
    assert (states[nowhere]["status"], states[nowhere]["attempts"]) == ("failed", 1)
