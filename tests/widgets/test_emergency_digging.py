"""Emergency digging: begun from a telephonogram, with a term to apply for the order that ends when it is applied for."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from citymanager.modules import BY_KEY, MODULES
from citymanager.roles import role
from citymanager.schema import Module
from citymanager.store import Query
from citymanager.tasks import Tasks
from widgets.desk import Desk
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
