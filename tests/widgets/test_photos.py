"""Photos in the card: small and large, decoded elsewhere; a hostile one has words in its place and stops nothing."""

import os
import signal
import sys
import zlib
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from pictures import PLACE, bomb, encoded, jpeg, png, webp
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from citymanager.access_journal import AccessJournal
from citymanager.hub import Hub
from citymanager.modules import BY_KEY, MODULES
from citymanager.store import Profile
from citymanager.sync_state import FileNews
from citymanager.tasks import Tasks
from widgets.editors.attachments import FilesEditor
from widgets.photos.darkroom import Darkroom, Picture
from widgets.photos.thumbnail import EDGE
from widgets.photos.viewer import PhotoViewer
from widgets.record_files import RecordFiles
from widgets.record_panel import RecordPanel
from widgets.seat import Seat

REPORT = {"number": "К1-0001", "text": "Яма", "status": "new", "regime": "platform", "channel": "phone"}
Wait = Callable[[Callable[[], bool]], None]


@pytest.fixture
def house() -> Any:
    return MODULES


@pytest.fixture
def asked() -> list[str]:
    return []


@pytest.fixture
def files(
    profile: Profile, tasks: Tasks, hub: Hub, seat: Seat, journal: AccessJournal, asked: list[str]
) -> RecordFiles:
    return RecordFiles(profile, tasks, hub, seat, journal, asked.append, viewer=lambda _: True)


@pytest.fixture
def panel(panel_of: Any, files: RecordFiles) -> RecordPanel:
    made: RecordPanel = panel_of(BY_KEY["reports"], files=files)
    return made


def lay(profile: Profile, content: bytes) -> str:
    """A photo that has come from the server."""
    name = sha256(content).hexdigest()
    profile.shelf.add(name, content)
    profile.shelf.finish(name)
    return name


@pytest.fixture
def card(panel: RecordPanel, profile: Profile, put: Any, wait: Wait) -> Callable[..., FilesEditor]:
    """The photos of a card that has these."""

    def open_card(*contents: bytes) -> FilesEditor:
        photos = [{"sha256": lay(profile, one), "name": f"{number}.jpg", "size": len(one)}
                  for number, one in enumerate(contents, 1)]  # fmt: skip
        put("reports", {"r1": {**REPORT, "photos": photos}})
        panel.show_record("r1")
        editor = panel.form.lines["photos"].editor
        assert isinstance(editor, FilesEditor)
        wait(lambda: all(one.thumbnail.words != "снимок разбирается…" for one in editor._rows))
        return editor

    return open_card


def words(editor: FilesEditor) -> list[str]:
    return [row.thumbnail.words for row in editor._rows]


def made(darkroom: Darkroom, name: str, wait: Wait, edge: int = EDGE) -> Picture:
    wait(lambda: darkroom.picture(name, edge) is not None)
    found = darkroom.picture(name, edge)
    assert found is not None
    return found


def test_photos_of_every_kind_stand_small_and_upright_in_the_card(card: Callable[..., FilesEditor]) -> None:
    editor = card(jpeg(), encoded("jpg", 600, 300), png(), webp(), b"%PDF-1.7")
    images = [row.thumbnail._image for row in editor._rows]
    assert [one and one.size().toTuple() for one in images] == [(20, 40), (128, 64), (40, 20), (40, 20), None]
    assert images[0] is not None and images[0].pixelColor(10, 2).red() > 200, "its left was its top"
    assert not words(editor)[4] and editor._rows[4].thumbnail.isHidden(), "a paper has no picture"


def test_a_hostile_photo_has_words_in_its_place_and_the_next_one_its_picture(card: Callable[..., FilesEditor]) -> None:
    photo = encoded("jpg", 600, 300)
    editor = card(
        bomb(60_000, 60_000), photo[:-200], photo + b"%PDF-1.7", b"\xff\xd8\xff\xe0" + os.urandom(4_000),
        bomb(200, 200, zlib.compress(bytes(1_000))), bomb(7_000, 7_000, b"\0", depth=16), photo,
    )  # fmt: skip
    told = words(editor)
    assert all(one.startswith("снимок не показан: ") for one in told[:6]), told
    assert "60000×60000 точек" in told[0] and "оборван" in told[1] and "не только снимок" in told[2]
    assert "оборван" in told[3] and "оборван" in told[4] and "памяти" in told[5]
    assert editor._rows[6].thumbnail._image is not None
    assert editor._rows[0].thumbnail.isVisibleTo(editor)


def test_the_process_has_limits_and_is_replaced_when_it_dies(
    files: RecordFiles, profile: Profile, wait: Wait, tmp_path: Path
) -> None:
    darkroom = files.photos
    assert made(darkroom, lay(profile, encoded("png")), wait).image is not None
    first = darkroom._process
    assert first is not None
    limits = Path(f"/proc/{first.processId()}/limits").read_text()
    (memory,) = [line for line in limits.splitlines() if line.startswith("Max address space")]
    (time,) = [line for line in limits.splitlines() if line.startswith("Max cpu time")]
    assert int(memory.split()[3]) < 4 << 30 and int(time.split()[3]) < 30
    os.kill(first.processId(), signal.SIGKILL)
    wait(lambda: darkroom._process is None)
    assert made(darkroom, lay(profile, encoded("webp")), wait).image is not None
    assert darkroom._process is not first


ANSWERS = {
    "hangs": ("import time; time.sleep(60)", "остановлен"),
    "dies": ("import os; os.abort()", "сломал разбор"),
    "lies": ("print('{\"width\": 128, \"height\": 1}' + 'x' * 100000); import time; time.sleep(60)", "сломал разбор"),
    "speaks nonsense": ("print('[]'); import time; time.sleep(60)", "сломал разбор"),
}


@pytest.mark.parametrize(("script", "told"), ANSWERS.values(), ids=ANSWERS.keys())
def test_a_process_that_is_broken_into_costs_one_picture(
    script: str, told: str, tasks: Tasks, profile: Profile, hub: Hub, wait: Wait
) -> None:
    command = (sys.executable, "-u", "-c", script)
    darkroom = Darkroom(tasks, profile.shelf, hub, command, 5_000 if script != ANSWERS["hangs"][0] else 300)
    found = made(darkroom, lay(profile, encoded("png")), wait)
    assert found.image is None and found.why.startswith("снимок не показан: ") and told in found.why
    assert darkroom._process is None


def test_a_process_that_does_not_start_says_so(tasks: Tasks, profile: Profile, hub: Hub, wait: Wait) -> None:
    darkroom = Darkroom(tasks, profile.shelf, hub, ("/nowhere/python",))
    assert "не запускается" in made(darkroom, lay(profile, encoded("png")), wait).why


def test_a_card_that_nobody_looks_at_any_more_is_not_waited_for(
    files: RecordFiles, profile: Profile, wait: Wait
) -> None:
    names = [lay(profile, encoded("png", 40, 20 + number)) for number in range(100)]
    for name in names:
        files.photos.picture(name, EDGE)
    assert len(files.photos._waiting) <= 60 and files.photos._waiting[-1] == (names[-1], EDGE)


def look(panel: RecordPanel, editor: FilesEditor, at: int, qtbot: Any) -> PhotoViewer:
    thumbnail = editor._rows[at].thumbnail
    panel.activateWindow()
    qtbot.waitUntil(panel.isActiveWindow, timeout=20_000)
    thumbnail.setFocus()
    qtbot.keyClick(thumbnail, Qt.Key.Key_Return)
    (viewer,) = panel.findChildren(PhotoViewer)
    return viewer


def test_large_photos_are_walked_by_arrows_and_left_by_escape(
    panel: RecordPanel, card: Callable[..., FilesEditor], qtbot: Any, wait: Wait
) -> None:
    editor = card(encoded("jpg", 2_000, 1_000), bomb(60_000, 60_000), encoded("png"))
    viewer = look(panel, editor, 0, qtbot)
    wait(lambda: viewer.sheet.image is not None)
    assert viewer.sheet.image is not None and viewer.sheet.image.size().toTuple() == (1_600, 800)
    assert viewer.caption.whole.startswith("1 из 3 · 1.jpg") and not viewer.back.isEnabled()
    qtbot.keyClick(viewer, Qt.Key.Key_Right)
    wait(lambda: "60000×60000" in viewer.words.text())
    assert viewer.words.isVisible() and not viewer.sheet.isVisible()
    qtbot.keyClick(viewer, Qt.Key.Key_End)
    wait(lambda: viewer.sheet.image is not None)
    assert viewer.shown.name == "3.jpg" and not viewer.on.isEnabled()
    qtbot.keyClick(viewer, Qt.Key.Key_Escape)
    wait(lambda: not panel.findChildren(PhotoViewer))
    assert QApplication.focusWidget() is editor._rows[0].thumbnail


def test_a_photo_that_is_not_here_is_fetched_when_its_turn_comes(
    panel: RecordPanel, card: Callable[..., FilesEditor], hub: Hub, profile: Profile, put: Any, asked: list[str],
    qtbot: Any, wait: Wait,
) -> None:  # fmt: skip
    editor, there = card(encoded("png")), encoded("webp")
    name = sha256(there).hexdigest()
    entry = {"sha256": name, "name": "вторая.webp", "size": len(there)}
    put("reports", {"r1": {**REPORT, "photos": [*editor.value(), entry]}}, version=2)
    wait(lambda: len(editor._rows) == 2)
    assert editor._rows[1].thumbnail.isHidden() and not asked
    viewer = look(panel, editor, 0, qtbot)
    qtbot.keyClick(viewer, Qt.Key.Key_Right)
    assert asked == [name] and "скачивается" in viewer.words.text()
    lay(profile, there)
    hub.file_news.emit(FileNews(name, len(there), len(there)))
    wait(lambda: viewer.sheet.image is not None)
    wait(lambda: not editor._rows[1].thumbnail.isHidden())


def test_what_is_saved_or_opened_outside_tells_no_place(
    files: RecordFiles, profile: Profile, tmp_path: Path, hub: Hub, notices: list[tuple[str, str]], wait: Wait
) -> None:
    from citymanager.attachments import Named

    shown: list[Path] = []
    files._viewer = lambda place: bool(shown.append(place)) or True
    for content in (jpeg(), png(), webp()):
        file = Named(lay(profile, content), "яма", len(content))
        files.save(BY_KEY["reports"], file, tmp_path / "яма")
        wait(lambda: bool(notices))
        assert "без места и времени съёмки" in notices.pop()[0]
        files.open(BY_KEY["reports"], file)
        wait(lambda: bool(shown))
        (kept,) = tmp_path.glob("яма.*")
        assert PLACE in content and PLACE not in kept.read_bytes() and PLACE not in shown.pop().read_bytes()
        kept.unlink()
