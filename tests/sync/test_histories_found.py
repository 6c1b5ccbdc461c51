"""Histories that have broken a promise once, as short as they could be made: each is told again for ever.

A failing test of `test_histories` prints its history in these words.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from history import History
from lasting_city import City

from citymanager.store import Query


@pytest.fixture
def history(city: City, tmp_path: Path) -> Iterator[History]:
    made = History(city, tmp_path, 3)
    try:
        yield made
        made.settle()
    finally:
        made.close()


def test_an_edit_over_an_unsent_one_does_not_overwrite_what_has_come_under_it(history: History) -> None:
    history.new(0)
    for seat in (0, 1):
        history.sync(seat)
    history.edit(0, 0, "address")
    history.sync(0)
    history.edit(1, 0, "address")
    history.sync(1, ["sound", "unsent", "unsent", "unsent"])
    history.edit(1, 0, "address")
    history.sync(1)


def test_a_role_that_is_cut_before_the_first_load_does_not_stop_the_exchange(history: History) -> None:
    history.role(0, "executor")
    history.sync(0)
    history.sync(0)


def test_what_a_restored_server_had_not_and_gets_back_takes_the_place_of_the_old_copy(history: History) -> None:
    history.new(1)
    history.sync(1)
    history.sync(0)
    history.give(0, 0, True)
    history.sync(0)
    history.restore()


def test_a_server_that_has_forgotten_a_position_is_asked_for_its_feed_before_it_gets_edits(history: History) -> None:
    history.new(0)
    history.sync(0)
    history.edit(0, 0, "address")
    history.sync(0)
    history.edit(0, 0, "author_name")
    history.restore()
    history.sync(0)


def test_a_role_that_is_given_before_anything_is_loaded_under_it_is_asked_for(history: History) -> None:
    history.role(1, "executor")
    history.sync(1)
    history.restore()
    history.role(1, "moderator")
    history.receipt(0)


def set_a_deletion_aside(history: History) -> None:
    """The first station has deleted what the second has edited meanwhile."""
    history.new(0)
    for seat in (0, 1):
        history.sync(seat)
    history.delete(0, 0)
    history.edit(1, 0, "address")
    for seat in (1, 0):
        history.sync(seat)


def test_a_deletion_that_is_offered_again_hides_its_record_again(history: History) -> None:
    set_a_deletion_aside(history)
    history.again(0, 0)


def test_who_edits_under_his_own_deletion_set_aside_does_not_meet_himself(history: History) -> None:
    set_a_deletion_aside(history)
    for _ in range(2):
        history.edit(0, 0, "author_name")
        history.sync(0)


def test_what_is_offered_again_is_shown_also_if_it_had_left_the_sight_of_its_author(history: History) -> None:
    history.new(0)
    history.sync(0)
    history.role(0, "executor")
    history.sync(0)
    history.restore()
    history.sync(0)


def test_what_is_offered_again_does_not_go_before_the_edit_of_a_relieved_person_that_it_was_made_on(
    history: History,
) -> None:
    history.new(0)
    history.sync(0)
    history.edit(0, 0, "address")
    history.relieve(0)
    history.edit(0, 0, "address")
    history.sync(0)
    history.restore()
    history.sync(0)


def test_what_is_offered_again_was_not_seen_by_the_edit_that_it_was_made_on(history: History) -> None:
    history.new(0)
    history.sync(0)
    history.back_up()
    history.edit(0, 0, "address")
    history.relieve(0)
    history.edit(0, 0, "address")
    history.sync(0)
    history.restore()
    history.sync(0)
    history.relieve(0)
    history.sync(0)


def test_two_restores_leave_everything_that_waits_where_it_is(history: History) -> None:
    history.new(0)
    history.sync(0)
    history.sync(1)
    history.back_up()
    for _ in range(2):
        history.edit(0, 0, "address")
        history.sync(0)
        history.edit(1, 0, "address")
        history.sync(1)
        history.restore()
        history.sync(0)


def test_who_edits_on_while_another_sight_is_loaded_does_not_meet_himself(history: History) -> None:
    history.new(0)
    for seat in (0, 1):
        history.sync(seat)
    history.edit(1, 0, "address")
    history.sync(1)
    history.edit(1, 0, "author_name")
    history.role(1, "executor")
    history.sync(1, ["sound", "sound", "unsent", "unsent", "unsent", "unsent"])
    history.role(1, "moderator")
    history.edit(1, 0, "address")
    history.sync(1)


@pytest.mark.parametrize("transactions", (7, 12))
def test_what_was_sent_before_the_first_load_is_offered_to_a_server_that_was_restored_meanwhile(
    history: History, transactions: int
) -> None:
    """It was accepted under a feed that the cache had not written down yet: the program died before its first page."""
    history.back_up()
    history.new(2)
    history.die(2, transactions)
    history.restore()
    history.sync(2)


def test_a_cache_of_before_a_retry_keeps_the_edit_under_its_former_name(history: History) -> None:
    """The journal has the new name only; salvaged beside the former one, it would be asked about twice."""
    history.new(0)
    for seat in (0, 1):
        history.sync(seat)
        history.edit(seat, 0, "address")
    for seat in (0, 1):
        history.sync(seat)
    history.put_by(1)
    history.again(1, 0)
    history.go_back(1)
    history.again(1, 0)
    history.sync(1)


def test_the_cursor_never_stands_behind_rows_that_are_not_there(history: History) -> None:
    """Wherever in a round the program dies."""
    for seat in (0, 1):
        history.sync(seat)
    for transactions in range(1, 12):
        history.new(0)
        history.sync(0)
        history.die(1, transactions)
        writer = history.seats[1].writer
        rows = history.city.central.sql(
            "SELECT id FROM records WHERE module = 'reports' AND seq <= %s", writer.cursor()
        )
        assert {ident for (ident,) in rows} <= set(writer.ids(Query("reports")))
