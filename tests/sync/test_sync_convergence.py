"""Any mixture of edits, failing lines and restarts ends with everybody holding the same, and nothing lost."""

import random
from collections.abc import Callable

import pytest
from central_server import Central
from fault_proxy import FaultProxy
from station import PASSWORD, Station

from citymanager.errors import CityError
from citymanager.store import Query

STEPS = 120
Join = Callable[..., Station]


class Story:
    """Random days of three stations behind one bad line; `made` are all operations ever saved."""

    def __init__(self, seed: int, stations: list[Station], proxy: FaultProxy) -> None:
        self.chance, self.stations, self.proxy = random.Random(seed), stations, proxy
        self.made: set[str] = set()

    def step(self) -> None:
        one = self.chance.choice(self.stations)
        known = sorted(one.ids())
        act = self.chance.choice(["new", "edit", "edit", "edit", "edit", "delete", "sync", "sync", "restart", "line"])
        if act == "new" or (act in ("edit", "delete") and not known):
            one.new(text=f"Яма {self.chance.random()}")
        elif act == "edit":
            field = self.chance.choice(["address", "author_name", "author_phone", "district"])
            one.edit(self.chance.choice(known), **{field: self.chance.choice(["а", "б", "в"])})
        elif act == "delete" and self.chance.random() < 0.3:
            one.delete(self.chance.choice(known))
        elif act == "sync":
            self.sync(one)
        elif act == "restart":
            name = one.login_name
            one.restart()
            one.session.person = one.known.get(name)
            one.session._password = PASSWORD
        elif act == "line":
            share = self.chance.choice([0.0, 0.0, 0.3])
            self.proxy.before = self.proxy.after = lambda path, body: self.chance.random() < share
        self.made |= {pending.op for pending in one.writer.outbox()}

    def sync(self, one: Station) -> None:
        try:
            if not one.session.online:
                one.session.renew()
            one.sync()
        except CityError:
            pass  # the line: what was not done is done later

    def end(self) -> None:
        """The faults are over; what waits for a person is decided by him."""
        self.proxy.before = self.proxy.after = lambda path, body: False
        for _ in range(4):
            for one in self.stations:
                self.sync(one)
                for aside in one.aside():
                    if aside.state == "failed":
                        one.retry(aside.op)
                    else:
                        one.decide(aside.op)


@pytest.mark.campaign
@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.fault("F36")
def test_any_mixture_ends_with_everybody_holding_the_same(
    seed: int, central: Central, proxy: FaultProxy, join: Join
) -> None:
    stations = [join("moderator", url=proxy.url) for _ in range(3)]
    story = Story(seed, stations, proxy)
    for _ in range(STEPS):
        story.step()
    story.end()
    assert proxy.fired, "the line never failed"
    assert len(story.made) > STEPS / 4
    for one in stations:
        assert one.writer.outbox() == []
        assert one.sums() == one.server_sums()
    rows = [{found.id: found.data for found in one.writer.each(Query("reports"))} for one in stations]
    assert rows[0] == rows[1] == rows[2]
    answered = {row[0] for row in central.sql("SELECT op FROM answered")}
    assert story.made <= answered, "every edit was heard by the server"
    doubles = central.sql("SELECT id FROM history GROUP BY id, version HAVING count(*) > 1")
    assert doubles == []
