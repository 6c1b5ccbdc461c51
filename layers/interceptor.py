"""Nothing leaves the program: every request of the page is held against a list of allowed schemes."""

import logging
from collections import deque

from PySide6.QtCore import QObject
from PySide6.QtWebEngineCore import QWebEngineUrlRequestInfo, QWebEngineUrlRequestInterceptor

from layers.scheme import SCHEME

log = logging.getLogger(__name__)

REMEMBERED = 1000


class Interceptor(QWebEngineUrlRequestInterceptor):
    """Lets the page load from our own scheme only, and remembers what it refused."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.refused: deque[str] = deque(maxlen=REMEMBERED)

    def interceptRequest(self, info: QWebEngineUrlRequestInfo) -> None:
        if info.requestUrl().scheme() == SCHEME:
            return
        info.block(True)
        address = info.requestUrl().toString()[:500]
        self.refused.append(address)
        log.warning("map: refused a request to %s", info.requestUrl().scheme())
