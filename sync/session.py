"""Who works on this station now, and his right to speak to the server: logging in, again, offline, and out."""

import logging
from collections.abc import Callable

from citymanager.errors import CityError, NoLink, Refused
from citymanager.failpoints import fp
from citymanager.roles import role
from sync.client import Client
from sync.contract import SessionAnswer
from sync.faults import Expired, OtherCity, TooOld, WrongLogin
from sync.keys import KeyRing
from sync.offline_login import KnownPeople, Person
from sync.restored import HOW_TO_ACCEPT

log = logging.getLogger(__name__)


class NoSeat(Refused):
    """The account belongs to a program of another system."""


class Session:
    """One person's work on this station. His password stays in memory, to log in again when a token has ended."""

    def __init__(
        self,
        client: Client,
        known: KnownPeople,
        keys: KeyRing,
        station: str,
        turned_away: Callable[[str], str] = lambda role: "",
    ) -> None:
        """`station`: the installation's uuid. `turned_away`: why nobody of this role may work here; empty if he may."""
        self._client, self._known, self._keys, self._station = client, known, keys, station
        self._turned_away = turned_away
        self._password = ""
        self.any_city = False
        """An administrator has said that this profile belongs to whatever city the server is of."""
        self.person: Person | None = None
        self.block = ""
        """The station's number block as the server last granted it."""
        self.sight = ""
        """What the person sees, as the server last told it; empty before that."""

    @property
    def online(self) -> bool:
        """Whether the server has given us a token that it has not taken back."""
        return bool(self._client.token)

    @property
    def renewable(self) -> bool:
        """Whether the person can be logged in at the server without asking him."""
        return self.person is not None and bool(self._password)

    def login(self, login: str, password: str) -> Person:
        """Log in at the server or, if it does not answer, here. Refused with the reason: then all is as it was."""
        try:
            return self.enter(login, password)
        except (NoLink, TooOld) as error:
            log.info("login without a line: %s", error)
            self.person = self._enter_offline(login, password, error)
        self._client.token, self._password = "", password
        return self.person

    def enter(self, login: str, password: str) -> Person:
        """Log in at the server. NoLink if it does not answer, Refused if it does not let in: then all is as it was."""
        former, token = self.person, self._client.token
        try:
            person = self._admit(self._client.login(login, password, self._station), password)
        except NoSeat:
            self._give_back(self._client.token)
            self._client.token = token
            raise
        except CityError as error:
            self._client.token = token
            if isinstance(error, WrongLogin) and error.city:
                self._judge_city(error.city)
            if isinstance(error, WrongLogin) and self._known.matches(login, password):
                self._known.revoke(login)  # his password was changed, or he was sent away
            raise
        self._password = password
        self._keys.put(person.login, self._client.token)
        if former is not None and former.login != person.login:
            self._keys.put(former.login, "")
            self._give_back(token)
        return person

    def renew(self) -> Person:
        """Log in at the server anew, as the same person. Expired if his password is not at hand."""
        self._client.token = ""
        if self.person is None or not self._password:
            raise Expired("Вход на сервере закончился: войдите снова. Правки сохранены и уйдут после входа.")
        try:
            return self.enter(self.person.login, self._password)
        except WrongLogin:
            self._password = ""
            raise

    def resume(self, login: str) -> Person | None:
        """Go on with a token of the key ring, without a password; None if there is none. NoLink: ask later."""
        self._client.token = self._keys.get(login)
        if not self._client.token:
            return None
        self.person = self._known.get(login)
        return self.refresh()

    def refresh(self) -> Person:
        """Ask the server who the token speaks for now: roles change. Expired if for nobody any more."""
        try:
            return self._admit(self._client.session(), None)
        except Expired:
            self.expired()
            raise

    def expired(self) -> None:
        """The server has taken the token back: without it nobody logs in here offline either, till he does online."""
        self._client.token = ""
        if self.person is not None:
            self._keys.put(self.person.login, "")
            self._known.revoke(self.person.login)

    def contact(self) -> None:
        """The server has just answered this person."""
        if self.person is not None:
            self._known.seen(self.person.login, self._client.clock())

    def logout(self) -> None:
        """Leave; what is unsent stays in the outbox under his name. Without a line the token only stops being used."""
        if self.person is not None:
            self._keys.put(self.person.login, "")
        token, self._client.token = self._client.token, ""
        self.person, self._password = None, ""
        self._give_back(token)

    def _give_back(self, token: str) -> None:
        """So that nobody can use it any more; without a line it only stops being used here."""
        try:
            if token:
                self._client.logout(token)
        except (NoLink, Expired) as error:
            log.info("a token was not given back: %s", error)

    def _enter_offline(self, login: str, password: str, cause: NoLink | TooOld) -> Person:
        known = self._known.get(login)
        if known is not None:
            self._judge(known.role)
        try:
            return self._known.enter(login, password, self._client.clock())
        except Refused as refusal:
            raise Refused(f"{cause} {refusal}") from refusal

    def _judge_city(self, city: str) -> None:
        """Raise OtherCity if the server belongs to another city than this profile."""
        known = self._known.city
        if known and city != known and not self.any_city:
            raise OtherCity(
                f"Сервер {self._client.address} принадлежит другому городу: обмен остановлен, ничего не отправлено и не"
                " удалено. Если адрес неверен, исправьте его; для другого города нужен другой профиль. Если город тот"
                f" же, но сервер установлен заново, решает администратор. {HOW_TO_ACCEPT}"
            )

    def _judge(self, role: str) -> None:
        if why := self._turned_away(role):
            raise Refused(why)

    def _admit(self, answer: SessionAnswer, password: str | None) -> Person:
        self._judge_city(answer["city"])
        _seat_for(answer)
        self._judge(answer["role"])
        fp("login.answered")
        modules = {str(key): str(right) for key, right in answer["modules"].items()}
        person = Person(answer["login"], answer["name"], answer["role"], answer.get("organisation", ""), modules)
        self._known.remember(person, password, answer["city"], self._client.clock())
        fp("login.remembered")
        self.person, self.block, self.sight = person, answer["block"], str(answer.get("sight", ""))
        return person


def _seat_for(answer: SessionAnswer) -> None:
    """Raise NoSeat for an account that is not a person's."""
    told = role(answer["role"])
    if told is not None and told.outside:
        raise NoSeat(
            f"Учётная запись «{answer['login']}» с ролью «{told.title}» не работает на рабочем месте: её программа"
            " обращается к серверу сама. Войдите под своим именем."
        )
