"""Stations for the tests of sync."""

import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from central_server import Central, fresh_database, running_central
from fault_proxy import FaultProxy, fault_proxy
from lasting_city import City
from oracle import Ledger, Oracle
from station import PASSWORD, Station

from sync.central.cluster import Cluster

Make = Callable[..., Station]


@pytest.fixture
def ledger() -> Ledger:
    """What the stations of this test have said is saved; each test ends with the oracle's question where it is."""
    return Ledger()


@pytest.fixture
def stations(tmp_path: Path, ledger: Ledger, request: pytest.FixtureRequest) -> Iterator[Callable[..., Station]]:
    """Make stations at any address: `stations(url)`."""
    made: list[Station] = []

    def make(url: str, **more: Any) -> Station:
        made.append(Station(tmp_path / f"station{len(made)}", url, ledger=ledger, **more))
        return made[-1]

    yield make
    central = request.getfixturevalue("central") if "central" in request.fixturenames else None
    oracle = Oracle(ledger, central.dsn if central else "")
    try:
        oracle.check(made)
    finally:
        oracle.close()
        for one in made:
            one.close()


@pytest.fixture
def join(central: Central, stations: Make) -> Make:
    """Make a station whose new user has logged in at the test's server: `join(role="operator")`."""

    def make(role: str = "operator", **more: Any) -> Station:
        name = f"{role}-{uuid.uuid4().hex[:6]}"
        central.add_user(name, PASSWORD, role, more.pop("organisation", ""))
        made = stations(more.pop("url", central.url), **more)
        made.login(name)
        return made

    return make


@pytest.fixture
def proxy(central: Central) -> Iterator[FaultProxy]:
    """A line to the server that fails as the test asks; a fault that never fired fails the test."""
    with fault_proxy(central.url) as made:
        yield made


@pytest.fixture(scope="session")
def city(postgres: Cluster) -> Iterator[City]:
    """A server for all the histories of this worker: each begins another city on it."""
    for dsn in fresh_database(postgres):
        for central in running_central(dsn):
            with City(central) as made:
                yield made
