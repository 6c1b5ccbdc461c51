"""The table of rights at the API: each role logs in, reads by every address, and tries every operation."""

from collections.abc import Iterator
from typing import Any

import pytest
from central_operations import Verdict, operation, send
from central_server import Central, Person
from psycopg.types.json import Jsonb
from rights_table import NO_RIGHT, OURS, THEIRS, edited, record, rights, step

from citymanager.modules import MODULES
from citymanager.roles import ROLES, Role
from citymanager.schema import Module, Values
from sync.contract import CHANGES, DIGEST, RECORDS, SNAPSHOT

ACTS = "mesd"
People = dict[str, Person]


def ident(module: Module, person: Role, act: str) -> str:
    return f"{module.key}-{person.key}-{act}"


@pytest.fixture(scope="module")
def people(lasting_central: Central) -> People:
    """One of each role; and records to read, to edit, to move and to delete for each of them."""
    rows = [(one.key, f"{one.key}-{whose}", record(one, whose)) for one in MODULES for whose in (OURS, THEIRS)]
    for one in MODULES:
        for person in ROLES:
            moved = step(one, person)
            rows += [(one.key, ident(one, person, act), record(one)) for act in "ed"]
            rows += [(one.key, ident(one, person, "s"), moved[0])] if moved else []
    lasting_central.sql(
        "INSERT INTO records (module, id, data) SELECT * FROM unnest(%s::text[], %s::text[], %s::jsonb[])",
        [module for module, _, _ in rows], [name for _, name, _ in rows], [Jsonb(data) for _, _, data in rows],
    )  # fmt: skip
    return {one.key: lasting_central.person(one.key, OURS) for one in ROLES}


@pytest.fixture(scope="module")
def verdicts(people: People) -> dict[tuple[str, str, str], Verdict]:
    """By role, module and act: what became of it."""
    return {
        (person.key, *key): verdict for person in ROLES for key, verdict in _tried(person, people[person.key]).items()
    }


def _tried(person: Role, who: Person) -> dict[tuple[str, str], Verdict]:
    asked = {(module.key, act): one for module in MODULES for act in ACTS if (one := _operation(module, person, act))}
    return dict(zip(asked, send(who, *asked.values()), strict=True))


def _operation(module: Module, person: Role, act: str) -> dict[str, Any] | None:
    if act == "m":
        return operation(record(module), module=module.key)
    moved = step(module, person)
    if act == "s":
        return operation(moved[1], ident(module, person, act), 1, module=module.key) if moved else None
    change: Values = edited(module) if act == "e" else {}
    more = {"delete": True} if act == "d" else {}
    return operation(change, ident(module, person, act), 1, module=module.key, **more)


@pytest.fixture(scope="module")
def fed(people: People) -> dict[str, set[str]]:
    """By role: the records that its feed brings."""
    return {key: set(_feed(who)) for key, who in people.items()}


def _feed(who: Person) -> Iterator[str]:
    after, more = 0, True
    while more:
        page = who.get(f"{CHANGES}?after={after}").json()
        yield from (one["id"] for one in page["changes"] if not one.get("gone"))
        after, more = page["next"], page["more"]


@pytest.mark.parametrize("module", MODULES, ids=lambda one: one.key)
@pytest.mark.parametrize("person", ROLES, ids=lambda one: one.key)
def test_reading_by_every_address(people: People, fed: dict[str, set[str]], person: Role, module: Module) -> None:
    who, letters = people[person.key], rights(person, module, "API")
    both = {f"{module.key}-{one}" for one in (OURS, THEIRS)}
    seen = both if "r" in letters else {f"{module.key}-{OURS}"} if "o" in letters else set()
    page = who.get(f"{SNAPSHOT}/{module.key}")
    assert page.status_code == (200 if seen else 403)
    assert both & {one["id"] for one in page.json().get("changes", [])} == seen
    assert both & fed[person.key] == seen
    past = {one for one in both if who.get(f"{RECORDS}/{module.key}/{one}/history").status_code == 200}
    assert past == seen
    assert (module.key in who.get(DIGEST).json()["modules"]) == bool(seen)


@pytest.mark.parametrize("module", MODULES, ids=lambda one: one.key)
@pytest.mark.parametrize("person", ROLES, ids=lambda one: one.key)
def test_every_operation(verdicts: dict[tuple[str, str, str], Verdict], person: Role, module: Module) -> None:
    tried = {act: verdicts[person.key, module.key, act] for act in ACTS if (person.key, module.key, act) in verdicts}
    accepted = {act for act, verdict in tried.items() if verdict["result"] == "accepted"}
    assert accepted == set(rights(person, module, "API")) & set(tried), tried
    for act in tried.keys() - accepted:
        assert any(word in tried[act]["reason"] for word in NO_RIGHT), tried[act]
