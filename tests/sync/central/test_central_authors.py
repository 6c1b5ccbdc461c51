"""A record that belongs to who made it: the server lets nobody else change it, whatever his station said."""

import json
from typing import Any

import pytest
from central_operations import operation, send
from central_server import Central, Person

from citymanager.roles import SENIORS

CONTENT = json.dumps({"text": "яма"})


def login(who: Person) -> str:
    return str(who.answer["login"])


def offer(who: Person, author: str | None, **more: Any) -> dict[str, Any]:
    change = {"name": "Ямы", "module": "reports", "content": CONTENT, **({"author": author} if author else {})}
    return send(who, operation({**change, **more}, module="views"))[0]


@pytest.mark.parametrize("role", ["operator", "head", "executor"])
def test_only_its_author_and_seniors_change_or_withdraw_it(central: Central, role: str) -> None:
    author, other = central.person("operator"), central.person(role)
    made = operation({"name": "Ямы", "module": "reports", "content": CONTENT, "author": login(author)}, module="views")
    assert send(author, made)[0]["result"] == "accepted"

    def tried(who: Person, base: int, **more: Any) -> dict[str, Any]:
        return send(who, operation(more.pop("change", {}), made["id"], base, module="views", **more))[0]

    for more in ({"change": {"name": "Мои"}}, {"delete": True}):
        refused = tried(other, 1, **more)
        assert refused["result"] == "refused" and f"сотрудника «{login(author)}»" in refused["reason"]
    assert tried(author, 1, change={"name": "Ямы и ухабы"})["result"] == "accepted"
    assert tried(author, 2, change={"author": login(other)})["result"] == "refused"
    version = 2
    for senior in SENIORS:
        assert tried(central.person(senior), version, change={"remark": senior})["result"] == "accepted"
        version += 1
    assert tried(author, version, delete=True)["result"] == "accepted"


def test_nobody_makes_one_in_anothers_name(central: Central) -> None:
    author, other = central.person("operator"), central.person("operator")
    refused = offer(other, login(author))
    assert refused["result"] == "refused" and f"сотрудника «{login(author)}»" in refused["reason"]
    assert offer(author, login(author))["result"] == "accepted"
    assert offer(author, login(author), content="правка")["result"] == "refused"
    assert offer(central.person("wall"), None)["result"] == "refused"


def test_nobody_gives_anothers_name_to_one_that_has_none(central: Central) -> None:
    maker, other = central.person("operator"), central.person("operator")
    change = {"name": "Ямы", "module": "reports", "content": CONTENT}
    made = operation(change, module="views")
    assert send(maker, made)[0]["result"] == "accepted"
    named = operation({"author": login(maker)}, made["id"], 1, module="views")
    refused = send(other, named)[0]
    assert refused["result"] == "refused" and f"сотрудника «{login(maker)}»" in refused["reason"]
    own = operation({"author": login(maker)}, made["id"], 1, module="views")
    assert send(maker, own)[0]["result"] == "accepted"


def test_only_seniors_say_which_roles_begin_with_it_and_the_server_dates_what_comes_without_a_date(
    central: Central,
) -> None:
    author, senior = central.person("operator"), central.person("moderator")
    made = operation({"name": "Ямы", "module": "reports", "content": CONTENT, "author": login(author)}, module="views")
    assert send(author, made)[0]["result"] == "accepted"
    asked = {"first_for": ["operator"]}
    refused = send(author, operation(asked, made["id"], 1, module="views"))[0]
    assert refused["result"] == "refused" and "не заполняет роль «Оператор»" in refused["reason"]
    given = send(senior, operation(asked, made["id"], 1, module="views"))[0]
    assert given["result"] == "accepted" and given["current"]["data"]["first_since"] >= "2026"
    told = send(senior, operation({"first_for": ["head"], "first_since": "2027-01-01T00:00:00Z"}, made["id"], 2,
                                  module="views"))[0]  # fmt: skip
    assert told["result"] == "accepted"
    strange = send(senior, operation({"first_for": ["dispatcher"]}, made["id"], 3, module="views"))[0]
    assert strange["result"] == "refused"
