"""Hypothesis invents histories: which step comes next, at which station, and what goes wrong on the way."""

import shutil
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from history import FIELDS, ROLES, History
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test
from lasting_city import City
from rough_line import FAULTS, SOUND

STEPS = 50
MEMORY = Path("/dev/shm")
"""Where caches lie: what a power failure leaves of them is asked elsewhere, here only their speed counts."""
SEAT = st.integers(0, 3)
RECORD = st.integers(0, 5)
FIELD = st.sampled_from(FIELDS)
ALIKE = st.sampled_from(("Ленина, 1", "Мира, 2"))
HOW = st.sampled_from(("mine", "theirs", "edited"))
TROUBLE = st.lists(st.sampled_from((SOUND, *FAULTS)), min_size=1, max_size=8, unique=True)
SOME = st.lists(st.sampled_from(FAULTS), min_size=3, max_size=5, unique=True)
DEADLY = st.integers(2, 16)


class Histories(RuleBasedStateMachine):
    """One history after another in the same city."""

    city: City
    happened: Counter[str]
    """What has become of all of them."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="history-", dir=MEMORY if MEMORY.is_dir() else None))
        self.history: History | None = None
        self.told: list[str] = []

    def take(self, step: str, *words: Any) -> None:
        """One step, written down so that it can be told again."""
        self.told.append(f"history.{step}({', '.join(map(repr, words))})")
        try:
            getattr(self.history, step)(*words)
        except BaseException as error:
            error.add_note("The history, step by step:\n    " + "\n    ".join(self.told))
            raise

    @initialize(seats=st.integers(2, 4), faults=SOME, transactions=DEADLY)
    def begin(self, seats: int, faults: list[str], transactions: int) -> None:
        """Some faults and a death come in every history: what Hypothesis chooses else may leave one out for long."""
        self.told.append(f"history = History(city, tmp_path, {seats})")
        self.history = History(self.city, self.folder, seats)
        for step in ("new", "new", "receipt"):
            self.take(step, 0)
        for seat in range(seats):
            self.take("sync", seat)
        for number, fault in enumerate(faults):
            self.take("edit", number, number, "author_name")
            self.take("sync", number, [fault])
        self.die(0, 0, "redirected_to", transactions)

    def asked(self) -> bool:
        """Whether anything waits for a person."""
        return any(one.state != "waiting" for one in self.history.oracle.waiting.values()) if self.history else False

    @rule(seat=SEAT, what=st.sampled_from(("new", "new", "receipt")))
    def make(self, seat: int, what: str) -> None:
        self.take(what, seat)

    @rule(seat=SEAT, record=RECORD, field=FIELD)
    def edit(self, seat: int, record: int, field: str) -> None:
        self.take("edit", seat, record, field)

    @rule(seat=SEAT, record=RECORD, field=FIELD, meanwhile=st.sampled_from(("own", "others", "both", "restored")))
    def type(self, seat: int, record: int, field: str, meanwhile: str) -> None:
        """An edit that takes its time: an own one is acknowledged meanwhile, others' come, the server goes back."""
        if meanwhile == "restored":
            self.take("back_up")
        if meanwhile != "others":
            self.take("edit", seat, record, field)
        self.take("open_card", seat, record)
        if meanwhile != "own":
            self.take("edit", seat + 1, record, field)
            self.take("sync", seat + 1)
        if meanwhile == "restored":
            self.take("restore")
            self.take("edit", seat + 1, record, field)
            self.take("sync", seat + 1)
        self.take("sync", seat)
        self.take("save_card", seat, field)

    @rule(edits=st.lists(st.tuples(SEAT, RECORD, FIELD), min_size=2, max_size=6))
    def work(self, edits: list[tuple[int, int, str]]) -> None:
        for edit in edits:
            self.take("edit", *edit)

    @rule(record=RECORD, field=FIELD, way=st.integers(0, 3), what=st.sampled_from(("edit", "move", "ring", "delete")))
    def meet(self, record: int, field: str, way: int, what: str) -> None:
        """Everybody does something to the same record before he hears of the others; a deletion comes last."""
        seats = range(len(self.history.seats))  # type: ignore[union-attr]
        if what in ("ring", "move"):  # it is passed on first, to where more than one way leads on
            self.take(what, 0, record, 0)
        for seat in seats:
            self.take("sync", seat)
        for seat in seats:
            if what == "delete":
                self.take(*(("delete", seat, record) if seat == 0 else ("edit", seat, record, field)))
            else:
                self.take(what, seat, record, field if what == "edit" else way + seat)
        for seat in reversed(seats):
            self.take("sync", seat)

    @rule(record=RECORD, field=FIELD)
    def lose(self, record: int, field: str) -> None:
        """The server goes back behind what it has just said it has."""
        self.take("back_up")
        for seat in (0, 1):
            self.take("edit", seat, record, field)
            self.take("sync", seat)
        self.take("restore")
        self.take("sync", 0)

    @rule(seat=SEAT, record=RECORD, field=FIELD, value=ALIKE)
    def edit_alike(self, seat: int, record: int, field: str, value: str) -> None:
        self.take("edit", seat, record, field, value)

    @rule(seat=SEAT, record=RECORD, what=st.sampled_from(("give", "withhold", "clear", "delete")), field=FIELD)
    def take_away(self, seat: int, record: int, what: str, field: str) -> None:
        if what in ("give", "withhold"):
            self.take("give", seat, record, what == "give")
        else:
            self.take(what, seat, record, *([field] if what == "clear" else []))

    @rule(seat=SEAT, record=RECORD, way=st.integers(0, 3), what=st.sampled_from(("move", "ring")))
    def move(self, seat: int, record: int, way: int, what: str) -> None:
        self.take(what, seat, record, way)

    @precondition(asked)
    @rule(seat=SEAT, which=RECORD, how=HOW)
    def decide(self, seat: int, which: int, how: str) -> None:
        self.take("decide", seat, which, how)

    @precondition(asked)
    @rule(seat=SEAT, which=RECORD)
    def again(self, seat: int, which: int) -> None:
        self.take("again", seat, which)

    @rule(seat=SEAT, faults=st.one_of(st.just([]), TROUBLE))
    def sync(self, seat: int, faults: list[str]) -> None:
        self.take("sync", seat, *([faults] if faults else []))

    @rule()
    def sync_all(self) -> None:
        for seat in range(len(self.history.seats)):  # type: ignore[union-attr]
            self.take("sync", seat)

    @rule(seat=SEAT, faults=TROUBLE)
    def sync_badly(self, seat: int, faults: list[str]) -> None:
        self.take("sync", seat, faults)

    @rule(seat=SEAT, record=RECORD, field=FIELD, transactions=DEADLY)
    def die(self, seat: int, record: int, field: str, transactions: int) -> None:
        """In a round that has something to take and something to send."""
        self.take("edit", seat + 1, record, field)
        self.take("sync", seat + 1)
        self.take("edit", seat, record + 1, field)
        self.take("die", seat, transactions)

    @rule(seat=SEAT, what=st.sampled_from(("restart", "relieve", "night", "end_tokens")))
    def go_on(self, seat: int, what: str) -> None:
        self.take(what, seat)

    @rule(seat=SEAT, what=st.sampled_from(("lose_cache", "put_by", "go_back")))
    def break_cache(self, seat: int, what: str) -> None:
        self.take(what, seat)

    @rule(what=st.sampled_from(("back_up", "restore", "cut_lines")))
    def break_server(self, what: str) -> None:
        self.take(what)

    @rule(seat=SEAT, role=st.sampled_from(ROLES), hours=st.sampled_from((-30_000, -1, 1, 30_000)))
    def change_about(self, seat: int, role: str, hours: int) -> None:
        self.take("role", seat, role)
        self.take("clock", seat, hours)

    @rule(record=RECORD, field=st.sampled_from((*FIELDS, "of_tomorrow")))
    def outside(self, record: int, field: str) -> None:
        self.take("outside", record, field)

    def teardown(self) -> None:
        try:
            if self.history is not None:
                if sys.exc_info()[0] is None:
                    self.take("settle")
                    self.happened.update(self.history.happened + self.history.line.fired)
                self.history.close()
        finally:
            shutil.rmtree(self.folder)


def run_histories(city: City, number: int, count: int, *, shrink: bool = True) -> Counter[str]:
    """So many histories from one seed; what has happened in them. Raises at the first that breaks a promise."""
    happened: Counter[str] = Counter()
    invented = seed(number)(type("Histories", (Histories,), {"city": city, "happened": happened}))
    phases = (Phase.generate, Phase.shrink) if shrink else (Phase.generate,)
    how = settings(
        max_examples=count, stateful_step_count=STEPS, deadline=None, database=None, phases=phases, print_blob=False,
        suppress_health_check=list(HealthCheck), report_multiple_bugs=False,
    )  # fmt: skip
    run_state_machine_as_test(invented, settings=how)
    return happened
