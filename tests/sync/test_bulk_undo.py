"""An act on many records that is taken back, with a real server: nothing is lost, nothing has two effects."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from central_server import Central
from fault_proxy import FaultProxy
from station import Station

from citymanager.errors import CityError
from citymanager.store.bulk_acts import BulkAct, TakenBack
from citymanager.values import moment

Join = Callable[..., Station]


@pytest.fixture
def central(lasting_central: Central) -> Central:
    """One server for all: each test looks at its own records only."""
    return lasting_central


def accepted(station: Station, count: int = 3) -> list[str]:
    """Reports that the server has, and that wait for an executor."""
    made = [station.new(text=f"Яма {n}") for n in range(count)]
    for status in ("moderation", "accepted"):
        for ident in made:
            station.edit(ident, status=status)
    station.sync()
    return made


def assign(station: Station, idents: list[str]) -> BulkAct:
    act = BulkAct(str(uuid4()), "reports", "Назначить", station.login_name, moment(station.now()))
    change = {"status": "assigned", "executor": "o1"}
    station.writer.change_many(act, idents, change, station.role, station.now())
    return act


def back(station: Station, act: BulkAct) -> TakenBack:
    return station.writer.take_back(act, 500, station.role, station.now())


def there(central: Central, idents: list[str]) -> list[str]:
    """The statuses that the server has."""
    rows = dict(central.sql("SELECT id, data ->> 'status' FROM records WHERE id = ANY(%s)", idents))
    return [rows[one] for one in idents]


def test_without_a_line_it_is_withdrawn_and_never_reaches_the_server(
    central: Central, proxy: FaultProxy, join: Join
) -> None:
    a = join(url=proxy.url, role="moderator")
    idents = accepted(a)
    act = assign(a, idents)
    a.client.address = "http://127.0.0.1:9"  # nobody listens there
    with pytest.raises(CityError, match="Нет связи"):
        a.sync()
    assert back(a, act) == TakenBack(withdrawn=idents), "what never left can still be withdrawn"
    a.client.address = proxy.url
    assert a.sync().pushed == 0
    assert there(central, idents) == ["accepted"] * 3


def test_an_answer_that_was_lost_leaves_no_withdrawing_but_an_edit_after_it(
    central: Central, proxy: FaultProxy, join: Join
) -> None:
    """The server has it, and this station does not know: to withdraw it would be a lie."""
    a = join(url=proxy.url, role="moderator")
    idents = accepted(a)
    act = assign(a, idents)
    proxy.after = lambda path, body: "operations" in path
    a.sync()
    assert proxy.fired and len(a.writer.outbox()) == 3
    assert there(central, idents) == ["assigned"] * 3
    a.restart()
    a.login(a_login := act.author)
    assert back(a, act) == TakenBack(edited=idents)
    proxy.calm()
    a.sync()
    assert a.login_name == a_login and not a.writer.outbox()
    assert there(central, idents) == ["accepted"] * 3


def test_what_another_station_has_touched_since_stays(central: Central, join: Join) -> None:
    a, b = join(role="moderator"), join(role="moderator")
    idents = accepted(a)
    act = assign(a, idents)
    a.sync()
    b.sync()
    b.edit(idents[0], address="улица Ленина, 5")
    b.sync()
    a.sync()
    found = back(a, act)
    assert found.edited == idents[1:]
    assert [(ident, b.login_name in why) for ident, why in found.kept] == [(idents[0], True)]
    a.sync()
    assert there(central, idents) == ["assigned", "accepted", "accepted"]
