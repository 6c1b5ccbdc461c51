"""With which view a table begins for a role: every workstation that has the same records says the same."""

from itertools import permutations
from typing import Any

import pytest

from citymanager.role_views import first_for, given_up
from citymanager.store import Record


def view(ident: str, roles: Any, since: Any = "2026-11-23T04:05:06Z") -> Record:
    return Record("views", ident, 1, {"name": ident, "first_for": roles, "first_since": since})


def winners(*views: Record) -> dict[str, str]:
    return {role: ranked[0].id for role, ranked in first_for(views).items()}


def test_of_several_the_one_that_was_set_last_comes_first_however_they_are_read() -> None:
    views = (
        view("a", ["moderator", "operator"], "2026-11-23T04:05:06Z"),
        view("b", ["moderator"], "2026-11-24T00:00:00Z"),
        view("c", ["moderator", "head"], "2026-11-22T00:00:00Z"),
        view("d", None),
    )
    for order in permutations(views):
        assert winners(*order) == {"moderator": "b", "operator": "a", "head": "c"}
        assert [one.id for one in first_for(order)["moderator"]] == ["b", "a", "c"]


def test_of_two_of_one_second_the_greater_id_comes_first() -> None:
    pair = (view("a", ["head"]), view("b", ["head"]))
    assert winners(*pair) == winners(*reversed(pair)) == {"head": "b"}


@pytest.mark.parametrize("roles", ["moderator", 5, {"a": 1}, [5, None, ["head"]], ""])
def test_what_is_no_list_of_roles_names_none(roles: Any) -> None:
    assert winners(view("a", roles)) == {}


def test_one_without_a_moment_comes_last() -> None:
    assert winners(view("z", ["head"], None), view("a", ["head"])) == {"head": "a"}


def test_others_give_up_what_is_taken_and_keep_the_rest() -> None:
    views = [
        view("a", ["moderator"]), view("b", ["moderator", "head"]), view("c", ["head"]),
        view("newer", ["moderator", "dispatcher"]), view("chosen", ["moderator"]),
    ]  # fmt: skip
    found = {one.id: left for one, left in given_up(views, "chosen", ["moderator"])}
    assert found == {"a": None, "b": ["head"]}
    assert given_up(views, "chosen", []) == []
