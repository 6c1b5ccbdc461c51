"""Waking the stations: one LISTEN connection per process, fanned out to every open event stream.

A stream only says "there is something up to SEQ"; what it is, the reader asks for. So nothing here can be lost: a
client that missed a wake-up polls.
"""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import psycopg
from asgiref.sync import sync_to_async
from django.db import connections

from sync.central.access import Caller, caller
from sync.central.answers import Failed, failure

log = logging.getLogger(__name__)
PING = 15.0
"""Seconds after which a silent stream shows that it is alive."""
AGAIN = 1.0
"""Seconds before a lost database connection is tried again."""

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


class Feed:
    """The feed's last place as PostgreSQL announces it. Lives in one event loop."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._seq = 0
        self._moved = asyncio.Condition()
        self._closed = False

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        task = asyncio.create_task(self._listen())
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def after(self, seq: int) -> int | None:
        """The last place as soon as it is not `seq` (a restored database goes back); None: the server stops."""
        async with self._moved:
            await self._moved.wait_for(lambda: self._closed or self._seq != seq)
            return None if self._closed else self._seq

    async def close(self) -> None:
        """End every stream."""
        async with self._moved:
            self._closed = True
            self._moved.notify_all()

    async def _listen(self) -> None:
        while True:
            try:
                await self._follow()
            except psycopg.Error:
                log.warning("the database connection of the event stream was lost", exc_info=True)
                await asyncio.sleep(AGAIN)

    async def _follow(self) -> None:
        connection = await psycopg.AsyncConnection.connect(self._dsn, autocommit=True, keepalives_idle=10)
        async with connection:
            await connection.execute("LISTEN feed")
            cursor = await connection.execute("SELECT coalesce(max(seq), 0) FROM records")
            (seq,) = await cursor.fetchone() or (0,)
            await self._advance(seq)  # what was announced while nobody listened
            async for notice in connection.notifies():
                await self._advance(int(notice.payload))

    async def _advance(self, seq: int) -> None:
        async with self._moved:
            self._seq = seq
            self._moved.notify_all()


class Events:
    """GET /api/v1/events as a plain ASGI application."""

    def __init__(self, feed: Feed) -> None:
        self._feed = feed

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        try:
            await sync_to_async(_let_in)(scope)
        except Failed as error:
            answer = failure(error)
            await _begin(send, answer.status_code, answer.headers["Content-Type"])
            await send({"type": "http.response.body", "body": answer.content})
            return
        await _begin(send, 200, "text/event-stream")
        stream = asyncio.create_task(self._stream(send))
        gone = asyncio.create_task(_disconnected(receive))
        try:
            await asyncio.wait((stream, gone), return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (stream, gone):
                task.cancel()
            await asyncio.gather(stream, gone, return_exceptions=True)

    async def _stream(self, send: Send) -> None:
        told = -1
        while True:
            try:
                seq = await asyncio.wait_for(self._feed.after(told), PING)
            except TimeoutError:
                await _say(send, ": ping\n\n")
                continue
            if seq is None:
                await send({"type": "http.response.body", "body": b""})
                return
            told = seq
            await _say(send, f"data: {json.dumps({'seq': seq})}\n\n")


def _let_in(scope: dict[str, Any]) -> Caller:
    """The caller; the connection of the check is closed at once, for the stream may last for days."""
    given = dict(scope["headers"]).get(b"authorization", b"").decode("latin-1")
    try:
        found = caller(given.removeprefix("Bearer "))
    except Exception as error:
        log.exception("a token can't be checked")
        raise Failed(503, "busy", "Сервер занят: база данных не отвечает. Повторите позже.", 5) from error
    finally:
        connections.close_all()
    if scope["method"] != "GET":
        raise Failed(405, "request", "Этот адрес понимает только GET.")
    if found is None:
        raise Failed(401, "token", "Вход больше не действует: войдите снова.")
    return found


async def _begin(send: Send, status: int, kind: str) -> None:
    headers = [(b"content-type", kind.encode()), (b"cache-control", b"no-store"), (b"x-accel-buffering", b"no")]
    await send({"type": "http.response.start", "status": status, "headers": headers})


async def _say(send: Send, text: str) -> None:
    await send({"type": "http.response.body", "body": text.encode(), "more_body": True})


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
