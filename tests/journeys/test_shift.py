"""The steps of a shift: what people do at the desks, and what they must then see."""

from collections.abc import Callable

from central_server import Central
from pytest_bdd import parsers, scenarios, then, when

scenarios("shift.feature")

Seats = Callable[..., "Seat"]  # noqa: F821 - tests/journeys/conftest.py


@when(parsers.parse("за «{name}» заводят сообщение «{text}»"))
def _(seats: Seats, name: str, text: str) -> None:
    seat = seats(name)
    seat.panel.open_new()
    seat.type_into("text", text)
    seat.save()


@when(parsers.parse("за «{name}» дописывают в карточку «{text}» адрес «{address}»"))
def _(seats: Seats, name: str, text: str, address: str) -> None:
    seat = seats(name)
    seat.panel.open_record(seat.report(text).id)
    seat.type_into("address", address)
    seat.save()


@when(parsers.parse("за «{name}» в очереди видно «{text}»"))
@then(parsers.parse("за «{name}» в очереди видно «{text}»"))
def _(seats: Seats, name: str, text: str) -> None:
    seats(name).until(lambda: text in seats(name).listed())


@then("у одного из них оба адреса ждут решения человека")
def _(seats: Seats) -> None:
    both = [seats("А"), seats("Б")]
    both[0].until(lambda: any("внимания: 1" in seat.told() for seat in both), 90_000)
    (aside,) = [one for seat in both for one in seat.station.tasks.glance.outbox() if one.state == "conflict"]
    assert {aside.change["address"], aside.current["data"]["address"]} == {"улица Кедровая, 1", "улица Сосновая, 2"}
    assert aside.fields == ["address"]


@then("ни один адрес не пропал")
def _(seats: Seats, central: Central) -> None:
    shown = {seats(name).report("Открытый люк").data["address"] for name in ("А", "Б")}
    (stored,) = central.sql("SELECT data ->> 'address' FROM records WHERE module = 'reports'")
    assert shown == {"улица Кедровая, 1", "улица Сосновая, 2"} and stored[0] in shown
