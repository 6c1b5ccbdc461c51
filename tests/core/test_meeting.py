"""Two edits of one record: what merges, what is noted, what is a conflict. The rule itself, without a server."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from throwaway import NOW, THROWAWAY

from citymanager.changes import difference, judge, merged, stamped
from citymanager.errors import Refused
from citymanager.meeting import Made, Met, Others, laid, meet
from citymanager.modules import BY_KEY, MODULES
from citymanager.modules.views import VIEWS
from citymanager.roles import role
from citymanager.schema import STATUS, Module, Move, Status, Values
from citymanager.values import moment

pytestmark = pytest.mark.fault("F13")
RECEIPTS, REPORTS = BY_KEY["receipts"], BY_KEY["reports"]
LATER = NOW + timedelta(minutes=7)
HERS, HIS = moment(NOW), moment(LATER)


def met(module: Module, base: Values, hers: Values, his: Values, *then: Values) -> tuple[Values, Met]:
    """Both edited `base`; hers was first, and `then` others went on. The record as it stands, and what his comes to."""
    data, touched, path = merged(base, hers), {*hers}, [hers.get(STATUS)]
    for step in then:
        data, touched, path = merged(data, step), touched | step.keys(), [*path, step.get(STATUS)]
    others = Others(frozenset(touched), tuple(one for one in path if one))
    return data, meet(module, data, Made(his, {key: base.get(key) for key in his}, "petrov", HIS), others)


def photo(number: int) -> Values:
    return {"sha256": f"{number:064}", "name": f"{number}.jpg", "type": "image/jpeg", "size": number}


# fields


def test_fields_of_one_side_merge_and_the_same_field_is_a_conflict() -> None:
    base = {"text": "Яма", "address": "А"}
    assert met(REPORTS, base, {"address": "Б"}, {"category": "snow"})[1] == Met({"category": "snow"}, [])
    assert met(REPORTS, base, {"address": "Б"}, {"category": "snow", "address": "В"})[1] == Met({}, ["address"])


@pytest.mark.parametrize("key", ["story", "geometry", "colour", "length"])
def test_long_texts_shapes_and_all_that_is_no_list_are_never_mixed(key: str) -> None:
    hers, his = {"type": "Polygon", "coordinates": [1]}, {"type": "Polygon", "coordinates": [2]}
    assert met(THROWAWAY, {key: 0}, {key: hers}, {key: his})[1] == Met({}, [key])


def test_identical_edits_are_no_conflict() -> None:
    _, found = met(REPORTS, {}, {"address": "Б", "photos": [photo(1)]}, {"address": "Б", "photos": [photo(1)]})
    assert found.fields == [] and difference({"address": "Б", "photos": [photo(1)]}, found.change) == {}


def test_what_dates_a_field_is_no_conflict_and_says_when_the_last_one_changed_it() -> None:
    base = {"first_for": ["head"], "first_since": moment(NOW - timedelta(days=1))}
    hers = stamped(VIEWS, base, {"first_for": ["head", "operator"]}, LATER)
    his = stamped(VIEWS, base, {"first_for": ["moderator"]}, NOW)
    for first, second in ((hers, his), (his, hers)):
        data, found = met(VIEWS, base, first, second)
        after = merged(data, found.change)
        assert found.fields == [] and after["first_since"] == moment(LATER)
        assert sorted(after["first_for"]) == ["moderator", "operator"]


def test_a_field_is_dated_when_it_changes_and_when_it_is_emptied_unless_its_author_tells_the_moment() -> None:
    before = {"name": "Ямы", "first_for": ["head"], "first_since": HERS}
    assert stamped(VIEWS, before, {"name": "Ухабы"}, LATER) == {"name": "Ухабы"}
    assert stamped(VIEWS, before, {"first_for": None}, LATER) == {"first_for": None, "first_since": HIS}
    assert stamped(VIEWS, before, {"first_for": ["admin"], "first_since": HERS}, LATER)["first_since"] == HERS


# lists


@pytest.mark.parametrize(
    ("base", "hers", "his", "both"),
    [
        ([], [1], [2], [1, 2]),
        ([1], [1, 2], [1, 3], [1, 2, 3]),
        ([1, 2], [2], [1, 2, 3], [2, 3]),
        ([1, 2, 3], [1, 2], [2, 3], [2]),
        ([1], [], [1, 2], [2]),
        ([1], [1, 2], [], [2]),
        ([1], [], [], None),
    ],
)
def test_photos_that_two_people_add_and_take_away_merge(
    base: list[int], hers: list[int], his: list[int], both: list[int] | None
) -> None:
    lists = ([photo(one) for one in numbers] or None for numbers in (base, hers, his))
    before, first, second = lists
    data, found = met(REPORTS, {"photos": before}, {"photos": first}, {"photos": second})
    assert found.fields == []
    assert merged(data, found.change).get("photos") == ([photo(one) for one in both] if both else None)


def test_every_list_of_a_declaration_is_a_set() -> None:
    base = {"owners": ["o1", "o2"], "paints": ["red"]}
    _, found = met(
        THROWAWAY, base, {"owners": ["o1", "o2", "o3"], "paints": ["red", "blue"]}, {"owners": ["o2"], "paints": None}
    )
    assert found == Met({"owners": ["o2", "o3"], "paints": ["blue"]}, [])


def test_a_list_of_which_nobody_knows_what_it_was_is_a_conflict() -> None:
    made = Made({"photos": [photo(2)]}, None, "petrov", HIS)
    found = meet(REPORTS, {"photos": [photo(1)]}, made, Others(frozenset({"photos"})))
    assert found == Met({}, ["photos"])


def test_a_list_that_nobody_else_has_touched_is_as_its_author_put_it() -> None:
    made = Made({"photos": [photo(3), photo(1)]}, {"photos": [photo(1)]}, "petrov", HIS)
    assert laid(REPORTS, {"photos": [photo(1)]}, made)["photos"] == [photo(3), photo(1)]


# acts that count once

SENT = {"status": "sent", "sent_at": "2026-11-23T04:00:00Z"}


def received(name: str, at: str, **more: Any) -> Values:
    return {"status": "received", "receiver_name": name, "received_at": at, **more}


def test_of_two_who_took_a_receipt_the_first_stays_and_the_second_is_noted() -> None:
    his = received("Петров", HIS, receiver_phone="+7 900 000-00-00")
    data, found = met(RECEIPTS, SENT, received("Иванов", HERS), his)
    assert found.fields == []
    after = merged(data, found.change)
    assert (after["receiver_name"], after["received_at"]) == ("Иванов", HERS)
    assert "receiver_phone" not in after, "his telephone is not put to her name"
    assert after["also"] == "23.11.2026 09:12, petrov: Принята — 23.11.2026 09:12; Принял: фамилия — Петров"


def test_the_second_is_noted_though_the_record_has_gone_on() -> None:
    data, found = met(RECEIPTS, SENT, received("Иванов", HERS), received("Петров", HIS), {"status": "read"})
    after = merged(data, found.change)
    assert (after["status"], after["receiver_name"]) == ("read", "Иванов") and "Петров" in after["also"]


def test_a_third_line_stands_under_the_second_and_none_is_doubled() -> None:
    data, found = met(RECEIPTS, SENT, received("Иванов", HERS), received("Петров", HIS))
    twice = merged(data, found.change)
    again = laid(RECEIPTS, twice, Made(received("Петров", HIS), SENT, "petrov", HIS))
    assert merged(twice, again) == twice, "a replay over what has it already"
    third = merged(twice, laid(RECEIPTS, twice, Made({"receiver_name": "Сидоров"}, {}, "sidorov", HIS)))
    assert [line.split(",")[1].split(":")[0] for line in third["also"].splitlines()] == [" petrov", " sidorov"]


def test_what_the_first_left_empty_may_be_filled_in_later() -> None:
    data = {**SENT, **received("Иванов", HERS)}
    made = Made({"receiver_phone": "12-34"}, {}, "petrov", HIS)
    assert laid(RECEIPTS, data, made) == {"receiver_phone": "12-34"}


@pytest.mark.parametrize("change", [{"received_at": None}, {"receiver_name": None}, {"also": "иначе"}, {"also": None}])
def test_an_acknowledgement_is_neither_cleared_nor_rewritten(change: Values) -> None:
    data = {**SENT, **received("Иванов", HERS), "also": "строка", "telephonogram": "t1", "addressee": "o1"}
    with pytest.raises(Refused, match=r"нельзя стереть|нельзя изменить"):
        judge(RECEIPTS, data, change, role("moderator"), NOW)


# moves


def test_a_status_that_others_chose_otherwise_is_a_conflict_and_nothing_is_half_merged() -> None:
    base = {"status": "moderation"}
    data, found = met(
        REPORTS, base, {"status": "accepted", "registered": HERS}, {"status": "rejected", "rejection": "topic"},
        {"status": "assigned", "executor": "o1"},
    )  # fmt: skip
    assert found == Met({}, ["status"]) and data["status"] == "assigned"


def test_what_a_move_does_not_stand_without_is_not_taken_from_under_it() -> None:
    base = {"status": "accepted", "executor": "o1"}
    assert met(REPORTS, base, {"status": "assigned"}, {"executor": None})[1] == Met({}, ["executor"])
    assert met(REPORTS, base, {"status": "assigned"}, {"executor": "o2"})[1] == Met({"executor": "o2"}, [])


def test_a_move_whose_ground_was_taken_away_is_refused_with_the_reason() -> None:
    base = {"status": "accepted", "executor": "o1", "text": "Яма"}
    data, found = met(REPORTS, base, {"executor": None}, {"status": "assigned"})
    with pytest.raises(Refused, match="заполните: «Исполнитель»"):
        judge(REPORTS, data, found.change, role("operator"), NOW)


def test_a_moment_that_a_person_told_is_not_taken_for_the_moves_own() -> None:
    base, hers = {"status": "moderation"}, {"status": "accepted", "registered": HERS}
    told = {"status": "accepted", "registered": "2026-11-20T00:00:00Z"}
    assert met(REPORTS, base, hers, told)[1].fields == ["registered"]


def test_a_record_made_twice_under_one_id_begins_once_however_far_the_others_have_come() -> None:
    made = {"status": "prepared", "telephonogram": "t1", "addressee": "o1"}
    sent = {"status": "sent", "sent_at": HERS}
    others = Others(frozenset({*made, *sent}), ("prepared", "sent"))
    assert meet(RECEIPTS, {**made, **sent}, Made(made, {}, "petrov", HIS), others).fields == []
    assert meet(RECEIPTS, {**made, **sent}, Made(made, None, "petrov", HIS), others).fields == ["status"]


def test_a_conflict_elsewhere_shows_the_move_that_was_done_already() -> None:
    """Or a decision would take the record back to where it was."""
    base = {"status": "accepted"}
    _, found = met(
        REPORTS, base, {"status": "assigned", "executor": "o1"}, {"status": "assigned", "executor": "o2"},
        {"status": "in_work"},
    )  # fmt: skip
    assert found == Met({}, ["executor", "status"])


def steps(module: Module) -> Iterator[tuple[Status, Move, Move]]:
    """Every two moves out of one status."""
    return ((one, first, second) for one in module.statuses for first in one.moves for second in one.moves)


def moving(module: Module, data: Values, move: Move, at: Any) -> Values:
    """The change of a move as the program makes it, with what it asks for and its stamp."""
    told = {key: ["o1"] if module.field(key).many else "что-то" for key in move.requires}
    asked = {key: data.get(key) or told[key] for key in move.requires}
    return stamped(module, data, difference(data, {STATUS: move.target, **asked}), at)


PAIRS = [
    pytest.param(module, *pair, id=f"{module.key}: {pair[0].key} → {pair[1].target} / {pair[2].target}")
    for module in (*MODULES, THROWAWAY)
    for pair in steps(module)
]


@pytest.mark.parametrize(("module", "start", "first", "second"), PAIRS)
def test_every_two_moves_out_of_one_status(module: Module, start: Status, first: Move, second: Move) -> None:
    base: Values = {STATUS: start.key}
    hers, his = moving(module, base, first, NOW), moving(module, base, second, LATER)
    data, found = met(module, base, hers, his)
    if first.target != second.target:
        assert found.change == {} and STATUS in found.fields
        return
    after = merged(data, found.change)
    assert found.fields == [] and STATUS not in found.change
    assert {key: after.get(key) for key in hers} == hers, "the first one's stamp stays with the first one's status"


@pytest.mark.parametrize(("module", "start", "first", "second"), PAIRS)
def test_every_move_against_two_moves_of_the_others(module: Module, start: Status, first: Move, second: Move) -> None:
    base: Values = {STATUS: start.key}
    hers, his = moving(module, base, first, NOW), moving(module, base, second, LATER)
    middle = module.status(first.target)
    for last in middle.moves if middle else ():
        data, found = met(module, base, hers, his, moving(module, merged(base, hers), last, NOW))
        if last.target == start.key:  # they have come back to where he saw it: his move is judged like any
            assert found.change.get(STATUS) == second.target or found.fields
            assert STATUS not in found.fields
        elif second.target in (first.target, last.target):  # done already, and perhaps gone on
            assert STATUS not in found.change and not set(found.fields) - {STATUS, *second.requires}
            assert merged(data, found.change)[STATUS] == last.target
        else:
            assert found.change == {} and STATUS in found.fields
