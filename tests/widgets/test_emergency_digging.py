"""Emergency digging: begun from a telephonogram, with a term to apply for the order; and acts of inspection."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from throwaway import NOW

from citymanager.modules import BY_KEY, MODULES
from citymanager.roles import role
from citymanager.schema import Module
from citymanager.store import Query
from citymanager.tasks import Tasks
from widgets.desk import Desk
from widgets.printing.documents import Imprint, card_paper
from widgets.seat import Seat

CALL = {
    "number": "ТФ-0001", "type": "emergency", "status": "sent", "text": "Порыв водовода, копаем", "place": "Мира, 3",
    "cause": "порыв трубы", "organisation": "o1", "resource": ["cold_water"],
}  # fmt: skip
Wait = Callable[[Callable[[], bool]], None]


@pytest.fixture
def house() -> Sequence[Module]:
    return MODULES


def test_digging_is_begun_from_the_telephonogram_and_has_two_working_days_for_the_order(
    put: Any, desk: Desk, wait: Wait, tasks: Tasks
) -> None:
    put("organisations", {"o1": {"name": "Водоканал"}})
    put("telephonograms", {"t1": CALL})
    desk.record("telephonograms").open_record("t1")
    related = desk.record("telephonograms").form.related
    related.fold.click()
    wait(lambda: any(one.link.module.key == "earthworks" for one in related.groups))
    link = next(one.link for one in related.groups if one.link.module.key == "earthworks")
    related.wanted.emit(link)
    form = desk.record("earthworks").form
    wait(lambda: form.lines["address"].editor.value() == "Мира, 3")
    form.save()
    wait(lambda: bool(form.ident))
    form.move_to("emergency")
    wait(lambda: any("Подать заявку" in line for line in form.due.told))
    (made,) = tasks.glance.first_page(Query("earthworks"))
    assert (made.data["telephonogram"], made.data["executor"], made.data["purpose"]) == ("t1", "o1", "порыв трубы")
    assert made.data["remark"] == "Порыв водовода, копаем"
    assert made.data["opened_at"]
    (term,) = [line for line in form.due.told if "Подать заявку" in line]
    assert "осталось" in term
    assert "прежние правила Челябинска (не проверено)" in term


def test_who_makes_no_orders_is_not_offered_to_begin_one(put: Any, panel_of: Any, seat: Seat, wait: Wait) -> None:
    put("telephonograms", {"t1": CALL})
    seat.take("glava", "Глава", role("head"))
    panel = panel_of(BY_KEY["telephonograms"])
    panel.open_record("t1")
    panel.form.related.fold.click()
    wait(lambda: panel.form.related._ident == "t1")
    assert not [one for one in panel.form.related.groups if one.link.module.key == "earthworks"]


def test_an_act_of_inspection_is_begun_from_the_order_and_printed(
    put: Any, desk: Desk, wait: Wait, tasks: Tasks
) -> None:
    put("earthworks", {"w1": {"number": "УЗ-0001", "status": "open", "address": "Мира, 3", "responsible": "Сомов"}})
    desk.record("earthworks").open_record("w1")
    related = desk.record("earthworks").form.related
    related.fold.click()
    wait(lambda: any(one.link.module.key == "inspections" for one in related.groups))
    related.wanted.emit(next(one.link for one in related.groups if one.link.module.key == "inspections"))
    form = desk.record("inspections").form
    wait(lambda: form.lines["present"].editor.value() == "Сомов")
    form.lines["findings"].fill("Нет ограждения", "")
    form.lines["fix_by"].fill("2026-12-01", "")
    form.save()
    wait(lambda: bool(form.ident))
    form.move_to("remarks")
    wait(lambda: tasks.glance.first_page(Query("inspections"))[0].data["status"] == "remarks")
    assert any("Устранить замечания: до 01.12.2026" in line for line in form.due.told)
    (act,) = tasks.glance.first_page(Query("inspections"))
    assert (act.data["earthworks"], act.data["address"], act.data["status"]) == ("w1", "Мира, 3", "remarks")
    imprint = Imprint("Снежинск", "Иванова", NOW, training=False)
    paper = card_paper(tasks.glance, act, form.due.told, imprint, revealed=False)
    printed = str(paper)
    assert "УЗ-0001" in printed
    assert "Нет ограждения" in printed
