"""How the API answers: JSON that carries its product, Russian errors, gzip, and no stack trace for anyone."""

import gzip
import json
import logging
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import wraps
from typing import Any, NoReturn

from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse

from citymanager.errors import Refused
from citymanager.values import moment
from sync.central.access import Caller, caller
from sync.contract import OLDEST, PRODUCT, PROTOCOL, SPEAKS, seal_of

log = logging.getLogger(__name__)
WORTH_PACKING = 1_000
"""Bytes under which gzip costs more than it saves."""

View = Callable[..., HttpResponse]


class Failed(Exception):
    """An answer with a status of 400 and more: `code` as in the contract, `text` in Russian."""

    def __init__(self, status: int, code: str, text: str, after: int = 0, **more: Any) -> None:
        super().__init__(text)
        self.status, self.code, self.text, self.after, self.more = status, code, text, after, more


def api(*methods: str, public: bool = False) -> Callable[[View], View]:
    """A view of the API: it takes the caller (unless public), knows its methods, and fails in JSON only."""

    def decorate(view: View) -> View:
        @wraps(view)
        def answer(request: HttpRequest, **path: str) -> HttpResponse:
            try:
                judge_protocol(request.headers.get(SPEAKS, "1"))
                if request.method not in methods:
                    raise Failed(405, "request", f"Этот адрес понимает только {', '.join(methods)}.")
                return view(request, **path) if public else view(request, _known(request), **path)
            except Failed as error:
                return failure(error)
            except Refused as error:
                return failure(Failed(400, "request", str(error)))
            except (OperationalError, InterfaceError):
                log.exception("the database does not answer")
                return failure(Failed(503, "busy", "Сервер занят: база данных не отвечает. Повторите позже.", 5))
            except (Exception, DatabaseError):
                log.exception("%s %s failed", request.method, request.resolver_match.route)
                return failure(Failed(500, "bug", "Ошибка на сервере, она записана в его журнал."))

        answer.csrf_exempt = True  # type: ignore[attr-defined]  # a token is sent by our client, never by a browser
        return answer

    return decorate


def judge_protocol(spoken: Any) -> None:
    """Raise Failed for a program that we do not understand, or that would not understand us."""
    number = int(spoken) if str(spoken).isascii() and str(spoken).isdigit() and len(str(spoken)) < 5 else 0
    if number < OLDEST:
        raise Failed(400, "protocol", "Программа на этом месте старше, чем понимает сервер: обновите её.")
    if number > PROTOCOL:
        raise Failed(400, "protocol", "Сервер старше программы на этом месте и её не понимает: обновите сервер.")


def _known(request: HttpRequest) -> Caller:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    found = caller(token) if kind == "Bearer" and token else None
    if found is None:
        raise Failed(401, "token", "Вход больше не действует: войдите снова.")
    return found


def ok(request: HttpRequest, head: dict[str, Any], items: tuple[str, Sequence[Any]] | None = None) -> HttpResponse:
    """An answer: its head and, by name, a list that is sealed."""
    if items is not None:
        return listed(request, head, items[0], [text_of(one) for one in items[1]])
    return _packed(request, text_of({"product": PRODUCT, **head}).encode())


def listed(request: HttpRequest, head: dict[str, Any], name: str, texts: Sequence[str]) -> HttpResponse:
    """An answer that ends with a list, of which the JSON texts are given: it is sealed as it goes out."""
    text = f"[{','.join(texts)}]".encode("utf-8", "surrogatepass")
    start = text_of({"product": PRODUCT, **head, "count": len(texts), "sha256": seal_of(text)}).encode()
    return _packed(request, start[:-1] + f',"{name}":'.encode() + text + b"}")


def part_of(content: bytes, first: int, size: int, kind: str) -> HttpResponse:
    """A part of something of so many bytes, from its byte `first` on."""
    answer = HttpResponse(content, status=206, content_type=kind)
    answer["Content-Range"] = f"bytes {first}-{max(first + len(content), 1) - 1}/{size}"
    return answer


def failure(error: Failed) -> HttpResponse:
    body = {"product": PRODUCT, "error": error.text, "code": error.code, **error.more}
    answer = HttpResponse(text_of(body).encode(), status=error.status, content_type="application/json")
    if error.after:
        answer["Retry-After"] = str(error.after)
    answer["Cache-Control"] = "no-store"
    return answer


def _packed(request: HttpRequest, body: bytes) -> HttpResponse:
    answer = HttpResponse(content_type="application/json")
    if len(body) > WORTH_PACKING and "gzip" in request.headers.get("Accept-Encoding", ""):
        body = gzip.compress(body, compresslevel=1, mtime=0)
        answer["Content-Encoding"] = "gzip"
    answer.content = body
    answer["Content-Length"] = str(len(body))
    answer["Cache-Control"] = "no-store"
    return answer


def text_of(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def feed_head(who: Caller) -> dict[str, Any]:
    """What every answer about records begins with."""
    return {"feed": who.feed, "server_time": now_text()}


def now_text() -> str:
    return moment(datetime.now(UTC))


def body_of(request: HttpRequest) -> Any:
    """The JSON of a request; everything that is not JSON is the caller's fault."""
    try:
        return json.loads(request.body, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise Failed(400, "request", "Запрос не разобрать: нужен JSON в UTF-8.") from error


def _no_constant(word: str) -> NoReturn:
    raise ValueError(word)


def number_of(request: HttpRequest, name: str, default: int, most: int) -> int:
    """A whole number out of the address, between 0 and `most`."""
    text = request.GET.get(name, str(default))
    if not (text.isascii() and text.isdigit() and len(text) < 20 and int(text) <= most):
        raise Failed(400, "request", f"«{name}» должно быть целым числом от 0 до {most}.")
    return int(text)
