"""«Есть ли здесь ордер?»: what lies at a place, whether it gives leave today, and a card where nobody has any."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

import pytest
from pytestqt.qtbot import QtBot
from throwaway import NOW

from citymanager.clashes.order_here import leave_of
from citymanager.hub import Hub
from citymanager.modules import MODULES
from citymanager.roles import role
from citymanager.schema import Module
from citymanager.store import Query
from citymanager.tasks import Tasks
from widgets.desk import ORDER, Desk
from widgets.panels.order_panel import OrderPanel
from widgets.record_related import RelatedRow
from widgets.seat import Seat
from widgets.theme import Appearance

TODAY = NOW.date()
RING = [[60.735, 56.085], [60.736, 56.085], [60.736, 56.0853], [60.735, 56.0853], [60.735, 56.085]]
WORK = {
    "number": "УЗ-0007", "status": "open", "geometry": {"type": "Polygon", "coordinates": [RING]},
    "start": (TODAY - timedelta(days=3)).isoformat(), "end": (TODAY + timedelta(days=3)).isoformat(),
}  # fmt: skip
REPORT = {"number": "К1-0001", "text": "Роют", "status": "new", "address": "Ленина, 5",
          "geometry": {"type": "Point", "coordinates": [60.7355, 56.0851]}}  # fmt: skip
Wait = Callable[[Callable[[], bool]], None]


@pytest.fixture
def house() -> Sequence[Module]:
    return MODULES


@pytest.fixture
def panel(qtbot: QtBot, tasks: Tasks, hub: Hub, appearance: Appearance, seat: Seat) -> OrderPanel:
    made = OrderPanel(tasks, hub, appearance, seat, lambda: NOW)
    qtbot.addWidget(made)
    made.resize(1000, 300)
    made.show()
    return made


@pytest.mark.parametrize(
    ("change", "leave", "words"),
    [
        ({}, "yes", "копать можно до 26.11.2026"),
        ({"end": None}, "yes", "срок окончания не указан"),
        ({"start": "2026-12-01", "end": "2026-12-05"}, "no", "начнёт действовать 01.12.2026"),
        ({"end": "2026-11-22"}, "no", "срок ордера кончился 22.11.2026"),
        ({"status": "suspended"}, "no", "приостановлены"),
        ({"status": "approval"}, "no", "на согласовании"),
        ({"status": "emergency"}, "yes", "аварийное"),
        ({"status": "из новой версии"}, "no", "не даёт права"),
    ],
)
def test_an_order_gives_leave_by_its_status_and_days(change: Mapping[str, Any], leave: str, words: str) -> None:
    found = leave_of({**WORK, **change}, TODAY)
    assert found[0] == leave
    assert words in found[1]


def test_a_report_that_is_chosen_is_answered(put: Any, panel: OrderPanel, hub: Hub, wait: Wait) -> None:
    put("earthworks", {"w": WORK, "past": {**WORK, "status": "closed"}})
    put("reports", {"r": REPORT, "nowhere": {**REPORT, "geometry": None}})
    opened: list[tuple[str, str]] = []
    hub.opened.connect(lambda *one: opened.append(one))
    hub.selected.emit("reports", "r")
    wait(lambda: bool(panel.found))
    assert panel.mark.accessibleName() == "ордер есть"
    assert panel.report.isHidden()
    wait(lambda: any(not one.isHidden() for one in panel.findChildren(RelatedRow)))
    (row,) = [one for one in panel.findChildren(RelatedRow) if not one.isHidden()]
    row.clicked.emit()
    assert opened == [("earthworks", "w")]
    hub.selected.emit("reports", "nowhere")
    assert "нет точки" in panel.words.text()
    assert panel.mark.isHidden()


def test_a_place_is_looked_for_as_near_as_the_norm_says(put: Any, panel: OrderPanel, wait: Wait) -> None:
    put("earthworks", {"w": WORK})
    panel.set_point(56.08535, 60.7355)  # 5.6 m north of the works
    wait(lambda: bool(panel.found))
    assert "м от точки" in panel.found[0].words
    panel.set_point(56.0855, 60.7355)
    wait(lambda: not panel.found)
    assert panel.words.text().startswith("Ордера нет")


def test_digging_without_an_order_is_one_click(
    put: Any, panel: OrderPanel, hub: Hub, wait: Wait, tasks: Tasks, seat: Seat
) -> None:
    put("reports", {"r": REPORT})
    opened: list[tuple[str, str]] = []
    hub.opened.connect(lambda *one: opened.append(one))
    hub.selected.emit("reports", "r")
    wait(lambda: panel.report.isVisible())
    panel.report.click()
    wait(lambda: bool(opened))
    (made,) = tasks.glance.first_page(Query("earthworks"))
    assert (made.data["status"], made.data["reports"], made.data["address"]) == ("unauthorised", ["r"], "Ленина, 5")
    assert made.data["geometry"]["type"] == "Polygon"
    assert [one.module for one in tasks.glance.outbox()] == ["earthworks"]
    wait(lambda: panel.mark.accessibleName() == "копать нельзя")
    assert "несанкционированное" in panel.found[0].words
    assert panel.report.isHidden()  # it has its card by now
    panel.set_point(56.2, 60.9)
    wait(lambda: panel.report.isVisible())
    seat.take("ivanov", "Иванов", role("executor"))
    assert not panel.report.isEnabled()
    assert panel.report.toolTip()


def test_a_place_shown_on_the_map_comes_to_who_has_asked(put: Any, desk: Desk, wait: Wait) -> None:
    put("earthworks", {"w": WORK})
    desk.point_at(56.0851, 60.7355)  # nobody looks at the panel yet
    desk.window.docks.show("order_here")
    wait(lambda: desk.order is not None and desk.order.isVisible())
    assert desk.order is not None
    asked: list[str] = []
    desk.pick_requested.connect(asked.append)
    desk.order.pick.click()
    assert asked == [ORDER]
    desk.take_point(ORDER, 56.0851, 60.7355)
    wait(lambda: bool(desk.order and desk.order.found))
    desk.point_at(56.2, 60.9)
    wait(lambda: bool(desk.order and not desk.order.found))
