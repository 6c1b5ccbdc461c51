"""A repeat author in the card: how many, which ones, with a line in the journal; and one answer for many of them."""

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import Qt
from throwaway import NOW

from citymanager.hub import Hub
from citymanager.modules import BY_KEY, MODULES
from citymanager.roles import role
from citymanager.store import Query
from citymanager.tasks import Tasks
from widgets.city_norms import CityNorms
from widgets.panels.additions import furnish
from widgets.panels.author_strip import NOBODY, AuthorStrip
from widgets.panels.one_answer import OneAnswer
from widgets.panels.stand import Stand
from widgets.progress import WorkStrip
from widgets.record_panel import RecordPanel
from widgets.seat import Seat
from widgets.theme import Appearance

PHONES = ("+7 900 123-45-67", "89001234567", "8 (900) 1234567", "9001234567")
Wait = Callable[[Callable[[], bool]], None]


def report(number: int, **more: Any) -> dict[str, Any]:
    return {"number": f"К1-{number:04}", "text": f"<b>Яма</b> {number}", "status": "in_work", "regime": "platform",
            "channel": "phone", "received": f"2026-11-{number + 1:02}T04:00:00Z", "address": f"улица Мира, {number}",
            **more}  # fmt: skip


@pytest.fixture
def house() -> Any:
    return MODULES


@pytest.fixture
def panel(
    panel_of: Callable[..., RecordPanel], put: Any, tasks: Tasks, hub: Hub, seat: Seat, appearance: Appearance,
    norms: CityNorms,
) -> RecordPanel:  # fmt: skip
    rows = {f"r{at}": report(at, author_phone=phone, author_name="Петров") for at, phone in enumerate(PHONES)}
    put("reports", {**rows, "alone": report(9), "again": report(8, duplicate_of="alone")})
    made = panel_of(BY_KEY["reports"])
    furnish(made, Stand(tasks, hub, seat, appearance, norms, lambda: NOW))
    return made


@pytest.fixture
def strip(panel: RecordPanel, wait: Wait) -> AuthorStrip:
    panel.show_record("r1")
    (found,) = panel.form.findChildren(AuthorStrip)
    wait(lambda: bool(found.counts))
    return found


def opened(strip: AuthorStrip, wait: Wait) -> OneAnswer:
    strip.open_list()
    sheet = strip.sheet
    assert sheet is not None
    wait(lambda: sheet.list.count() > 0)
    return sheet


def reveals(tasks: Tasks) -> list[Any]:
    return [one.change for one in tasks.glance.outbox() if one.module == "access_log"]


def replies(tasks: Tasks) -> list[Any]:
    return [one.data for one in tasks.glance.first_page(Query("replies"))]


def test_the_card_tells_how_many_others_there_are(panel: RecordPanel, strip: AuthorStrip, wait: Wait) -> None:
    assert strip.words.text() == "Ещё сообщений этого автора: 3" and strip.isVisibleTo(panel.form)
    panel.show_record("alone")
    wait(lambda: strip.words.text() == "О том же: 1")
    panel.open_new()
    assert strip.isHidden() and not strip.counts


def test_the_list_is_a_line_in_the_journal_and_shows_nothing_personal(
    panel: RecordPanel, strip: AuthorStrip, tasks: Tasks, qtbot: Any, wait: Wait
) -> None:
    assert not reveals(tasks), "a number is nobody's name"
    sheet = opened(strip, wait)
    wait(lambda: bool(reveals(tasks)))
    (line,) = reveals(tasks)
    assert (line["act"], line["record"], line["detail"]) == ("reveal", "r1", "сообщения того же автора: 3")
    lines = [sheet.list.item(at).text() for at in range(sheet.list.count())]
    assert lines[0].startswith("К1-0001 · ") and len(lines) == 4 and "<b>Яма</b> 1" in lines[0]
    assert not [one for one in lines if "Петров" in one or "900" in one]
    qtbot.keyClick(sheet, Qt.Key.Key_Escape)
    assert sheet.isHidden()


def test_who_may_not_see_the_author_is_told_the_number_alone(
    panel: RecordPanel, strip: AuthorStrip, seat: Seat, tasks: Tasks, notices: list[tuple[str, str]], wait: Wait
) -> None:
    seat.take("screen", "", role("wall"))
    wait(lambda: strip.counts == {"author": 3})
    assert "3" in strip.words.text() and not strip.list.isEnabled()
    strip.open_list()
    assert strip.sheet is None and "персональные данные" in notices[-1][0] and not reveals(tasks)


def test_one_answer_is_a_reply_for_each_that_is_ticked(
    panel: RecordPanel, strip: AuthorStrip, tasks: Tasks, hub: Hub, notices: list[tuple[str, str]], wait: Wait
) -> None:
    told: list[str] = []
    hub.changed.connect(lambda module, idents: told.extend(idents) if module == "replies" else None)
    sheet = opened(strip, wait)
    assert not sheet.go.isEnabled() and sheet.problem.text() == "Напишите текст ответа."
    sheet.text.page.setPlainText("Сообщение № {number}: яма засыпана.")
    sheet.list.item(1).setCheckState(Qt.CheckState.Unchecked)
    assert sheet.go.text() == "Подготовить 3 ответа" and sheet.text.preview.text().endswith("№ К1-0001: яма засыпана.")
    wanted = {(one.record.id, f"Сообщение № {one.name}: яма засыпана.") for one in sheet.list.chosen}
    sheet.go.click()
    (work,) = sheet.findChildren(WorkStrip)
    assert work.title.text() == "Готовятся ответы: 3" and not sheet.go.isEnabled()
    wait(lambda: bool(notices))
    assert notices[-1] == ("Подготовлено: 3 ответа, они ждут отправки.", "good")
    made = replies(tasks)
    assert {(one["report"], one["text"]) for one in made} == wanted
    assert {one["status"] for one in made} == {"to_send"} and len(told) == 3
    assert strip.sheet is None and not strip._typed.get("r1")


def test_what_a_report_lacks_is_named_before_anything_is_made(
    panel: RecordPanel, strip: AuthorStrip, put: Any, tasks: Tasks, wait: Wait
) -> None:
    put("reports", {"r2": report(2, author_phone=PHONES[2], address="")}, version=2)
    sheet = opened(strip, wait)
    sheet.text.template.activated.emit(1)
    sheet.text.page.setPlainText(sheet.text.page.toPlainText().replace("{executor}", "МБУ"))
    assert "К1-0002 — адрес" in sheet.problem.text() and not sheet.go.isEnabled()
    sheet.prepare()
    assert not replies(tasks)
    sheet.lacking.click()
    assert sorted(one.name for one in sheet.list.chosen) == ["К1-0000", "К1-0001", "К1-0003"]
    assert sheet.go.isEnabled() and sheet.problem.isHidden() and sheet.lacking.isHidden()
    sheet.none.click()
    assert sheet.problem.text() == "Отметьте сообщения." and not sheet.go.isEnabled()
    sheet.all.click()
    assert len(sheet.list.chosen) == 4


def test_an_unfinished_text_comes_back_and_is_not_shown_to_the_next_person(
    panel: RecordPanel, strip: AuthorStrip, seat: Seat, wait: Wait
) -> None:
    opened(strip, wait).text.page.setPlainText("Начатый ответ")
    assert strip.sheet is not None
    strip.sheet.put_away()
    sheet = opened(strip, wait)
    assert sheet.text.page.toPlainText() == "Начатый ответ"
    seat.take("petrov", "Петров", role("operator"))
    assert sheet.isHidden() and strip.sheet is None
    wait(lambda: bool(strip.counts))
    assert opened(strip, wait).text.page.toPlainText() == ""


def test_duplicates_are_answered_together_without_a_reveal(
    panel: RecordPanel, strip: AuthorStrip, tasks: Tasks, hub: Hub, notices: list[tuple[str, str]], wait: Wait
) -> None:
    panel.show_record("alone")
    wait(lambda: strip.counts == {"trouble": 1})
    sheet = opened(strip, wait)
    assert [sheet.list.item(at).text()[:7] for at in range(2)] == ["К1-0009", "К1-0008"] and not reveals(tasks)
    shown: list[str] = []
    hub.opened.connect(lambda _, ident: shown.append(ident))
    sheet.list.itemActivated.emit(sheet.list.item(1))
    assert shown == ["again"] and sheet.isHidden()
    panel.open_new()
    strip.open_list()
    assert "сохраните" in notices[-1][0]
    panel.show_record("r1")
    strip.counts = {}
    strip.open_list()
    assert notices[-1][0] == NOBODY
