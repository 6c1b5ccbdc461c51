"""The norms on their way: taken in once, the administrator's from then on, and judged by on every station."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime

import pytest
from central_server import Central, new_database, run_central
from station import Station

from citymanager.calendar import WorkCalendar
from citymanager.clocks import dues
from citymanager.errors import Refused
from citymanager.limits import shipped
from citymanager.modules import BY_KEY
from citymanager.values import CITY_ZONE
from sync.central.cluster import Cluster

Join = Callable[..., Station]
TODAY = date(2026, 11, 23)
REPAIR = "ads.repair"


@pytest.fixture
def central(postgres: Cluster) -> Iterator[Central]:
    """A city on its first day: an empty database, prepared by the server's own first start."""
    dsn = new_database(postgres)
    made = Central(("--database", dsn), dsn)
    made.start()
    yield made
    made.close()


def upgrade(central: Central) -> None:
    done = run_central(*central.words, "upgrade")
    assert done.returncode == 0, done.stderr


def repair_days(station: Station) -> int | None:
    found = station.writer.norms().limit(REPAIR, TODAY)
    return found.limit if found else None


@pytest.mark.campaign
def test_a_new_city_has_the_norms_and_every_station_gets_them(central: Central, join: Join) -> None:
    operator, wall = join(), join("wall")
    for station in (operator, wall):
        station.sync()
        assert {ident: station.data(ident, "rules") for ident in station.ids("rules")} == shipped()
        assert station.sums() == station.server_sums()
    seen = central.sql("SELECT max(seq), min(by) FROM records WHERE module = 'rules'")
    assert seen == [(len(shipped()), "нормы программы")]
    central.restart()
    upgrade(central)
    assert central.sql("SELECT max(seq), min(by) FROM records WHERE module = 'rules'") == seen


@pytest.mark.campaign
def test_what_the_administrator_made_of_a_norm_outlives_every_upgrade(central: Central, join: Join) -> None:
    admin, operator = join("admin"), join()
    admin.sync()
    admin.edit(REPAIR, "rules", limit=2, citation="постановление города № 1")
    admin.delete("112.open", "rules")
    admin.sync()
    central.sql(
        "WITH said AS MATERIALIZED (SELECT set_config('citymanager.purge', 'on', true) AS purge)"
        " DELETE FROM records USING said WHERE id = 'reply.sending' AND purge = 'on'"
    )
    central.restart()  # a start alone brings nothing
    assert central.sql("SELECT count(*) FROM records WHERE id = 'reply.sending'") == [(0,)]
    upgrade(central)
    operator.sync()
    assert operator.data(REPAIR, "rules")["limit"] == repair_days(operator) == 2
    assert operator.ids("rules") == shipped().keys() - {"112.open"}
    assert operator.data("reply.sending", "rules") == shipped()["reply.sending"]  # a norm that was new to the city


def test_a_card_keeps_the_version_that_it_was_judged_by(central: Central, join: Join) -> None:
    admin, operator = join("admin"), join()
    assert repair_days(operator) == 3  # before the first sync: as the program came
    admin.sync()
    changed = {**admin.data(REPAIR, "rules"), "limit": 1, "valid_from": "2026-11-24"}
    admin.new("rules", **changed)
    admin.sync()
    operator.sync()

    def days(received: str) -> int:
        card = {"received": received, "regime": "ads", "status": "new"}
        now = datetime(2026, 12, 1, tzinfo=UTC)
        found = dues(BY_KEY["reports"], card, operator.writer.norms(), WorkCalendar(), now)
        due = next(one for one in found if one.clock.key == "repair")
        return (due.at.astimezone(CITY_ZONE).date() - due.start.astimezone(CITY_ZONE).date()).days - 1

    assert (days("2026-11-23T18:59:59Z"), days("2026-11-23T19:00:00Z")) == (3, 1)  # midnight in the city lies between


def test_only_an_administrator_edits_a_norm(central: Central, join: Join) -> None:
    moderator = join("moderator")
    moderator.sync()
    with pytest.raises(Refused, match="Модератор"):
        moderator.edit(REPAIR, "rules", limit=100)


@pytest.mark.campaign
def test_the_training_city_has_its_norms_too(central: Central) -> None:
    central.stop()
    central.start("--training-city")
    found = dict(central.sql("SELECT module, count(*) FROM records GROUP BY module"))
    assert found["rules"] == len(shipped()) and found["reports"] > 100
