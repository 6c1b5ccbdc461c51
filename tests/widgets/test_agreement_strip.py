"""Over an order's fields, before it is issued: who has agreed, who is waited for and until when, who is against."""

from collections.abc import Callable

import pytest

from citymanager.modules import BY_KEY
from citymanager.roles import role
from widgets.panels.additions import furnish
from widgets.panels.agreement_strip import NOBODY, AgreementStrip
from widgets.panels.stand import Stand
from widgets.record_panel import RecordPanel
from widgets.seat import Seat

Put = Callable[..., None]
Wait = Callable[[Callable[[], bool]], None]
ASKED = "2026-11-20T04:00:00Z"  # a Friday: three working days end on Wednesday the 25th


def approval(party: str, status: str, **more: str) -> dict[str, str]:
    return {"earthworks": "e1", "party": party, "status": status, "asked_at": ASKED, **more}


@pytest.fixture
def panel(put: Put, panel_of: Callable[..., RecordPanel], stand: Stand) -> RecordPanel:
    names = {"o1": "Горсвет", "o2": "Водоканал", "o3": "ГИБДД", "o4": "Тепловые сети"}
    put("organisations", {key: {"name": name} for key, name in names.items()})
    put("earthworks", {"e1": {"number": "К1-1", "status": "approval"}, "e2": {"number": "К1-2", "status": "open"},
                       "e3": {"number": "К1-3", "status": "filed"}})  # fmt: skip
    made = panel_of(BY_KEY["earthworks"])
    furnish(made, stand)
    return made


def strip(panel: RecordPanel) -> AgreementStrip:
    (found,) = panel.findChildren(AgreementStrip)
    return found


def test_it_says_who_is_waited_for_and_who_is_against(panel: RecordPanel, put: Put, wait: Wait) -> None:
    put("approvals", {
        "a1": approval("o1", "asked"), "a2": approval("o2", "agreed"), "a3": approval("o3", "declined"),
        "a4": approval("o4", "asked", due="2026-11-21"),
    })  # fmt: skip
    panel.show_record("e1")
    wait(lambda: strip(panel).isVisible())
    assert strip(panel).words.text() == "Согласовали 1 из 4"
    waited, against = strip(panel).rest.text().splitlines()
    assert waited.startswith("Ждём: Тепловые сети — просрочено на ") and "до 21.11.2026; Горсвет — осталось " in waited
    assert waited.endswith("до 25.11.2026.") and against == "Не согласовали: ГИБДД (отказ)."
    put("approvals", {key: approval(f"o{key[1]}", "agreed") for key in ("a1", "a3", "a4")}, version=2)
    wait(lambda: strip(panel).words.text() == "Согласовали все: 4")
    assert strip(panel).rest.isHidden()


def test_an_order_that_nobody_was_asked_about_says_where_to_ask(panel: RecordPanel, seat: Seat, wait: Wait) -> None:
    panel.show_record("e3")
    wait(lambda: strip(panel).words.text() == NOBODY and strip(panel).isVisible())
    seat.take("uk", "Мастер УК", role("executor"))
    wait(lambda: strip(panel).isHidden())  # his desk has no approvals: it can't say that there are none
    seat.take("ivanova", "Иванова А. П.", role("moderator"))
    wait(lambda: strip(panel).isVisible())
    panel.show_record("e2")
    assert strip(panel).isHidden(), "this one was issued"
    panel.open_new()
    assert strip(panel).isHidden()
