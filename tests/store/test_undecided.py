"""What waits for a person, and what was made on top of it: nothing is overwritten unseen, nothing is stuck for ever."""

from typing import Any

import pytest
from throwaway import NOW

from citymanager.errors import Refused
from citymanager.roles import role
from citymanager.store import Profile, Seen, Writer
from citymanager.store.journal import Journal
from citymanager.store.outbox import wire
from citymanager.store.undecided import Undecided, undecided

OPERATOR, MODERATOR = role("operator"), role("moderator")
BASE = {"text": "Яма", "status": "moderation", "address": "А"}


def server(version: int, by: str = "petrov", **data: Any) -> dict[str, Any]:
    return {
        "seq": version, "module": "reports", "id": "r1", "version": version, "deleted": False, "by": by,
        "at": f"2026-11-22T00:00:0{version}Z", "data": {**BASE, **data},
    }  # fmt: skip


def gone(version: int) -> dict[str, Any]:
    return {**server(version), "data": {}, "deleted": True}


def edit(writer: Writer, **change: Any) -> str:
    return writer.save("reports", "r1", change, "ivanov", MODERATOR, NOW).op


def conflict(writer: Writer, op: str, current: dict[str, Any], *fields: str) -> None:
    writer.settle([{"op": op, "result": "conflict", "current": current, "fields": list(fields)}], "f", NOW)


def refuse(writer: Writer, op: str) -> None:
    writer.settle([{"op": op, "result": "refused", "reason": "Нет."}], "f", NOW)


def told(writer: Writer, op: str) -> Undecided:
    pending = writer.pending(op)
    assert pending is not None
    return undecided(writer, writer.modules["reports"], pending)


@pytest.fixture
def known(writer: Writer) -> Writer:
    writer.absorb([server(1)], NOW, {})
    return writer


# what an edit stands on


@pytest.mark.fault("F13")
def test_an_edit_over_ones_own_stands_on_what_was_seen_under_it(known: Writer) -> None:
    """The server has got another address meanwhile; its author sees his own and not that one."""
    edit(known, address="мой")
    known.absorb([server(2, address="чужой", category="snow")], NOW, {})
    edit(known, address="мой второй")
    edit(known, category="pothole")
    assert [one.base for one in known.outbox()] == [1, 1, 2]


@pytest.mark.fault("F13")
def test_an_edit_over_a_conflict_does_not_decide_it(known: Writer) -> None:
    mine = edit(known, address="мой")
    conflict(known, mine, server(2, address="чужой"), "address")
    edit(known, address="мой второй")
    assert known.queue.to_send("ivanov", 9)[0].base == 1


def test_a_form_that_showed_an_older_record_stands_on_that(known: Writer) -> None:
    shown = Seen(known.get("reports", "r1"), known.feed)
    known.absorb([server(2, address="чужой")], NOW, {})
    known.save("reports", "r1", {"address": "мой"}, "ivanov", MODERATOR, NOW, shown)
    assert known.outbox()[0].base == 1


def test_a_form_of_before_a_restore_says_of_which_feed_its_version_is(known: Writer) -> None:
    shown = Seen(known.get("reports", "r1"), "former")
    known.absorb([server(1, address="чужой")], NOW, {"feed": "f"}, reload=True)
    known.save("reports", "r1", {"address": "мой"}, "ivanov", MODERATOR, NOW, shown)
    assert (known.outbox()[0].base, known.outbox()[0].feed) == (1, "former")


def test_what_both_have_added_to_a_list_is_kept_by_a_form_that_showed_it_older(known: Writer) -> None:
    first, mine, theirs = ({"sha256": name * 64, "name": "а.jpg", "size": 1} for name in "abc")
    known.absorb([server(2, photos=[first])], NOW, {})
    shown = Seen(known.get("reports", "r1"), known.feed)
    known.absorb([server(3, photos=[first, theirs])], NOW, {})
    known.save("reports", "r1", {"photos": [first, mine]}, "ivanov", MODERATOR, NOW, shown)
    assert known.get("reports", "r1").data["photos"] == [first, theirs, mine]


# the newest of the server, and decisions on it


@pytest.mark.fault("F14")
def test_a_conflict_shows_the_newest_of_the_server(known: Writer) -> None:
    mine = edit(known, address="мой", category="snow")
    conflict(known, mine, server(2, address="чужой"), "address")
    known.absorb([server(3, "sidorov", address="третий", category="pothole")], NOW, {})
    found = told(known, mine)
    assert found.seen is not None and not found.gone
    assert (found.seen.version, found.seen.by, found.server["address"]) == (3, "sidorov", "третий")
    assert found.fields == ["address", "category"], "the third edit has met another field of mine"


@pytest.mark.fault("F14")
def test_a_conflict_shows_that_the_record_is_deleted_by_now(known: Writer) -> None:
    mine = edit(known, address="мой")
    conflict(known, mine, server(2, address="чужой"), "address")
    known.absorb([{**gone(3), "by": "sidorov"}], NOW, {})
    found = told(known, mine)
    assert found.gone and found.server == {} and found.seen is not None and found.seen.by == "sidorov"


@pytest.mark.fault("F14")
def test_a_decision_stands_on_what_was_seen_and_not_on_what_has_come_since(known: Writer) -> None:
    mine = edit(known, address="мой")
    conflict(known, mine, server(2, address="чужой"), "address")
    seen = told(known, mine).seen
    known.absorb([server(3, address="третий")], NOW, {})
    known.resolve(mine, {"address": "мой"}, "ivanov", MODERATOR, NOW, seen=seen)
    (again,) = known.outbox()
    assert (again.base, again.change) == (2, {"address": "мой"}), "the server will show the third one"


def test_a_third_edit_that_agrees_with_mine_leaves_nothing_to_decide(known: Writer) -> None:
    mine = edit(known, address="мой")
    conflict(known, mine, server(2, address="чужой"), "address")
    known.absorb([server(3, address="мой")], NOW, {})
    assert told(known, mine).fields == []


def test_a_deletion_that_met_an_edit_leaves_the_record_in_sight(known: Writer) -> None:
    op = known.delete("reports", "r1", "ivanov", MODERATOR, NOW).op
    assert known.get("reports", "r1") is None
    conflict(known, op, server(2, address="чужой"), "address")
    record = known.get("reports", "r1")
    assert record is not None and (record.data["address"], record.unsent) == ("чужой", 1)
    assert told(known, op).fields == ["address"], "what it would take away unseen"


@pytest.mark.parametrize(("delete", "left"), [(True, [(2, True)]), (False, [])])
def test_a_deletion_that_met_an_edit_is_insisted_on_or_given_up(
    known: Writer, delete: bool, left: list[tuple[int, bool]]
) -> None:
    op = known.delete("reports", "r1", "ivanov", MODERATOR, NOW).op
    conflict(known, op, server(2, address="чужой"), "address")
    known.resolve(op, {}, "ivanov", MODERATOR, NOW, delete=delete, seen=told(known, op).seen)
    assert [(one.base, one.deleted) for one in known.outbox()] == left
    assert (known.get("reports", "r1") is None) == delete


def test_a_decision_that_the_workflow_forbids_is_refused_and_nothing_is_lost(known: Writer) -> None:
    mine = edit(known, status="accepted")
    conflict(known, mine, server(2, status="rejected", rejection="topic"), "status")
    pending = known.pending(mine)
    assert pending is not None and pending.change["registered"] == pending.at
    with pytest.raises(Refused, match="нельзя перейти"):
        known.resolve(mine, dict(pending.change), "ivanov", MODERATOR, NOW)
    assert known.pending(mine) is not None


# who may


@pytest.mark.parametrize(
    ("who", "login", "may"),
    [("operator", "ivanov", True), ("operator", "sidorov", False), ("moderator", "sidorov", True), (None, "", True)],
)
def test_an_edit_is_decided_by_its_author_or_a_senior(known: Writer, who: str | None, login: str, may: bool) -> None:
    mine = edit(known, address="мой")
    conflict(known, mine, server(2, address="чужой"), "address")
    person = role(who) if who else None
    if may:
        assert known.resolve(mine, {"address": "третий"}, login, person, NOW).op
        assert known.outbox()[0].author == login, "who decides sends it, under his own name"
    else:
        with pytest.raises(Refused, match="Это правка «ivanov»"):
            known.resolve(mine, {}, login, person, NOW)


# what is poisoned


@pytest.mark.fault("F31")
def test_what_was_made_on_a_refused_new_record_waits_for_the_decision_about_it(writer: Writer) -> None:
    made = writer.save("reports", None, {"text": "Яма"}, "ivanov", OPERATOR, NOW)
    later = writer.save("reports", made.id, {"address": "Б"}, "ivanov", OPERATOR, NOW)
    other = writer.save("reports", None, {"text": "Другая"}, "ivanov", OPERATOR, NOW)
    refuse(writer, made.op)
    assert [one.op for one in writer.queue.to_send("ivanov", 9)] == [other.op]
    assert writer.queue.held_back() == {later.op}
    writer.resolve(made.op, dict(writer.pending(made.op).change), "ivanov", OPERATOR, NOW)
    assert writer.queue.held_back() == set() and len(writer.queue.to_send("ivanov", 9)) == 3


@pytest.mark.fault("F31")
def test_what_was_made_on_a_known_record_goes_on_without_the_refused_one(known: Writer) -> None:
    refuse(known, edit(known, address="мой"))
    later = edit(known, category="snow")
    assert [one.op for one in known.queue.to_send("ivanov", 9)] == [later]


@pytest.mark.fault("F31")
def test_what_the_server_has_failed_on_goes_last_with_all_that_stands_on_it(known: Writer) -> None:
    ill, after = edit(known, address="мой"), edit(known, category="snow")
    well = writer_new(known)
    known.failed([ill], "Ошибка 500")
    assert [one.op for one in known.queue.to_send("ivanov", 9)] == [well, ill, after]
    assert [one.op for one in known.queue.to_send("ivanov", 2)] == [well, ill]
    assert [one.op for one in known.queue.to_send("ivanov", 1)] == [well]


def writer_new(writer: Writer) -> str:
    return writer.save("reports", None, {"text": "Другая"}, "ivanov", MODERATOR, NOW).op


@pytest.mark.fault("F31")
def test_an_edit_of_a_module_that_this_program_does_not_know_is_settled_like_any(
    known: Writer, profile: Profile
) -> None:
    """An older program on a newer profile: nothing may be sent for ever, and nothing lost."""
    op = edit(known, address="мой")
    known.close()
    fewer = [one for one in known.modules.values() if one.key != "reports"]
    older = profile.writer(fewer, patience=0)
    refuse(older, op)
    assert [(one.op, one.state) for one in older.outbox()] == [(op, "refused")]
    with pytest.raises(Refused, match="обновите программу"):
        older.resolve(op, {}, "ivanov", MODERATOR, NOW)
    older.close()


# lists and once-acts on the desk


def test_a_list_on_the_screen_has_what_both_have_added(known: Writer) -> None:
    photo = [{"sha256": f"{number:064}", "name": "вид.jpg"} for number in range(3)]
    known.absorb([server(2, photos=photo[:1])], NOW, {})
    op = edit(known, photos=photo[:2])
    known.absorb([server(3, photos=[photo[0], photo[2]])], NOW, {})
    assert known.get("reports", "r1").data["photos"] == [photo[0], photo[2], photo[1]]
    edit(known, photos=[photo[1]])
    first, second = known.outbox()
    assert wire(first)["was"] == {"photos": photo[:1]}
    assert wire(second)["was"] == {"photos": [photo[0], photo[2], photo[1]]}, "what he saw when he took them away"
    assert known.pending(op) is not None


def test_what_an_edit_was_made_on_is_in_the_journal_for_a_salvage(known: Writer, profile: Profile) -> None:
    edit(known, address="мой", category="snow")
    (line,) = Journal(profile.folder / "operations.journal").unfinished()
    assert line["was"] == {"address": "А"}


@pytest.mark.fault("F13")
def test_an_acknowledgement_is_set_once_on_the_desk_too(writer: Writer) -> None:
    data = {"telephonogram": "t1", "addressee": "o1", "status": "received", "receiver_name": "Иванов",
            "received_at": "2026-11-23T04:00:00Z"}  # fmt: skip
    writer.absorb([{**server(1), "module": "receipts", "data": data}], NOW, {})
    writer.save("receipts", "r1", {"receiver_name": "Петров"}, "petrov", OPERATOR, NOW)
    shown = writer.get("receipts", "r1").data
    assert shown["receiver_name"] == "Иванов" and shown["also"].endswith("petrov: Принял: фамилия — Петров")
    assert writer.outbox()[0].change == {"receiver_name": "Петров"}, "what he did is sent as he did it"
