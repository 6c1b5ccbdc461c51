"""What may be done to a record, by whom, and what is said when it may not."""

from typing import Any

import pytest
from throwaway import NOW, THROWAWAY

from citymanager.changes import as_it_stands, begun, difference, judge, merged
from citymanager.errors import Refused
from citymanager.modules import BY_KEY
from citymanager.roles import ROLES, Role, role, sees, visible
from citymanager.schema import Values
from citymanager.workflow import ways

REPORTS = BY_KEY["reports"]
NEW: Values = {"text": "Яма", "status": "new", "number": "К1-0001"}


def refusal(before: Values, change: Values, person: str = "moderator") -> str:
    with pytest.raises(Refused) as caught:
        judge(REPORTS, before, change, role(person), NOW)
    return str(caught.value)


def test_a_whole_life_of_a_report_passes() -> None:
    data, person = dict(NEW), role("moderator")
    for change in (
        {"status": "moderation"}, {"status": "accepted"}, {"status": "assigned", "executor": "o1"},
        {"status": "in_work"},
        {"status": "postponed", "postponed_until": "2026-12-01", "postponed_reason": "Мороз"}, {"status": "in_work"},
        {"status": "done"}, {"status": "checking"}, {"status": "solved", "public_answer": "Засыпано"},
        {"status": "rated", "rating": 5}, {"status": "reopened"},
    ):  # fmt: skip
        judge(REPORTS, data, change, person, NOW)
        data = merged(data, change)
    assert data["status"] == "reopened"


@pytest.mark.parametrize(
    ("before", "change", "person", "said"),
    [
        (NEW, {"status": "solved"}, "moderator", "Из статуса «Новое» нельзя перейти в «Решено». Можно: «На мод"),
        ({**NEW, "status": "accepted"}, {"status": "assigned"}, "operator", "заполните: «Исполнитель»"),
        ({**NEW, "status": "moderation"}, {"status": "accepted"}, "operator", "Роль «Оператор» не может перевести"),
        ({}, {"text": "x", "status": "solved"}, "operator", "Роль «Оператор» заводит запись только в статусе «Новое»"),
        (NEW, {"text": "x"}, "wall", "Роль «Экран» не может изменять раздел"),
        (NEW, {"text": "x"}, "head", "Роль «Глава» не может изменять раздел"),
        (NEW, {"text": ""}, "operator", "Заполните «Текст сообщения»."),
        (NEW, {"number": "К1-0002"}, "operator", "«Номер» нельзя изменить."),
        (NEW, {"status": "flying"}, "operator", "Неизвестный статус: flying."),
        (NEW, {"rating": 9}, "operator", "от 1 до 5"),
        (
            {**NEW, "status": "moderation"}, {"status": "rejected", "rejection": "duplicate"}, "moderator",
            "укажите, какое сообщение оно повторяет",
        ),
        (
            {**NEW, "status": "in_work"},
            {"status": "postponed", "postponed_until": "2026-11-23", "postponed_reason": "x"}, "operator",
            "должен быть позже сегодняшнего дня",
        ),
        (
            {**NEW, "status": "solved", "regime": "59fz", "public_answer": "x"}, {"public_answer": None}, "operator",
            "Обращение по 59-ФЗ нельзя закрыть без ответа",
        ),
    ],
)  # fmt: skip
def test_a_refusal_says_why(before: Values, change: Values, person: str, said: str) -> None:
    assert said in refusal(before, change, person)


@pytest.mark.parametrize("person", ["admin", "moderator", "operator", "connector"])
def test_a_reply_is_sent_by_a_confirmation_and_by_nothing_else(person: str) -> None:
    replies, who = BY_KEY["replies"], role(person)
    waiting = {"report": "r1", "channel": "email", "text": "Засыпано", "status": "to_send"}
    proof = {"confirmed_by": "mailer", "confirmation": "250 OK"}
    for missing in (*proof, ""):
        half = {key: value for key, value in proof.items() if missing and key != missing}
        with pytest.raises(Refused):
            judge(replies, waiting, {"status": "sent", **half}, who, NOW)
        with pytest.raises(Refused):
            judge(replies, {}, {**waiting, "status": "sent", **half}, who, NOW)
    judge(replies, waiting, {"status": "sent", **proof}, who, NOW)
    sent = {**waiting, "status": "sent", **proof}
    for change in ({"text": "x"}, {"recipient": "x"}, {"confirmation": None}, {"status": "to_send"}):
        with pytest.raises(Refused):
            judge(replies, sent, change, who, NOW)


def test_all_reasons_are_told_at_once() -> None:
    text = refusal({}, {"rating": 9})
    assert "Заполните «Текст сообщения»." in text and "от 1 до 5" in text


def test_an_unknown_person_is_judged_by_rules_not_by_role() -> None:
    judge(REPORTS, {**NEW, "status": "moderation"}, {"status": "accepted"}, None, NOW)
    with pytest.raises(Refused):
        judge(REPORTS, NEW, {"status": "solved"}, None, NOW)


def test_a_record_from_a_newer_server_stays_editable() -> None:
    odd = {**NEW, "status": "from_the_future", "rating": 9, "category": "dragons"}
    judge(REPORTS, odd, {"address": "ул. Мира, 1"}, role("operator"), NOW)


def test_moves_of_a_status_and_why_some_are_closed() -> None:
    found = {one.move.target: one for one in ways(REPORTS, {**NEW, "status": "moderation"}, role("operator"))}
    assert set(found) == {"accepted", "rejected", "redirected"}
    assert "Роль «Оператор»" in found["accepted"].reason and found["rejected"].missing == ("rejection",)
    assert not any(one.open for one in found.values())
    assert [one.open for one in ways(REPORTS, {**NEW, "status": "moderation"}, role("moderator"))] == [
        True,
        False,
        False,
    ]
    assert ways(REPORTS, {**NEW, "status": "from_the_future"}, role("moderator")) == []


@pytest.mark.parametrize(
    ("before", "change", "slim", "after"),
    [
        ({"a": 1}, {"a": 1}, {}, {"a": 1}),
        ({"a": 1}, {"a": None}, {"a": None}, {}),
        ({}, {"a": ""}, {}, {}),
        ({"a": [1]}, {"a": []}, {"a": None}, {}),
        ({"a": 1, "b": 2}, {"b": 3, "c": 0}, {"b": 3, "c": 0}, {"a": 1, "b": 3, "c": 0}),
        ({"a": True}, {"a": False}, {"a": False}, {"a": False}),
    ],
)
def test_a_change_is_slim_and_merges(before: Any, change: Any, slim: Any, after: Any) -> None:
    assert difference(before, change) == slim
    assert merged(before, slim) == after == merged(before, change)


@pytest.mark.parametrize("person", ROLES, ids=lambda one: one.key)
def test_sight_of_each_role(person: Role) -> None:
    own, other = {"executor": "o1", "author_name": "Иванов"}, {"executor": "o2"}
    assert sees(person, "o1", REPORTS, own) == (person.key != "connector")
    assert sees(person, "o1", REPORTS, other) == (person.key not in ("executor", "connector"))
    assert not (person.key == "executor" and sees(person, "", REPORTS, {}))
    assert ("author_name" in visible(person, REPORTS, own)) == (person.key not in ("wall", "service"))
    assert ("undeclared" in visible(person, REPORTS, {"undeclared": 1})) == (person.key not in ("wall", "service"))


def test_a_service_of_another_system_sees_what_is_public_and_a_connector_what_it_sends() -> None:
    report = {"status": "new", "text": "Яма", "author_phone": "1", "address": "ул. Мира, 1", "public_answer": "Ответ"}
    shown = visible(role("service"), REPORTS, report)
    assert shown == {"status": "new", "address": "ул. Мира, 1", "public_answer": "Ответ"}
    reply = {"status": "to_send", "recipient": "a@b.ru", "text": "Ответ"}
    assert visible(role("connector"), BY_KEY["replies"], reply) == reply
    assert visible(role("service"), BY_KEY["replies"], reply) == {}, "nothing of it is declared public"


def test_roles_by_key_or_title() -> None:
    assert role("Оператор") is role("operator") and role("ГЛАВА").key == "head" and role("царь") is None
    assert THROWAWAY.status("стоит").key == "standing"


def test_a_new_record_says_what_was_left_empty_on_purpose() -> None:
    made = begun(REPORTS, "К1-0001", {"text": "Яма", "channel": "", "address": ""}, NOW)
    assert made["channel"] is None and "address" not in made
    assert (made["number"], made["status"], made["regime"]) == ("К1-0001", "new", "platform") and made["received"]
    assert merged({}, made).keys() == {"text", "number", "status", "regime", "received"}


def test_what_stood_without_a_default_is_made_anew_without_it() -> None:
    anew = as_it_stands(REPORTS, {"text": "Яма", "number": "К1-0001", "status": "new"})
    assert {key for key, value in anew.items() if value is None} == {"channel", "regime", "received"}
    assert merged({}, anew) == {"text": "Яма", "number": "К1-0001", "status": "new"}
