"""Who speaks: passwords and their slow repetition, tokens, stations and their number blocks."""

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth import authenticate
from django.contrib.auth.backends import ModelBackend
from django.db import connection, transaction

from citymanager.failpoints import fp
from citymanager.roles import Role
from citymanager.roles import role as role_of
from sync.central.models import Station, Token

FREE_FAILURES = 5
"""Wrong passwords in a row before the next try has to wait."""
FIRST_DELAY, LONGEST_DELAY = 5, 300
"""Seconds; each further failure doubles the delay. Short enough that nobody can lock a desk out for a shift."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls and on which feed, as of this request."""

    login: str
    name: str
    role: Role
    organisation: str
    station: str
    number: int
    """Of the station's block."""
    forks: Mapping[str, int]
    """Former feeds, each with the place up to which its past is ours."""
    city: str
    feed: str
    began: int
    horizon: int
    backed_up: datetime | None
    head: int
    """The feed's last place that is committed: all up to it can be seen by what is read from now on."""

    @property
    def block(self) -> str:
        """What the station's numbers begin with."""
        return f"К{self.number}"


CALLER = """
    SELECT u.username, trim(u.first_name || ' ' || u.last_name), p.role, p.organisation, s.uuid, s.block,
           m.forks, m.city::text, m.feed::text, m.began, m.horizon, m.backed_up,
           (SELECT coalesce(max(seq), 0) FROM records)
    FROM tokens t JOIN auth_user u ON u.id = t.user_id JOIN profiles p ON p.user_id = u.id
    JOIN stations s ON s.block = t.station_id CROSS JOIN meta m
    WHERE t.hash = %s AND NOT t.revoked AND u.is_active
"""


class Patience(ModelBackend):
    """Django's users and passwords, with a pause after repeated wrong ones: for the API and the admin's page alike."""

    def authenticate(self, request: Any, username: str | None = None, password: str | None = None, **more: Any) -> Any:
        if not username or wait(username):
            return None
        user = super().authenticate(request, username, password, **more)
        if user is None:
            _count_failure(username)
        else:
            _forget_failures(username)
        return user


def caller(token: str) -> Caller | None:
    """Who this token speaks for now; None: nobody (any more)."""
    with connection.cursor() as cursor:
        cursor.execute(CALLER, [_hash(token)])
        row = cursor.fetchone()
    role = role_of(row[2]) if row else None
    if row is None or role is None:
        return None
    login, name, _, organisation, station, block, forks, *feed = row
    return Caller(login, name or login, role, organisation, station, block, json.loads(forks), *feed)


def wait(login: str) -> int:
    """Seconds until this login name may try again."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT ceil(extract(epoch FROM until - now())) FROM attempts WHERE login = %s", [login])
        row = cursor.fetchone()
    return max(0, int(row[0])) if row else 0


def enter(login: str, password: str, station: str) -> str | None:
    """A fresh token for this person on this station, in place of his last one there; None: wrong name or password."""
    user = authenticate(username=login, password=password)
    if user is None:
        return None
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        place, _made = Station.objects.get_or_create(uuid=station)
        place.save()
        Token.objects.filter(user=user, station=place, revoked=False).update(revoked=True)
        Token.objects.create(hash=_hash(token), user=user, station=place)
    fp("central.login")
    return token


def city() -> str:
    """Whose server this is: a person of another city is told apart from a wrong password."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT city::text FROM meta")
        return str(cursor.fetchone()[0])


def leave(token: str) -> None:
    Token.objects.filter(hash=_hash(token)).update(revoked=True)


def _count_failure(login: str) -> None:
    """Kept in the database, so that every process of the server knows; an hour of peace forgets it, whoever it was."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM attempts WHERE until < now() - interval '1 hour'")
        cursor.execute(
            """
            INSERT INTO attempts AS a (login, failures, until) VALUES (%(login)s, 1, now())
            ON CONFLICT (login) DO UPDATE SET
                failures = a.failures + 1,
                until = now() + CASE WHEN a.failures + 1 < %(free)s THEN interval '0' ELSE interval '1 second'
                    * least(%(first)s * power(2, least(a.failures + 1 - %(free)s, 20)), %(longest)s) END
            """,
            {"login": login, "free": FREE_FAILURES, "first": FIRST_DELAY, "longest": LONGEST_DELAY},
        )


def _forget_failures(login: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM attempts WHERE login = %s", [login])


def _hash(token: str) -> str:
    """Tokens are 256 random bits, so one round of a fast hash keeps them."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
