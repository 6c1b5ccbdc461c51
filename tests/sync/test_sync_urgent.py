"""After an outage: what a shift can't wait for leaves and arrives before everything else, and nothing is lost by it."""

import uuid
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from central_server import Central
from fault_proxy import FaultProxy
from station import Station

from citymanager.errors import NoLink

Join = Callable[..., Station]


def fill(central: Central, number: int, first: int = 1) -> None:
    central.sql(
        "INSERT INTO records (module, id, version, seq, data, by, at) SELECT 'reports', 'r' || n, 1, 1,"
        " jsonb_build_object('text', 'Сообщение ' || n, 'status', 'new'), '', now()"
        " FROM generate_series(%s::int, %s::int) AS n", first, first + number - 1,
    )  # fmt: skip


def dictate(central: Central, ident: str) -> None:
    central.sql(
        "INSERT INTO records (module, id, version, seq, data, by, at)"
        " VALUES ('telephonograms', %s, 1, 1, '{\"text\": \"Отключена вода\"}', '', now())", ident,
    )  # fmt: skip


def test_urgent_edits_leave_before_the_backlog(central: Central, proxy: FaultProxy, join: Join) -> None:
    a = join("moderator", url=proxy.url)
    a.sync()
    backlog = [(str(uuid.uuid4()), {"text": f"Яма {number}"}) for number in range(230)]
    a.writer.save_many("reports", backlog, a.login_name, a.role, datetime.now(UTC))
    message = a.new("telephonograms", text="Отключена вода")
    a.new("receipts", telephonogram=message, addressee=a.new("organisations", name="Водоканал"))
    a.sync()
    order = [row[0] for row in central.sql("SELECT module FROM records ORDER BY seq")]
    assert order[:3] == ["telephonograms", "organisations", "receipts"] and set(order[3:]) == {"reports"}
    assert not a.writer.outbox() and a.sums() == a.server_sums()


def test_urgent_changes_arrive_before_the_others(central: Central, join: Join) -> None:
    a = join()
    a.sync()
    fill(central, 1_200)
    dictate(central, "t1")
    a.changed.clear()
    a.sync()
    modules = [module for module, _ in a.changed]
    assert modules.index("telephonograms") == 1, "after the page that said that there is more"
    assert modules.count("reports") == 3 and a.sums() == a.server_sums()


def test_reading_ahead_moves_no_cursor(central: Central, proxy: FaultProxy, join: Join) -> None:
    """A line that breaks after it takes nothing away: the rest is asked for from where it stood."""
    a = join(url=proxy.url)
    a.sync()
    fill(central, 1_200)
    dictate(central, "t1")
    central.sql("UPDATE records SET deleted = true WHERE id = 'r700'")
    pages = iter([False, False, True])
    proxy.before = lambda path, body: "/changes" in path and next(pages, False)
    with pytest.raises(NoLink):
        a.sync()
    assert proxy.fired and a.ids("telephonograms") == {"t1"} and len(a.ids()) == 500
    central.sql("UPDATE records SET deleted = true WHERE id = 't1'")
    a.restart()
    a.login(a.known.last().login)  # type: ignore[union-attr]
    a.sync()
    assert a.ids("telephonograms") == set() and len(a.ids()) == 1_199 and a.sums() == a.server_sums()


def test_urgent_changes_are_read_page_by_page(central: Central, join: Join) -> None:
    a = join()
    a.sync()
    fill(central, 600)
    for number in range(3):
        dictate(central, f"t{number}")
    found = a.client.changes(0, 2, modules=["telephonograms"])
    assert [one["id"] for one in found["changes"]] == ["t0", "t1"] and found["more"]
    found = a.client.changes(found["next"], 2, modules=["telephonograms", "receipts"])
    assert [one["id"] for one in found["changes"]] == ["t2"] and not found["more"]
    assert a.client.changes(0, modules=["users"])["changes"] == []


@pytest.mark.parametrize("fresh", [True, False], ids=["first load", "changes"])
def test_what_becomes_urgent_during_a_long_arrival_does_not_wait_for_its_end(
    central: Central, join: Join, fresh: bool
) -> None:
    a = join()
    if not fresh:
        a.sync()
    fill(central, 6_000)
    made: list[str] = []

    def meddle() -> bool:
        """Between two pages."""
        if not made and len(a.ids()) >= 1_000:
            made.append(a.new("telephonograms", text="Наша"))
            dictate(central, "t1")
        return False

    a.stop = meddle
    a.changed.clear()
    a.sync()
    first = next(place for place, (_, ids) in enumerate(a.changed) if "t1" in ids)
    later = sum(len(ids) for module, ids in a.changed[first:] if module == "reports")
    assert later >= 500, "many were still to come"
    ours, theirs = (central.sql("SELECT version FROM records WHERE id = %s", one) for one in (made[0], "t1"))
    assert ours and theirs and not a.writer.outbox() and a.sums() == a.server_sums()
