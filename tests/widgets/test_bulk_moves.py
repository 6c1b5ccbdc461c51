"""Many rows that are moved at once: who takes it and why others do not, one operation each, and the way back."""

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtTest import QTest

from citymanager.modules import BY_KEY
from citymanager.roles import role
from widgets.bulk_moves import ELSEWHERE, offers
from widgets.record_panel import RecordPanel

REPORTS = BY_KEY["reports"]
PICK = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows


def report(n: int, status: str, **more) -> dict:
    day = f"2026-01-{n:02}T00:00:00Z"
    return {"number": f"К1-{n}", "text": "Яма", "status": status, "received": day, "registered": day} | more


@pytest.fixture
def panel(put, panel_of):
    put("organisations", {"o1": {"name": "ООО «Лавка»"}, "o2": {"name": "Дороги"}})
    put("reports", {
        "a": report(1, "accepted"), "b": report(2, "accepted", executor="o2"), "c": report(3, "accepted"),
        "d": report(4, "solved"),
    })  # fmt: skip
    return panel_of(REPORTS)


def pick(panel: RecordPanel, *idents: str) -> None:
    for ident in idents:
        panel.table.selectionModel().select(panel.model.index(panel.model.row_of(ident), 1), PICK)


def offer(panel: RecordPanel, target: str, who: str = "moderator"):
    records = [panel._tasks.glance.get("reports", one) for one in "abcd"]
    return next(one for one in offers(REPORTS, records, role(who)) if one.move.target == target)


def statuses(tasks, *idents: str) -> list[str]:
    return [tasks.glance.get("reports", one).data["status"] for one in idents]


def test_one_chosen_row_shows_its_card_and_many_show_what_can_be_done_with_them(panel):
    pick(panel, "a")
    assert panel.form.ident == "a" and panel.strip.isHidden()
    pick(panel, "b", "d")
    assert not panel.strip.isHidden() and panel.strip.count.text() == "Выбрано: 3 записи"
    assert panel.form.ident == "a", "the card stays"
    assert set(panel.table.picked_numbers) == {panel._tasks.glance.row_number("reports", one) for one in "abd"}
    panel.table.selectionModel().clear()
    assert panel.strip.isHidden()


def test_shift_and_the_arrows_choose_many(panel):
    panel.table.setFocus()
    QTest.keyClick(panel.table, Qt.Key.Key_Down)
    QTest.keyClick(panel.table, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert panel.strip.count.text() == "Выбрано: 2 записи"


def test_an_offer_counts_who_takes_it_and_says_why_others_do_not(panel):
    found = offer(panel, "assigned")
    assert (found.able, found.fields, dict(found.closed)) == (["a", "b", "c"], ("executor",), {ELSEWHERE: 1})
    assert not offers(REPORTS, [panel._tasks.glance.get("reports", "a")], role("executor"))


def test_what_a_move_requires_is_asked_for_once(panel, tasks, wait, notices):
    sheet = panel.strip.open_sheet(offer(panel, "assigned"))
    sheet.accept.click()
    assert "Заполните: «Исполнитель»" in sheet._problem.text() and not tasks.glance.outbox()
    sheet.editors["executor"].line.chosen.emit("o1", "ООО «Лавка»")
    sheet.accept.click()
    wait(lambda: len(tasks.glance.outbox()) == 3)
    assert {one.id: one.change.get("executor") for one in tasks.glance.outbox()} == {"a": "o1", "b": None, "c": "o1"}
    wait(lambda: bool(notices))
    assert notices[-1] == (f"«Назначить»: 3 записи из 3. Не приняты: 1 — {ELSEWHERE} (1).", "warning")


def test_who_puts_many_off_past_a_legal_term_hears_which(put, panel_of, tasks, wait, notices):
    put("reports", {
        "a": report(1, "in_work", regime="59fz"), "b": report(2, "in_work", regime="platform"),
        "c": report(3, "in_work", regime="59fz", registered="2026-11-20T04:00:00Z"), "d": report(4, "solved"),
    })  # fmt: skip
    panel = panel_of(REPORTS)
    off = {"postponed_until": "2026-12-10", "postponed_reason": "ждём трубу"}
    panel.bulk.apply(offer(panel, "postponed"), off)
    wait(lambda: bool(notices))
    assert statuses(tasks, *"abc") == ["postponed"] * 3
    past = "Срок истечёт раньше, чем вернутся: 1 — К1-1."
    assert notices[-1] == (f"«Отложить»: 3 записи из 3. {past} Не приняты: 1 — {ELSEWHERE} (1).", "warning")


def test_it_is_taken_back_from_the_menu_after_a_restart_too(panel, tasks, wait, notices, panel_of):
    panel.bulk.apply(offer(panel, "assigned"), {"executor": "o1"})
    wait(lambda: panel.bulk.last is not None)
    assert statuses(tasks, *"abc") == ["assigned"] * 3
    again = panel_of(REPORTS)
    wait(lambda: again.more.back.isVisible())
    assert again.more.back.text().startswith("Отменить «Назначить»: 3 записи")
    again.more.back.trigger()
    wait(lambda: again.bulk.last is None)
    assert statuses(tasks, *"abc") == ["accepted"] * 3 and not tasks.glance.outbox()
    wait(lambda: "отозвана" in notices[-1][0])
    assert notices[-1] == ("Отмена «Назначить»: правка отозвана до отправки — 3 записи.", "good")


def test_what_was_touched_since_is_named_and_stays(panel, tasks, seat, wait, notices):
    panel.bulk.apply(offer(panel, "assigned"), {"executor": "o1"})
    wait(lambda: panel.bulk.last is not None)
    tasks.write_here(
        lambda writer: writer.save("reports", "a", {"address": "Ленина, 5"}, seat.login, seat.role, panel._clock())
    )
    tasks.write_here(lambda writer: writer.offer([one.op for one in writer.outbox() if one.id == "b"]))
    panel.bulk.take_back()
    wait(lambda: panel.bulk.last is None)
    wait(lambda: notices[-1][0].startswith("Отмена"))
    assert statuses(tasks, *"abc") == ["assigned", "accepted", "accepted"]
    assert notices[-1] == (
        "Отмена «Назначить»: правка отозвана до отправки — 1 запись; прежнее возвращено новой правкой — 1 запись."
        " Не отменено: 1 — После этого запись здесь правили ещё раз (1).", "warning",
    )  # fmt: skip


def test_a_stopped_act_says_how_far_it_came_and_that_much_is_taken_back(put, panel_of, tasks, wait, notices):
    put("reports", {f"n{n}": report(n % 28 + 1, "accepted", executor="o1") for n in range(120)})
    panel = panel_of(REPORTS)
    works: list = []
    tasks.began.connect(works.append)
    records = [tasks.glance.get("reports", f"n{n}") for n in range(120)]
    tasks.began.connect(lambda work: work.stop())
    panel.bulk.apply(
        next(one for one in offers(REPORTS, records, role("moderator")) if one.move.target == "assigned"), {}
    )
    wait(lambda: bool(notices))
    assert notices[-1][0].startswith("Остановлено: Назначить: Сообщения жителей. «Назначить»: ") and works
