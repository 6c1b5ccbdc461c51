"""The feed under fire: whoever writes, however long he holds his transaction, no puller misses a change."""

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import psycopg
import pytest
from central_operations import edit, make, operation, send
from central_server import Central, Person

from sync.contract import CHANGES

BATCHES, BATCH, SINGLES, TRANSACTIONS, ROWS = 65, 100, 400, 300, 15
"""Of each writer in a whole race; two write batches, two single operations, two straight into the table."""


@dataclass
class Puller:
    """A station that does nothing but follow its cursor."""

    person: Person
    done: threading.Event = field(default_factory=threading.Event)
    seen: dict[str, int] = field(default_factory=dict)
    """Record → the last version that came."""
    pulls: int = 0

    def run(self) -> None:
        after, more = 0, True
        while more or not self.done.wait(0.003):
            body = self.person.get(f"{CHANGES}?after={after}").json()
            for change in body["changes"]:
                assert change["seq"] > after
                after = change["seq"]
                self.seen[change["id"]] = change["version"]
            after, more = body["next"], body["more"]
            self.pulls += 1


def write_batches(person: Person, share: float) -> list[str]:
    acknowledged = []
    for _ in range(int(BATCHES * share)):
        made = [operation({"text": "Яма"}) for _ in range(BATCH)]
        assert {one["result"] for one in send(person, *made)} == {"accepted"}
        acknowledged += [one["id"] for one in made]
    return acknowledged


def write_singly(person: Person, share: float) -> list[str]:
    return [make(person) for _ in range(int(SINGLES * share))]


def write_past_the_server(dsn: str, share: float) -> list[str]:
    """Transactions that stay open between their statements; every fifth is rolled back."""
    acknowledged = []
    with psycopg.connect(dsn) as connection:
        for number in range(int(TRANSACTIONS * share)):
            made = [str(uuid.uuid4()) for _ in range(ROWS)]
            for ident in made:
                connection.execute("INSERT INTO records (module, id, data) VALUES ('reports', %s, '{}')", [ident])
            connection.execute("SELECT pg_sleep(0.002 * random())")
            connection.execute('UPDATE records SET data = \'{"text": "Яма"}\' WHERE id = %s', [made[0]])
            if number % 5 == 0:
                connection.rollback()
            else:
                connection.commit()
                acknowledged += made
    return acknowledged


@pytest.mark.parametrize("share", [0.3, pytest.param(1.0, marks=pytest.mark.campaign)])
def test_no_puller_misses_a_change_and_no_acknowledged_write_is_lost(central: Central, share: float) -> None:
    assert race(central, share) > 20_000 * share


@pytest.mark.campaign
def test_nor_on_the_postgresql_of_the_distribution(debian_central: Central) -> None:
    assert race(debian_central, 0.2) > 4_000


def race(central: Central, share: float) -> int:
    """Let all write at once and compare what came with what is; how many changes there were."""
    people = [central.person("operator") for _ in range(4)]
    puller = Puller(central.person("operator"))
    with ThreadPoolExecutor(7) as threads:
        following = threads.submit(puller.run)
        writing = [threads.submit(write_batches, one, share) for one in people[:2]]
        writing += [threads.submit(write_singly, one, share) for one in people[2:]]
        writing += [threads.submit(write_past_the_server, central.dsn, share) for _ in range(2)]
        try:
            acknowledged = [ident for one in writing for ident in one.result()]
        finally:
            puller.done.set()
        following.result()
        puller.run()  # what was written after its last look
    written = dict(central.sql("SELECT id, version FROM records"))
    changes, ordered = central.sql("SELECT count(*), count(DISTINCT seq) FROM history")[0]
    assert changes == ordered
    assert puller.pulls > 100 * share
    assert written.keys() == set(acknowledged)
    assert puller.seen == written
    return int(changes)


@pytest.mark.campaign
def test_conditional_writers_on_one_record_lose_nothing(central: Central) -> None:
    """Eight people count upwards in one field: a conflict sends each back to the value that won."""
    people = [central.person("operator") for _ in range(8)]
    ident = make(people[0], address="0")

    def count(person: Person) -> int:
        version, value, accepted = 1, 0, 0
        while accepted < 20:
            verdict = edit(person, ident, version, address=f"{value + 1} {person.answer['login']}")
            if verdict["result"] == "accepted":
                version, value, accepted = verdict["version"], value + 1, accepted + 1
            else:
                current = verdict["current"]
                version, value = current["version"], int(current["data"]["address"].split()[0])
        return accepted

    with ThreadPoolExecutor(8) as threads:
        accepted = sum(threads.map(count, people))
    ((version, address),) = central.sql("SELECT version, data ->> 'address' FROM records")
    assert accepted == version - 1 == int(address.split()[0]) == 160
    assert central.sql("SELECT count(*) FROM history") == [(version,)]
