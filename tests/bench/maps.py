"""The map: very many points beside the web's ways to show them, and the base map of a real city.

Ours is the real program's map panel, as a window of its own on a second screen; a peer has a view of the same engine
and size, and a process to itself. Both are painted in memory (Qt platform `offscreen`), where frames come by a clock of
60 Hz as on a screen. Under Xvfb the processor would copy every frame once more, which a screen asks of no processor.
«Painted» is the first frame that has what was drawn. Ours begins with the act in the program, with the page's question
and the program's answer to come; a peer's begins in its own page, the data at hand.
"""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from bench import kept, packages
from bench.rows import Peer, Times, row, size
from bench.windows import ENVIRONMENT, Window, window
from layers.basemap.build import OSM_ATTRIBUTION

AREAS = ("map",)
LOOK = ("56.0842", "60.7310", "15")
"""Latitude, longitude and zoom of the city's middle, where most points are in view."""
DESK, LARGE = ("1920", "1080"), ("3840", "2160")
PEERS = ("MarkerCluster", "FastMarkerCluster", "leaflet.markercluster", "supercluster", "maplibre-gl")
FROM_NPM = "needs packages from npm: "
PATIENCE = 60
"""Seconds that a peer has for all its acts at one size; what it has not come through by then is not waited for."""
ACTS = {
    "load": ("data ready → painted", ("layer",)),
    "halve": ("filter that halves → painted", ("halve",)),
    "change": ("10 changed records → painted", ("change",)),
}
"""What it is called, and the window's word for it, by the peers' word."""
DRAGS = {
    "drag": "frame of a drag (in memory, clock of 60 Hz), 95th percentile",
    "work": "processor time of a frame of a drag, all processes",
}
WORDS = (*ACTS, *DRAGS, "renderer")
RENDERER = "renderer"
CITY = kept.ROOT.parent / "shared" / "data" / "snezhinsk_osm"
"""Real data, which are not shipped."""
FEW = 100
"""Reports on the base map that is measured."""
ALONE = "no peer draws a city's streets from a pack of its own"
CACHED = "a peer has no cache"
TABLE = "a peer has no table"
KILLS = 3
"""More in a minute the map does not answer by a new start."""
UNHEALED = "a peer whose page dies stays dead"


def rows(n: int, quick: bool) -> Iterator[dict[str, Any]]:
    runs = 3 if quick else 7
    missing = packages.fetched()
    for many in (n // 10, n):
        yield from _points(many, runs, missing)
    yield from _base(runs)


def _points(n: int, runs: int, missing: str) -> Iterator[dict[str, Any]]:
    """Ours and every peer's over the same points."""
    place = kept.profile(n)
    with window(place, module="bench.map_window") as desk:
        _spread(desk, DESK)
        first = [one for (one,) in sqlite3.connect(place / "cache.db").execute("SELECT id FROM reports LIMIT 10")]
        moved = {"change": first}
        ours = {word: _times(desk, (*act, *moved.get(word, ())), 2 * runs) for word, (_, act) in ACTS.items()}
        ours |= _drags(desk, runs)
        weight = desk.tell("renderer")["mb"]
        read, chip = _times(desk, ("anew",), 3), _times(desk, ("chip", "solved"), runs)
        killed = _times(desk, ("kill",), KILLS)
    for told in _peers(n, place, missing):
        for word, act in {**{word: act for word, (act, _) in ACTS.items()}, **DRAGS}.items():
            yield row("map", f"points: {act}", n, ours[word], told[word])
        yield size(f"points: {RENDERER}", n, [weight], "", "map", told["renderer"])
    yield row("map", "points: the whole layer read from the cache → painted", n, read, reason=CACHED)
    yield row("map", "points: a status clicked in the table → painted on the map", n, chip, reason=TABLE)
    yield row("map", "restart of a killed renderer: killed → all painted again", n, killed, reason=UNHEALED)


def _spread(desk: Window, wide: Sequence[str]) -> None:
    desk.do("mapped")
    desk.do("whole")
    told = desk.tell("spread", *wide)["size"]
    assert told == [int(one) for one in wide], told
    desk.do("look", *LOOK)


def _times(desk: Window, act: Sequence[str], runs: int) -> Times:
    """An even number of runs leaves moved records where they were."""
    return Times([desk.do(*act) for _ in range(runs)])


def _drags(desk: Window, runs: int) -> dict[str, Times]:
    """By the words of DRAGS. Each run goes in four directions."""
    drags = [one for _ in range((runs + 1) // 2) for one in desk.tell("drag")["drags"]]
    return {word: Times([one[at] for one in drags]) for at, word in enumerate(DRAGS)}


def _peers(n: int, place: Path, missing: str) -> Iterator[dict[str, Peer]]:
    """What each peer has come through, in its turn: act by act a figure, or a reason."""
    with tempfile.NamedTemporaryFile("w", dir=kept.KEPT, suffix=".json") as file:
        found = sqlite3.connect(place / "cache.db").execute("SELECT _lon, _lat FROM reports WHERE _lon IS NOT NULL")
        json.dump(found.fetchall(), file)
        file.flush()
        for name in PEERS:
            reason = {"reason": f"{name} {FROM_NPM}{missing}"} if missing else _late(name)
            yield dict.fromkeys(WORDS, reason) | ({} if missing else _told(name, file.name))


def _late(name: str) -> Peer:
    return {"reason": f"{name} had not come through it after {PATIENCE} s"}


def _told(name: str, points: str) -> dict[str, Peer]:
    """A process of the peer's own, ended with all that it has started when its time is up."""
    words = [sys.executable, "-m", "bench.map_peer", name, points, *DESK, *LOOK]
    peer = subprocess.Popen(
        words, cwd=kept.ROOT, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        start_new_session=True,
    )  # fmt: skip
    end = threading.Timer(PATIENCE, os.killpg, (peer.pid, signal.SIGKILL))
    end.start()
    out, trouble = peer.communicate()
    end.cancel()
    found = {word: _figure(told) for line in out.splitlines() for word, told in json.loads(line).items()}
    if peer.returncode not in (0, -signal.SIGKILL):
        failed = {"reason": f"{name} failed: {trouble.strip().splitlines()[-1][:120]}"}
        return dict.fromkeys(WORDS, failed) | found
    return found


def _figure(told: dict[str, Any]) -> Peer:
    head = {"name": told["name"], "version": told["version"]}
    return (
        {**head, "median_mb": round(told["mb"])} if "mb" in told else {**head, "median_ms": Times(told["runs"]).median}
    )


def _base(runs: int) -> Iterator[dict[str, Any]]:
    """A real city's streets and houses, from a pack that the program's own import has made."""
    files = sorted(CITY.glob("*.geojson"))
    if not files:
        return
    features = sum(len(json.loads(file.read_text(encoding="utf-8"))["features"]) for file in files)
    with tempfile.TemporaryDirectory(dir=kept.KEPT) as folder:
        place = shutil.copytree(kept.profile(FEW), Path(folder) / "city")
        words = [
            sys.executable, "main.py", "--profile", str(place), "import-basemap", *map(str, files),
            "--attribution", OSM_ATTRIBUTION,
        ]  # fmt: skip
        subprocess.run(words, cwd=kept.ROOT, env=ENVIRONMENT, capture_output=True, check=True)
        (pack,) = place.rglob("*.pack")
        with window(place, module="bench.map_window") as desk:
            for wide in (DESK, LARGE):
                yield from _base_rows(desk, wide, str(pack), features, runs)


def _base_rows(desk: Window, wide: Sequence[str], pack: str, features: int, runs: int) -> Iterator[dict[str, Any]]:
    _spread(desk, wide)
    what = f"base map of a real city, {'×'.join(wide)}"
    yield row("map", f"{what}: pack told → painted", features, _times(desk, ("base", pack), 2 * runs), reason=ALONE)
    for word, times in _drags(desk, runs).items():
        yield row("map", f"{what}: {DRAGS[word]}", features, times, reason=ALONE)
    yield size(f"{what}: {RENDERER}", features, [desk.tell("renderer")["mb"]], ALONE, "map")
