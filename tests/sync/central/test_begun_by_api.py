"""Records that the city's own accounts make by the API begin as those of a desk: what nobody has said is filled in."""

from pathlib import Path
from typing import Any

import pytest
from central_operations import operation, send
from central_server import Central, Person
from station import Station

FILLED_ANEW = ("number", "received", "date", "prepared_at", "asked_at", "inspected_at", "at")
"""Where two records that are begun in turn differ."""


@pytest.fixture(scope="module")
def operator(lasting_central: Central) -> Person:
    return lasting_central.person("operator")


@pytest.fixture
def desk(lasting_central: Central, tmp_path: Path) -> Any:
    lasting_central.add_user("operator-desk", "пароль", "operator")
    made = Station(tmp_path / "desk", lasting_central.url)
    made.login("operator-desk")
    yield made
    made.close()


def by_api(person: Person, module: str, values: dict[str, Any]) -> dict[str, Any]:
    (verdict,) = send(person, operation(values, module=module))
    assert verdict["result"] == "accepted", verdict
    return dict(verdict["current"]["data"])


@pytest.mark.parametrize(
    ("module", "values"),
    [
        ("reports", {"text": "Яма у дома 5"}),
        ("reports", {"text": "Яма у дома 5", "channel": "vk", "regime": "59fz"}),
        ("reports", {"text": "Предложение", "channel": "", "regime": None}),
        ("telephonograms", {"text": "Проверьте телефоны дежурных служб."}),
        ("earthworks", {"address": "ул. Озёрная, 5"}),
    ],
)
def test_it_begins_as_at_the_desk(desk: Station, operator: Person, module: str, values: dict[str, Any]) -> None:
    ident = desk.new(module, **values)
    desk.sync()
    made, at_desk = by_api(operator, module, values), desk.data(ident, module)
    assert desk.aside() == [] and made.keys() == at_desk.keys()
    assert {key for key in made if made[key] != at_desk[key]} <= set(FILLED_ANEW)


def test_its_number_is_the_next_of_its_stations_block_or_what_it_says(operator: Person) -> None:
    numbers = [by_api(operator, "reports", {"text": "Яма"})["number"] for _ in range(2)]
    block, _, first = numbers[0].rpartition("-")
    assert block == operator.answer["block"] and numbers[1] == f"{block}-{int(first) + 1:04}"
    assert by_api(operator, "reports", {"text": "Яма", "number": "ВХ-17"})["number"] == "ВХ-17"


def test_the_same_operation_again_is_answered_with_the_same_record(operator: Person) -> None:
    one = operation({"text": "Яма"})
    first, second = send(operator, one), send(operator, one)
    assert first == second and first[0]["current"]["data"]["status"] == "new"


def test_an_edit_of_what_the_server_has_lost_is_no_new_record(operator: Person) -> None:
    (verdict,) = send(operator, operation({"text": "Яма", "status": "new"}, base=3))
    assert verdict["result"] == "accepted" and "current" not in verdict


def test_what_a_desk_leaves_empty_stays_empty(desk: Station, operator: Person) -> None:
    ident = desk.new(text="Яма", channel="", regime="")
    desk.sync()
    (verdict,) = send(operator, operation({"address": "ул. Мира, 3"}, ident, 1))
    assert verdict["result"] == "accepted" and "channel" not in desk.data(ident)
    history = operator.get(f"/api/v1/records/reports/{ident}/history").json()["history"]
    assert not {"channel", "regime"} & set(history[-1]["set"])
