"""A view that is offered to all reaches every desk like any record: made without a line, shown without one."""

import json
from collections.abc import Callable

from central_server import Central
from station import Station

from citymanager.modules.views import VIEWS
from citymanager.store import Query

Join = Callable[..., Station]


def names(station: Station) -> list[str]:
    return [str(one.data["name"]) for one in station.writer.first_page(Query(VIEWS.key))]


def test_it_is_made_without_a_line_and_reaches_the_others_and_goes_again(central: Central, stations: Join) -> None:
    for login in ("ivanov", "petrov"):
        central.add_user(login, "пароль", "operator")
    a, b = stations(central.url), stations(central.url)
    for station, login in ((a, "ivanov"), (b, "petrov")):
        station.login(login)
        station.sync()
    view = {"name": "Ямы", "module": "reports", "author": "ivanov", "content": json.dumps({"text": "яма"})}
    made = a.writer.save(VIEWS.key, None, view, "ivanov", a.role, a.now())
    assert names(b) == []
    a.sync()
    b.sync()
    assert names(b) == ["Ямы"]
    a.writer.delete(VIEWS.key, made.id, "ivanov", a.role, a.now())
    a.sync()
    b.sync()
    assert names(a) == names(b) == []
