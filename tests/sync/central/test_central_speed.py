"""The feed's promise of speed, with threefold slack and in the server's processor time."""

import psutil
from central_server import Central

from sync.contract import CHANGES, PAGE

MANY = 6_000
GOAL = 26_000
"""Records a second."""


def test_the_feed_is_served_in_time(central: Central) -> None:
    central.sql(
        "INSERT INTO records (module, id, version, seq, data, by, at) SELECT 'reports', 'r' || n, 1, 1,"
        " jsonb_build_object('text', repeat('Яма у дома ' || n || '. ', 15), 'status', 'new', 'address', 'улица Мира'),"
        " '', now() FROM generate_series(1, %s) AS n",
        MANY,
    )
    person, server = central.person("operator"), psutil.Process(central.pid)
    before, after, count, more = sum(server.cpu_times()[:2]), 0, 0, True
    while more:
        body = person.get(f"{CHANGES}?after={after}&limit={PAGE}").json()
        after, count, more = body["next"], count + body["count"], body["more"]
    spent = sum(server.cpu_times()[:2]) - before
    assert count >= MANY
    assert spent / count <= 3 / GOAL, f"{spent / count * 1e6:.0f} µs a record"
