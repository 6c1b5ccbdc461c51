"""The steps at a table and its card: what people click and type there, and what they then read."""

from collections.abc import Callable
from typing import Any

import hands
import spoken_dates
from eyes import written
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget
from pytest_bdd import parsers, step

from citymanager.modules import MODULES

Seats = Callable[..., Any]
SAVING = "Сохраняется…"
"""What the button of a card says while it is being saved: nobody presses another one then."""


def button(part: QWidget, title: str) -> QAbstractButton | None:
    """The first button with this title that can be seen there."""
    found = [one for one in part.findChildren(QAbstractButton) if one.isVisible()]
    return next((one for one in found if title in (one.text().replace("&&", "&"), one.accessibleName())), None)


def press(seat: Any, part: QWidget, title: str) -> None:
    seat.attend()
    seat.reads(lambda: part, title.partition(": ")[0])
    seat.until(lambda: button(part, title) is not None and button(part, SAVING) is None)
    hands.click(button(part, title))


# what is done


@step(parsers.parse("за «{name}» открывают раздел «{title}»"))
def _(seats: Seats, name: str, title: str) -> None:
    seats(name).go(title)


@step(parsers.parse("за «{name}» заводят новую карточку"))
def _(seats: Seats, name: str) -> None:
    seats(name).attend()
    QTest.keySequence(seats(name).panel.table, QKeySequence("Ctrl+N"))


@step(parsers.parse("за «{name}» открывают карточку «{words}»"))
def _(seats: Seats, name: str, words: str) -> None:
    seat = seats(name)
    seat.click_row(words)
    seat.reads(lambda: seat.panel.form, words)


@step(parsers.parse("за «{name}» в карточке заполняют:"))
def _(seats: Seats, name: str, datatable: list[list[str]]) -> None:
    seat = seats(name)
    seat.attend()
    lines = {line.field.title: line for line in seat.panel.form.lines.values()}
    for title, words in datatable:
        hands.fill(lines[title].editor, spoken_dates.typed(words), seat.until)


@step(parsers.parse("за «{name}» сохраняют карточку"))
def _(seats: Seats, name: str) -> None:
    seat = seats(name)
    press(seat, seat.panel.form, "Сохранить")
    seat.reads(lambda: seat.panel.form.foot, "Сохранено в")


@step(parsers.parse("за «{name}» нажимают кнопку «{title}»"))
def _(seats: Seats, name: str, title: str) -> None:
    press(seats(name), seats(name).panel, title)


@step(parsers.parse("за «{name}» нажимают по очереди кнопки «{titles}»"))
def _(seats: Seats, name: str, titles: str) -> None:
    for title in titles.split("», «"):
        press(seats(name), seats(name).panel, title)


@step(parsers.parse("за «{name}» в окне нажимают кнопку «{title}»"))
def _(seats: Seats, name: str, title: str) -> None:
    press(seats(name), seats(name).window, title)


@step(parsers.parse("за «{name}» нажимают клавишу {keys}"))
def _(seats: Seats, name: str, keys: str) -> None:
    seats(name).attend()
    QTest.keySequence(QApplication.focusWidget() or seats(name).window, QKeySequence(keys))


@step(parsers.parse("за «{name}» в связанных записях добавляют «{one}»"))
def _(seats: Seats, name: str, one: str) -> None:
    seat = seats(name)
    related = seat.panel.form.related
    if not related.fold.isChecked():
        hands.click(related.fold)
    press(seat, related, f"Добавить: {one}")
    seat.section = next(module.key for module in MODULES if module.one == one)


# what is seen


@step(parsers.parse("за «{name}» в таблице видно «{words}»"))
def _(seats: Seats, name: str, words: str) -> None:
    seats(name).until(lambda: any(words in cell for row in seats(name).rows() for cell in row.values()))


@step(parsers.parse("за «{name}» в таблице у «{words}» стоит «{value}»"))
def _(seats: Seats, name: str, words: str, value: str) -> None:
    seats(name).until(lambda: any(_has(row, words) and _has(row, value) for row in seats(name).rows()))


def _has(row: dict[str, str], words: str) -> bool:
    return any(words in cell for cell in row.values())


@step(parsers.parse("за «{name}» карточка в статусе «{title}»"))
def _(seats: Seats, name: str, title: str) -> None:
    seats(name).reads(lambda: seats(name).panel.form, f"Статус: {title}\n")


@step(parsers.parse("за «{name}» на карточке написано «{words}»"))
def _(seats: Seats, name: str, words: str) -> None:
    seats(name).reads(lambda: seats(name).panel.form, words)


@step(parsers.parse("за «{name}» на карточке больше не написано «{words}»"))
def _(seats: Seats, name: str, words: str) -> None:
    seats(name).until(lambda: words not in written(seats(name).panel.form))


@step(parsers.parse("за «{name}» в окне сказано «{words}»"))
def _(seats: Seats, name: str, words: str) -> None:
    seats(name).reads(lambda: seats(name).window, words)


@step(parsers.parse("строка состояния «{name}» говорит «{words}»"))
def _(seats: Seats, name: str, words: str) -> None:
    seats(name).until(lambda: words in seats(name).told().casefold())
