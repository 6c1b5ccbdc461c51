"""Django behind ASGI on one thread per request: its own way changes threads at every middleware, there and back."""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.core import signals
from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.http import HttpResponse
from django.urls import set_script_prefix

from sync.central.settings import CONNECTIONS

THREADS = 2 * CONNECTIONS
"""More than connections: whoever finds none is told in time that the server is busy, and does not wait unseen."""

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


class Handler(ASGIHandler):
    """Django's synchronous chain, as gunicorn runs it. A caller who goes away does not stop what he has begun."""

    def __init__(self) -> None:
        self.load_middleware(is_async=False)
        self._threads = ThreadPoolExecutor(THREADS, "request")

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        try:
            body = await self.read_body(receive)
        except RequestAborted:
            return
        loop = asyncio.get_running_loop()
        with body:
            start, content = await loop.run_in_executor(self._threads, self._answered, scope, body)
        await send({"type": "http.response.start", **start})
        await send({"type": "http.response.body", "body": content})

    def _answered(self, scope: dict[str, Any], body: Any) -> tuple[dict[str, Any], bytes]:
        """From the request to its last byte in one thread, which gives its database connection back in the end."""
        set_script_prefix(get_script_prefix(scope))
        signals.request_started.send(sender=type(self), scope=scope)
        request, answer = self.create_request(scope, body)
        answer = answer if request is None else self.get_response(request)
        try:
            return {"status": answer.status_code, "headers": _headers(answer)}, b"".join(answer)
        finally:
            answer.close()


def _headers(answer: HttpResponse) -> list[tuple[bytes, bytes]]:
    """Names as they are: some programs that are not up to HTTP want their letters' case."""
    told = [(name.encode("ascii"), value.encode("latin1")) for name, value in answer.items()]
    return [*told, *((b"Set-Cookie", one.OutputString().encode("ascii")) for one in answer.cookies.values())]
