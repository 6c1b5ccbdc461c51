"""A server that is whole and wrong: whatever stands among the records of an answer, the sound ones are taken."""

from collections.abc import Callable
from typing import Any

import pytest
from bad_servers import bad_server, change, changes, dumped, http
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from station import Station

from citymanager.modules import MODULES
from citymanager.store import Query
from sync.offline_login import Person
from sync.pull import Pull

Join = Callable[..., Station]
WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
NUMBERS = st.one_of(st.integers(), st.integers(2**63, 2**70), st.floats(allow_nan=False, allow_infinity=False))
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), NUMBERS, WORDS, st.just("а\x00б"), st.just("2026-02-30T25:61:00Z")),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(WORDS, inner, max_size=3)),
    max_leaves=8,
)
KEYS = ["seq", "module", "id", "version", "deleted", "gone", "data", "by", "at"]
FIELDS = ["text", "status", "received", "geometry", "rating", "photos", "executor", "address", "of_tomorrow"]


@st.composite
def spoilt(draw: st.DrawFn) -> Any:
    """A change with any of its parts gone or of another kind, or something that is none at all."""
    if draw(st.integers(0, 9)) == 0:
        return draw(VALUES)
    made: dict[str, Any] = change("spoilt")
    made["data"] = {**made["data"], **draw(st.dictionaries(st.sampled_from(FIELDS), VALUES, max_size=4))}
    for key in draw(st.sets(st.sampled_from(KEYS), max_size=2)):
        made.pop(key, None)
    return made | draw(st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=2))


def nested(depth: int) -> list[Any]:
    made: list[Any] = []
    for _ in range(depth):
        made = [made]
    return made


class Wrong:
    """A bad server's answers: one page of changes, the next time none."""

    def __init__(self) -> None:
        self.seq = 1
        self.items: list[Any] = []

    def __call__(self, path: str, body: bytes) -> bytes:
        asked = f"after={self.seq}&" in path
        return http(dumped(changes([] if asked else self.items, next=self.seq, seq=self.seq, modules={})))

    def say(self, items: list[Any]) -> None:
        self.seq, self.items = self.seq + 1, items


@pytest.mark.fault("F21")
def test_one_bad_record_never_stops_the_others(stations: Join) -> None:
    wrong = Wrong()
    with bad_server(wrong) as server:
        a = stations(server.url)
        a.session.person = Person("ivanov", "Иванов", "operator", "", {})
        a.writer.set_meta({**{f"load:{one.key}": "done" for one in MODULES}, "cursor": "1"})
        mine = a.new(text="Своя")

        @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), database=None)
        @given(st.lists(spoilt(), min_size=1, max_size=4))
        def judge(bad: list[Any]) -> None:
            number = wrong.seq + 1
            first, last = f"a{number}", f"b{number}"
            wrong.say([change(first, seq=number), *bad, change(last, seq=number)])
            take(a)
            assert a.writer.cursor() == number
            assert {first, last, mine} <= a.ids() and a.writer.unsent() == 1
            assert a.writer.first_page(Query("reports"), 50)

        judge()
        wrong.say([change("deep", data={"text": nested(900)}), change("well", seq=wrong.seq + 1)])
        take(a)
        assert "well" in a.ids()


def take(station: Station) -> None:
    """A round's taking only: this server can't be sent to."""
    Pull(station.client, station.modules, station.engine._around, station.engine._pace).follow()
