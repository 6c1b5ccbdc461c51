"""What all tests share: the central server, and the real data that lies beside the project."""

import gc
import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from citymanager.garbage import keep_to_one_thread, tidy
from citymanager.immortal import keep_constants

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QTWEBENGINE_DISABLE_SANDBOX", "1")  # tests may run as root
keep_constants()  # tests emit signals without a hub, too
keep_to_one_thread()
pytest_plugins = ["central_server"]
CORE = Path(__file__).parent / "core"

settings.register_profile("shared machine", deadline=None)  # a pause of the machine is no fault of what is tested
settings.load_profile("shared machine")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest of a campaign first, what has neither window nor server last, a second or two a file: at the end no
    worker is left alone with a long one."""
    items.sort(key=lambda one: (-_minutes(one), one.path.is_relative_to(CORE)))


def _minutes(item: pytest.Item) -> int:
    mark = item.get_closest_marker("campaign")
    return int(mark.kwargs.get("minutes", 0)) if mark else 0


def pytest_collection_finish() -> None:
    """What stands now stands to the end: no search for garbage need go through it, a third of a second each time."""
    gc.freeze()


@pytest.fixture(scope="session")
def shared() -> Path:
    """Real data for tests, kept outside the project; a test that needs it is skipped where it is absent."""
    folder = Path(__file__).parents[2] / "shared" / "data"
    if not folder.exists():
        pytest.skip("real data are not beside the project")
    return folder


@pytest.fixture(scope="session")
def blns(shared: Path) -> list[str]:
    """The big list of naughty strings, the empty one left out."""
    found = json.loads((shared / "bad/blns/blns.json").read_text(encoding="utf-8"))
    return [text for text in found if text]


@pytest.fixture(autouse=True)
def garbage() -> Iterator[None]:
    """Tests collect it as the window does: on its own thread."""
    yield
    tidy()
