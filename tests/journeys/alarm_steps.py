"""The steps of alarms: the strip under the menu that nobody can overlook."""

from collections.abc import Callable
from typing import Any

from pytest_bdd import parsers, step

Seats = Callable[..., Any]


@step(parsers.parse("за «{name}» под меню тревога «{words}»"))
def _(seats: Seats, name: str, words: str) -> None:
    seats(name).reads(lambda: seats(name).station.desk.alarms.strip, words)


@step(parsers.parse("за «{name}» под меню тревоги нет"))
def _(seats: Seats, name: str) -> None:
    seats(name).until(lambda: not seats(name).station.desk.alarms.strip.isVisible())
