"""What is not on the server yet is seen and decided without a window, too."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from throwaway import NOW

from citymanager.modules import MODULES
from citymanager.roles import role
from citymanager.store import Profile, Writer

Load = Callable[[str, dict[str, dict[str, Any]]], None]
pytestmark = pytest.mark.fault("F31")
BASE = {"text": "Яма", "status": "new", "address": "А"}
REFUSED = "Роль «Оператор» не может перевести запись."


@pytest.fixture
def waiting(place: Path, loaded: Load) -> dict[str, str]:
    """A conflict, a refused edit, a deletion in conflict, and one that waits for the line; their names."""
    loaded("reports", dict.fromkeys(("r1", "r2", "r3", "r4"), BASE))
    writer = Profile(place).writer(MODULES, patience=0)
    names = {
        "conflict": edit(writer, "r1", address="Моё", author_name="Иванова"),
        "refused": edit(writer, "r2", category="snow"),
        "deletion": writer.delete("reports", "r3", "ivanov", role("moderator"), NOW).op,
        "waiting": edit(writer, "r4", address="Позже"),
    }
    theirs = {**BASE, "address": "Чужое"}
    writer.settle(
        [
            {"op": names["conflict"], "result": "conflict", "fields": ["address"], "current": server("r1", 2, theirs)},
            {"op": names["refused"], "result": "refused", "reason": REFUSED},
            {"op": names["deletion"], "result": "conflict", "fields": ["address"], "current": server("r3", 2, theirs)},
        ],
        "feed", NOW,
    )  # fmt: skip
    writer.close()
    return names


def edit(writer: Writer, ident: str, **change: Any) -> str:
    return writer.save("reports", ident, change, "ivanov", role("moderator"), NOW).op


def server(ident: str, version: int, data: dict[str, Any]) -> dict[str, Any]:
    return {"seq": version, "module": "reports", "id": ident, "version": version, "deleted": False, "by": "petrov",
            "at": "2026-11-23T05:00:00Z", "data": data}  # fmt: skip


def test_an_empty_outbox_is_no_lines(command: Any) -> None:
    assert command("outbox").lines == []


def test_what_needs_a_person_is_listed_first_with_both_sides(command: Any, waiting: dict[str, str]) -> None:
    found = command("outbox").lines
    assert [one["state"] for one in found] == ["conflict", "refused", "conflict", "waiting"]
    first = found[0]
    assert (first["op"], first["author"], first["fields"]) == (waiting["conflict"], "ivanov", ["address"])
    assert (first["set"]["address"], first["was"]) == ("Моё", {"address": "А"})
    theirs = first["theirs"]
    assert (theirs["data"], theirs["by"], theirs["version"]) == ({"address": "Чужое"}, "petrov", 2)
    assert found[1]["reason"] == REFUSED
    assert found[2]["delete"] and found[2]["theirs"]["data"] == {"address": "Чужое"}
    assert len(command("outbox", "--aside").lines) == 3


def test_printed_personal_data_are_in_the_journal(command: Any, place: Path, waiting: dict[str, str]) -> None:
    command("outbox", "--aside")
    writer = Profile(place).writer(MODULES, patience=0)
    writer.take_spooled()
    lines = [one.change for one in writer.outbox() if one.module == "access_log"]
    writer.close()
    assert [(one["act"], one["module"], one["records"]) for one in lines] == [("export", "reports", 1)]


@pytest.mark.parametrize(
    ("words", "address", "sent"),
    [
        (("mine",), "Моё", {"address": "Моё", "author_name": "Иванова"}),
        (("theirs",), "Чужое", None),
        (("mine", "address=Общее"), "Общее", {"address": "Общее", "author_name": "Иванова"}),
        (("theirs", "Категория=Яма"), "Чужое", {"category": "pothole"}),
    ],
)
def test_a_conflict_is_decided(
    command: Any, waiting: dict[str, str], words: tuple[str, ...], address: str, sent: dict[str, Any] | None
) -> None:
    made = command("resolve", waiting["conflict"][:8], *words).line
    assert command("query", "reports", "--id", "r1").line["data"]["address"] == address
    left = [one for one in command("outbox").lines if one["id"] == "r1"]
    assert [(one["op"], one["set"], one["base"]) for one in left] == ([(made["op"], sent, 2)] if sent else [])


@pytest.mark.parametrize(("side", "there"), [("mine", 0), ("theirs", 1)])
def test_a_deletion_is_insisted_on_or_given_up(command: Any, waiting: dict[str, str], side: str, there: int) -> None:
    assert command("resolve", waiting["deletion"], side).code == 0
    found = command("query", "reports").lines
    assert sum(one["id"] == "r3" for one in found) == there


def test_a_refused_edit_is_sent_again_and_a_conflict_is_not(command: Any, waiting: dict[str, str]) -> None:
    assert command("retry", waiting["refused"]).line == {"retried": 1}
    assert [one["state"] for one in command("outbox").lines if one["id"] == "r2"] == ["waiting"]
    told = command("retry", waiting["conflict"])
    assert told.code == 2 and "resolve" in told.told


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("resolve", "нет такой", "mine"), "нет среди тех, что требуют решения"),
        (("resolve", "WAITING", "mine"), "нет среди тех, что требуют решения"),
        (("resolve", "CONFLICT", "mine", "address"), "нужно «поле=значение»"),
        (("resolve", "CONFLICT", "mine", "rating=9"), "от 1 до 5"),
        (("resolve", "DELETION", "mine", "address=А"), "полей в ней нет"),
    ],
)
def test_a_wrong_decision_changes_nothing(
    command: Any, waiting: dict[str, str], words: tuple[str, ...], said: str
) -> None:
    before = command("outbox").lines
    told = command(*(waiting.get(word.lower(), word) if word.isupper() else word for word in words))
    assert told.code == 2 and said in told.told
    assert command("outbox").lines == before
