"""The server as one ASGI application: the API and the admin by Django."""

from collections.abc import Awaitable, Callable
from typing import Any

from django.core.asgi import get_asgi_application

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


def application() -> Any:
    return get_asgi_application()
