"""Many records in one transaction: what an import saves by."""

from throwaway import NOW, WHOLE

from citymanager.errors import Refused
from citymanager.store import Profile, Saved, Writer
from citymanager.store.journal import Journal


def test_answers_stand_in_order_and_one_refusal_stops_nobody(writer: Writer) -> None:
    answers = writer.save_many(
        "benches", [("a", {"name": "первая"}), ("b", {"length": 5}), ("c", WHOLE)], "ivan", None, NOW
    )
    assert [type(one) for one in answers] == [Saved, Refused, Saved]
    assert "Заполните «Название»" in str(answers[1])
    assert [writer.get("benches", ident) is not None for ident in "abc"] == [True, False, True]
    assert [one.id for one in writer.outbox()] == ["a", "c"]


def test_numbers_are_taken_without_gaps_and_given_ones_kept(writer: Writer) -> None:
    records = [("a", {"name": "1"}), ("b", {}), ("c", {"name": "3", "number": "Н-7"}), ("d", {"name": "4"})]
    writer.save_many("benches", records, "ivan", None, NOW)
    numbers = [writer.get("benches", ident).data["number"] for ident in "acd"]  # type: ignore[union-attr]
    block = numbers[0].removesuffix("0001")
    assert numbers == [f"{block}0001", "Н-7", f"{block}0002"]


def test_a_new_record_may_start_anywhere_and_a_known_one_keeps_its_workflow(writer: Writer) -> None:
    first = writer.save_many("benches", [("a", {"name": "1", "status": "broken"})], "ivan", None, NOW)
    assert isinstance(first[0], Saved)
    (moved,) = writer.save_many("benches", [("a", {"status": "planned"})], "ivan", None, NOW)
    assert isinstance(moved, Refused)
    (same,) = writer.save_many("benches", [("a", {"name": "1", "status": "broken"})], "ivan", None, NOW)
    assert same == Saved("", "a", 0)


def test_every_operation_is_in_the_journal(writer: Writer, profile: Profile) -> None:
    answers = writer.save_many("benches", [(f"r{n}", {"name": "я"}) for n in range(500)], "ivan", None, NOW)
    kept = Journal(profile.folder / "operations.journal").unfinished()
    assert [one["op"] for one in kept] == [one.op for one in answers if isinstance(one, Saved)]
    assert len(kept) == 500
    assert kept[0]["author"] == "ivan"


def test_one_id_twice_in_a_batch_is_two_edits_of_one_record(writer: Writer) -> None:
    first, second = writer.save_many("benches", [("a", {"name": "1"}), ("a", {"name": "2"})], "ivan", None, NOW)
    assert isinstance(first, Saved)
    assert isinstance(second, Saved)
    found = writer.get("benches", "a")
    assert found is not None
    assert (found.data["name"], found.unsent) == ("2", 2)
    assert writer.outbox()[1].after == [first.op]
