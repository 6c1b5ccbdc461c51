"""What answers at an address: our server, something else, or nothing; asked without a name, and nothing is kept."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from bad_servers import bad_server, http
from central_server import Central
from desk import Desk
from pytestqt.qtbot import QtBot

Probe = Callable[[str], str]


@pytest.fixture
def probe(tmp_path: Path, qtbot: QtBot) -> Iterator[Probe]:
    """Ask with a workstation that has met no server; the problem that it was told."""
    desk = Desk(tmp_path / "desk")
    desk.worker.start("")

    def ask(address: str) -> str:
        with qtbot.waitSignal(desk.worker.probed, timeout=20_000) as heard:
            desk.worker.probe(address)
        assert heard.args is not None
        assert heard.args[0] == address
        assert desk.profile.setting("server") is None
        return str(heard.args[1])

    yield ask
    assert desk.close()


def test_a_central_server_is_known_without_a_login(probe: Probe, central: Central) -> None:
    assert probe(central.url) == ""


def test_an_address_where_nobody_answers(probe: Probe) -> None:
    assert "Нет связи с сервером" in probe("http://127.0.0.1:1")


def test_something_else_that_answers_is_not_taken_for_ours(probe: Probe) -> None:
    with bad_server(http(b"<html>portal</html>", kind="text/html")) as server:
        told = probe(server.url)
    assert told
    assert "Нет связи" not in told


def test_what_is_no_address_at_all(probe: Probe) -> None:
    assert "не адрес сервера" in probe("город")
