"""A view that is offered to all reaches every desk like any record: made without a line, shown without one."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from central_server import Central
from station import Station

from citymanager.modules.views import VIEWS
from citymanager.role_views import first_for
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


@pytest.fixture
def pair(central: Central, stations: Join) -> tuple[Station, Station]:
    """Two seniors, each at a desk of his own."""
    for login in ("ivanov", "petrov"):
        central.add_user(login, "пароль", "moderator")
    a, b = stations(central.url), stations(central.url)
    for station, login in ((a, "ivanov"), (b, "petrov")):
        station.login(login)
        station.sync()
    return a, b


def offer(station: Station, name: str, **more: Any) -> str:
    login = station.login_name
    view = {"name": name, "module": "reports", "author": login, "content": json.dumps({"text": name}), **more}
    return station.writer.save(VIEWS.key, None, view, login, station.role, station.now()).id


def give(station: Station, view: str, *roles: str) -> None:
    change = {"first_for": list(roles) or None}
    station.writer.save(VIEWS.key, view, change, station.login_name, station.role, station.now())


def all_sync(pair: tuple[Station, Station]) -> None:
    for _ in range(2):
        for station in pair:
            station.sync()


def begins(station: Station) -> dict[str, str]:
    """By role, the name of the view that it begins with at this desk."""
    found = first_for(station.writer.first_page(Query(VIEWS.key)))
    return {role: str(ranked[0].data["name"]) for role, ranked in found.items()}


def test_what_a_role_begins_with_is_set_without_a_line_and_reaches_the_others(pair: tuple[Station, Station]) -> None:
    a, b = pair
    view = offer(a, "Ямы")
    give(a, view, "moderator")
    assert begins(a) == {"moderator": "Ямы"} and begins(b) == {}
    all_sync(pair)
    b.restart()  # and no line any more
    assert begins(b) == {"moderator": "Ямы"}
    b.login("petrov")
    a.writer.delete(VIEWS.key, view, "ivanov", a.role, a.now())
    all_sync(pair)
    assert begins(b) == begins(a) == {}


@pytest.mark.parametrize("later", [0, 1])
def test_two_who_set_two_views_apart_make_every_desk_begin_with_the_later_one(
    pair: tuple[Station, Station], later: int
) -> None:
    views = [offer(pair[0], "Ямы"), offer(pair[0], "Снег")]
    all_sync(pair)
    pair[later].ahead = timedelta(minutes=2)
    for station, view in zip(pair, views, strict=True):
        give(station, view, "operator")
    all_sync(pair)
    assert begins(pair[0]) == begins(pair[1]) == {"operator": ("Ямы", "Снег")[later]}


@pytest.mark.parametrize("later", [0, 1])
def test_two_who_give_one_view_to_two_roles_are_both_heard(pair: tuple[Station, Station], later: int) -> None:
    view = offer(pair[0], "Ямы")
    all_sync(pair)
    pair[later].ahead = timedelta(minutes=2)
    give(pair[0], view, "operator")
    give(pair[1], view, "head")
    all_sync(pair)
    for station in pair:
        assert begins(station) == {"operator": "Ямы", "head": "Ямы"} and station.writer.needs_attention() == 0
    dated = {str(one.writer.first_page(Query(VIEWS.key))[0].data["first_since"]) for one in pair}
    assert len(dated) == 1 and dated.pop() > pair[1 - later].now().strftime("%Y-%m-%dT%H:%M:%SZ")
