"""Photos and papers: whole, in parts, and only what they say they are."""

import os
from hashlib import sha256

import pytest
import requests
from central_operations import edit, make
from central_server import Central, Person

from sync.contract import FILE_LIMIT, FILES

JPEG = b"\xff\xd8\xff\xe0" + os.urandom(200_000)


def name_of(content: bytes) -> str:
    return sha256(content).hexdigest()


def put(person: Person, content: bytes, part: str = "", name: str = "") -> requests.Response:
    headers = {"Content-Range": part} if part else {}
    whole = f"{person.url}{FILES}/{name or name_of(content)}"
    return person.http.put(whole, data=content, headers=headers, timeout=30)


def get(person: Person, content: bytes, **headers: str) -> requests.Response:
    return person.get(f"{FILES}/{name_of(content)}", headers=headers)


@pytest.fixture(scope="module")
def operator(lasting_central: Central) -> Person:
    return lasting_central.person("operator")


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"\xff\xd8\xff\xe1 jpeg", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n png", "image/png"),
        (b"RIFF\x00\n\x00\x00WEBPVP8 ", "image/webp"),
        (b"%PDF-1.7 pdf", "application/pdf"),
    ],
)
def test_what_was_put_comes_back_as_what_it_is(operator: Person, content: bytes, kind: str) -> None:
    for _ in range(2):  # a second time is no second copy
        told = put(operator, content).json()
        assert (told["received"], told["complete"]) == (len(content), True)
    answer = get(operator, content)
    assert answer.content == content
    assert answer.headers["Content-Type"] == kind
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Disposition"] == "attachment"


def test_a_transfer_goes_on_where_it_was_cut(operator: Person) -> None:
    content, name = JPEG, name_of(JPEG)
    size = len(content)

    def part(first: int, last: int) -> dict[str, object]:
        answer = put(operator, content[first : last + 1], f"bytes {first}-{last}/{size}", name)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    assert part(0, 49_999)["received"] == 50_000
    assert part(0, 49_999)["received"] == 50_000, "a part that comes twice counts once"
    assert part(150_000, size - 1)["received"] == 50_000, "a part from beyond the gap is not kept"
    assert put(operator, b"", f"bytes */{size}", name).json()["received"] == 50_000
    assert part(40_000, 99_999)["received"] == 100_000, "an overlap is cut"
    assert get(operator, content).status_code == 404
    assert part(100_000, size - 1)["complete"]
    assert get(operator, content).content == content
    rest = get(operator, content, Range="bytes=150000-")
    assert (rest.status_code, rest.content) == (206, content[150_000:])
    assert rest.headers["Content-Range"] == f"bytes 150000-{size - 1}/{size}"
    piece = get(operator, content, Range="bytes=1000-1999")
    assert (piece.status_code, piece.content) == (206, content[1_000:2_000])
    assert piece.headers["Content-Range"] == f"bytes 1000-1999/{size}"
    tail = get(operator, content, Range=f"bytes={size - 5}-{size + 100}")
    assert tail.content == content[-5:] and tail.headers["Content-Range"] == f"bytes {size - 5}-{size - 1}/{size}"
    assert get(operator, content, Range=f"bytes={size + 1}-").status_code == 416


def test_two_people_may_bring_one_file_at_once(lasting_central: Central) -> None:
    content = b"%PDF-" + os.urandom(1_000)
    first, second = lasting_central.person("operator"), lasting_central.person("operator")
    half = f"bytes 0-499/{len(content)}"
    assert put(first, content[:500], half, name_of(content)).json()["received"] == 500
    assert put(second, content[:500], half, name_of(content)).json()["received"] == 500
    assert put(second, content).json()["complete"]
    rest = f"bytes 500-{len(content) - 1}/{len(content)}"
    assert put(first, content[500:], rest, name_of(content)).json()["complete"]
    assert get(second, content).content == content


def test_a_slow_transfer_is_kept_whole_or_not_at_all(lasting_central: Central, operator: Person) -> None:
    slow, left, other = (b"%PDF-" + os.urandom(1_000) for _ in range(3))
    for content in (slow, left):
        put(operator, content[:300], f"bytes 0-299/{len(content)}", name_of(content))
        put(operator, content[300:600], f"bytes 300-599/{len(content)}", name_of(content))
    age = "UPDATE parts SET at = now() - interval '8 days' WHERE sha256 = %s AND start < %s"
    lasting_central.sql(age, name_of(slow), 300)
    lasting_central.sql(age, name_of(left), 600)
    put(operator, other[:300], f"bytes 0-299/{len(other)}", name_of(other))
    told = [put(operator, b"", f"bytes */{len(one)}", name_of(one)).json()["received"] for one in (slow, left)]
    assert told == [600, 0], "a part that is old does not go alone"
    assert put(operator, slow[600:], f"bytes 600-{len(slow) - 1}/{len(slow)}", name_of(slow)).json()["complete"]


def test_a_file_that_is_not_what_it_is_called_is_thrown_away(operator: Person) -> None:
    name = name_of(b"%PDF- another")
    answer = put(operator, b"%PDF- one", name=name)
    assert (answer.status_code, answer.json()["code"]) == (400, "request")
    assert put(operator, b"%PDF- another").json()["complete"], "the next try begins anew"


@pytest.mark.parametrize(
    "content", [b"", b"GIF89a", b"<svg onload=alert(1)>", b"MZ\x90", b"PK\x03\x04", b" %PDF-", b"RIFF....AVI "]
)
def test_other_kinds_are_refused(operator: Person, content: bytes) -> None:
    answer = put(operator, content)
    assert answer.status_code == 400
    assert "JPEG" in answer.json()["error"]


@pytest.mark.parametrize(
    "told", ["bytes 0-4", "bytes 5-1/9", "bytes 0-8/9", "items 0-4/5", "bytes */5", "bytes 0-4/" + "9" * 13]
)
def test_a_part_that_contradicts_itself_is_refused(operator: Person, told: str) -> None:
    assert put(operator, b"%PDF-", told).status_code == 400


def test_a_file_over_the_limit_is_refused_before_it_comes(operator: Person) -> None:
    answer = put(operator, b"%PDF-", f"bytes 0-4/{FILE_LIMIT + 1}")
    assert (answer.status_code, answer.json()["code"]) == (413, "size")


@pytest.mark.parametrize("name", ["x", "..%2f..%2fetc%2fpasswd", "A" * 64, "0" * 63])
def test_a_name_that_is_no_sum_is_unknown(operator: Person, name: str) -> None:
    assert put(operator, b"%PDF-", name=name).status_code == 404


def test_a_file_obeys_the_rights_of_its_record(central: Central) -> None:
    operator, other = central.person("operator"), central.person("operator")
    ours, theirs = central.person("executor", "ours"), central.person("executor", "theirs")
    put(operator, JPEG)
    assert get(other, JPEG).status_code == 404, "not in any record yet"
    photo = {"sha256": name_of(JPEG), "name": "яма.jpg", "type": "image/jpeg", "size": len(JPEG)}
    card = make(operator, executor="ours", photos=[photo])
    assert get(other, JPEG).content == get(ours, JPEG).content == JPEG
    assert get(theirs, JPEG).status_code == 404
    edit(operator, card, 1, executor="theirs")
    assert get(ours, JPEG).status_code == 404
    assert get(theirs, JPEG).status_code == 200
