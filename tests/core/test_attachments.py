"""What a file is, by its bytes; and that no name of one leads out of a folder, or lies about what it is (T15)."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from citymanager.attachments import KINDS, LIMIT, disk_name, judged, kind_of, named, shown_name
from citymanager.errors import Refused

JPEG, PDF = KINDS[0], KINDS[3]


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("яма.jpg", "яма.jpg"),
        ("яма.JPEG", "яма.jpg"),
        ("../../.bashrc", "bashrc.jpg"),
        ("..\\..\\boot.ini", "boot.ini.jpg"),
        ("/etc/passwd", "passwd.jpg"),
        ("C:\\windows\\system32\\cmd.exe", "cmd.exe.jpg"),
        ("CON", "_CON.jpg"),
        ("con.jpg", "_con.jpg"),
        ("LPT1.txt", "_LPT1.txt.jpg"),
        ("contract.jpg", "contract.jpg"),
        ("\u202egpj.exe", "gpj.exe.jpg"),
        ("а\x00б\nв\u2028г.jpg", "абв г.jpg"),
        ("\ud800", "файл.jpg"),
        ('a<b>:"c|d?e*', "a_b___c_d_e_.jpg"),
        ("...", "файл.jpg"),
        ("", "файл.jpg"),
        (None, "файл.jpg"),
        ("точка. .jpg", "точка.jpg"),
    ],
)
def test_a_name_for_the_disk(name: object, safe: str) -> None:
    assert disk_name(name, JPEG) == safe


@given(some.text(max_size=160) | some.text(alphabet="./\\CONcon:\u202e\x00 😀", max_size=160))
def test_no_name_leads_anywhere_whatever_it_is(name: str) -> None:
    safe = disk_name(name, PDF)
    assert safe.endswith(".pdf") and len(safe.encode()) <= 255
    assert not set(safe) & set('/\\:\x00\u202e<>|?*"') and safe.strip(". ") == safe
    assert disk_name(safe, PDF) == safe, "a safe name stays as it is"


def test_a_long_name_is_cut_and_keeps_its_ending() -> None:
    assert disk_name("я" * 300 + ".exe", JPEG).endswith("яя.jpg")
    assert len(shown_name("я" * 300)) == 120


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "пуст"),
        (b"\xff\xd8\xff" + bytes(LIMIT), "больше 25 МБ"),
        (b"MZ\x90\x00", "не JPEG"),
        (b"GIF89a", "не JPEG"),
        (b"<svg onload=alert(1)>", "не JPEG"),
        (b"PK\x03\x04", "не JPEG"),
    ],
)
def test_what_is_not_taken_is_told_in_russian_by_its_name(content: bytes, told: str) -> None:
    with pytest.raises(Refused, match=f"«вид.jpg».*{told}"):
        judged("вид.jpg", content)


def test_a_kind_is_known_by_content_whatever_the_name() -> None:
    assert judged("x.exe", b"%PDF-1.7").type == "application/pdf"
    assert kind_of(b"RIFF\x00\n\x00\x00WEBPVP8 ") == KINDS[2]
    assert kind_of(b"RIFF\x00\n\x00\x00AVI ") is None


def test_entries_that_make_no_sense_are_passed_over() -> None:
    sound = {"sha256": "a" * 64, "name": "\u202eвид.jpg", "size": 5}
    found = list(named([sound, {"sha256": "../../etc"}, {"sha256": "A" * 64}, None, 5, {"name": "x"}]))
    assert [(one.sha256, one.name, one.size) for one in found] == [("a" * 64, "вид.jpg", 5)]
    assert list(named("x")) == list(named(None)) == []
    assert next(named([{**sound, "size": "много"}])).size == 0
