"""The steps of the city around the desks: its server, what its registers hold, the line, time that passes."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
import requests
import spoken_dates
from central_server import Central, Person
from pytest_bdd import given, parsers, step

from citymanager.modules import MODULES
from citymanager.roles import may_read
from citymanager.schema import Field, Module
from citymanager.steady import wall_clock
from citymanager.values import moment, read
from sync import contract

ROLES = {"оператор": "operator", "модератор": "moderator", "исполнитель": "executor", "глава": "head"}
Seats = Callable[..., Any]
SIDE = 0.0004
"""Degrees of latitude: the side of a square «вокруг» a point."""


class Registers:
    """Records that are there before the story begins, by the first word of each row; sent by API."""

    def __init__(self, central: Central) -> None:
        self._central, self._senders = central, dict[str, Person]()
        self.ids: dict[str, str] = {}
        self._sent: list[tuple[Module, str]] = []

    def send(self, role: str, section: str, values: dict[str, str], name: str = "") -> None:
        """Put a record in, its fields given by their titles and as a person would write them."""
        module = next(one for one in MODULES if one.title == section)
        known = {one.title: one for one in module.columns.values()}
        change = {known[title].key: self._read(module, known[title], text) for title, text in values.items() if text}
        ident = str(uuid.uuid4())
        edit = {"op": str(uuid.uuid4()), "module": module.key, "id": ident, "base": 0, "set": change,
                "at": moment(wall_clock())}  # fmt: skip
        self._senders.setdefault(role, self._central.person(role))
        (verdict,) = self._senders[role].post(contract.OPERATIONS, {"operations": [edit]}).json()["verdicts"]
        assert verdict["result"] == "accepted", verdict
        self.ids[name or next(iter(values.values()))] = ident
        self._sent.append((module, ident))

    def reached(self, station: Any) -> bool:
        """Whether a workstation has all of them that are not kept from who sits there."""
        role, glance = station.seat.role, station.tasks.glance
        seen = [] if role is None or role.own_only else [one for one in self._sent if may_read(role, one[0])]
        return role is not None and all(glance.get(module.key, ident) is not None for module, ident in seen)

    def _read(self, module: Module, field: Field, text: str) -> Any:
        if field.kind in ("reference", "person"):
            found = [self.ids[one] for one in text.split("; ")]
            return found if field.many else found[0]
        if field.kind == "geometry" and text.startswith("вокруг "):
            return _square(*map(float, text.removeprefix("вокруг ").split(", ")))
        return read(module, field, spoken_dates.typed(text))


def _square(lat: float, lon: float) -> dict[str, Any]:
    far = SIDE / 2
    corners = [(-far, -far), (far, -far), (far, far), (-far, far), (-far, -far)]
    return {"type": "Polygon", "coordinates": [[[round(lon + 1.8 * x, 6), round(lat + y, 6)] for x, y in corners]]}


@pytest.fixture
def registers(central: Central) -> Registers:
    return Registers(central)


@given("в городе работает центральный сервер")
def _(central: Central) -> None:
    answer = requests.get(central.url + contract.CHANGES, timeout=5)
    assert (answer.status_code, answer.json()["product"]) == (401, contract.PRODUCT)


@step(parsers.parse("в разделе «{section}» записано:"))
def _(registers: Registers, section: str, datatable: list[list[str]]) -> None:
    titles, *rows = datatable
    for row in rows:
        registers.send("admin", section, dict(zip(titles, row, strict=True)))


@step(parsers.parse("с портала города пришло сообщение:"))
def _(registers: Registers, datatable: list[list[str]]) -> None:
    values = dict(datatable)
    registers.send("service", "Сообщения жителей", {"Канал": "Портал", **values}, values["Текст сообщения"])


@given(parsers.parse("за рабочим местом «{name}» сидит {who}"))
def _(seats: Seats, registers: Registers, name: str, who: str) -> None:
    role, _, firm = who.rstrip("»").partition(" «")
    seat = seats(name, ROLES[role], registers.ids[firm] if firm else "")
    seat.until(lambda: registers.reached(seat.station))


@step("линия пропала")
def _(central: Central) -> None:
    central.kill()


@step("линия вернулась")
def _(central: Central) -> None:
    central.start()


@step(parsers.parse("проходит {time}"))
def _(city_clock: Any, time: str) -> None:
    city_clock.wait(spoken_dates.length(time))


@step(parsers.parse("за «{name}» закрыли программу и открыли снова"))
def _(seats: Seats, name: str) -> None:
    seats(name).reopen()
