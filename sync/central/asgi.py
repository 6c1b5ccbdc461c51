"""The server as one ASGI application: event streams by ourselves, everything else by Django, bodies within limits."""

from collections.abc import Awaitable, Callable
from typing import Any

from sync.central.answers import Failed, failure
from sync.central.events import Events, Feed, Receive, Send
from sync.central.handler import Handler
from sync.contract import ANSWER_LIMIT, EVENTS

Application = Callable[[dict[str, Any], Receive, Send], Awaitable[None]]
BODY_LIMIT = ANSWER_LIMIT
"""Bytes of a request; Django would write any amount to the disk before a view could refuse it."""


def application(feed: Feed) -> Application:
    events, django = Events(feed), Handler()

    async def route(scope: dict[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _live(feed, receive, send)
        elif scope["path"] == EVENTS:
            await events(scope, receive, send)
        else:
            try:
                await django(scope, _bounded(scope, receive), send)
            except _TooLong:
                await _refuse(send)

    return route


async def _live(feed: Feed, receive: Receive, send: Send) -> None:
    """Listen to the database from the server's start to its end."""
    await receive()
    async with feed.listening():
        await send({"type": "lifespan.startup.complete"})
        await receive()
    await send({"type": "lifespan.shutdown.complete"})


class _TooLong(Exception):
    """The body is longer than any request of ours. Django reads bodies before it answers, so an answer can be given."""


def _bounded(scope: dict[str, Any], receive: Receive) -> Receive:
    told = dict(scope["headers"]).get(b"content-length", b"")
    announced = int(told) if told.isdigit() else 0
    arrived = 0

    async def bounded() -> dict[str, Any]:
        nonlocal arrived
        message = await receive() if announced <= BODY_LIMIT else {}
        arrived += len(message.get("body", b""))
        if max(announced, arrived) > BODY_LIMIT:
            raise _TooLong
        return message

    return bounded


async def _refuse(send: Send) -> None:
    answer = failure(Failed(413, "size", f"Запрос больше {BODY_LIMIT // 2**20} МБ: разделите его."))
    headers = [(b"content-type", b"application/json"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": answer.status_code, "headers": headers})
    await send({"type": "http.response.body", "body": answer.content})
