"""The oracle reads again only what has been written since: whoever writes past all it knows is seen all the same."""

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from central_server import Central
from oracle import Broken, Ledger, Oracle
from sqlcipher3 import dbapi2
from station import PASSWORD, Station


@pytest.fixture
def desk(tmp_path: Path, central: Central) -> Iterator[Station]:
    """With a ledger of its own: what is broken here on purpose is not to be asked for at the end."""
    central.add_user("writes-past", PASSWORD, "operator", "")
    made = Station(tmp_path / "desk", central.url, ledger=Ledger())
    made.login("writes-past")
    yield made
    made.close()


@pytest.fixture
def quiet(desk: Station, central: Central) -> Iterator[Callable[[], None]]:
    """Asks the oracle about the desk, which it has looked at before."""
    oracle = Oracle(desk.ledger, central.dsn)
    yield lambda: oracle.check([desk])
    oracle.close()


def past_the_program(desk: Station, statement: str) -> None:
    with closing(dbapi2.connect(desk.folder / "cache.db")) as file, file:
        assert file.execute(statement).rowcount > 0


@pytest.mark.parametrize(
    ("statement", "promise"),
    [
        ("DELETE FROM _outbox", "I7 honest: .* as unsent"),
        ("UPDATE _outbox SET change = '{}'", "I1 kept"),
        ("UPDATE _outbox SET state = 'refused'", "I8 quarantine"),
        ("UPDATE reports SET address = 'не та'", "does not show what was done"),
        ("UPDATE reports SET _unsent = 7", "I7 honest"),
    ],
)
def test_a_write_to_the_cache_past_the_program(
    desk: Station, quiet: Callable[[], None], statement: str, promise: str
) -> None:
    desk.new(address="ул. Мира, 1")
    quiet()
    quiet()
    past_the_program(desk, statement)
    with pytest.raises(Broken, match=promise):
        quiet()


@pytest.mark.parametrize(
    ("statement", "promise"),
    [
        ("DELETE FROM answered", "I1 kept: .* unknown to the server"),
        ("DELETE FROM history", "which its record never had"),
        ("""UPDATE history SET set = set || '{"address": "не та"}'""", "with another content"),
        ("UPDATE history SET by = 'somebody'", "I3: .* was sent in the name of somebody"),
    ],
)
def test_a_write_to_the_server_past_its_program(
    desk: Station, quiet: Callable[[], None], central: Central, statement: str, promise: str
) -> None:
    desk.new(address="ул. Мира, 1")
    desk.sync()
    assert not desk.writer.outbox()
    quiet()
    quiet()
    central.sql(f"SET session_replication_role = replica; {statement}")
    with pytest.raises(Broken, match=promise):
        quiet()
