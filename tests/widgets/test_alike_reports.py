"""Reports like the one in the card, and outages at its place: while it is typed, side by side, merged by a button."""

from datetime import timedelta

import pytest
from test_record_form import type_into
from throwaway import NOW

from citymanager.modules import BY_KEY
from citymanager.roles import role
from citymanager.values import moment
from widgets.panels.alike_reports import NOT_YET
from widgets.plain import ElidedLabel

REPORTS = BY_KEY["reports"]
RING = [[60.70, 56.08], [60.71, 56.08], [60.71, 56.09], [60.70, 56.09], [60.70, 56.08]]
PIT = {
    "text": "Во дворе глубокая яма, провалился асфальт", "number": "К1-1", "category": "roads", "status": "in_work",
    "received": moment(NOW - timedelta(hours=2)), "geometry": {"type": "Point", "coordinates": [60.705, 56.085]},
    "address": "улица Мира, 5", "channel": "portal", "executor": "o1",
}  # fmt: skip
AGAIN = {
    **PIT, "number": "К1-2", "text": "Глубокая яма во дворе!", "status": "moderation", "received": moment(NOW),
    "author_email": "ivan@example.org", "channel": "email",
}  # fmt: skip
OUTAGE = {
    "type": "emergency", "status": "received", "resource": ["heat"], "began": moment(NOW - timedelta(hours=1)),
    "geometry": {"type": "Polygon", "coordinates": [RING]}, "text": "Отключено тепло",
}  # fmt: skip


@pytest.fixture
def panel(put, panel_of):
    put("organisations", {"o1": {"name": "МКУ «Дороги»"}})
    put("reports", {"r1": PIT, "r2": AGAIN, "r3": {"text": "Не горит фонарь", "status": "moderation"}})
    return panel_of(REPORTS)


def likely(panel):
    return [one.record.id for one in panel.form.alike.found.candidates]


def rows(panel):
    return [one.whole for one in panel.form.alike.findChildren(ElidedLabel) if one.isVisible() and one.whole]


def compare(panel, wait, ident="r2", other="r1"):
    """Open a report and lay it beside another, as a click on the row does."""
    panel.show_record(ident)
    wait(lambda: likely(panel) == [other])
    panel.form.alike.fold.click()
    row = next(one for one in panel.form.alike._list.children() if hasattr(one, "clicked"))
    row.clicked.emit()
    assert panel.form.alike.comparison.isVisible()
    return panel.form.alike.comparison


def test_a_report_that_repeats_another_says_so_by_itself(panel, wait):
    panel.show_record("r2")
    wait(lambda: likely(panel) == ["r1"])
    assert panel.form.alike.isVisible() and "Похожие сообщения: 1" in panel.form.alike.fold.text()
    (told,) = rows(panel)
    assert told.startswith("тот же дом, 2 ч, похожий текст") and "К1-1 · улица Мира, 5" in told
    panel.show_record("r3")
    assert not panel.form.alike.isVisible(), "nothing of the former card stays"


def test_candidates_and_outages_show_while_a_new_card_is_typed(panel, put, hub, wait):
    put("telephonograms", {"t1": OUTAGE})
    panel.open_new()
    assert not panel.form.alike.isVisible()
    type_into(panel.form.lines["text"], "провалился асфальт во дворе, глубокая яма")
    panel.form.place.point(56.0851, 60.7051)
    wait(lambda: set(likely(panel)) == {"r1", "r2"} and bool(panel.form.alike.found.outages))
    wait(lambda: "Отключение: Тепло, Аварийная — точка внутри зоны" in rows(panel))
    opened = []
    hub.opened.connect(lambda module, ident: opened.append((module, ident)))
    next(one for one in panel.form.alike.children() if hasattr(one, "clicked")).clicked.emit()
    assert opened == [("telephonograms", "t1")]
    assert panel.form.alike._why_not("r1") == NOT_YET


def test_typing_asks_once_for_many_keys(panel, tasks, wait, monkeypatch):
    asked = []
    read = tasks.read
    monkeypatch.setattr(tasks, "read", lambda *given, **more: (asked.append(more.get("newest")), read(*given, **more)))
    panel.open_new()
    for end in range(1, 40):
        type_into(panel.form.lines["text"], "провалился асфальт во дворе, глубокая яма"[:end])
    panel.form.place.point(56.0851, 60.7051)
    wait(lambda: "r1" in likely(panel))
    assert sum(str(one).startswith("alike:") for one in asked) < 10


def test_what_arrives_later_shows_in_the_open_card(panel, put, wait):
    panel.show_record("r3")
    lamp = {"text": "Фонарь не горит", "received": moment(NOW), "status": "new", "address": "улица Мира, 7"}
    put("reports", {"r3": {**lamp, "text": "Не горит фонарь у дома"}}, version=2)
    put("reports", {"r4": lamp})
    wait(lambda: likely(panel) == ["r4"])


def test_side_by_side_is_all_that_is_needed_to_decide(panel, wait):
    pairs = compare(panel, wait).pairs
    assert pairs["Текст сообщения"] == ("Глубокая яма во дворе!", "Во дворе глубокая яма, провалился асфальт")
    assert pairs["Статус"] == ("На модерации", "В работе")
    assert pairs["Исполнитель"] == ("МКУ «Дороги»", "МКУ «Дороги»")
    assert "Автор" not in pairs and "ivan@example.org" not in str(pairs)


def test_this_is_a_duplicate_rejects_it_and_prepares_two_replies(panel, tasks, notices, wait):
    compare(panel, wait).merge.click()
    wait(lambda: bool(notices))
    assert notices == [("Сообщение отклонено как дубль. Подготовлено ответов авторам: 2, они ждут отправки.", "info")]
    assert [one.module for one in tasks.glance.outbox()] == ["reports", "replies", "replies"]
    assert panel.form.record.data["status"] == "rejected" and panel.form.record.data["duplicate_of"] == "r1"
    wait(lambda: not panel.form.alike.isVisible())


def test_who_may_not_reject_is_told_why(panel, seat, tasks, notices, wait):
    seat.take("petrov", "Петров", role("operator"))
    compare(panel, wait).merge.click()
    assert notices == [("Роль «Оператор» не может перевести запись в «Отклонено».", "warning")]
    assert not tasks.glance.outbox()


def test_who_may_not_read_telephonograms_is_told_of_no_outage(panel, put, seat, wait):
    put("telephonograms", {"t1": OUTAGE})
    seat.take("petrov", "Петров", role("executor"))
    panel.show_record("r2")
    wait(lambda: likely(panel) == ["r1"])
    assert bool(panel.form.alike.found.outages) == seat.may_read(BY_KEY["telephonograms"])


def test_cards_of_other_modules_never_ask(put, panel_of):
    put("replies", {"a1": {"report": "r1", "text": "Ответ", "channel": "portal", "status": "to_send"}})
    panel = panel_of(BY_KEY["replies"])
    panel.show_record("a1")
    assert not panel.form.alike.isVisible() and not panel.form.alike._soon.isActive()
