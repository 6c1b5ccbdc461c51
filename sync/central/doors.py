"""Coming in and going out: login, logout, and who the token speaks for."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from citymanager.values import moment
from sync.central import access, sight
from sync.central.access import Caller
from sync.central.answers import Failed, api, body_of, feed_head, judge_protocol, ok


@api("POST", public=True)
def login(request: HttpRequest) -> HttpResponse:
    name, password, station = _asked(body_of(request))
    seconds = access.wait(name)
    if seconds:
        text = f"Слишком много неверных паролей подряд. Подождите {seconds} с и попробуйте снова."
        raise Failed(429, "login", text, after=seconds)
    token = access.enter(name, password, station)
    if token is None:
        raise Failed(401, "login", "Неверное имя или пароль.", city=access.city())
    who = access.caller(token)
    if who is None:
        access.leave(token)
        raise Failed(403, "role", "Вам не назначена роль: обратитесь к администратору.")
    return ok(request, {**_session(who), "token": token})


@api("GET")
def session(request: HttpRequest, who: Caller) -> HttpResponse:
    return ok(request, _session(who))


@api("POST")
def logout(request: HttpRequest, who: Caller) -> HttpResponse:
    access.leave(request.headers["Authorization"].partition(" ")[2])
    return ok(request, {})


def _asked(body: Any) -> tuple[str, str, str]:
    if not isinstance(body, dict):
        raise Failed(400, "request", "Нужны имя, пароль и рабочее место.")
    judge_protocol(body.get("protocol"))
    asked = [body.get(key) for key in ("login", "password", "station")]
    if not all(isinstance(one, str) and 0 < len(one) <= 1_000 and _plain(one) for one in asked):
        raise Failed(400, "request", "Нужны имя, пароль и рабочее место.")
    name, password, station = (str(one) for one in asked)
    if len(name) > 150 or len(station) > 100:
        raise Failed(400, "request", "Имя или номер рабочего места слишком длинные.")
    return name, password, station


def _plain(text: str) -> bool:
    """Whether PostgreSQL can hold it."""
    return "\x00" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)


def _session(who: Caller) -> dict[str, Any]:
    return {
        "login": who.login, "name": who.name, "role": who.role.key, "organisation": who.organisation,
        "modules": sight.rights(who), "block": who.block, "city": who.city, "sight": sight.token(who),
        "backup": moment(who.backed_up) if who.backed_up else "", **feed_head(who),
    }  # fmt: skip
