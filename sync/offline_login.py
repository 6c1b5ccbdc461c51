"""Who has logged in on this station, and his right to log in here without a line.

One file of the profile, outside the cache, so that a damaged cache forgets neither people nor the city. Passwords are
not in it: a salted slow hash is, good for a term after the last contact with the server.
"""

import hashlib
import hmac
import json
import logging
import os
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from citymanager.errors import ReadOnly, Refused, why
from citymanager.failpoints import fp
from citymanager.roles import role, sees_all
from citymanager.text import plural

TERM = timedelta(days=14)
DRIFT = timedelta(minutes=10)
"""How far a clock may go back by itself, when it is put right by the network."""
FREE_FAILURES = 5
"""Wrong passwords in a row before the next try has to wait."""
FIRST_DELAY, LONGEST_DELAY = 30, 900
"""Seconds; each further failure doubles the delay."""
WORK = 2**15
"""Of hashing a password: about a tenth of a second of one core and 32 MB."""
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody as the server last described him."""

    login: str
    name: str
    role: str
    organisation: str
    modules: Mapping[str, str]
    """What he may see: module → "read" or "write"."""


class KnownPeople:
    """The file of people who have logged in on this station, and the city that it belongs to."""

    def __init__(self, folder: Path, term: timedelta = TERM, work: int = WORK) -> None:
        """`work`: of the hashes that are made from now on; those that are there tell theirs."""
        self._path = folder / "logins.json"
        self._term, self._work = term, work

    @property
    def city(self) -> str:
        """The uuid of the city that this profile belongs to; empty before the first login."""
        return str(self._read().get("city", ""))

    def last(self) -> Person | None:
        """Who worked here last: his role is what an offline start shows."""
        return self.get(str(self._read().get("last", "")))

    def get(self, login: str) -> Person | None:
        found = self._people().get(login)
        if found is None:
            return None
        return Person(login, found["name"], found["role"], found["organisation"], found["modules"])

    def everybody(self) -> list[Person]:
        """All whose password is known here, by their names."""
        found = [self.get(login) for login, entry in self._people().items() if entry.get("secret")]
        return sorted((one for one in found if one is not None), key=lambda one: one.name or one.login)

    def remember(self, person: Person, password: str | None, city: str, now: datetime) -> None:
        """Keep what an online login has shown; `password` None leaves the known one."""
        kept = self._people().get(person.login, {})
        secret = kept.get("secret") if password is None else _sealed(password, self._work)
        times = {"seen": now.isoformat(), "latest": now.isoformat()}
        entry = {**asdict(person), "secret": secret, **times, "failures": 0, "until": ""}
        self._put(person.login, entry, city=city, last=person.login, loaded=person.login)

    def seen(self, login: str, now: datetime) -> None:
        """The server has answered this person: his term runs from now. Written once a day, or when the clock was put
        right: a day of the future, which a wrong one had shown, must not keep him out later.
        """
        entry = self._people().get(login)
        if entry is None:
            return
        seen, latest = (datetime.fromisoformat(entry.get(key, entry["seen"])) for key in ("seen", "latest"))
        if now - seen > timedelta(days=1) or now < latest - DRIFT:
            self._put(login, {**entry, "seen": now.isoformat(), "latest": now.isoformat()})

    def revoke(self, login: str) -> None:
        """The server does not let him in any more: neither do we, until it does."""
        entry = self._people().get(login)
        if entry is not None:
            self._put(login, {**entry, "secret": None})

    def matches(self, login: str, password: str) -> bool:
        """Whether this is the password of his last online login."""
        secret = self._people().get(login, {}).get("secret")
        if not secret:
            return False
        return hmac.compare_digest(_hash(password, secret["salt"], secret.get("work", WORK)), secret["hash"])

    def enter(self, login: str, password: str, now: datetime) -> Person:
        """Let in somebody without a line, or raise Refused with the reason."""
        person, entry = self.get(login), self._people().get(login, {})
        if person is None or not entry.get("secret"):
            raise Refused("Без связи с сервером может войти только тот, кто уже входил на этом рабочем месте.")
        self._judge_time(entry, now)
        self._judge_sight(person)
        wait = _seconds_left(entry, now)
        if wait:
            raise Refused(f"Слишком много неверных паролей подряд. Подождите {wait} с и попробуйте снова.")
        if not self.matches(login, password):
            self._count_failure(login, entry, now)
            raise Refused("Неверное имя или пароль (проверено без связи с сервером).")
        self._put(login, {**entry, "failures": 0, "until": "", "latest": now.isoformat()}, last=login)
        return person

    def _judge_time(self, entry: Mapping[str, Any], now: datetime) -> None:
        """Raise Refused after the term. A clock that was set back does not make it longer."""
        if now < datetime.fromisoformat(entry.get("latest", entry["seen"])) - DRIFT:
            raise Refused(
                "Часы этого компьютера показывают время раньше последней работы здесь: исправьте их или войдите, когда"
                " появится связь с сервером."
            )
        if now - datetime.fromisoformat(entry["seen"]) > self._term:
            days = plural(self._term.days, "день", "дня", "дней")
            raise Refused(f"Войти без связи можно {days} после последней связи с сервером: нужен вход на сервере.")

    def _judge_sight(self, person: Person) -> None:
        """Raise Refused for somebody who sees less than those for whom the records here were loaded."""
        known, loaded = role(person.role), self.get(str(self._read().get("loaded", "")))
        narrow = known is None or not sees_all(known)
        if narrow and loaded is not None and _sight(loaded) != _sight(person):
            raise Refused(
                "На этом рабочем месте загружены данные для другой роли: их заменят ваши, когда появится связь"
                " с сервером. До этого войти здесь нельзя."
            )

    def _count_failure(self, login: str, entry: Mapping[str, Any], now: datetime) -> None:
        failures = entry["failures"] + 1
        over = failures - FREE_FAILURES
        delay = min(FIRST_DELAY * 2 ** min(over, 20), LONGEST_DELAY) if over >= 0 else 0
        self._put(login, {**entry, "failures": failures, "until": (now + timedelta(seconds=delay)).isoformat()})

    def _people(self) -> dict[str, Any]:
        found = self._read().get("people")
        return found if isinstance(found, dict) else {}

    def _read(self) -> dict[str, Any]:
        try:
            found = json.loads(self._path.read_text(encoding="utf-8"))
        except (FileNotFoundError, NotADirectoryError):
            return {}
        except ValueError:
            log.warning("logins.json can't be read: everybody has to log in online")
            return {}
        return found if isinstance(found, dict) else {}

    def _put(self, login: str, entry: Mapping[str, Any], **more: str) -> None:
        """Replaced whole, readable by its owner only."""
        whole = {**self._read(), **more, "people": {**self._people(), login: entry}}
        new = self._path.with_suffix(".new")
        try:
            with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:  # noqa: PTH123
                json.dump(whole, file, ensure_ascii=False, indent=1)
                file.flush()
                os.fsync(file.fileno())
            fp("logins.written")
            new.replace(self._path)
        except OSError as error:
            raise ReadOnly(f"Не удалось запомнить вход: {why(error)}. Проверьте место и права на диск.") from error


def _sight(person: Person) -> tuple[str, str]:
    return person.role, person.organisation


def _sealed(password: str, work: int) -> dict[str, Any]:
    salt = secrets.token_hex(16)
    return {"salt": salt, "hash": _hash(password, salt, work), "work": work}


def _hash(password: str, salt: str, work: int) -> str:
    secret = password.encode("utf-8", "surrogatepass")
    return hashlib.scrypt(secret, salt=bytes.fromhex(salt), n=work, r=8, p=1, maxmem=64 * 1024 * 1024).hex()


def _seconds_left(entry: Mapping[str, Any], now: datetime) -> int:
    """Seconds that the delay still lasts; one that a moved clock has made absurd is over."""
    left = (datetime.fromisoformat(entry["until"]) - now).total_seconds() if entry["until"] else 0.0
    return int(left) + 1 if 0 < left <= LONGEST_DELAY else 0
