"""Between a station and the real server: passes everything, but for the fault of the test, which it counts."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import requests

Fault = Callable[[str, bytes], bool]
"""Of "METHOD PATH" and the request's body: whether this request is struck."""


class FaultProxy:
    """`before`: struck requests get a 500 and never reach the server; `after`: they do, and their answer is lost."""

    def __init__(self, target: str) -> None:
        self.before: Fault = lambda path, body: False
        self.after: Fault = lambda path, body: False
        self.busy = ""
        """A Retry-After: every request gets a 503 with it."""
        self.fired = 0
        self.passed: list[str] = []
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def handle_all(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                path = f"{self.command} {self.path}"
                if proxy.busy:
                    proxy.fired += 1
                    self.reply(503, b"", {"Retry-After": proxy.busy})
                    return
                if proxy.before(path, body):
                    proxy.fired += 1
                    self.reply(500, b"<html>Internal Server Error</html>", {})
                    return
                headers = {key: value for key, value in self.headers.items() if key.lower() != "host"}
                answer = http.request(self.command, target + self.path, data=body, headers=headers, stream=True)
                content = answer.raw.read()
                proxy.passed.append(path)
                if proxy.after(path, body):
                    proxy.fired += 1
                    self.close_connection = True
                    return
                self.reply(answer.status_code, content, answer.headers)

            def reply(self, status: int, content: bytes, headers: object) -> None:
                self.send_response(status)
                for key in ("Content-Type", "Content-Encoding", "Retry-After"):
                    if key in headers:  # type: ignore[operator]
                        self.send_header(key, headers[key])  # type: ignore[index]
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_POST = handle_all

            def log_message(self, *_: object) -> None:
                """Silent."""

        http = requests.Session()
        http.trust_env = False
        self._http = http
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        self._http.close()


@contextmanager
def fault_proxy(target: str) -> Iterator[FaultProxy]:
    proxy = FaultProxy(target)
    try:
        yield proxy
    finally:
        proxy.close()
