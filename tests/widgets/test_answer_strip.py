"""Templates in a reply's card: those of its report, what is wanting in sight, and nothing saved until it is told."""

from collections.abc import Callable
from typing import Any

import pytest
from throwaway import NOW

from citymanager.hub import Hub
from citymanager.modules import BY_KEY, MODULES
from citymanager.tasks import Tasks
from widgets.city_norms import CityNorms
from widgets.editors.text import LongTextEditor
from widgets.panels.additions import furnish
from widgets.panels.answer_strip import NO_REPORT, TYPED, AnswerStrip
from widgets.panels.stand import Stand
from widgets.record_panel import RecordPanel
from widgets.seat import Seat
from widgets.theme import Appearance

REPORT = {
    "number": "К1-0007", "text": "Яма", "status": "in_work", "regime": "platform", "category": "pothole",
    "received": "2026-11-20T04:00:00Z", "address": "улица Ленина, 5 <img src=x> {number}",
}  # fmt: skip


@pytest.fixture
def house() -> Any:
    return MODULES


@pytest.fixture
def panel(
    panel_of: Callable[..., RecordPanel], put: Any, tasks: Tasks, hub: Hub, seat: Seat, appearance: Appearance,
    norms: CityNorms,
) -> RecordPanel:  # fmt: skip
    put("organisations", {"o1": {"name": "МБУ «Дороги»"}})
    put("reports", {"r1": REPORT, "r2": {**REPORT, "executor": "o1", "status": "redirected"}})
    made = panel_of(BY_KEY["replies"])
    furnish(made, Stand(tasks, hub, seat, appearance, norms, lambda: NOW))
    made.open_new({"report": "r1", "channel": "portal"})
    return made


@pytest.fixture
def strip(panel: RecordPanel) -> AnswerStrip:
    (found,) = panel.form.findChildren(AnswerStrip)
    return found


def text(panel: RecordPanel) -> str:
    return str(panel.form.lines["text"].editor.value() or "")


def offered(strip: AnswerStrip) -> list[str]:
    return [strip.box.itemText(at) for at in range(1, strip.box.count())]


def test_a_template_is_filled_by_the_report_and_what_is_wanting_is_marked(
    panel: RecordPanel, strip: AnswerStrip
) -> None:
    assert offered(strip) == ["Ямочный ремонт", "Принято в работу"]
    strip.box.activated.emit(1)
    assert "улица Ленина, 5 <img src=x> {number}" in text(panel), "a resident's text is text"
    assert "⟦исполнитель⟧" in text(panel) and "20.12.2026" in text(panel)
    assert strip.left.text().startswith("Не заполнено: исполнитель.") and not strip.left.isHidden()
    assert strip.box.currentIndex() == 0
    editor = panel.form.lines["text"].editor
    assert isinstance(editor, LongTextEditor)
    marked = [one.format.fontWeight() for one in editor.page.textCursor().block().layout().formats()]
    assert marked == [700] and editor.page.textCursor().selectedText() == "⟦исполнитель⟧"


def test_a_reply_with_a_mark_is_not_saved_and_one_without_is(
    panel: RecordPanel, strip: AnswerStrip, tasks: Tasks, wait: Any
) -> None:
    strip.box.activated.emit(1)
    panel.form.save()
    wait(lambda: "незаполненное" in panel.form.foot.refusal)
    assert not tasks.glance.outbox() and "⟦исполнитель⟧" in text(panel), "what was written stays"
    editor = panel.form.lines["text"].editor
    assert isinstance(editor, LongTextEditor)
    editor.page.insertPlainText("МБУ «Дороги»")
    assert strip.left.isHidden() and not strip.next.isVisibleTo(strip)
    panel.form.save()
    wait(lambda: bool(tasks.glance.outbox()))
    (pending,) = tasks.glance.outbox()
    assert pending.change["status"] == "to_send" and "МБУ «Дороги»" in pending.change["text"]


def test_what_was_typed_is_not_overwritten(panel: RecordPanel, strip: AnswerStrip) -> None:
    panel.form.lines["text"].fill("Свой ответ", "")
    strip.box.activated.emit(2)
    assert text(panel) == "Свой ответ" and strip.hint.text() == TYPED
    panel.form.lines["text"].fill("", "")
    strip.box.activated.emit(2)
    strip.box.activated.emit(1)
    assert "ямочного" in text(panel), "a template's own text gives way to the next one"


def test_the_templates_follow_the_report(panel: RecordPanel, strip: AnswerStrip) -> None:
    panel.form.lines["report"].fill("r2", "")
    assert offered(strip) == ["Перенаправлено"]
    panel.form.lines["report"].fill(None, "")
    assert offered(strip) == [] and not strip.box.isEnabled() and strip.hint.text() == NO_REPORT
