"""A report from its arrival to its author's rating, as people at the desks live through it."""

from collections.abc import Callable
from typing import Any

import hands
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytest_bdd import parsers, scenarios, when

from widgets.record_related import RelatedRow

scenarios("report.feature")
Seats = Callable[..., Any]


@when(parsers.parse("за «{name}» раскрывают похожие сообщения и берут «{words}»"))
def _(seats: Seats, name: str, words: str) -> None:
    seat = seats(name)
    alike = seat.panel.form.alike
    seat.until(alike.fold.isVisible)
    hands.click(alike.fold)

    def offered() -> list[RelatedRow]:
        rows = [one for one in alike.findChildren(RelatedRow) if one.isVisible()]
        return [one for one in rows if words in one.accessibleName()]

    seat.until(lambda: len(offered()) == 1)
    QTest.mouseClick(offered()[0], Qt.MouseButton.LeftButton)
