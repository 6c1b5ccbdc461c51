"""A saved edit is one whole: row, server's copy, outbox and journal, or none of them."""

from datetime import timedelta

import pytest
from throwaway import NOW, WHOLE

from citymanager.errors import Refused
from citymanager.roles import role
from citymanager.store import Profile, Query, Saved, Writer
from citymanager.store.journal import Journal

OPERATOR, MODERATOR = role("operator"), role("moderator")


def accepted(writer: Writer, op: str, version: int) -> None:
    writer.settle([{"op": op, "result": "accepted", "version": version, "seq": version}], "feed-1", NOW)


def from_server(ident: str, version: int, **data: object) -> dict[str, object]:
    return {
        "seq": version, "module": "reports", "id": ident, "version": version, "deleted": False,
        "data": {"text": "Яма", "status": "new", **data}, "by": "petrov", "at": "2026-11-22T00:00:00Z",
    }  # fmt: skip


def test_every_field_kind_comes_back_as_it_was(writer: Writer) -> None:
    saved = writer.save("benches", None, {**WHOLE, "unheard_of": {"a": [1, None]}}, "ivanov", None, NOW)
    found = writer.get("benches", saved.id)
    assert found is not None
    assert {key: found.data[key] for key in WHOLE} == WHOLE
    assert found.data["unheard_of"] == {"a": [1, None]}
    assert (found.version, found.unsent, found.by) == (0, 1, "ivanov")


def test_a_new_report_needs_only_its_text(writer: Writer) -> None:
    saved = writer.save("reports", None, {"text": "Не горит фонарь"}, "ivanov", OPERATOR, NOW)
    data = writer.get("reports", saved.id).data
    assert data["status"] == "new" and data["channel"] == "phone" and data["received"] == "2026-11-23T04:05:06Z"
    assert data["number"].endswith("-0001")


def test_numbers_have_no_gaps_even_after_refusals(writer: Writer) -> None:
    for text in ("раз", "", "два", "", "три"):
        try:
            writer.save("reports", None, {"text": text}, "ivanov", OPERATOR, NOW)
        except Refused:
            assert text == ""
    numbers = sorted(one.data["number"] for one in writer.each(Query("reports")))
    assert [one.rpartition("-")[2] for one in numbers] == ["0001", "0002", "0003"]


def test_a_refused_edit_changes_nothing(writer: Writer, profile: Profile) -> None:
    saved = writer.save("reports", None, {"text": "Яма"}, "ivanov", OPERATOR, NOW)
    journal = (profile.folder / "operations.journal").read_bytes()
    before, outbox = writer.get("reports", saved.id), writer.outbox()
    with pytest.raises(Refused, match="Оценка жителя"):
        writer.save("reports", saved.id, {"rating": 9, "address": "ул. Мира, 1"}, "ivanov", OPERATOR, NOW)
    assert writer.get("reports", saved.id) == before
    assert writer.outbox() == outbox
    assert (profile.folder / "operations.journal").read_bytes() == journal


def test_a_change_that_changes_nothing_makes_no_operation(writer: Writer) -> None:
    saved = writer.save("reports", None, {"text": "Яма", "address": "а"}, "ivanov", OPERATOR, NOW)
    again = writer.save("reports", saved.id, {"text": "Яма", "photos": []}, "ivanov", OPERATOR, NOW)
    assert again.op == "" and again.id == saved.id
    assert len(writer.outbox()) == 1


def test_an_operation_holds_what_changed_and_what_it_was_made_on(writer: Writer) -> None:
    writer.absorb([from_server("r1", 7)], NOW, {"cursor": "7"})
    first = writer.save("reports", "r1", {"address": "ул. Мира, 1"}, "ivanov", OPERATOR, NOW)
    second = writer.save("reports", "r1", {"address": ""}, "ivanov", OPERATOR, NOW)
    one, two = writer.outbox()
    assert (one.base, one.change, one.after) == (7, {"address": "ул. Мира, 1"}, [])
    assert (two.base, two.change, two.after) == (7, {"address": None}, [first.op])
    assert second.version == 7
    assert writer.server.copy("reports", "r1").data == {"text": "Яма", "status": "new"}


def test_the_journal_holds_each_operation_until_it_is_answered(writer: Writer, profile: Profile) -> None:
    first = writer.save("reports", None, {"text": "раз"}, "ivanov", None, NOW)
    second = writer.save("reports", None, {"text": "два"}, "ivanov", None, NOW)
    accepted(writer, first.op, 1)
    journal = Journal(profile.folder / "operations.journal")
    assert [one["op"] for one in journal.unfinished()] == [second.op]
    assert journal.unfinished()[0]["author"] == "ivanov"


def test_acceptance_in_order_leaves_the_later_edits_standing(writer: Writer) -> None:
    first = writer.save("reports", None, {"text": "раз"}, "ivanov", None, NOW)
    second = writer.save("reports", first.id, {"text": "два"}, "ivanov", None, NOW)
    accepted(writer, first.op, 1)
    half = writer.get("reports", first.id)
    assert (half.version, half.unsent, half.data["text"]) == (1, 1, "два")
    accepted(writer, second.op, 2)
    whole = writer.get("reports", first.id)
    assert (whole.version, whole.unsent, whole.data["text"]) == (2, 0, "два")
    assert writer.server.copy("reports", first.id) is None


def test_a_conflict_keeps_both_values_until_it_is_decided(writer: Writer) -> None:
    writer.absorb([from_server("r1", 1, address="старый")], NOW, {})
    mine = writer.save("reports", "r1", {"address": "мой"}, "ivanov", None, NOW)
    theirs = from_server("r1", 2, address="чужой")
    writer.settle([{"op": mine.op, "result": "conflict", "current": theirs, "fields": ["address"]}], "f", NOW)
    writer.absorb([from_server("r2", 3)], NOW, {})
    (pending,) = writer.outbox()
    assert pending.state == "conflict" and pending.fields == ["address"]
    assert pending.change == {"address": "мой"} and pending.current["data"]["address"] == "чужой"
    assert writer.get("reports", "r1").data["address"] == "мой"
    assert writer.unsent() == 0 and writer.needs_attention() == 1


@pytest.mark.parametrize(("decision", "shown", "sent"), [
    ({"address": "мой"}, "мой", {"address": "мой"}),
    ({}, "чужой", None),
    ({"address": "третий"}, "третий", {"address": "третий"}),
])  # fmt: skip
def test_a_decided_conflict_becomes_a_new_operation(
    writer: Writer, decision: dict[str, str], shown: str, sent: dict[str, str] | None
) -> None:
    writer.absorb([from_server("r1", 1, address="старый")], NOW, {})
    mine = writer.save("reports", "r1", {"address": "мой"}, "ivanov", None, NOW)
    theirs = from_server("r1", 2, address="чужой")
    writer.settle([{"op": mine.op, "result": "conflict", "current": theirs, "fields": ["address"]}], "f", NOW)
    writer.resolve(mine.op, decision, "ivanov", OPERATOR, NOW)
    assert writer.get("reports", "r1").data["address"] == shown
    outbox = writer.outbox()
    assert [one.change for one in outbox] == ([sent] if sent else [])
    assert all(one.base == 2 and one.op != mine.op for one in outbox)


def test_an_old_answer_does_not_replace_what_came_after_it(writer: Writer) -> None:
    writer.absorb([from_server("r1", 1, address="старый")], NOW, {})
    mine = writer.save("reports", "r1", {"address": "мой"}, "ivanov", None, NOW)
    writer.absorb([from_server("r1", 3, address="новейший")], NOW, {})
    theirs = from_server("r1", 2, address="чужой")
    writer.settle([{"op": mine.op, "result": "conflict", "current": theirs, "fields": ["address"]}], "f", NOW)
    writer.resolve(mine.op, {}, "ivanov", OPERATOR, NOW)
    found = writer.get("reports", "r1")
    assert (found.version, found.data["address"]) == (3, "новейший")


def test_an_edit_of_a_record_deleted_there_stands_on_what_was_seen_of_it(writer: Writer) -> None:
    writer.absorb([from_server("r1", 1, address="старый")], NOW, {})
    writer.save("reports", "r1", {"author_name": "Петров"}, "ivanov", OPERATOR, NOW)
    gone = {**from_server("r1", 3), "data": {}, "deleted": True}  # of a second version nobody here has heard
    writer.absorb([gone], NOW, {})
    writer.save("reports", "r1", {"address": "мой"}, "ivanov", OPERATOR, NOW)
    assert [one.base for one in writer.outbox()] == [1, 1]


def test_mine_over_a_record_deleted_there_brings_it_back_whole(writer: Writer) -> None:
    writer.absorb([from_server("r1", 1, address="старый")], NOW, {})
    mine = writer.save("reports", "r1", {"address": "мой"}, "ivanov", OPERATOR, NOW)
    writer.absorb([from_server("r1", 2, address="чужой")], NOW, {})
    gone = {**from_server("r1", 3), "data": {}, "deleted": True}
    writer.settle([{"op": mine.op, "result": "conflict", "current": gone, "fields": ["address"]}], "f", NOW)
    writer.resolve(mine.op, {"address": "мой"}, "ivanov", OPERATOR, NOW)
    (again,) = writer.outbox()
    assert (again.change, again.base) == ({"address": "мой"}, 3)
    whole = {"text": "Яма", "status": "new", "address": "мой"}
    assert writer.get("reports", "r1").data == whole
    accepted(writer, again.op, 4)
    found = writer.get("reports", "r1")
    assert (found.data, found.version, found.unsent) == (whole, 4, 0)


def test_theirs_over_a_record_deleted_there_takes_it_away(writer: Writer) -> None:
    writer.absorb([from_server("r1", 1)], NOW, {})
    mine = writer.save("reports", "r1", {"address": "мой"}, "ivanov", OPERATOR, NOW)
    gone = {**from_server("r1", 2), "data": {}, "deleted": True}
    writer.settle([{"op": mine.op, "result": "conflict", "current": gone, "fields": ["address"]}], "f", NOW)
    writer.resolve(mine.op, {}, "ivanov", OPERATOR, NOW)
    assert writer.outbox() == [] and writer.get("reports", "r1") is None


def test_a_refused_operation_is_set_aside_and_the_others_go_on(writer: Writer) -> None:
    bad = writer.save("reports", None, {"text": "раз"}, "ivanov", None, NOW)
    good = writer.save("reports", None, {"text": "два"}, "ivanov", None, NOW)
    writer.settle([{"op": bad.op, "result": "refused", "reason": "Нет прав."}], "f", NOW)
    assert [one.op for one in writer.queue.to_send("ivanov", 10)] == [good.op]
    aside = writer.pending(bad.op)
    assert (aside.state, aside.reason) == ("refused", "Нет прав.")


def test_what_was_refused_is_offered_again_under_a_new_name(writer: Writer, profile: Profile) -> None:
    bad = writer.save("reports", None, {"text": "раз"}, "ivanov", None, NOW)
    later = writer.save("reports", bad.id, {"address": "а"}, "ivanov", None, NOW)
    failed = writer.save("reports", None, {"text": "два"}, "ivanov", None, NOW)
    writer.settle([{"op": bad.op, "result": "refused", "reason": "Нет прав."}], "f", NOW)
    for _ in range(5):
        writer.failed([failed.op], "Ошибка 500")
    writer.retry([bad.op, failed.op, "unknown"])
    again, second, third = writer.queue.to_send("ivanov", 10)
    assert again.op != bad.op, "the server repeats its answer to a name that it knows"
    assert (again.change["text"], again.reason, again.tries) == ("раз", "", 0)
    assert (second.op, second.after) == (later.op, [again.op])
    assert third.op == failed.op, "the server may have taken it: under this name it does so once"
    kept = Journal(profile.folder / "operations.journal").unfinished()
    assert {one["op"] for one in kept} == {again.op, later.op, failed.op}


def test_what_the_server_fails_on_is_offered_five_times(writer: Writer) -> None:
    saved = writer.save("reports", None, {"text": "раз"}, "ivanov", None, NOW)
    for tries in range(1, 5):
        writer.failed([saved.op], "Ошибка 500")
        assert (writer.pending(saved.op).state, writer.pending(saved.op).tries) == ("waiting", tries)
    writer.failed([saved.op], "Ошибка 500")
    assert writer.pending(saved.op).state == "failed"
    assert writer.queue.to_send("ivanov", 10) == []


def test_operations_go_under_their_own_author_only(writer: Writer) -> None:
    mine = writer.save("reports", None, {"text": "раз"}, "ivanov", None, NOW)
    theirs = writer.save("reports", None, {"text": "два"}, "petrov", None, NOW)
    nobody = writer.save("reports", None, {"text": "три"}, "", None, NOW)
    assert [one.op for one in writer.queue.to_send("petrov", 10)] == [theirs.op, nobody.op]
    writer.adopt("ivanov")
    assert [one.op for one in writer.queue.to_send("ivanov", 10)] == [mine.op, nobody.op]
    assert [one.op for one in writer.queue.to_send("petrov", 10)] == [theirs.op]


def test_deleting_waits_in_the_outbox_and_ends_with_the_servers_word(writer: Writer) -> None:
    writer.absorb([from_server("r1", 1)], NOW, {})
    with pytest.raises(Refused, match="Роль «Оператор» не может удалять"):
        writer.delete("reports", "r1", "ivanov", OPERATOR, NOW)
    gone = writer.delete("reports", "r1", "ivanov", MODERATOR, NOW)
    assert writer.get("reports", "r1") is None
    assert writer.queue.to_send("ivanov", 1)[0].deleted
    accepted(writer, gone.op, 2)
    assert writer.get("reports", "r1") is None and writer.outbox() == []


def test_a_restored_server_is_offered_what_another_feed_acknowledged(writer: Writer) -> None:
    saved = writer.save("reports", None, {"text": "раз"}, "ivanov", None, NOW)
    accepted(writer, saved.op, 1)
    assert writer.offer_again("feed-1") == 0
    assert writer.offer_again("feed-2") == 1
    (again,) = writer.outbox()
    assert again.op == saved.op and again.change["text"] == "раз" and again.author == "ivanov" and not again.deleted
    assert again.feed == "feed-1", "its base was counted there"


def test_what_is_offered_again_goes_before_what_waits_and_the_row_stays_whole(writer: Writer) -> None:
    made = writer.save("reports", None, {"text": "раз"}, "ivanov", None, NOW)
    accepted(writer, made.op, 1)
    old = writer.save("reports", made.id, {"address": "старый"}, "ivanov", None, NOW)
    accepted(writer, old.op, 2)
    new = writer.save("reports", made.id, {"address": "новый"}, "ivanov", None, NOW)
    assert writer.offer_again("feed-2") == 2
    assert [one.op for one in writer.outbox()] == [made.op, old.op, new.op]
    found = writer.get("reports", made.id)
    assert (found.data["text"], found.data["address"], found.unsent) == ("раз", "новый", 3)


def written_over(writer: Writer) -> tuple[Saved, Saved, Saved]:
    """A record; an edit of it that waits for somebody who has left; and one made over that, which has arrived."""
    made = writer.save("reports", None, {"text": "раз"}, "day", None, NOW)
    accepted(writer, made.op, 1)
    earlier = writer.save("reports", made.id, {"address": "дневной", "author_name": "Петров"}, "day", None, NOW)
    later = writer.save("reports", made.id, {"address": "ночной"}, "night", None, NOW)
    accepted(writer, later.op, 2)
    return made, earlier, later


def test_an_edit_that_waits_does_not_hide_what_was_written_over_it_and_has_arrived(writer: Writer) -> None:
    made, earlier, _ = written_over(writer)
    shown = writer.get("reports", made.id)
    assert (shown.data["address"], shown.data["author_name"]) == ("ночной", "Петров")
    last = writer.save("reports", made.id, {"address": "утренний"}, "night", None, NOW)
    waiting = {one.op: one for one in writer.outbox()}
    assert waiting.keys() == {earlier.op, last.op}
    assert waiting[last.op].base == 2, "he stands on what he saw"


def test_an_edit_stands_on_all_that_the_one_below_it_stands_on(writer: Writer) -> None:
    made = writer.save("reports", None, {"text": "раз"}, "ivanov", None, NOW)
    accepted(writer, made.op, 1)
    first = writer.save("reports", made.id, {"address": "1"}, "ivanov", None, NOW)
    second = writer.save("reports", made.id, {"address": "2"}, "ivanov", None, NOW)
    accepted(writer, first.op, 2)
    third = writer.save("reports", made.id, {"address": "3"}, "ivanov", None, NOW)
    waiting = {one.op: one for one in writer.outbox()}
    assert (waiting[third.op].base, waiting[third.op].after) == (1, [first.op, second.op])


def test_a_decision_comes_after_what_was_written_over_the_edit_meanwhile(writer: Writer) -> None:
    made = writer.save("reports", None, {"text": "раз"}, "ivanov", None, NOW)
    accepted(writer, made.op, 1)
    aside = writer.save("reports", made.id, {"address": "1"}, "ivanov", None, NOW)
    writer.settle([{"op": aside.op, "result": "refused", "reason": "Нельзя."}], "feed-1", NOW)
    later = writer.save("reports", made.id, {"address": "2"}, "ivanov", None, NOW)
    decided = writer.resolve(aside.op, {"address": "3"}, "ivanov", None, NOW)
    assert [one.op for one in writer.outbox()] == [later.op, decided.op]
    assert writer.get("reports", made.id).data["address"] == "3"


def test_an_edit_over_a_decision_stands_where_the_decision_does(writer: Writer) -> None:
    writer.absorb([from_server("r1", 1, address="старый")], NOW, {})
    first = writer.save("reports", "r1", {"address": "1"}, "ivanov", OPERATOR, NOW)
    second = writer.save("reports", "r1", {"address": "2"}, "ivanov", OPERATOR, NOW)
    theirs = from_server("r1", 5, address="чужой")
    met = [{"op": one.op, "result": "conflict", "current": theirs, "fields": ["address"]} for one in (first, second)]
    writer.settle(met, "feed-1", NOW)
    decided = writer.resolve(second.op, {"address": "решено"}, "ivanov", OPERATOR, NOW)
    last = writer.save("reports", "r1", {"address": "после решения"}, "ivanov", OPERATOR, NOW)
    bases = {one.op: one.base for one in writer.outbox()}
    assert (bases[decided.op], bases[last.op]) == (5, 5)


def test_a_deletion_stands_on_the_oldest_of_what_is_seen_of_its_record(writer: Writer) -> None:
    writer.absorb([from_server("r1", 1)], NOW, {})
    writer.save("reports", "r1", {"address": "1"}, "ivanov", OPERATOR, NOW)
    writer.absorb([from_server("r1", 3, author_name="Петров")], NOW, {})
    writer.save("reports", "r1", {"author_name": "Сидоров"}, "ivanov", OPERATOR, NOW)
    writer.save("reports", "r1", {"address": None}, "ivanov", OPERATOR, NOW)
    writer.delete("reports", "r1", "ivanov", MODERATOR, NOW)
    assert [one.base for one in writer.outbox()] == [1, 3, 1, 1]


def test_an_accepted_edit_of_what_is_out_of_sight_makes_no_half_of_a_record(writer: Writer) -> None:
    made = writer.save("reports", None, {"text": "раз"}, "ivanov", None, NOW)
    accepted(writer, made.op, 1)
    edit = writer.save("reports", made.id, {"address": "2"}, "ivanov", None, NOW)
    accepted(writer, edit.op, 2)
    writer.load_page("reports", [], ("", None), NOW, {})  # it has left his sight
    assert writer.offer_again("feed-2") == 2
    writer.settle([{"op": edit.op, "result": "accepted", "version": 2, "seq": 2}], "feed-2", NOW)
    (waiting,) = writer.outbox()
    assert (waiting.op, writer.get("reports", made.id).version) == (made.op, 0)
    gone = {**from_server(made.id, 2), "data": {}, "gone": True}
    writer.settle([{"op": made.op, "result": "accepted", "version": 1, "seq": 1, "current": gone}], "feed-2", NOW)
    assert writer.get("reports", made.id) is None


def test_what_is_offered_again_a_second_time_takes_no_place_of_what_waits(writer: Writer) -> None:
    first = writer.save("reports", None, {"text": "раз"}, "ivanov", None, NOW)
    accepted(writer, first.op, 1)
    assert writer.offer_again("feed-2") == 1  # and it waits still when the server is restored again
    second = writer.save("reports", None, {"text": "два"}, "ivanov", None, NOW)
    writer.settle([{"op": second.op, "result": "accepted", "version": 1, "seq": 2}], "feed-2", NOW)
    assert writer.offer_again("feed-3") == 1
    assert {one.op for one in writer.outbox()} == {first.op, second.op}


def test_what_is_offered_again_stays_behind_an_edit_that_it_was_made_on(writer: Writer) -> None:
    made, earlier, later = written_over(writer)
    last = writer.save("reports", made.id, {"author_name": "Сидоров"}, "night", None, NOW)
    assert writer.offer_again("feed-2") == 2
    waiting = {one.op: one.after for one in writer.outbox()}
    assert list(waiting) == [made.op, earlier.op, later.op, last.op]
    assert later.op not in waiting[earlier.op] and earlier.op in waiting[later.op]
    assert writer.get("reports", made.id).data["address"] == "ночной"


def test_acknowledged_operations_are_let_go_after_their_term(writer: Writer) -> None:
    saved = writer.save("reports", None, {"text": "раз"}, "ivanov", None, NOW)
    accepted(writer, saved.op, 1)
    writer.forget_acknowledged(NOW + timedelta(days=1))
    assert writer.offer_again("feed-2") == 0


def test_naughty_strings_come_back_identical(writer: Writer, blns: list[str]) -> None:
    for text in blns:
        saved = writer.save("reports", None, {"text": text, "address": text}, "ivanov", None, NOW)
        found = writer.get("reports", saved.id)
        assert (found.data["text"], found.data["address"]) == (text, text)


def test_a_card_that_is_saved_twice_under_its_own_id_makes_one_record(writer: Writer) -> None:
    card = "6f0c7a52-3d0b-4c58-9a3e-6b1f6d0f2b7f"
    first = writer.save("reports", None, {"text": "Яма"}, "ivanov", None, NOW, made_as=card)
    again = writer.save("reports", None, {"text": "Яма", "address": "Мира, 1"}, "ivanov", None, NOW, made_as=card)
    assert first.id == again.id == card
    assert [one.change.get("number") for one in writer.outbox()] == [writer.get("reports", card).data["number"], None]
