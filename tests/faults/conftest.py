"""A city whose processes are killed: one server and one long-lived workplace for all tests of a module."""

from collections.abc import Iterator

import pytest

pytest.register_assert_rewrite("workplace")  # what it finds amiss is told in full

from central_server import Central  # noqa: E402
from workplace import City  # noqa: E402


@pytest.fixture(scope="module")
def city(lasting_central: Central, tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    made = City(lasting_central, tmp_path_factory.mktemp("city"))
    made.begin()
    yield made
