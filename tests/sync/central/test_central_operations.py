"""What becomes of an operation: accepted, merged, met by another, refused; once, and never at another's cost."""

import json
import uuid
from pathlib import Path
from typing import Any

import pytest
from central_operations import edit, make, operation, send
from central_server import ROOT, Central, Person

from sync.contract import CHANGES, OPERATIONS, RECORDS

NAUGHTY = ROOT.parent / "shared" / "data" / "bad" / "blns" / "blns.json"
Pair = tuple[Person, Person]


@pytest.fixture(scope="module")
def pair(lasting_central: Central) -> Pair:
    """Two moderators on two stations; every test makes records of its own."""
    return lasting_central.person("moderator"), lasting_central.person("moderator")


@pytest.fixture(scope="module")
def operator(lasting_central: Central) -> Person:
    return lasting_central.person("operator")


def history(person: Person, ident: str) -> list[dict[str, Any]]:
    return list(person.get(f"{RECORDS}/reports/{ident}/history").json()["history"])


def current(person: Person, ident: str) -> dict[str, Any]:
    """The record as the feed has it now."""
    (seq,) = {one["seq"] for one in history(person, ident)[:1]}
    (change,) = person.get(f"{CHANGES}?after={seq - 1}&limit=1").json()["changes"]
    assert change["id"] == ident
    return dict(change)


# once


@pytest.mark.fault("F12")
def test_a_repeated_operation_has_one_effect_and_its_first_answer(pair: Pair) -> None:
    ident = make(pair[0])
    one = operation({"address": "А"}, ident, 1)
    first = send(pair[0], one)
    assert send(pair[0], one) == first
    assert edit(pair[1], ident, 2, address="Б")["result"] == "accepted"
    (again,) = send(pair[0], one)
    assert again.pop("current") == current(pair[0], ident), "and what has become of the record since"
    assert [again] == first
    assert current(pair[0], ident)["data"]["address"] == "Б"


def test_a_repeated_conflict_and_refusal_keep_their_first_answer(pair: Pair) -> None:
    ident = make(pair[0])
    edit(pair[1], ident, 1, address="Б")
    met, wrong = operation({"address": "А"}, ident, 1), operation({"rating": 9}, ident, 1)
    first = send(pair[0], met, wrong)
    assert [one["result"] for one in first] == ["conflict", "refused"]
    edit(pair[1], ident, 2, address="А")
    met_again, wrong_again = send(pair[0], met, wrong)
    assert wrong_again == first[1]
    assert met_again.pop("current") == current(pair[0], ident), "what the cache would take for the newest is the newest"
    assert met_again == {key: value for key, value in first[0].items() if key != "current"}


def test_a_repeated_conflict_tells_that_its_record_is_deleted_by_now(pair: Pair) -> None:
    """A station that has lost its cache asks again when it is past the deletion: nobody would take the record away."""
    ident = make(pair[0])
    edit(pair[1], ident, 1, address="Б")
    met = operation({"address": "А"}, ident, 1)
    assert send(pair[0], met)[0]["current"]["version"] == 2
    (gone,) = send(pair[1], {**operation({}, ident, 2), "delete": True})
    assert gone["result"] == "accepted"
    (again,) = send(pair[0], met)
    assert (again["result"], again["current"]["deleted"], again["current"]["data"]) == ("conflict", True, {})
    assert again["current"]["version"] == gone["version"]


def test_who_knows_another_feed_is_told_and_nothing_is_taken(pair: Pair) -> None:
    one = operation({"text": "Яма", "status": "new"})
    for feed in (str(uuid.uuid4()), "", None, 5):
        answer = pair[0].post(OPERATIONS, {"operations": [one], "feed": feed})
        assert (answer.status_code, answer.json()["code"]) == (409, "feed"), feed
    assert pair[0].get(f"{RECORDS}/reports/{one['id']}/history").status_code == 404
    answer = pair[0].post(OPERATIONS, {"operations": [one], "feed": answer.json()["feed"]})
    assert answer.json()["verdicts"][0]["version"] == 1


def test_an_operation_that_stands_twice_in_a_batch_has_one_effect(pair: Pair) -> None:
    one = operation({"text": "Яма"})
    then = operation({"address": "А"}, one["id"], 0, after=[one["op"]])
    first, between, second = send(pair[0], one, then, one)
    assert first == second and first["version"] == 1
    assert between["result"] == "accepted" and between["version"] == 2


# merging


def test_different_fields_merge_and_the_author_is_shown_the_whole(pair: Pair) -> None:
    ident = make(pair[0])
    assert edit(pair[1], ident, 1, address="ул. Мира, 1")["version"] == 2
    verdict = edit(pair[0], ident, 1, category="pothole")
    assert (verdict["result"], verdict["version"]) == ("accepted", 3)
    assert verdict["current"]["data"]["address"] == "ул. Мира, 1"
    assert verdict["current"]["data"]["category"] == "pothole"


def test_one_field_changed_to_two_values_is_a_conflict_that_shows_the_other(pair: Pair) -> None:
    ident = make(pair[0])
    edit(pair[1], ident, 1, address="Б", category="snow")
    verdict = edit(pair[0], ident, 1, address="А", category="snow", nature="problem")
    assert (verdict["result"], verdict["fields"]) == ("conflict", ["address"])
    assert verdict["current"]["data"]["address"] == "Б"
    assert verdict["current"]["by"] == pair[1].answer["login"]
    assert verdict["current"]["at"].endswith("Z")
    assert "nature" not in current(pair[0], ident)["data"], "a conflict changes nothing at all"


@pytest.mark.parametrize("theirs", ["Б", None])
@pytest.mark.parametrize("mine", ["А", None])
def test_setting_and_clearing_meet_like_any_values(pair: Pair, theirs: str | None, mine: str | None) -> None:
    ident = make(pair[0], address="начало")
    edit(pair[1], ident, 1, address=theirs)
    verdict = edit(pair[0], ident, 1, address=mine)
    assert verdict["result"] == ("accepted" if theirs == mine else "conflict")
    assert current(pair[0], ident)["data"].get("address") == theirs


def test_who_may_not_write_is_not_asked_to_decide_a_conflict(pair: Pair, lasting_central: Central) -> None:
    ident = make(pair[0])
    edit(pair[0], ident, 1, address="Б")
    verdict = edit(lasting_central.person("wall"), ident, 1, address="В")
    assert verdict["result"] == "refused" and "не может изменять" in verdict["reason"]


def test_the_same_value_twice_is_no_conflict_and_no_change(pair: Pair) -> None:
    ident = make(pair[0])
    edit(pair[1], ident, 1, address="А")
    assert edit(pair[0], ident, 1, address="А")["result"] == "accepted"
    assert len(history(pair[0], ident)) == 2


def test_what_the_author_had_not_sent_yet_is_no_conflict_with_himself(pair: Pair) -> None:
    ident = make(pair[0])
    first = operation({"address": "первый"}, ident, 1)
    second = operation({"address": "второй"}, ident, 1, after=[first["op"]])
    third = operation({"address": "третий"}, ident, 1, after=[first["op"], second["op"]])
    assert [one["result"] for one in send(pair[0], first, second)] == ["accepted", "accepted"]
    assert send(pair[0], third)[0]["result"] == "accepted"
    assert [one["set"] for one in history(pair[0], ident)[:3]] == [third["set"], second["set"], first["set"]]


def test_naming_his_own_earlier_one_does_not_excuse_overwriting_another(pair: Pair) -> None:
    ident = make(pair[0])
    first = operation({"category": "snow"}, ident, 1)
    send(pair[0], first)
    edit(pair[1], ident, 2, address="Б")
    verdict = send(pair[0], operation({"address": "А"}, ident, 1, after=[first["op"]]))[0]
    assert (verdict["result"], verdict["fields"]) == ("conflict", ["address"])


def test_an_earlier_one_that_changed_nothing_excuses_nothing(pair: Pair) -> None:
    """It carries the version that another wrote: his other fields were not seen."""
    ident = make(pair[0])
    edit(pair[1], ident, 1, address="Б", category="snow")
    same = operation({"category": "snow"}, ident, 1)
    assert send(pair[0], same)[0]["version"] == 2
    verdict = send(pair[0], operation({"address": "А"}, ident, 1, after=[same["op"]]))[0]
    assert verdict["result"] == "conflict"


def test_made_and_deleted_before_the_line_came_back(pair: Pair) -> None:
    made = operation({"text": "Яма"})
    gone = operation({}, made["id"], 0, delete=True, after=[made["op"]])
    assert [one["result"] for one in send(pair[0], made, gone)] == ["accepted", "accepted"]
    assert current(pair[0], made["id"])["deleted"]


def photos(*numbers: int) -> list[dict[str, Any]]:
    return [{"sha256": f"{number:064}", "name": f"{number}.jpg"} for number in numbers]


@pytest.mark.fault("F13")
def test_lists_merge_as_sets_where_it_is_told_what_they_were(pair: Pair) -> None:
    ident = make(pair[0], photos=photos(1))
    edit(pair[1], ident, 1, photos=photos(1, 2))
    (verdict,) = send(pair[0], operation({"photos": photos(3)}, ident, 1, was={"photos": photos(1)}))
    assert verdict["result"] == "accepted" and verdict["current"]["data"]["photos"] == photos(2, 3)
    assert edit(pair[0], ident, 1, photos=photos(4))["fields"] == ["photos"], "an older program does not tell"


@pytest.mark.fault("F13")
def test_an_operation_that_did_not_enter_is_kept_whole(pair: Pair, lasting_central: Central) -> None:
    ident = make(pair[0])
    edit(pair[1], ident, 1, address="Б")
    met = operation({"address": "А", "nature": "problem"}, ident, 1, stray="\x00")
    wrong = operation({"status": "solved"}, ident, 2)
    entered = operation({"category": "snow"}, ident, 2)
    assert [one["result"] for one in send(pair[0], met, wrong, entered)] == ["conflict", "refused", "accepted"]
    kept = dict(
        lasting_central.sql(
            "SELECT op, operation -> 'set' FROM answered WHERE op = ANY(%s) AND operation IS NOT NULL",
            [met["op"], wrong["op"], entered["op"]],
        )
    )
    assert kept == {met["op"]: met["set"], wrong["op"]: wrong["set"]}


@pytest.mark.fault("F31")
def test_what_was_made_on_a_refused_new_record_makes_no_half_of_it(pair: Pair) -> None:
    made = operation({"text": "Яма", "rating": 9})
    then = operation({"text": "Яма во дворе"}, made["id"], 0, after=[made["op"]])
    first, second = send(pair[0], made, then)
    assert (first["result"], second["result"]) == ("refused", "refused")
    assert "не принял" in second["reason"]
    assert pair[0].get(f"{RECORDS}/reports/{made['id']}/history").status_code == 404


# deleting


def test_a_deletion_of_what_somebody_changed_meanwhile_is_a_conflict(pair: Pair) -> None:
    ident = make(pair[0])
    edit(pair[1], ident, 1, address="Б")
    verdict = send(pair[0], operation({}, ident, 1, delete=True))[0]
    assert (verdict["result"], verdict["fields"]) == ("conflict", ["address"])
    assert not current(pair[0], ident)["deleted"]


def test_an_edit_of_a_deleted_record_brings_it_back_whole(pair: Pair) -> None:
    ident = make(pair[0], address="А")
    assert send(pair[1], operation({}, ident, 1, delete=True))[0]["result"] == "accepted"
    assert current(pair[0], ident)["data"] == {}
    verdict = edit(pair[0], ident, 1, category="snow")
    assert verdict["result"] == "accepted"
    stands = current(pair[0], ident)
    assert not stands["deleted"]
    assert (stands["data"]["address"], stands["data"]["category"]) == ("А", "snow")


def test_whoever_brings_a_deleted_record_back_is_shown_it(pair: Pair) -> None:
    ident = make(pair[0], text="Яма", address="А")
    (gone,) = send(pair[1], operation({}, ident, 1, delete=True))
    told = edit(pair[0], ident, gone["version"], address="Б")
    assert told["result"] == "accepted" and told["current"]["data"]["text"] == "Яма"


def test_two_deletions_are_one(pair: Pair) -> None:
    ident = make(pair[0])
    first, second = (send(one, operation({}, ident, 1, delete=True))[0] for one in pair)
    assert (first["result"], second["result"]) == ("accepted", "accepted")
    assert first["version"] == second["version"] == 2


def test_what_was_never_there_can_not_be_deleted(pair: Pair) -> None:
    verdict = send(pair[0], operation({}, str(uuid.uuid4()), 0, delete=True))[0]
    assert verdict["result"] == "refused" and "нет" in verdict["reason"]


# rules


def test_rules_and_workflow_refuse_in_russian(pair: Pair, operator: Person) -> None:
    moderator, ident = pair[0], make(pair[0])
    assert "нельзя перейти" in edit(operator, ident, 1, status="solved")["reason"]
    assert edit(operator, ident, 1, status="moderation")["result"] == "accepted"
    assert "Роль «Оператор»" in edit(operator, ident, 2, status="accepted")["reason"]
    assert "Причина отклонения" in edit(moderator, ident, 2, status="rejected")["reason"]
    assert "укажите" in edit(moderator, ident, 2, status="rejected", rejection="duplicate")["reason"]
    assert edit(moderator, ident, 2, status="accepted")["result"] == "accepted"


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"text": 5}, "«Текст сообщения»: нужен текст"),
    ({"text": "x" * 1_000_001}, "не больше 1000000 знаков"),
    ({"text": "Я\x00ма"}, "с кодом 0"),
    ({"text": "\ud800"}, "суррогатной пары"),
    ({"unknown": ["\x00"]}, "с кодом 0"),
    ({"unknown": {"\ud800": 1}}, "суррогатной пары"),
    ({"unknown": 10**400}, "Число слишком велико"),
    ({"unknown": json.loads("[" * 60 + "]" * 60)}, "слишком глубоко"),
    ({"rating": 2.5}, "нужно целое число"),
    ({"rating": True}, "нужно число"),
    ({"category": "nothing"}, "такого варианта нет"),
    ({"received": "вчера"}, "момент времени"),
    ({"postponed_until": "2026-13-01"}, "нужна дата"),
    ({"geometry": {"type": "Point", "coordinates": [600, 56]}}, "от −180 до 180"),
    ({"geometry": {"type": "Polygon", "coordinates": []}}, "нужна геометрия"),
    ({"photos": [{"sha256": "../../etc/passwd", "name": "x"}]}, "список файлов"),
    ({"executor": ""}, ""),
    ({"text": ""}, "Заполните «Текст сообщения»"),
]


@pytest.mark.parametrize(("change", "reason"), WRONG, ids=range(len(WRONG)))
def test_a_poisoned_operation_is_refused_alone(pair: Pair, change: dict[str, Any], reason: str) -> None:
    before, after = operation({"text": "до"}), operation({"text": "после"})
    poison = operation({"text": "Яма", **change})
    verdicts = send(pair[0], before, poison, after)
    assert [one["result"] for one in verdicts] == ["accepted", "refused" if reason else "accepted", "accepted"]
    assert reason in verdicts[1].get("reason", "")


@pytest.mark.parametrize(
    "broken",
    [
        {"module": "nothing"}, {"module": None}, {"module": ["reports"]}, {"id": ""}, {"id": 5}, {"id": "x" * 101},
        {"id": "a\u0000"}, {"id": "\ud800"}, {"base": -1}, {"base": "1"}, {"base": True}, {"base": 2**63}, {"set": []},
        {"set": None}, {"delete": "yes"}, {"after": "x"}, {"after": [1]}, {"feed": 5},
        {"was": []}, {"was": {"photos": "\u0000"}}, {"at": 5}, {"at": "\u0000"}, {"feed": "\u0000"},
    ],
    ids=str,
)  # fmt: skip
def test_an_operation_of_a_wrong_shape_is_refused_alone(pair: Pair, broken: dict[str, Any]) -> None:
    verdicts = send(pair[0], {**operation({"text": "Яма"}), **broken}, operation({"text": "Яма"}))
    assert [one["result"] for one in verdicts] == ["refused", "accepted"]
    assert verdicts[0]["reason"].endswith(".")


def test_what_the_database_itself_refuses_holds_up_nobody(central: Central) -> None:
    person = central.person("operator")
    central.sql("ALTER TABLE records ADD CONSTRAINT no_poison CHECK (data ->> 'text' <> 'яд')")
    poison = operation({"text": "яд"})
    verdicts = send(person, operation({"text": "до"}), poison, operation({"text": "после"}))
    assert [one["result"] for one in verdicts] == ["accepted", "refused", "accepted"]
    assert verdicts[1]["again"]
    central.sql("ALTER TABLE records DROP CONSTRAINT no_poison")
    assert send(person, poison)[0]["result"] == "accepted", "the fault was the server's: it is judged anew"


def test_fields_that_the_server_does_not_know_are_kept(pair: Pair) -> None:
    foreign = {"from_the_future": {"глубоко": [1, 2.5, None, "ё"]}}
    ident = make(pair[0], **foreign)
    edit(pair[1], ident, 1, address="А")
    assert current(pair[0], ident)["data"]["from_the_future"] == foreign["from_the_future"]


@pytest.mark.skipif(not NAUGHTY.exists(), reason="the shared test data are not here")
def test_naughty_strings_come_back_as_they_went(pair: Pair) -> None:
    texts = [one for one in json.loads(Path(NAUGHTY).read_text("utf-8")) if one and "\x00" not in one]
    made = [operation({"text": text, "address": text, "unknown": {text: text}}) for text in texts]
    for start in range(0, len(made), 200):
        assert {one["result"] for one in send(pair[0], *made[start : start + 200])} == {"accepted"}
    for one in made:
        assert one["set"].items() <= current(pair[0], one["id"])["data"].items()


# human numbers


@pytest.mark.fault("F15")
def test_two_stations_with_one_number_are_both_kept(pair: Pair) -> None:
    first, second, third = (operation({"text": "Яма", "number": f"К9-{uuid.uuid4().hex[:6]}"}) for _ in range(3))
    second["set"] = third["set"] = first["set"]
    number = first["set"]["number"]
    assert send(pair[0], first)[0]["current"]["data"]["number"] == number
    told = send(pair[1], second, third)
    assert [one["current"]["data"]["number"] for one in told] == [f"{number}/2", f"{number}/3"]
    assert send(pair[1], second, third) == told


def test_a_number_is_set_once(pair: Pair) -> None:
    ident = make(pair[0], number="К9-0001")
    assert "нельзя изменить" in edit(pair[0], ident, 1, number="К9-0002")["reason"]


# another feed


def test_a_version_of_another_feed_excuses_only_what_was_in_the_back_up(central: Central) -> None:
    first, second = central.person("operator"), central.person("operator")
    ident = make(first, address="начало")
    central.sql("UPDATE meta SET feed = gen_random_uuid(), began = (SELECT max(seq) FROM records)")
    kept = operation({"category": "snow"}, ident, 7, feed=first.answer["feed"])
    assert send(first, kept)[0]["result"] == "accepted"
    assert edit(second, ident, 2, address="Б")["result"] == "accepted"
    late = operation({"address": "А"}, ident, 7, feed=first.answer["feed"])
    assert (send(first, late)[0]["result"], send(first, late)[0]["fields"]) == ("conflict", ["address"])
