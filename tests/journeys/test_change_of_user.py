"""The lock and the change of person at a whole workstation: with the server, without it, and over a restart."""

from collections.abc import Callable
from typing import Any

import pytest
from central_server import Central
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

Seats = Callable[[str, str], Any]
PASSWORD = "пароль"


def enter(seat: Any, login: str, password: str = PASSWORD) -> None:
    assert seat.station.lock is not None
    entry = seat.station.lock.page.entry
    seat.until(entry.password.isEnabled)
    entry.person.setEditText(login)
    entry.password.setText(password)
    QTest.keyClick(entry.password, Qt.Key.Key_Return)


@pytest.mark.campaign
def test_one_desk_passes_from_hand_to_hand(seats: Seats, central: Central) -> None:
    seat = seats("А", "moderator")
    central.add_user("petrov", PASSWORD, "operator")
    central.add_user("gate", PASSWORD, "connector")
    lock = seat.station.lock
    assert lock is not None
    lock.lock()

    enter(seat, "gate")
    seat.until(lambda: "«gate»" in lock.page.entry.message.text())
    assert lock.on and seat.station.seat.login == "moderator-А"

    enter(seat, "petrov")
    seat.until(lambda: not lock.on)
    assert seat.station.seat.login == "petrov" and seat.station.seat.role is not None
    assert seat.station.seat.role.key == "operator"
    seat.until(lambda: "на связи" in seat.told())

    central.stop()
    seat.until(lambda: "на связи" not in seat.told(), patience=60_000)
    seat.panel.open_new()
    seat.type_into("text", "Записано Петровым без связи")
    seat.save()
    lock.lock()
    seat.reopen()
    lock = seat.station.lock
    assert lock is not None and lock.on, "a restart does not unlock"
    enter(seat, "petrov", "не тот")
    seat.until(lambda: bool(lock.page.entry.message.text()))
    assert lock.on
    enter(seat, "moderator-А")
    seat.until(lambda: not lock.on, patience=60_000)
    assert seat.station.seat.login == "moderator-А"
    (unsent,) = seat.station.tasks.write_here(lambda writer: writer.outbox())
    assert unsent.author == "petrov", "his edit keeps his name"
