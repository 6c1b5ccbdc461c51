"""Features of a file into a module's records: what is told before, what is saved, what may not be."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from PySide6.QtWidgets import QWidget

from citymanager.exchange.source import Row, Source
from citymanager.hub import Hub
from citymanager.modules import BY_KEY
from citymanager.roles import role
from citymanager.schema import Module
from citymanager.steady import Steady
from citymanager.store import Query
from citymanager.tasks import Tasks
from widgets.move_in import MoveIn
from widgets.move_in_box import MoveInBox, ask
from widgets.seat import Seat

Wait = Callable[[Callable[[], bool]], None]
REPORTS = BY_KEY["reports"]
POINT = {"type": "Point", "coordinates": [60.732, 56.085]}
LINE = {"type": "LineString", "coordinates": [[60.732, 56.085], [60.74, 56.09]]}


def features(count: int, *more: tuple[dict[str, Any], Any]) -> Callable[[], Source]:
    """Points that would be good reports, and what else there is."""
    good = [({"Текст сообщения": f"Яма {number}", "заметка": "а"}, POINT) for number in range(count)]

    def rows() -> Iterator[Row]:
        for number, (cells, shape) in enumerate([*good, *more], 1):
            yield Row(number, cells, shape)

    return lambda: Source(("Текст сообщения", "заметка"), rows(), shapes=True)


@pytest.fixture
def house() -> Sequence[Module]:
    return tuple(BY_KEY.values())


@pytest.fixture
def moving(tasks: Tasks, hub: Hub, seat: Seat, house: Sequence[Module], qtbot: object) -> Iterator[MoveIn]:
    window = QWidget()
    yield MoveIn(tasks, hub, seat, house, Steady(), window)
    window.deleteLater()


def opened(moving: MoveIn, found: Callable[[], Source], wait: Wait) -> MoveInBox:
    parent = moving.parent()
    assert isinstance(parent, QWidget)
    box = ask(moving, "ямы", found, parent)
    assert box is not None
    box.module.setCurrentIndex(box.module.findData("reports"))
    choose(box, "Текст сообщения", "text")
    wait(lambda: box._found is not None)
    return box


def choose(box: MoveInBox, column: str, field: str) -> None:
    chooser = box.fields[column]
    chooser.setCurrentIndex(chooser.findData(field))


def records(tasks: Tasks) -> list[Any]:
    return list(tasks.glance.each(Query("reports")))


def test_what_would_come_of_it_is_told_before(moving: MoveIn, tasks: Tasks, wait: Wait) -> None:
    box = opened(moving, features(3, ({"Текст сообщения": "труба"}, LINE), ({"заметка": "без текста"}, POINT)), wait)
    told = box.told.text()
    assert "Будет создано: 3 записи." in told and "Не будет перенесено: 2" in told and "Почему:" in told
    assert "Заполните" in told
    assert box.go.isEnabled() and not records(tasks)
    box.reject()


def test_features_become_records_through_the_outbox_once(
    moving: MoveIn, tasks: Tasks, wait: Wait, notices: list[tuple[str, str]]
) -> None:
    found = features(1_200, ({"Текст сообщения": "труба"}, LINE))
    opened(moving, found, wait).save()
    wait(lambda: any("перенесено" in text for text, _ in notices))
    assert notices[-1] == ("В раздел «Сообщения жителей» перенесено: 1200 записей. Не перенесено: 1.", "warning")
    kept = records(tasks)
    assert len(kept) == 1_200 and kept[0].data["geometry"] == POINT
    assert tasks.write_here(lambda writer: len(list(writer.outbox()))) == 1_200
    again = opened(moving, found, wait)
    assert "Уже есть и не изменятся: 1200." in again.told.text() and not again.go.isEnabled()
    again.reject()


def test_one_field_is_not_filled_from_two_columns(moving: MoveIn, wait: Wait) -> None:
    box = opened(moving, features(2), wait)
    choose(box, "заметка", "text")
    assert "для двух столбцов" in box.told.text() and not box.go.isEnabled()
    box.reject()


def test_who_may_make_no_records_is_told_so(moving: MoveIn, seat: Seat, notices: list[tuple[str, str]]) -> None:
    seat.take("глава", "Глава", role("wall"))
    parent = moving.parent()
    assert isinstance(parent, QWidget)
    assert ask(moving, "ямы", features(1), parent) is None
    assert "не можете заводить" in notices[-1][0]


def test_only_modules_where_the_person_makes_records_are_offered(moving: MoveIn, seat: Seat) -> None:
    seat.take("ivanova", "Иванова", role("operator"))
    offered = {one.key for one in moving.open_modules()}
    assert "reports" in offered
    assert all(one.geometry and not seat.why_not_make(one) for one in moving.open_modules())
    everything = {one.key for one in BY_KEY.values() if one.geometry}
    assert offered < everything


def test_a_stopped_moving_keeps_whole_pieces_and_says_how_many(
    moving: MoveIn, tasks: Tasks, wait: Wait, notices: list[tuple[str, str]]
) -> None:
    box = opened(moving, features(3_000), wait)
    begun: list[Any] = []
    tasks.began.connect(begun.append)
    tasks.began.connect(lambda work: work.stop())
    box.save()
    wait(lambda: any("Остановлено" in text for text, _ in notices))
    assert "Перенесено до этого: 0." in notices[-1][0] and not records(tasks)
