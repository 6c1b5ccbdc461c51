"""Program and server of different versions: where they do not understand each other, work goes on from the cache."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import requests
from bad_servers import BadServer, bad_server, http
from central_server import Central
from desk import Desk
from pytestqt.qtbot import QtBot
from station import PASSWORD, Station

from citymanager.modules import MODULES
from citymanager.schema import Field
from sync.contract import LOGIN, PRODUCT, SESSION, SPEAKS
from sync.faults import TooOld

Join = Callable[..., Station]
pytestmark = pytest.mark.fault("F32")
REFUSES = http(
    json.dumps(
        {"product": PRODUCT, "code": "protocol", "error": "Программа на этом месте старше, чем понимает сервер."}
    ).encode(),
    "400 Bad Request",
)


@pytest.fixture
def newer() -> Iterator[BadServer]:
    """A server that does not understand this program any more."""
    with bad_server(REFUSES) as server:
        yield server


@pytest.mark.parametrize("spoken", ["0", "2", "x", "-1", "9" * 30])
def test_a_program_that_is_not_understood_is_told_at_every_call(central: Central, spoken: str) -> None:
    for method, path in (("POST", LOGIN), ("GET", SESSION)):
        answer = requests.request(method, central.url + path, json={}, headers={SPEAKS: spoken}, timeout=10)
        assert (answer.status_code, answer.json()["code"]) == (400, "protocol")
        assert "обновите" in answer.json()["error"]


def test_who_was_here_works_on_from_the_cache_and_keeps_his_outbox(
    central: Central, join: Join, newer: BadServer
) -> None:
    a = join()
    ident = a.new()
    a.sync()
    name, city = a.login_name, a.known.city
    a.close()
    a.url = newer.url  # the city's server has been renewed
    a.open()
    assert a.known.city == city
    a.login(name)
    assert a.login_name == name
    op = a.edit(ident, address="Ленина, 5")
    with pytest.raises(TooOld, match="правки сохраняются и уйдут после обновления"):
        a.session.renew()
    assert a.data(ident)["address"] == "Ленина, 5" and [one.op for one in a.writer.outbox()] == [op]
    a.close()
    a.url = central.url  # the program has been renewed, too
    a.open()
    a.login(name)
    a.sync()
    assert not a.writer.outbox() and a.sums() == a.server_sums()


def test_the_window_stops_says_so_and_does_not_ask_again(
    central: Central, newer: BadServer, tmp_path: Path, qtbot: QtBot
) -> None:
    central.add_user("ivanov", PASSWORD, "operator")
    desk = Desk(tmp_path)
    try:
        desk.worker.start(central.url, "ivanov", PASSWORD)
        qtbot.waitUntil(lambda: desk.state.link == "online", timeout=30_000)
        desk.worker.log_in(newer.url, "ivanov", PASSWORD)
        qtbot.waitUntil(lambda: desk.state.link == "stopped", timeout=30_000)
        assert "обновления" in desk.state.reason and desk.state.login == "ivanov"
        asked = len(newer.asked)
        ident = desk.save(text="Дальше работаем")
        qtbot.waitUntil(lambda: desk.state.unsent == 1 and desk.shows(ident))
        assert len(newer.asked) == asked <= 3 and not desk.worker._rounds._next.isActive()
    finally:
        assert desk.close()


def test_what_an_older_server_does_not_know_is_kept_or_refused_once(central: Central, join: Join) -> None:
    """A field travels; a module is refused in words and set aside; the rest goes on."""
    from dataclasses import replace

    reports = next(one for one in MODULES if one.key == "reports")
    wider = replace(reports, fields=(*reports.fields, Field("depth", "Глубина", "number")))
    stalls = replace(next(one for one in MODULES if one.key == "crews"), key="stalls", title="Ларьки")
    a = join("moderator", modules=[wider if one is reports else one for one in MODULES] + [stalls])
    b = join("moderator")
    ident = a.new(depth=2.5)
    stall = a.writer.save("stalls", None, {"name": "Ларёк"}, a.login_name, None, datetime.now(UTC)).id
    done = a.sync()
    assert (done.pushed, done.refused) == (1, 1)
    (aside,) = a.aside()
    assert aside.id == stall and "обновите сервер" in aside.reason
    b.sync()
    b.edit(ident, address="Ленина, 5")
    b.sync()
    a.sync()
    assert a.data(ident)["depth"] == 2.5 and a.data(ident)["address"] == "Ленина, 5"
    assert stall in a.ids("stalls") and a.sync().refused == 0
