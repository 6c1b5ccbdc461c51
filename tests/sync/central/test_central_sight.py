"""Who sees what: executors their own cards, the wall nothing personal; and how a change of that is told."""

from typing import Any

from central_operations import edit, make, operation, sealed, send
from central_server import Central, Person

from sync.contract import CHANGES, DIGEST, OPERATIONS, RECORDS, SESSION, SNAPSHOT, seal

OURS, THEIRS = "org-ours", "org-theirs"


def pulled(person: Person, after: int = 0) -> tuple[dict[str, dict[str, Any]], int]:
    """Changes by record, and the cursor after them."""
    answer = person.get(f"{CHANGES}?after={after}")
    body = answer.json()
    assert (body["count"], body["sha256"]) == (len(body["changes"]), sealed(answer, "changes"))
    return {one["id"]: one for one in body["changes"]}, body["next"]


def digest(person: Person) -> dict[str, Any]:
    return dict(person.get(DIGEST).json()["modules"]["reports"])


def test_an_executor_gets_only_his_own_cards(central: Central) -> None:
    operator, executor = central.person("operator"), central.person("executor", OURS)
    ours, theirs, nobodys = make(operator, executor=OURS), make(operator, executor=THEIRS), make(operator)
    changes, cursor = pulled(executor)
    assert set(changes) == {ours}
    assert cursor == pulled(operator)[1], "the cursor passes what is not shown"
    assert [one["id"] for one in executor.get(f"{SNAPSHOT}/reports").json()["changes"]] == [ours]
    assert digest(executor) == {"count": 1, "sha256": seal([[ours, 1]])}
    assert digest(operator)["count"] == 3
    for hidden in (theirs, nobodys):
        assert executor.get(f"{RECORDS}/reports/{hidden}/history").status_code == 404
        refused = edit(executor, hidden, 1, address="А")
        assert refused["result"] == "refused" and "current" not in refused
    assert edit(executor, ours, 1, address="А")["result"] == "accepted"


def test_an_executor_without_an_organisation_sees_no_card(central: Central) -> None:
    operator, executor = central.person("operator"), central.person("executor")
    make(operator)
    make(operator, executor=OURS)
    assert pulled(executor)[0] == {}
    assert digest(executor)["count"] == 0


def test_a_card_enters_whole_and_leaves_as_gone(central: Central) -> None:
    operator, executor = central.person("operator"), central.person("executor", OURS)
    card = make(operator, executor=THEIRS, address="А")
    changes, cursor = pulled(executor)
    assert changes == {}
    edit(operator, card, 1, executor=OURS)
    changes, cursor = pulled(executor, cursor)
    assert changes[card]["data"]["address"] == "А" and "gone" not in changes[card]
    edit(operator, card, 2, executor=THEIRS)
    changes, _ = pulled(executor, cursor)
    assert (changes[card]["gone"], changes[card]["deleted"], changes[card]["data"]) == (True, False, {})
    edit(operator, card, 3, address="Б")
    changes, cursor = pulled(executor, cursor)
    assert changes[card]["gone"], "also for one who did not look in between"
    edit(operator, card, 4, address="В")
    assert pulled(executor, cursor)[0] == {}, "told once, it is nobody's business any more"


def test_a_card_that_leaves_by_direct_sql_is_gone_too(central: Central) -> None:
    operator, executor = central.person("operator"), central.person("executor", OURS)
    card = make(operator, executor=OURS)
    _, cursor = pulled(executor)
    central.sql("UPDATE records SET data = data - 'executor' WHERE id = %s", card)
    assert pulled(executor, cursor)[0][card]["gone"]


def test_a_deleted_card_is_deleted_for_its_executor_and_gone_for_the_former_one(central: Central) -> None:
    moderator = central.person("moderator")
    executor, former = central.person("executor", OURS), central.person("executor", THEIRS)
    card = make(moderator, executor=THEIRS)
    _, cursor = pulled(former)
    edit(moderator, card, 1, executor=OURS)
    send(moderator, operation({}, card, 2, delete=True))
    assert pulled(executor)[0][card]["deleted"]
    assert pulled(former, cursor)[0][card]["gone"]


def test_an_executor_who_gives_a_card_away_is_told_that_it_is_gone(central: Central) -> None:
    operator, executor = central.person("operator"), central.person("executor", OURS)
    card = make(operator, executor=OURS)
    edit(operator, card, 1, address="А")
    verdict = edit(executor, card, 1, executor=THEIRS)
    assert verdict["result"] == "accepted"
    assert (verdict["current"]["gone"], verdict["current"]["data"]) == (True, {})


def test_the_wall_never_receives_personal_fields(central: Central) -> None:
    operator, wall = central.person("operator"), central.person("wall")
    canary = "Канарейкин 79001234567"
    card = make(operator, author_name=canary, author_phone=canary, author_email=canary, address="А")
    edit(operator, card, 1, author_phone=canary + "1")
    answers = [
        wall.get(address).text
        for address in (CHANGES, f"{SNAPSHOT}/reports", f"{RECORDS}/reports/{card}/history", DIGEST)
    ]
    assert not any("Канарейкин" in one for one in answers)
    assert "«" not in answers[0] and '"address":"А"' in answers[0]
    assert canary in operator.get(CHANGES).text


def test_the_wall_writes_nothing(central: Central) -> None:
    wall, operator = central.person("wall"), central.person("operator")
    card = make(operator)
    for one in (operation({"text": "Яма"}), operation({"address": "А"}, card, 1), operation({}, card, 1, delete=True)):
        verdict = send(wall, one)[0]
        assert verdict["result"] == "refused" and "Экран" in verdict["reason"]
    assert set(wall.answer["modules"].values()) == {"read"}


def test_a_change_of_role_or_organisation_is_told_by_the_next_answer(central: Central) -> None:
    central.add_user("ivanov", "пароль", "executor", OURS)
    person, operator = central.login("ivanov"), central.person("operator")
    card = make(operator, executor=THEIRS)
    loaded_under = person.answer["sight"]
    body = person.get(CHANGES).json()
    assert (body["sight"], body["changes"]) == (loaded_under, [])
    central.add_user("ivanov", "пароль", "executor", THEIRS)
    assert person.get(f"{CHANGES}?after={body['next']}").json()["sight"] != loaded_under
    session = person.get(SESSION).json()
    assert session["organisation"] == THEIRS
    loaded = person.get(f"{SNAPSHOT}/reports").json()
    assert [one["id"] for one in loaded["changes"]] == [card] and loaded["sight"] == session["sight"]
    central.add_user("ivanov", "пароль", "wall")
    assert person.get(SESSION).json()["role"] == "wall"
    refused = person.post(OPERATIONS, {"operations": [operation({"address": "А"}, card, 1)]}).json()["verdicts"][0]
    assert refused["result"] == "refused"


def test_roles_that_see_the_same_have_one_sight_and_others_have_not(central: Central) -> None:
    sights = {role: central.person(role, OURS).answer["sight"] for role in ("operator", "wall", "executor")}
    assert len(set(sights.values())) == 3
    assert central.person("operator").answer["sight"] == sights["operator"]
