"""Connections that another thread can cut, and whose connecting has one deadline over all addresses of a host.

A socket's timeout starts anew with every byte, and a thread that hangs in a read can't be stopped from outside: so
the sockets of a client are known here, and cutting them ends whatever it waits for.
"""

import queue
import socket
import ssl
import threading
import time
from contextlib import suppress
from typing import Any
from weakref import WeakSet

import truststore
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

Address = tuple[Any, ...]
_PER_ADDRESS = 2.0
"""Seconds for one address while others are left: one that swallows packets must not eat the whole deadline."""


class Lines:
    """The sockets of one client."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._sockets: WeakSet[socket.socket] = WeakSet()
        self._asked: queue.SimpleQueue[list[Address] | OSError] = queue.SimpleQueue()

    def cut(self) -> None:
        """End every connection and every wait for one; whoever waits gets an error at once."""
        with self._guard:
            for one in self._sockets:
                with suppress(OSError):
                    # the base method: SSLSocket's own would pull its state from under the thread that reads
                    socket.socket.shutdown(one, socket.SHUT_RDWR)
        self._asked.put(ConnectionAbortedError("cut"))

    def add(self, one: socket.socket) -> None:
        with self._guard:
            self._sockets.add(one)

    def connect(self, host: str, port: int, seconds: float) -> socket.socket:
        """A connected socket, or OSError within so many seconds."""
        until = time.monotonic() + seconds
        error: OSError = TimeoutError("timed out")
        addresses = self._resolve(host, port, seconds)
        for number, (family, kind, protocol, _, address) in enumerate(addresses, 1):
            left = until - time.monotonic()
            if left <= 0:
                break
            one = socket.socket(family, kind, protocol)
            self.add(one)
            try:
                one.settimeout(left if number == len(addresses) else min(left, _PER_ADDRESS))
                one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                one.connect(address)
            except OSError as failure:
                one.close()
                error = failure
            else:
                one.settimeout(max(until - time.monotonic(), 0.1))
                return one
        raise error

    def _resolve(self, host: str, port: int, seconds: float) -> list[Address]:
        """Addresses of a host. The system's resolver can't be interrupted: it is asked by a thread of its own."""
        with suppress(socket.gaierror):
            return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
        answer = self._asked = queue.SimpleQueue()

        def ask() -> None:
            try:
                answer.put(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
            except OSError as error:
                answer.put(error)

        threading.Thread(target=ask, name="resolver", daemon=True).start()
        try:
            found = answer.get(timeout=seconds)
        except queue.Empty:
            raise TimeoutError("name resolution timed out") from None
        if isinstance(found, OSError):
            raise found
        return found


class Wire(HTTPAdapter):
    """The transport of a requests session over `Lines`; certificates are judged by the system's store."""

    def __init__(self, lines: Lines, authority: str | None = None) -> None:
        """`authority`: a file with a certificate authority of the city's own, beside the system's."""
        self._lines, self._authority = lines, authority
        super().__init__()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        if self._authority:
            context.load_verify_locations(self._authority)
        super().init_poolmanager(*args, ssl_context=context, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _pools(self._lines)

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        """Always, and by our context alone: requests would add its own bundle of authorities."""
        conn.cert_reqs = "CERT_REQUIRED"


def _pools(lines: Lines) -> dict[str, type]:
    """Connection pools whose sockets are known to `lines`."""

    def opened(connection: HTTPConnection) -> socket.socket:
        try:
            return lines.connect(connection.host, connection.port, float(connection.timeout or 5))
        except TimeoutError as error:
            raise ConnectTimeoutError(connection, f"no connection in time: {error}") from error
        except OSError as error:
            raise NewConnectionError(connection, f"no connection: {error}") from error

    class Plain(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            return opened(self)

    class Secure(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            one = opened(self)
            self._handle = one.dup()  # the handshake takes the socket's descriptor away into a new object
            lines.add(self._handle)
            return one

        def connect(self) -> None:
            try:
                super().connect()
            finally:
                if hasattr(self, "_handle"):
                    self._handle.close()
            lines.add(self.sock)

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}
