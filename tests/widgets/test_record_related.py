"""What refers to a record: listed when it is asked for, opened by a click, added with what is known already."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from throwaway import HOUSE, THROWAWAY

from citymanager.modules import BY_KEY
from citymanager.related import links
from citymanager.roles import role
from widgets.record_related import RelatedRow

REPORT = {
    "text": "Яма", "status": "checking", "number": "К1-1", "channel": "email", "author_email": "ivan@example.org",
    "public_answer": "Яма засыпана.",
}  # fmt: skip


@pytest.fixture
def panel(put, panel_of):
    """A report with two replies and one duplicate, its list unfolded."""
    put(
        "reports",
        {"r1": REPORT, "r2": {"text": "Та же яма", "number": "К1-2", "status": "rejected", "duplicate_of": "r1"}},
    )
    put("replies", {"a1": {"report": "r1", "channel": "email", "text": "Да", "status": "sent"},
                    "a2": {"report": "r1", "channel": "portal", "text": "Нет", "status": "to_send"},
                    "a3": {"report": "r9", "channel": "portal", "text": "Чужой", "status": "to_send"}})  # fmt: skip
    panel = panel_of(BY_KEY["reports"])
    panel.show_record("r1")
    return panel


def unfold(panel, wait):
    panel.form.related.fold.setChecked(True)
    wait(lambda: bool(panel.form.related.groups))
    return {one.link.module.key: one for one in panel.form.related.groups}


def shown(panel):
    return [one for one in panel.form.related.findChildren(RelatedRow) if one.isVisible()]


def test_every_reference_of_any_module_is_a_link_and_required_ones_come_first():
    found = [(one.module.key, one.field.key) for one in links(HOUSE, BY_KEY["organisations"])]
    assert {("reports", "executor"), ("receipts", "addressee"), ("benches", "owners")} <= set(found)
    required = [one.field.required for one in links(HOUSE, BY_KEY["organisations"])]
    assert required == sorted(required, reverse=True)
    assert ("benches", "keeper") in [(one.module.key, one.field.key) for one in links(HOUSE, BY_KEY["people"])]
    assert links(HOUSE, THROWAWAY) == []


def test_nothing_is_read_while_the_list_is_folded(panel):
    assert panel.form.related.groups == []
    assert not panel.form.related.isHidden()


def test_what_refers_is_counted_named_and_shown_with_its_status(panel, wait):
    groups = unfold(panel, wait)
    assert {key: one.count for key, one in groups.items()} == {"replies": 2, "reports": 1}
    assert sorted((words, status) for _, words, status in groups["replies"].rows) == [
        ("Портал", "to_send"), ("Электронная почта", "sent"),
    ]  # fmt: skip
    assert groups["reports"].rows == [("r2", "К1-2 · Та же яма", "rejected")]


def test_a_click_or_enter_opens_what_refers(panel, hub, wait):
    unfold(panel, wait)
    heard = []
    hub.opened.connect(lambda module, ident: heard.append((module, ident)))
    wait(lambda: len(shown(panel)) == 3)
    rows = shown(panel)
    QTest.mouseClick(rows[0], Qt.MouseButton.LeftButton)
    QTest.keyClick(rows[1], Qt.Key.Key_Return)
    assert {module for module, _ in heard} == {"replies"} and {ident for _, ident in heard} == {"a1", "a2"}


def test_a_reply_begins_with_the_answer_and_without_what_is_masked(panel, hub, wait):
    (reply,) = [one.link for one in unfold(panel, wait).values() if one.link.module.key == "replies"]
    begun = []
    hub.begun.connect(lambda module, values: begun.append((module, values)))
    panel.form.related.wanted.emit(reply)
    known = {"report": "r1", "channel": "email", "text": "Яма засыпана."}
    assert begun.pop() == ("replies", known)
    panel.form.reveal()
    panel.form.related.wanted.emit(reply)
    assert begun.pop() == ("replies", {**known, "recipient": "ivan@example.org"})


def test_a_new_card_begins_with_what_is_known_and_is_saved_with_it(put, panel_of, tasks, wait):
    put("reports", {"r1": REPORT})
    replies = panel_of(BY_KEY["replies"])
    replies.open_new({"report": "r1", "channel": "email", "text": "Яма засыпана."})
    wait(lambda: replies.form.lines["report"].editor.line.text().startswith("К1-1"))
    replies.form.save()
    wait(lambda: len(tasks.glance.outbox()) == 1)
    change = tasks.glance.outbox()[0].change
    assert (change["report"], change["channel"], change["text"]) == ("r1", "email", "Яма засыпана.")


def test_the_list_follows_what_is_new_and_another_card_has_its_own(panel, put, wait):
    unfold(panel, wait)
    put("replies", {"a4": {"report": "r1", "channel": "phone", "text": "Ещё", "status": "to_send"}})
    wait(lambda: [one.count for one in panel.form.related.groups if one.link.module.key == "replies"] == [3])
    panel.show_record("r2")
    wait(lambda: [one.count for one in panel.form.related.groups if one.link.module.key == "replies"] == [0])
    panel.open_new()
    assert panel.form.related.isHidden()


def test_who_may_not_make_or_read_is_not_offered_it(panel, seat, wait):
    seat.take("ivanova", "Иванова А. П.", role("head"))
    groups = unfold(panel, wait)
    assert not any(panel.form.related._may_add(one.link) for one in groups.values())
    seat.take("ivanova", "Иванова А. П.", role("executor"))
    assert panel.form.related.groups == [], "nothing of the former role's list stays"
    wait(lambda: {one.link.module.key for one in panel.form.related.groups} == {"reports"})


def test_a_record_with_many_references_shows_ten_and_says_how_many_more(put, panel_of, wait):
    put("organisations", {"o1": {"name": "УК"}})
    put("reports", {f"r{one}": {"text": f"№ {one}", "status": "assigned", "executor": "o1"} for one in range(25)})
    companies = panel_of(BY_KEY["organisations"])
    companies.show_record("o1")
    companies.form.related.fold.setChecked(True)
    wait(lambda: [(one.count, len(one.rows)) for one in companies.form.related.groups if one.count] == [(25, 10)])


def test_a_card_is_called_by_what_its_reference_is_called_and_never_by_an_id(put, panel_of):
    put("reports", {"r1": {"text": "Яма", "number": "К1-1", "status": "new"}})
    put("replies", {"a1": {"report": "r1", "channel": "email", "text": "Да", "status": "to_send"},
                    "a2": {"report": "r9", "channel": "portal", "text": "Нет", "status": "to_send"}})  # fmt: skip
    replies = panel_of(BY_KEY["replies"])
    replies.show_record("a1")
    head = replies.form.head
    assert (head.title.whole, head.subtitle.whole) == ("К1-1", "Яма · Электронная почта")
    replies.show_record("a2")
    assert (head.title.whole, head.subtitle.whole) == ("Портал", "")
