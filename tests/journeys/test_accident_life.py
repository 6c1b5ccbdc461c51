"""An accident at night from its telephonogram to the word of its end, as people at the desks live through it."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

import hands
from card_steps import press
from eyes import written
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytest_bdd import parsers, scenarios, step

from widgets.panels.receipt_matrix import ReceiptMatrix

scenarios("accident.feature")
Seats = Callable[..., Any]
COLUMNS = {"1": 1, "3": 3, "4": 4, "0": 5}
"""Which column tells that the key has been taken."""
KEYS = {"вниз": Qt.Key.Key_Down, "вверх": Qt.Key.Key_Up, **{str(n): Qt.Key(Qt.Key.Key_0.value + n) for n in range(6)}}


def matrix(seat: Any) -> ReceiptMatrix:
    (found,) = seat.panel.findChildren(ReceiptMatrix)
    return found


@step(parsers.parse("за «{name}» среди адресатов нажимают {keys}"))
def _(seats: Seats, name: str, keys: str) -> None:
    seat = seats(name)
    seat.attend()
    seat.until(lambda: matrix(seat).table.isVisible() and matrix(seat).table.rowCount() > 0)
    matrix(seat).table.setFocus()
    for key in keys.split(", "):
        take_step(seat, key)


def take_step(seat: Any, key: str) -> None:
    """Press a key, and look on until the table shows what it did."""
    table = matrix(seat).table
    row, column = table.currentRow(), COLUMNS.get(key, 0)
    before = table.item(row, column).text()
    QTest.keyClick(table, KEYS[key])
    if key == "2":
        seat.until(matrix(seat).receiver.isVisible)
    elif column:
        seat.until(lambda: _changed(seat, table.item(row, column).text(), before))


def _changed(seat: Any, now: str, before: str) -> bool:
    assert now != before, f"the key did nothing:\n{written(matrix(seat))}"
    return True


@step(parsers.parse("за «{name}» принявшим записывают «{who}»"))
def _(seats: Seats, name: str, who: str) -> None:
    hands.type_over(receiver(seats(name)), who)
    QTest.keyClick(receiver(seats(name)), Qt.Key.Key_Return)


@step(parsers.parse("за «{name}» принявшим оставляют того, кто назван"))
def _(seats: Seats, name: str) -> None:
    QTest.keyClick(receiver(seats(name)), Qt.Key.Key_Return)


def receiver(seat: Any) -> QLineEdit:
    """Where it is typed who has received it."""
    return matrix(seat).receiver.fields["receiver_name"]


@step(parsers.parse("за «{name}» составляют телефонограмму «{text}» для «{whom}»"))
def _(seats: Seats, name: str, text: str, whom: str) -> None:
    seat = seats(name)
    seat.attend()
    QTest.keySequence(seat.panel.table, QKeySequence("Ctrl+N"))
    lines = seat.panel.form.lines
    seat.until(lambda: seat.panel.form.isVisible() and not seat.panel.form.ident)
    hands.fill(lines["text"].editor, text, seat.until)
    hands.fill(lines["addressees"].editor, whom, seat.until)
    press(seat, seat.panel.form, "Сохранить")
    seat.until(lambda: any(row["Текст"] == text and row["Номер"] for row in seat.rows()))


@step(parsers.parse("за «{name}» номера идут подряд, в каждом блоке с первого: {counts}"))
def _(seats: Seats, name: str, counts: str) -> None:
    def blocks() -> list[list[int]]:
        found = defaultdict[str, list[int]](list)
        for block, _, count in (row["Номер"].rpartition("-") for row in seats(name).rows()):
            found[block].append(int(count or 0))  # a row that is still being read has no number yet
        return sorted((sorted(one) for one in found.values()), key=len)

    wanted = [list(range(1, int(count) + 1)) for count in counts.split(" и ")]
    seats(name).until(lambda: blocks() == wanted)
