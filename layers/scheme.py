"""The map's own address space, `city://map/…`: assets, computed answers and the city pack, each under a strict policy.

Nothing else is served: what is not in the table of names does not exist, so a path can't lead out of it.
"""

import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QBuffer, QByteArray, QFile, QIODevice, QObject, QUrl, QUrlQuery
from PySide6.QtWebEngineCore import QWebEngineUrlRequestJob, QWebEngineUrlScheme, QWebEngineUrlSchemeHandler

from citymanager.errors import CityError
from citymanager.store.reader import Reader
from citymanager.tasks import Tasks

log = logging.getLogger(__name__)

SCHEME = "city"
HOME = f"{SCHEME}://map/"
POLICY = (
    "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
TYPES = {
    ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".png": "image/png",
    ".pack": "application/octet-stream",
}  # fmt: skip
_HEADERS: Any = {QByteArray(name.encode()): [QByteArray(value.encode())] for name, value in HEADERS.items()}
# the binding takes lists of values, its stub says single ones
LONGEST_ADDRESS = 2_000
TILE = re.compile(r"tile/([0-9]{1,2})/([0-9]{1,8})/([0-9]{1,8})", re.ASCII)
"""The one name with something in it: three numbers, zoom, x and y of a tile."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a computed name says."""

    body: bytes
    type: str = "application/json"


Query = Mapping[str, str]


Compute = Callable[[Reader, Query], Answer | None]
"""Makes an answer on a reader's thread; None: there is none."""


TileOf = Callable[[int, int, int], Answer]
"""The picture of a tile by zoom, x and y; asked for on a reader's thread."""


def register_scheme() -> None:
    """Tell Chromium of our scheme; before QApplication. A second call changes nothing."""
    if QWebEngineUrlScheme.schemeByName(SCHEME.encode()).name() == SCHEME.encode():
        return
    scheme = QWebEngineUrlScheme(SCHEME.encode())
    scheme.setSyntax(QWebEngineUrlScheme.Syntax.Host)
    flag = QWebEngineUrlScheme.Flag
    scheme.setFlags(flag.SecureScheme | flag.CorsEnabled | flag.FetchApiAllowed)
    QWebEngineUrlScheme.registerScheme(scheme)


def assets(folder: Path) -> dict[str, Path]:
    """Every file below a folder by its name in the address space."""
    return {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.suffix in TYPES}


class CityScheme(QWebEngineUrlSchemeHandler):
    """Answers GET requests for the names it was given; everything else is "not found"."""

    def __init__(
        self, files: Mapping[str, Path], computed: Mapping[str, Compute], tasks: Tasks, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._files = dict(files)
        self._computed = dict(computed)
        self._tasks = tasks
        self._tile: TileOf | None = None

    def serve_tiles(self, tile: TileOf | None) -> None:
        """Answer for tiles by this; None: there are none any more."""
        self._tile = tile

    def serve(self, name: str, file: Path) -> None:
        """Serve one more file under a name, or another one under a known name."""
        self._files[name] = file

    def requestStarted(self, job: QWebEngineUrlRequestJob) -> None:
        url = job.requestUrl()
        name = url.path().removeprefix("/")
        if bytes(job.requestMethod().data()) != b"GET" or len(url.toString()) > LONGEST_ADDRESS:
            job.fail(QWebEngineUrlRequestJob.Error.RequestDenied)
        elif name in self._computed:
            self._compute(job, self._computed[name], url)
        elif name in self._files:
            file = QFile(str(self._files[name]), job)
            _send(job, file, TYPES[self._files[name].suffix])
        elif self._tile and (place := TILE.fullmatch(name)):
            zoom, x, y = map(int, place.groups())
            tile = self._tile
            self._compute(job, lambda reader, query: tile(zoom, x, y), url)
        else:
            job.fail(QWebEngineUrlRequestJob.Error.UrlNotFound)

    def _compute(self, job: QWebEngineUrlRequestJob, compute: Compute, url: QUrl) -> None:
        """The page may give up meanwhile: then the job is gone, and the answer is dropped with it."""
        query = dict(QUrlQuery(url).queryItems(QUrl.ComponentFormattingOption.FullyDecoded))
        self._tasks.read(
            lambda reader: compute(reader, query),
            lambda answer: _answer(job, answer),
            lambda error: _failed(job, error),
            owner=job,
        )


def _answer(job: QWebEngineUrlRequestJob, answer: Answer | None) -> None:
    if answer is None:
        job.fail(QWebEngineUrlRequestJob.Error.UrlNotFound)
        return
    buffer = QBuffer(job)
    buffer.setData(answer.body)
    _send(job, buffer, answer.type)


def _failed(job: QWebEngineUrlRequestJob, error: CityError) -> None:
    log.error("map: an answer failed", exc_info=error)
    job.fail(QWebEngineUrlRequestJob.Error.RequestFailed)


def _send(job: QWebEngineUrlRequestJob, device: QIODevice, kind: str) -> None:
    if not device.open(QIODevice.OpenModeFlag.ReadOnly):
        job.fail(QWebEngineUrlRequestJob.Error.UrlNotFound)
        return
    job.setAdditionalResponseHeaders(_HEADERS)
    job.reply(kind.encode(), device)
