"""A round over all records forgets none that changes while it lasts, whichever module it is at."""

from citymanager.alarm_round import Round


def at_both() -> Round:
    """Two modules are wanted, and their rows are known."""
    found = Round()
    for key in ("reports", "earthworks"):
        found.want(key)
    found.know({"reports": [1, 2], "earthworks": [7]}, found.turn)
    return found


def judged(one: Round, *records: str) -> tuple[str, set[str], set[str]]:
    """The next module, at once: these of its records say something."""
    assert one.took(one.heap(500), records)
    whole = one.finished()
    assert whole is not None
    return whole[0], set(whole[1]), set(whole[2])


def test_a_record_that_comes_before_its_module_s_turn_is_not_swept_away() -> None:
    both = at_both()
    both.touched("earthworks", ["has just come"])
    assert judged(both, "r1") == ("reports", {"r1"}, set())
    assert judged(both, "e7") == ("earthworks", {"e7"}, {"has just come"})
    assert both.over


def test_what_changed_is_told_of_its_own_round_only() -> None:
    both = at_both()
    both.touched("reports", ["r1"])
    assert judged(both)[2] == {"r1"}
    both.touched("reports", ["r2"])
    assert judged(both) == ("earthworks", set(), set())
    both.want("reports")
    both.know({"reports": [1]}, both.turn)
    assert judged(both) == ("reports", set(), set())


def test_a_module_that_is_wanted_anew_while_it_is_judged_begins_anew() -> None:
    both = at_both()
    stale = both.heap(1)
    both.want("reports")
    assert not both.took(stale, ["r1"])
    assert both.unknown == ["reports"]
