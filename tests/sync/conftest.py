"""Stations for the tests of sync."""

import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from central_server import Central
from station import PASSWORD, Station

Make = Callable[..., Station]


@pytest.fixture
def stations(tmp_path: Path) -> Iterator[Callable[..., Station]]:
    """Make stations at any address: `stations(url)`."""
    made: list[Station] = []

    def make(url: str, **more: Any) -> Station:
        made.append(Station(tmp_path / f"station{len(made)}", url, **more))
        return made[-1]

    yield make
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
