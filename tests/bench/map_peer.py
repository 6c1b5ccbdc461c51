"""The peers of the map's measures, each run as a process of its own in a plain browser view of the same engine.

`python -m bench.map_peer PEER POINTS WIDTH HEIGHT LAT LON ZOOM`; a line of JSON for each act that it has come through.
"""

import json
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import version
from pathlib import Path
from typing import Any

import folium
from folium import plugins
from PySide6.QtCore import QEventLoop, QUrl
from PySide6.QtWebEngineWidgets import QWebEngineView
from PySide6.QtWidgets import QApplication

from bench import packages
from bench.watched_page import WatchedPage

HERE = Path(__file__).parent
LEAFLET = ("leaflet/dist/leaflet.js", "leaflet/dist/leaflet.css")
CLUSTERS = (
    "leaflet.markercluster/dist/leaflet.markercluster.js", "leaflet.markercluster/dist/MarkerCluster.css",
    "leaflet.markercluster/dist/MarkerCluster.Default.css",
)  # fmt: skip
ICONS = ("leaflet.awesome-markers/dist/leaflet.awesome-markers.js",)
PAGES = {
    "leaflet.markercluster": (*LEAFLET, *CLUSTERS, "leaflet.js", "markercluster.js"),
    "supercluster": (*LEAFLET, "supercluster/dist/supercluster.min.js", "leaflet.js", "supercluster.js"),
    "maplibre-gl": ("maplibre-gl/dist/maplibre-gl.js", "maplibre-gl/dist/maplibre-gl.css", "maplibre.js"),
}
"""What each page loads, in this order: files of the packages, then of our own."""
FOLIUM = ("MarkerCluster", "FastMarkerCluster")
RUNS, ENOUGH = 3, 8.0
"""Runs of each act, and seconds after which no further one is begun."""
GRAPHICS = "--use-gl=angle --use-angle=swiftshader --enable-unsafe-swiftshader --ignore-gpu-blocklist"
"""WebGL without a graphics card, which our own page has no use for."""


def flags(name: str) -> str:
    """How the engine is started: as ours, except that who draws by WebGL may."""
    drawn = GRAPHICS if name == "maplibre-gl" else "--disable-gpu"
    return f"--js-flags=--expose-gc {drawn}"


class Served(SimpleHTTPRequestHandler):
    """The packages, the pages and the points, to this computer only."""

    texts: dict[str, bytes]

    def __init__(self, *words: Any, texts: dict[str, bytes], **more: Any) -> None:
        self.texts = texts
        super().__init__(*words, **more)

    def translate_path(self, path: str) -> str:
        name = path.partition("?")[0].lstrip("/")
        for folder in (HERE, HERE / "map_peers", packages.FOLDER / "node_modules"):
            if (folder / name).is_file():
                return str(folder / name)
        return ""

    def do_GET(self) -> None:
        text = self.texts.get(self.path.partition("?")[0])
        if text is None:
            super().do_GET()
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *words: Any) -> None:
        """Not into the answers."""


class Peer:
    """One peer in its view, over one set of points."""

    def __init__(self, name: str, points: bytes, look: Sequence[str]) -> None:
        self.name, self.look = name, look
        self.texts = {"/points.json": points}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Served, texts=self.texts))
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/"
        self.view = QWebEngineView()
        self.page = WatchedPage(self.view)

    def open(self, text: str) -> None:
        """A new page with this text, all its scripts being through."""
        lat, lon, zoom = self.look
        self.texts["/index.html"] = text.encode()
        loop = QEventLoop()
        self.view.loadFinished.connect(loop.quit)
        self.view.load(QUrl(f"{self.url}index.html?lat={lat}&lon={lon}&zoom={zoom}"))
        loop.exec()
        self.view.loadFinished.disconnect(loop.quit)

    def acts(self) -> Iterator[tuple[str, Callable[[], float]]]:
        """What is measured, and how one run of it is made."""
        yield "load", self._load
        yield "halve", partial(self._act, "halve")
        yield "change", partial(self._act, "change")

    def _load(self) -> float:
        links = "".join(_link(one) for one in ("probe.js", *PAGES[self.name], "page.js"))
        self.open(f"{_HEAD}<div id='map'></div>{links}")
        self._act("ready")
        return self._act("load")

    def _act(self, name: str) -> float:
        self.page.begin(f"acts.{name}()")
        return float(self.page.outcome())


class FoliumPeer(Peer):
    """Folium writes a whole page from Python: what is filtered or changed is another page."""

    def acts(self) -> Iterator[tuple[str, Callable[[], float]]]:
        points = json.loads(self.texts["/points.json"])
        places = [(lat, lon) for lon, lat in points]
        yield "load", partial(self._written, places)
        yield "halve", partial(self._written, places[::2])
        yield "change", partial(self._written, [(lat, lon + 0.0005) for lat, lon in places[:10]] + places[10:])

    def _written(self, places: Sequence[tuple[float, float]]) -> float:
        begun = time.time() * 1000
        self.open(_folium(self.name, places, self.look) + f"{_link('probe.js')}<script>{_KEPT}</script>")
        return float(self.page.outcome()) - begun


_HEAD = "<!doctype html><meta charset='utf-8'><style>html, body, #map { height: 100%; margin: 0 }</style>"
_KEPT = "probe.keep(probe.painted('.leaflet-marker-icon')); probe.collect()"


def _link(file: str) -> str:
    return f"<link rel=stylesheet href='{file}'>" if file.endswith(".css") else f"<script src='{file}'></script>"


def _folium(name: str, places: Sequence[tuple[float, float]], look: Sequence[str]) -> str:
    class LocalMap(folium.Map):
        """What folium loads from elsewhere comes from the packages here."""

        default_js = [(one, one) for one in (*LEAFLET, *CLUSTERS, *ICONS) if one.endswith(".js")]  # noqa: RUF012
        default_css = [(one, one) for one in (*LEAFLET, *CLUSTERS, *ICONS) if one.endswith(".css")]  # noqa: RUF012

    class LocalFast(plugins.FastMarkerCluster):
        default_js, default_css = [], []

    class LocalCluster(plugins.MarkerCluster):
        default_js, default_css = [], []

    lat, lon, zoom = map(float, look)
    made = LocalMap(location=(lat, lon), zoom_start=zoom, maxZoom=19, tiles=None, zoomSnap=0.5)
    if name == "FastMarkerCluster":
        LocalFast(places).add_to(made)
    else:
        cluster = LocalCluster().add_to(made)
        for place in places:
            folium.Marker(place).add_to(cluster)
    return str(made.get_root().render())


def main() -> None:
    name, points, width, height, *look = sys.argv[1:]
    os.environ["QTWEBENGINE_CHROMIUM_FLAGS"] = flags(name)
    app = QApplication([])
    text = Path(points).read_bytes()
    peer = FoliumPeer(name, text, look) if name in FOLIUM else Peer(name, text, look)
    peer.view.resize(int(width), int(height))
    peer.view.show()
    app.processEvents()
    kind, known = ("folium", version("folium")) if name in FOLIUM else ("", packages.PINNED.get(name, ""))
    head = {"name": f"{kind} {name}".strip(), "version": known}
    for act, run in peer.acts():
        _say(act, {**head, "runs": list(_several(run))})
        if act == "load":
            drags = peer.page.drags()
            _say("drag", {**head, "runs": [one.p95 for one in drags]})
            _say("work", {**head, "runs": [one.work for one in drags]})
            _say("renderer", {**head, "mb": peer.page.memory()})


def _several(run: Callable[[], float]) -> Iterator[float]:
    begun = time.monotonic()
    for _ in range(RUNS):
        yield run()
        if time.monotonic() - begun > ENOUGH:
            return


def _say(act: str, found: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps({act: found}) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
