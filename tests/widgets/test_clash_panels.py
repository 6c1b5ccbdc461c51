"""Clashes at the desk: on the card before and after it is saved, bans that hold up a move, the list «Пересечения»."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot
from throwaway import NOW

from citymanager.clashes import on_the_ground
from citymanager.hub import Hub
from citymanager.modules import BY_KEY, MODULES
from citymanager.roles import role
from citymanager.schema import Module
from citymanager.tasks import Tasks
from widgets.panels.city_clashes import CityClashes
from widgets.panels.clash_note import ON_MAP
from widgets.panels.clash_panel import ClashPanel
from widgets.seat import Seat
from widgets.theme import Appearance

YEAR = NOW.year
HERE = {
    "type": "Polygon",
    "coordinates": [[[60.735, 56.085], [60.736, 56.085], [60.736, 56.0853], [60.735, 56.0853], [60.735, 56.085]]],
}
SUMMER = {"start": f"{YEAR + 1}-06-01", "end": f"{YEAR + 1}-06-10"}
WINTER = {"start": f"{YEAR + 1}-12-01", "end": f"{YEAR + 1}-12-05"}
OPEN = {"number": "УЗ-2", "status": "issued", "customer": "Горгаз", "geometry": HERE, **SUMMER}
Wait = Callable[[Callable[[], bool]], None]


@pytest.fixture
def house() -> Sequence[Module]:
    return MODULES


@pytest.fixture
def clash_panel(qtbot: QtBot, tasks: Tasks, hub: Hub, appearance: Appearance, seat: Seat) -> ClashPanel:
    made = ClashPanel(tasks, hub, appearance, seat, CityClashes(tasks, hub, lambda: NOW))
    qtbot.addWidget(made)
    made.resize(1400, 400)
    return made


def test_a_card_tells_clashes_while_they_are_typed_and_once_they_are_saved(
    put: Any, panel_of: Any, wait: Wait, tasks: Tasks
) -> None:
    put("earthworks", {"other": OPEN})
    form = panel_of(BY_KEY["earthworks"]).form
    form.open_new({"geometry": HERE, "address": "Ленина, 1"})
    form.show()
    assert form.clashes.isHidden()
    form.lines["start"].fill(f"{YEAR + 1}-06-05", "")
    form.lines["end"].fill(f"{YEAR + 1}-06-20", "")
    wait(lambda: bool(form.clashes.told))
    assert "УЗ-2" in form.clashes.told[0]
    assert "6 дней" in form.clashes.told[0]
    assert not form.clashes.isHidden()
    form.save()
    wait(lambda: form.foot.message.text().startswith("Сохранено"))
    wait(lambda: len(form.clashes.told) == 1)
    put("earthworks", {"other": {**OPEN, "status": "cancelled"}}, version=2)
    wait(lambda: not form.clashes.told)


def test_a_ban_holds_up_a_move_keeps_what_was_typed_and_is_lifted_by_a_reason(
    put: Any, panel_of: Any, wait: Wait, tasks: Tasks
) -> None:
    order = {**OPEN, **WINTER, "status": "approval", "issuer": "x", "order_date": f"{YEAR}-11-01"}
    put("earthworks", {"mine": order})
    panel = panel_of(BY_KEY["earthworks"])
    panel.open_record("mine")
    panel.form.lines["remark"].fill("срочно", "")
    panel.form.move_to("issued")
    wait(lambda: "Зимой земляные работы запрещены" in panel.form.foot.refusal)
    assert panel.form.lines["remark"].editor.value() == "срочно"
    assert tasks.glance.get("earthworks", "mine").data["status"] == "approval"  # type: ignore[union-attr]
    panel.form.lines["exemption"].fill("школа без тепла", "")
    panel.form.move_to("issued")
    wait(lambda: panel.form.foot.message.text().startswith("Сохранено"))
    found = tasks.glance.get("earthworks", "mine")
    assert found is not None
    assert (found.data["status"], found.data["remark"]) == ("issued", "срочно")


def test_only_those_who_may_write_why_a_ban_is_lifted(put: Any, panel_of: Any, seat: Seat) -> None:
    put("earthworks", {"mine": OPEN})
    panel = panel_of(BY_KEY["earthworks"])
    panel.open_record("mine")
    assert panel.form.lines["exemption"].open
    seat.take("petrov", "Петров", role("operator"))
    assert not panel.form.lines["exemption"].open
    assert panel.form.lines["remark"].open


def test_the_list_shows_both_sides_and_leads_to_map_and_cards(
    put: Any, clash_panel: ClashPanel, hub: Hub, wait: Wait, qtbot: QtBot
) -> None:
    put("earthworks", {"mine": {**OPEN, "number": "УЗ-1"}, "other": OPEN, "late": {**OPEN, **WINTER, "number": "УЗ-3"}})
    selected, opened = [], []
    hub.selected.connect(lambda *one: selected.append(one))
    hub.opened.connect(lambda *one: opened.append(one))
    outlined: list[Any] = []
    clash_panel.outlined.connect(outlined.append)
    clash_panel.show()
    wait(lambda: clash_panel.model.rowCount() == 2)
    kinds = [clash_panel.model.index(row, 0).data() for row in range(2)]
    assert kinds == ["Сезонный запрет", "Другие работы"]
    assert (clash_panel.all.text(), clash_panel.bans.text()) == ("Все: 2", "Запреты: 1")
    clash_panel.table.selectRow(1)
    assert [one[0] for one in selected] == ["earthworks"]
    assert [(one.module, one.shape["type"]) for one in outlined] == [("earthworks", "Polygon")]
    clash_panel.open_work()
    clash_panel.open_other.click()
    assert {one[1] for one in opened} == {"mine", "other"}
    clash_panel.bans.click()
    assert clash_panel.model.rowCount() == 1
    put("earthworks", {"late": {**OPEN, **WINTER, "status": "cancelled"}}, version=2)
    wait(lambda: clash_panel.model.rowCount() == 0)
    assert clash_panel.empty.why == "Запретов нет."
    assert outlined[-1] is None


def test_a_click_on_a_clash_outlines_it_until_it_is_over_or_the_card_is_left(
    put: Any, panel_of: Any, wait: Wait
) -> None:
    put("earthworks", {"mine": {**OPEN, "number": "УЗ-1"}, "other": OPEN})
    panel = panel_of(BY_KEY["earthworks"])
    seen: list[Any] = []
    panel.form.clashes.outlined.connect(seen.append)
    panel.open_record("mine")

    def button() -> QPushButton:
        wait(lambda: len(panel.form.clashes.told) == 1)
        found: QPushButton = panel.form.clashes.findChildren(QPushButton, ON_MAP)[-1]
        return found

    button().click()
    assert seen[-1].shape["type"] == "Polygon" and button().isChecked()
    assert on_the_ground(seen[-1]).splitlines()[0].startswith("Пересечение: 2\N{NO-BREAK SPACE}0")
    button().click()
    assert seen[-1] is None and not button().isChecked()
    button().click()
    panel.open_record("other")
    assert seen[-1] is None
    button().click()
    put("earthworks", {"mine": {**OPEN, "status": "cancelled"}}, version=2)
    wait(lambda: not panel.form.clashes.told)
    assert seen[-1] is None
    put("earthworks", {"mine": OPEN}, version=3)
    button().click()
    assert seen[-1] is not None
    panel._close_card()
    assert seen[-1] is None


def test_an_empty_city_has_no_clashes_and_says_so(clash_panel: ClashPanel, wait: Wait) -> None:
    clash_panel.show()
    wait(lambda: clash_panel.empty.why.startswith("Пересечений нет"))
