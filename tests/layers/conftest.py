"""The map's tests run the real page in the real QtWebEngine, over a real profile."""

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import shiboken6
from empty_cache import with_tables
from map_city import City, Watch
from pytestqt.qtbot import QtBot
from throwaway import HOUSE

from citymanager.store import Profile
from citymanager.tasks import Tasks
from layers import chromium, scheme
from layers.basemap.build import import_basemap
from layers.basemap.pack import PACK
from layers.map_view import MapView
from layers.shell import shell

# before any QApplication, as main.py does
os.environ.setdefault(chromium.UNGUARDED, "1")
os.environ.update(chromium.flags(os.environ))
scheme.register_scheme()


@pytest.fixture(scope="session")
def pack(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The city pack of Снежинск."""
    target = tmp_path_factory.mktemp("pack") / PACK
    import_basemap(sorted((shared / "snezhinsk_osm").glob("*.geojson")), target)
    return target


@pytest.fixture(scope="session")
def kept_shell(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page's shell, built once: folium is slow to import."""
    kept = tmp_path_factory.mktemp("shell") / "shell.json"
    shell(kept)
    return kept


@pytest.fixture
def make_city(tmp_path: Path, qtbot: QtBot, kept_shell: Path) -> Iterator[Callable[..., City]]:
    """Opens a map over a new profile: `make_city(pack, reports)`."""
    made: list[City] = []

    def make(
        pack: Path | None = None, reports: Sequence[dict[str, Any]] = (), size: tuple[int, int] = (800, 600)
    ) -> City:
        profile = Profile(tmp_path / "profile")
        profile.basemap.mkdir()
        (profile.basemap / "shell.json").write_bytes(kept_shell.read_bytes())
        if pack is not None:
            (profile.basemap / PACK).write_bytes(pack.read_bytes())
        writer = with_tables(profile, HOUSE).writer(HOUSE)
        tasks = Tasks(profile, HOUSE, writer)
        watch = Watch()
        view = MapView(HOUSE, tasks, profile.basemap, clock=watch)
        city = City(profile, writer, tasks, view, qtbot, watch)
        made.append(city)
        city.put("reports", *map(dict, reports))
        view.resize(*size)
        with qtbot.waitSignal(view.ready, timeout=30_000):
            view.show()
        return city

    yield make
    for city in made:
        city.map.deleteLater()
        qtbot.waitUntil(lambda gone=city.map: not shiboken6.isValid(gone))
        city.tasks.close()
