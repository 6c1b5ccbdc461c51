"""One uvicorn process that serves everything and stops at once when it is told to."""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

import uvicorn

from citymanager.errors import CityError, Refused, why

GRACE = 2
"""Seconds that answers under way may take when the server stops."""


@contextmanager
def listen(host: str, port: int) -> Iterator[socket.socket]:
    """The socket, taken before anything slow is started. Refused: the port is busy or the host is not ours."""
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listener = socket.create_server((host, port), family=family, backlog=256)
    except (OSError, OverflowError) as error:
        reason = why(error) if isinstance(error, OSError) else "порт должен быть от 0 до 65535"
        raise Refused(f"Адрес {host}:{port} занять нельзя: {reason}. Укажите другой --host или --port.") from error
    # asyncio switches Nagle's algorithm off only on sockets whose protocol it can read; ours inherit it from here
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    with listener:
        yield listener


class _Server(uvicorn.Server):
    """Uvicorn that says when it is ready and leaves signals to us: its own way is to die of them."""

    async def startup(self, sockets: Any = None) -> None:
        await super().startup(sockets)
        host, port = sockets[0].getsockname()[:2]
        sys.stdout.write(f"ready http://{f'[{host}]' if ':' in host else host}:{port}\n")
        sys.stdout.flush()

    def capture_signals(self) -> Any:
        return nullcontext()


def run(dsn: str, listener: socket.socket) -> None:
    """Serve until told to stop. Raises CityError when a PostgreSQL of our own has ended: nothing can be answered."""
    if asyncio.run(_run(dsn, listener)):
        raise CityError("Встроенный PostgreSQL внезапно остановился, сервер остановлен вслед за ним; данные целы.")


async def _run(dsn: str, listener: socket.socket) -> bool:
    from sync.central.asgi import application
    from sync.central.events import Feed

    feed = Feed(dsn)
    config = uvicorn.Config(
        application(feed), log_level="warning", access_log=False, lifespan="on", timeout_graceful_shutdown=GRACE,
        timeout_keep_alive=30, server_header=False,
    )  # fmt: skip
    server = _Server(config)

    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    asyncio.get_running_loop().add_signal_handler(signal.SIGCHLD, lambda: stopping.set() if _bereft() else None)
    serving = asyncio.create_task(server.serve([listener]))
    told = asyncio.create_task(stopping.wait())
    await asyncio.wait((serving, told), return_when=asyncio.FIRST_COMPLETED)
    told.cancel()
    await feed.close()  # open streams would keep the server waiting
    server.should_exit = True
    await serving
    return _bereft()


def _bereft() -> bool:
    """Whether a child of ours, which can only be our PostgreSQL, has ended."""
    try:
        return os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
    except ChildProcessError:  # a city's own PostgreSQL is nobody's child
        return False
