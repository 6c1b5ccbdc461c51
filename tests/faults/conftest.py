"""A city whose processes are killed: one server and one long-lived workplace for all tests of a module."""

from collections.abc import Iterator

import pytest
from central_server import Central
from workplace import City


@pytest.fixture(scope="module")
def city(lasting_central: Central, tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    made = City(lasting_central, tmp_path_factory.mktemp("city"))
    made.begin()
    yield made
