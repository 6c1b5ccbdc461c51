"""A table of columns against a dictionary; what is put to it copies nothing that is there."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from layers.columns import Columns, Table, tag

steps = st.lists(
    st.tuples(st.sets(st.integers(0, 40), max_size=8), st.sets(st.integers(0, 40), max_size=8)), max_size=8
)


def columns(numbers: list[int]) -> Columns:
    ids = [f"{number * 7:x}".encode() for number in numbers]
    count = len(numbers)
    return Columns(
        np.array(numbers, np.int64),
        np.array(ids, np.bytes_) if ids else np.empty(0, np.bytes_),
        np.array([tag(one) for one in ids], np.uint16),
        np.array(numbers, float),
        np.array(numbers, float) / 2,
        np.zeros(count, np.uint8),
        np.full(count, np.inf),
    )


@given(steps)
def test_the_table_holds_what_was_put_in_and_not_left_out(steps: list[tuple[set[int], set[int]]]) -> None:
    table, model = Table([columns([])]), set[int]()
    for coming, going in steps:
        table.append(columns(sorted(coming - model)))
        model |= coming
        table.leave_out(table.places(np.array(sorted(going & model), np.int64)))
        model -= going
        assert sorted(table.all.numbers.tolist()) == sorted(model) and len(table) == len(model)
        assert (table.all.x == table.all.numbers).all() and (table.all.y * 2 == table.all.numbers).all()
        everything = np.arange(60)
        places = table.places(everything)
        assert {int(one) for one in everything[places >= 0]} == model
        assert (table.all.numbers[places[places >= 0]] == everything[places >= 0]).all()
        found = table.places_of(f"{number * 7:x}".encode() for number in range(60))
        assert {int(one) for one in table.all.numbers[found]} == model


def test_a_few_more_copy_nothing_that_is_there() -> None:
    table = Table([columns([]), columns(list(range(1000)))])
    before = table.all.x
    for number in range(1000, 1200, 10):
        table.append(columns(list(range(number, number + 10))))
        table.leave_out(table.places(np.array([number])))
    assert np.shares_memory(before, table.all.x)
    assert len(table) == 1180
