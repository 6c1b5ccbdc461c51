"""Personal data never reach the wall: a canary in every personal field, looked for in all that it gets and keeps."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from central_server import Central
from psycopg.types.json import Jsonb
from rights_table import record
from station import PASSWORD, Station

from citymanager.modules import MODULES
from citymanager.schema import Module, Values
from citymanager.store import Query
from sync.contract import CHANGES, DIGEST, OPERATIONS, RECORDS, SESSION, SNAPSHOT

Join = Callable[..., Station]
CANARY = "79990001122"
"""Digits: no folding and no letter case hides them."""
PERSONAL = [one for one in MODULES if one.personal_keys]


def marked(module: Module, more: str = "") -> Values:
    """A record whose personal fields all hold the canary, and so does a field that no declaration names."""
    return {**record(module), **dict.fromkeys([*module.personal_keys, "undeclared"], CANARY + more)}


@pytest.fixture
def city(central: Central) -> Central:
    """One marked record of each module with personal data, made, and changed once more."""
    for module in PERSONAL:
        central.sql(
            "INSERT INTO records (module, id, data) VALUES (%s, %s, %s)", module.key, module.key, Jsonb(marked(module))
        )
        central.sql("UPDATE records SET data = %s WHERE id = %s", Jsonb(marked(module, "3")), module.key)
    return central


def test_every_declaration_with_people_in_it_is_looked_at() -> None:
    assert {"reports", "telephonograms", "earthworks", "replies", "people"} <= {one.key for one in PERSONAL}


def test_nothing_on_the_walls_disk(city: Central, join: Join) -> None:
    wall, desk = join("wall"), join("moderator")
    for one in (wall, desk):
        one.sync()
        one.sync()
    seen = {one.key for one in PERSONAL if wall.ids(one.key)}
    assert {"reports", "telephonograms", "earthworks", "people"} <= seen, "it is a wall that has its records"
    assert _found(desk.folder), "the canary would be found"
    assert not _found(wall.folder)
    for module in PERSONAL:
        assert wall.writer.ids(Query(module.key, text=CANARY)) == []
        assert desk.writer.ids(Query(module.key, text=CANARY)) or not set(module.text_keys) & module.personal_keys


def _found(folder: Path) -> list[Path]:
    return [one for one in folder.rglob("*") if one.is_file() and CANARY.encode() in one.read_bytes()]


def test_nothing_in_any_answer_to_the_wall(city: Central) -> None:
    wall = city.person("wall")
    answers = [json.dumps(wall.answer), *(wall.get(path).text for path in (SESSION, CHANGES, DIGEST))]
    for module in PERSONAL:
        answers.append(wall.get(f"{SNAPSHOT}/{module.key}").text)
        answers.append(wall.get(f"{RECORDS}/{module.key}/{module.key}/history").text)
    operations = [
        {"op": f"op-{one.key}", "module": one.key, "id": one.key, "base": 1, "set": {"undeclared": "x"}, "at": ""}
        for one in PERSONAL
    ]
    verdicts = wall.post(OPERATIONS, {"operations": operations})
    assert {one["result"] for one in verdicts.json()["verdicts"]} == {"refused"}
    assert not [text for text in (*answers, verdicts.text) if CANARY in text]
    assert CANARY in city.person("moderator").get(CHANGES).text


def test_a_verdict_is_not_repeated_to_its_author_in_a_lesser_role(city: Central) -> None:
    city.add_user("petrov", PASSWORD, "moderator")
    person = city.login("petrov")
    met = {"op": "met", "module": "reports", "id": "reports", "base": 1, "set": {"author_name": "Петров"}, "at": ""}
    first = person.post(OPERATIONS, {"operations": [met]})
    assert first.json()["verdicts"][0]["result"] == "conflict" and CANARY in first.text
    assert person.post(OPERATIONS, {"operations": [met]}).json()["verdicts"] == first.json()["verdicts"]
    city.add_user("petrov", PASSWORD, "wall")
    again = person.post(OPERATIONS, {"operations": [met]})
    assert again.json()["verdicts"][0]["result"] == "conflict" and CANARY not in again.text
