"""The page's shell: folium builds the map's frame once, without data; it is split so that it runs under our policy.

Importing folium takes most of a second, so the split shell is kept in a file until folium or the program change.
"""

import json
import re
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path

from citymanager import VERSION
from layers.scheme import Answer, Compute

LEAFLET = "vendor/leaflet/leaflet"
ENTRY = "main.js"
NAME = "city_map"
"""The global of the page that holds folium's Leaflet map."""


@dataclass(frozen=True, slots=True)
class Shell:
    """The page in three parts: nothing in the html runs or styles by itself."""

    html: str
    script: str
    style: str


def answers(kept: Path) -> dict[str, Compute]:
    """The shell's parts by their names in the page's address space."""
    return {
        "index.html": lambda reader, query: Answer(shell(kept).html.encode(), "text/html"),
        "shell.js": lambda reader, query: Answer(shell(kept).script.encode(), "text/javascript"),
        "shell.css": lambda reader, query: Answer(shell(kept).style.encode(), "text/css"),
    }


def shell(kept: Path) -> Shell:
    """The shell from the file where it is kept, or made anew and kept there. A file that can't be used is ignored."""
    stamp = f"{VERSION} {version('folium')} {version('branca')}"
    found = _kept(kept, stamp)
    if found is None:
        found = build()
        _keep(kept, {"stamp": stamp, **asdict(found)})
    return found


def _kept(path: Path, stamp: str) -> Shell | None:
    """The kept shell; None at the first start, after a change of versions, and if the file can't be used."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return Shell(**found) if found.pop("stamp") == stamp else None
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None


def build() -> Shell:
    """Let folium draw the frame with our own assets only, and split it."""
    import folium

    class CityMap(folium.Map):
        """A folium map that loads nothing from anywhere but our own scheme."""

        default_js = [("leaflet", f"{LEAFLET}.js")]  # noqa: RUF012  folium's own protocol
        default_css = [("leaflet_css", f"{LEAFLET}.css")]  # noqa: RUF012

    frame = CityMap(
        tiles=None, zoom_control=False,
        attributionControl=False, prefer_canvas=True, zoomSnap=0.5, zoomDelta=1, wheelPxPerZoomLevel=90,
        minZoom=9, maxZoom=19,
    )  # fmt: skip
    frame._name, frame._id = NAME.split("_")
    return split(frame.get_root().render())


def split(page: str) -> Shell:
    """Take inline scripts and styles out of a page, and link them as files."""
    script = "\n".join(_inline(page, "script"))
    style = "\n".join(_inline(page, "style"))
    bare = re.sub(r"<(script|style)>.*?</\1>", "", page, flags=re.DOTALL)
    links = (
        '<link rel="stylesheet" href="shell.css"><link rel="stylesheet" href="map.css">'
        f'<script src="shell.js" defer></script><script type="module" src="{ENTRY}"></script>'
    )
    head, tail = bare.split("</head>", 1)
    text = f"{head}{links}</head>{tail}".replace("<html>", '<html lang="ru">')
    return Shell("\n".join(line.strip() for line in text.splitlines() if line.strip()), script, style)


def _inline(page: str, tag: str) -> list[str]:
    return [found.strip() for found in re.findall(rf"<{tag}>(.*?)</{tag}>", page, flags=re.DOTALL)]


def _keep(path: Path, content: dict[str, str]) -> None:
    """A profile that can't be written costs the next start some time, nothing else."""
    new = path.with_name(path.name + ".new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        new.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
        new.replace(path)
    except OSError:
        new.unlink(missing_ok=True)
