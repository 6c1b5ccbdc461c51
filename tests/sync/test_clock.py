"""A clock that is wrong, or jumps in the middle: order and cursor follow the server, and the person is told."""

import ssl
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from central_server import Central
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from fault_proxy import Call, Fault, FaultProxy
from pytest_httpserver import HTTPServer
from station import PASSWORD, Station

from citymanager.errors import NoLink, Refused
from sync.client import Client
from sync.offline_login import KnownPeople, Person
from sync.waking import Clocks, Waking

Join = Callable[..., Station]
HOUR, YEAR = timedelta(hours=1), timedelta(days=365)
TO_1970 = datetime(1970, 1, 2, tzinfo=UTC) - datetime.now(UTC)
JUMPS = (HOUR, -HOUR, 3 * YEAR, -3 * YEAR, TO_1970)
pytestmark = pytest.mark.fault("F09")


@pytest.fixture
def central(lasting_central: Central) -> Central:
    """One server for all: each test looks at its own records only."""
    return lasting_central


def test_a_clock_that_jumps_in_mid_sync_changes_neither_order_nor_cursor(proxy: FaultProxy, join: Join) -> None:
    a, b = join(url=proxy.url), join()
    for jump in JUMPS:
        first = a.new(text="До скачка", address="1")
        proxy.strike(leap(a, jump), "/operations", times=1)
        a.edit(first, address="2")
        assert a.sync().pushed == 2 and 0 <= a.engine.last.seconds < 30
        assert a.ahead == jump
        a.edit(first, address="3")
        second = a.new(text="После скачка")
        a.ahead = timedelta(0)
        a.edit(first, address="4")
        a.sync()
        b.sync()
        b.edit(first, author_name="Петров")
        b.sync()
        a.sync()
        assert a.data(first)["address"] == b.data(first)["address"] == "4"
        assert second in b.ids() and not a.aside() and not b.aside()
        assert a.sums() == a.server_sums() and a.writer.cursor() == b.writer.cursor()


def leap(station: Station, jump: timedelta) -> Fault:
    """Its clock is set while the server answers."""

    def fault(call: Call) -> None:
        station.ahead += jump
        call.relay()

    return fault


@pytest.mark.fault("F17")
@pytest.mark.campaign
def test_a_restored_server_is_offered_all_in_order_whatever_the_clock_has_shown(central: Central, join: Join) -> None:
    a = join()
    name = a.login_name
    for jump in (3 * YEAR, -3 * YEAR):
        ((backup,),) = central.sql("SELECT clock_timestamp()::text")
        a.ahead = jump
        ident = a.new(address="1")
        a.sync()
        a.ahead = timedelta(0)
        for address in ("2", "3"):
            a.edit(ident, address=address)
            a.sync()
        a.login(name)  # lets go of what was acknowledged more than 30 days ago
        lose(central, ident, backup)
        for _ in range(3):
            a.sync()
        assert a.data(ident)["address"] == "3" and not a.writer.outbox()
        assert central.sql("SELECT data ->> 'address' FROM records WHERE id = %s", ident) == [("3",)]


def lose(central: Central, ident: str, backup: str) -> None:
    """The server goes back to a moment before the record, as a restore from a back-up of it does."""
    central.sql(
        "DO $$ BEGIN PERFORM set_config('citymanager.purge', 'on', true);"
        f" DELETE FROM answered WHERE at > '{backup}'; DELETE FROM history WHERE id = '{ident}';"
        f" DELETE FROM records WHERE id = '{ident}';"
        " UPDATE meta SET feed = gen_random_uuid(), began = (SELECT last_value FROM feed_seq); END $$"
    )


def test_the_offset_is_known_from_each_answer_and_the_servers_time_with_it(join: Join) -> None:
    a = join()
    for jump in (*JUMPS, timedelta(0)):
        a.ahead = jump
        a.sync()
        assert abs(a.client.skew - jump.total_seconds()) < 5
        assert abs((a.client.server_now() - datetime.now(UTC)).total_seconds()) < 5


def test_a_day_of_the_future_that_a_wrong_clock_has_shown_keeps_nobody_out_later(tmp_path: Path) -> None:
    known, now = KnownPeople(tmp_path), datetime.now(UTC)
    known.remember(Person("ivanov", "Иванов", "operator", "", {}), PASSWORD, "city", now)
    known.seen("ivanov", now + 3 * YEAR)
    with pytest.raises(Refused, match="Часы этого компьютера"):
        known.enter("ivanov", PASSWORD, now)
    known.seen("ivanov", now)
    assert known.enter("ivanov", PASSWORD, now + timedelta(days=13)).login == "ivanov"


@pytest.fixture
def impatient(tmp_path: Path) -> Iterator[Callable[[int, int], tuple[str, Path]]]:
    """A server whose certificate is good from and until so many days from now: its address and the certificate."""
    servers = []

    def serve(since: int, until: int) -> tuple[str, Path]:
        file = certificate(tmp_path / "localhost.pem", since, until)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        servers.append(HTTPServer(host="localhost", ssl_context=context))
        servers[-1].start()
        return f"https://localhost:{servers[-1].port}", file

    yield serve
    for one in servers:
        one.stop()


def certificate(file: Path, since: int, until: int) -> Path:
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now + timedelta(days=since))
        .not_valid_after(now + timedelta(days=until))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(made.public_bytes(serialization.Encoding.PEM) + secret)
    return file


@pytest.mark.parametrize(("since", "until", "why"), [(-9, -2, "срок истёк"), (2, 9, "срок ещё не начался")])
def test_a_certificate_out_of_its_time_names_the_clock(
    since: int, until: int, why: str, impatient: Callable[[int, int], tuple[str, Path]]
) -> None:
    url, file = impatient(since, until)
    client = Client(url, authority=file)
    with pytest.raises(NoLink, match=f"{why}. Проверьте часы этого компьютера") as caught:
        client.changes(0)
    assert f"{datetime.now():%d.%m.%Y}" in str(caught.value)
    client.close()


# --- waking ------------------------------------------------------------------------------------------------------


def looked(*readings: Clocks) -> list[bool]:
    """What is said at each look at the clocks, the first reading taken when the program starts."""
    told = iter(readings)
    waking = Waking(lambda: next(told))
    return [waking.woke() for _ in readings[1:]]


NIGHT = 8 * 3600.0


@pytest.mark.fault("F29")
@pytest.mark.parametrize(
    ("after", "woke"),
    [
        pytest.param((2, 2, 2), False, id="nothing"),
        pytest.param((2, 2, 2.4), False, id="the network puts the clock right by a little"),
        pytest.param((2, 2 + NIGHT, 2 + NIGHT), True, id="slept for a night"),
        pytest.param((NIGHT, NIGHT, NIGHT), True, id="stood still for a night"),
        pytest.param((2, 4, 4), True, id="slept for two seconds"),
        pytest.param((2, 2, 3600), True, id="an hour on"),
        pytest.param((2, 2, -3600), True, id="an hour back"),
        pytest.param((2, 2, TO_1970.total_seconds()), True, id="1970"),
    ],
)
def test_time_that_passed_unseen_is_noticed_once(after: Clocks, woke: bool) -> None:
    later = (after[0] + 2, after[1] + 2, after[2] + 2)
    assert looked((0, 0, 0), after, later) == [woke, False]
