"""An order to dig from its draft to its guarantee, as people at the desks live through it."""

from collections.abc import Callable
from typing import Any

import hands
from card_steps import press
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytest_bdd import parsers, scenarios, step
from pytestqt.qtbot import QtBot

scenarios("order.feature")
Seats = Callable[..., Any]
CORNERS = ((-80, -60), (80, -60), (80, 60), (-80, 60))
"""Pixels from the middle of the map."""


@step(parsers.parse("за «{name}» обводят место на карте вокруг {lat:f}, {lon:f}"))
def _(seats: Seats, qtbot: QtBot, name: str, lat: float, lon: float) -> None:
    seat = seats(name)
    editor = seat.panel.form.lines["geometry"].editor
    seat.station.map.go_to(lat, lon, 17)
    hands.click(editor.draw)
    view = seat.station.map._view.focusProxy()
    seat.attend()
    seat.until(view.hasFocus)
    with qtbot.waitCallback(timeout=20_000) as painted:
        seat.station.map.grab_when_ready(painted)
    for right, down in CORNERS:
        before = editor.state()
        at = QPoint(view.width() // 2 + right, view.height() // 2 + down)
        QTest.mouseMove(view, at)
        QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=at)
        seat.until(lambda before=before: editor.state() != before)
    press(seat, seat.station.map, "Готово")
    seat.reads(lambda: editor, "Контур, 4 вершины")


@step(parsers.parse("за «{name}» запрашивают согласование у «{party}»"))
def _(seats: Seats, name: str, party: str) -> None:
    seat = seats(name)
    related = seat.panel.form.related
    if not related.fold.isChecked():
        hands.click(related.fold)
    press(seat, related, "Добавить: согласование")
    seat.section = "approvals"
    hands.fill(seat.panel.form.lines["party"].editor, party, seat.until)
    press(seat, seat.panel.form, "Сохранить")
    seat.reads(lambda: seat.panel.form, "Статус: Запрошено")


@step(parsers.parse("за «{name}» поле «{title}» не заполнить"))
def _(seats: Seats, name: str, title: str) -> None:
    (line,) = [one for one in seats(name).panel.form.lines.values() if one.field.title == title]
    seats(name).until(lambda: line.editor.isVisible() and line.editor.page.isReadOnly())


@step(parsers.parse("за «{name}» открывают панель «{title}»"))
def _(seats: Seats, name: str, title: str) -> None:
    seat = seats(name)
    seat.attend()
    hands.call(seat.window, "Перейти", title)
    seat.reads(lambda: seat.window, "Щёлкните сообщение жителя")


@step(parsers.parse("за «{name}» карточка ордера в статусе «{title}»"))
def _(seats: Seats, name: str, title: str) -> None:
    seats(name).section = "earthworks"
    seats(name).reads(lambda: seats(name).panel.form.head.pill, f"Статус: {title}")
