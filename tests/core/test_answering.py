"""Templates of replies: every one fits somebody, tells nothing personal, and marks what the report does not have."""

import pytest
from throwaway import NOW

from citymanager.answering import Template, blanks, filled, fitting, templates, words_of
from citymanager.changes import judge
from citymanager.errors import Refused
from citymanager.modules.replies import REPLIES
from citymanager.modules.reports import REPORTS
from citymanager.norms import Norms

NORMS = Norms({})
WHOLE = {
    "number": "К1-0007", "received": "2026-11-20T04:00:00Z", "regime": "platform", "status": "in_work",
    "category": "pothole", "address": "улица Ленина, 5", "text": "Яма", "author_name": "Петров",
    "author_phone": "+7 900",
    "postponed_until": "2026-12-20", "postponed_reason": "Мороз", "redirected_to": "Минтранс", "rejection": "topic",
    "public_answer": "Яма засыпана.",
}  # fmt: skip


@pytest.mark.parametrize("template", templates(), ids=lambda one: one.key)
def test_every_template_of_the_city_is_filled_whole_and_fits_some_report(template: Template) -> None:
    text = filled(template.text, words_of(WHOLE, "МБУ «Дороги»", NORMS, NOW))
    assert not blanks(text) and "{" not in text and "Петров" not in text
    assert set(template.statuses) <= {one.key for one in REPORTS.statuses}
    assert set(template.categories) <= {one.key for one in REPORTS.field("category").choices}
    report = {"status": template.statuses[0], "category": next(iter(template.categories), "other")}
    assert template in fitting(report)


def test_every_status_has_its_template_and_the_categorys_own_comes_first() -> None:
    assert all(fitting({"status": one.key}) for one in REPORTS.statuses)
    assert [one.key for one in fitting({"status": "in_work", "category": "pothole"})] == ["pothole", "taken"]
    assert [one.key for one in fitting({"status": "in_work"})] == ["taken"]


def test_what_is_wanting_unknown_or_personal_is_marked() -> None:
    words = words_of({"number": "1", "author_name": "Петров", "status": "new"}, "", NORMS, NOW)
    text = filled("{number} {address} {executor} {due} {author_name} {nonsense} {geometry}", words)
    assert text.startswith("1 ⟦адрес⟧ ⟦исполнитель⟧ ⟦срок⟧")
    assert blanks(text)[3:] == [f"неизвестное поле «{key}»" for key in ("author_name", "nonsense", "geometry")]


def test_what_a_resident_wrote_is_neither_a_template_nor_a_mark() -> None:
    hostile = {"address": "{author_phone} ⟦x⟧ <b>\u202e\n{number}" + "я" * 5_000}
    text = filled("{address}", words_of(hostile, "", NORMS, NOW))
    assert text.startswith("{author_phone} [x] <b> {number}") and not blanks(text) and len(text) == 300
    assert "\n" not in text and "\u202e" not in text
    assert filled("{0} {} {a.b} {number", {}) == "⟦неизвестное поле «0»⟧ {} {a.b} {number", "other braces are text"


def test_a_term_that_is_over_is_no_promise() -> None:
    assert words_of(WHOLE, "", NORMS, NOW)["due"] == "20.12.2026"
    assert words_of({**WHOLE, "received": "2026-01-01T00:00:00Z"}, "", NORMS, NOW)["due"] == ""
    assert words_of({**WHOLE, "status": "solved"}, "", NORMS, NOW)["due"] == ""


def test_no_reply_waits_for_sending_with_a_mark_in_its_text() -> None:
    report = {"report": "r1", "channel": "portal", "status": "to_send"}
    for text in ("Срок: ⟦срок⟧.", "Срок: ⟦", "Срок⟧"):
        with pytest.raises(Refused, match="незаполненное"):
            judge(REPLIES, {}, {**report, "text": text}, None, NOW)
    failed = {**report, "text": "⟦срок⟧", "status": "failed", "error": "нет"}
    with pytest.raises(Refused, match="незаполненное"):
        judge(REPLIES, failed, {"status": "to_send"}, None, NOW)
    judge(REPLIES, {**report, "text": "⟦срок⟧"}, {"attempts": 1}, None, NOW)  # what was kept before stays editable
    judge(REPLIES, {}, {**report, "text": "Срок: 1.12."}, None, NOW)
