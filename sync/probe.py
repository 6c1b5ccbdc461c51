"""What is asked of a server before it is worked with: is it ours, by which clock, when was it last backed up."""

from contextlib import closing, suppress

from citymanager.doctor.link import Meeting
from citymanager.store import Profile
from citymanager.values import parse_moment
from sync.client import Client
from sync.contract import SessionAnswer
from sync.faults import Expired
from sync.keys import KeyRing
from sync.offline_login import KnownPeople


def greet(client: Client) -> None:
    """Ask without a name what answers at the address. Raises CityError unless it is a central server of ours."""
    with suppress(Expired):
        client.session()


def meet(profile: Profile, server: str, user: str, password: str) -> Meeting:
    """Ask with a password or a kept token; a server that knows neither still shows its clock. Raises CityError."""
    with closing(Client(server, authority=profile.authority)) as client:
        try:
            answer = _session(client, profile, user, password)
        except Expired:
            return Meeting(client.skew)
        backup = answer.get("backup", "")
        return Meeting(client.skew, parse_moment(backup) if backup else None, known=True)


def _session(client: Client, profile: Profile, user: str, password: str) -> SessionAnswer:
    last = KnownPeople(profile.folder).last()
    login = user or (last.login if last else "")
    if not (login and password):
        client.token = KeyRing(client.address, profile.station()).get(login) if login else ""
        return client.session()
    answer = client.login(login, password, profile.station())
    with suppress(Expired):
        client.logout(client.token)
    return answer
