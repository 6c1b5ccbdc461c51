"""Tokens, roles, passwords, people that change while a batch is under way: nobody's edits leave by another's name."""

from collections.abc import Callable

import pytest
from central_server import Central
from fault_proxy import Call, Fault, FaultProxy
from station import Station

from sync.faults import Expired, WrongLogin

Join = Callable[..., Station]
pytestmark = pytest.mark.fault("F28")


@pytest.fixture
def central(lasting_central: Central) -> Central:
    """One server for all: each test looks at its own records only."""
    return lasting_central


@pytest.fixture
def busy(proxy: FaultProxy, join: Join) -> Station:
    """A station with more edits than one request carries: two in each, because they are long."""
    a = join(url=proxy.url)
    a.sync()
    for number in range(4):
        a.new(text=f"{number}" + "я" * 90_000)
    return a


def between(*statements: str, central: Central) -> Fault:
    """Something happens at the server after the first batch was taken."""

    def fault(call: Call) -> None:
        answer = call.ask()
        for one in statements:
            central.sql(one)
        call.send(answer)

    return fault


def written(central: Central, login: str) -> int:
    ((found,),) = central.sql("SELECT count(*) FROM records WHERE by = %s", login)
    return int(found)


def user(login: str) -> str:
    return f"(SELECT id FROM auth_user WHERE username = '{login}')"


def test_a_password_changed_in_mid_batch_keeps_what_went_and_what_waits(
    central: Central, proxy: FaultProxy, busy: Station, join: Join
) -> None:
    name = busy.login_name
    other = join().login_name
    central.add_user(f"{name}-new", "новый", "operator")
    change = f"UPDATE auth_user SET password = (SELECT password FROM auth_user WHERE username = '{name}-new')"
    proxy.strike(between(f"{change} WHERE username = '{name}'", central=central), "/operations", times=1)
    with pytest.raises(Expired):
        busy.sync()
    assert written(central, name) == 2 and busy.writer.unsent() == 2
    with pytest.raises(WrongLogin):
        busy.session.renew()
    busy.login(other)
    mine = busy.new(text="Петрова")
    assert busy.sync().pushed == 1 and busy.writer.unsent() == 2, "another person's login sends nothing of his"
    assert central.sql("SELECT by FROM records WHERE id = %s", mine) == [(other,)]
    busy.login(name, "новый")
    assert busy.sync().pushed == 2 and written(central, name) == 4 and busy.writer.unsent() == 0


def test_a_person_removed_in_mid_batch_keeps_what_went_and_what_waits(
    central: Central, proxy: FaultProxy, busy: Station
) -> None:
    name = busy.login_name
    gone = f"UPDATE auth_user SET is_active = false WHERE id = {user(name)}"
    proxy.strike(between(gone, central=central), "/operations", times=1)
    with pytest.raises(Expired):
        busy.sync()
    with pytest.raises(WrongLogin):
        busy.session.renew()
    assert written(central, name) == 2 and busy.writer.unsent() == 2 and not busy.aside()
    central.sql(f"UPDATE auth_user SET is_active = true WHERE id = {user(name)}")
    busy.login(name)
    assert busy.sync().pushed == 2 and written(central, name) == 4


def test_a_role_cut_in_mid_batch_sets_the_rest_aside_with_its_reason_and_loses_none(
    central: Central, proxy: FaultProxy, busy: Station
) -> None:
    name = busy.login_name
    cut = f"UPDATE profiles SET role = 'wall' WHERE user_id = {user(name)}"
    proxy.strike(between(cut, central=central), "/operations", times=1)
    done = busy.sync()
    assert (done.pushed, done.refused) == (2, 2) and written(central, name) == 2
    assert {one.state for one in busy.aside()} == {"refused"} and all(one.reason for one in busy.aside())
    assert busy.role is not None and busy.role.key == "wall"
    central.sql(f"UPDATE profiles SET role = 'operator' WHERE user_id = {user(name)}")
    busy.sync()
    busy.writer.retry([one.op for one in busy.aside()])
    assert busy.sync().pushed == 2 and not busy.writer.outbox() and written(central, name) == 4


def test_a_token_that_ends_in_mid_batch_is_renewed_by_its_person_alone(
    central: Central, proxy: FaultProxy, busy: Station
) -> None:
    name = busy.login_name
    proxy.strike(between("UPDATE tokens SET revoked = true", central=central), "/operations", times=1)
    with pytest.raises(Expired):
        busy.sync()
    assert written(central, name) == 2 and busy.writer.unsent() == 2
    busy.session.renew()
    assert busy.sync().pushed == 2 and written(central, name) == 4
