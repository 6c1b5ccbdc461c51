"""Files in a card: taken in at once or refused with the reason, shown as they stand, opened and given out in safety."""

import os
from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog
from throwaway import NOW

from citymanager.access_journal import AccessJournal
from citymanager.attachments import LIMIT
from citymanager.hub import Hub
from citymanager.modules import BY_KEY, MODULES
from citymanager.roles import role
from citymanager.settings import Settings
from citymanager.store import Profile, Writer
from citymanager.store.queued_files import QueuedFile
from citymanager.sync_state import FileNews, SyncState
from citymanager.tasks import Tasks
from widgets.editors.attachments import BUSY, FilesEditor
from widgets.file_words import standing
from widgets.outbox_panel import OutboxPanel
from widgets.record_files import RecordFiles
from widgets.record_panel import RecordPanel
from widgets.seat import Seat
from widgets.sync_words import describe
from widgets.theme import Appearance

REPORT = {"number": "К1-0001", "text": "Яма", "status": "new", "regime": "platform", "channel": "phone"}
ME = "ivanova"
Wait = Callable[[Callable[[], bool]], None]


@pytest.fixture
def house() -> Any:
    return MODULES


@pytest.fixture
def asked() -> list[str]:
    """What the link was asked for."""
    return []


@pytest.fixture
def shown() -> list[Path]:
    """What the system's viewer was given."""
    return []


@pytest.fixture
def files(
    profile: Profile, tasks: Tasks, hub: Hub, seat: Seat, journal: AccessJournal, asked: list[str], shown: list[Path]
) -> RecordFiles:
    def view(place: Path) -> bool:
        shown.append(place)
        return True

    return RecordFiles(profile, tasks, hub, seat, journal, asked.append, viewer=view)


@pytest.fixture
def panel(panel_of: Any, put: Any, files: RecordFiles) -> RecordPanel:
    put("reports", {"r1": REPORT, "r2": REPORT})
    made: RecordPanel = panel_of(BY_KEY["reports"], files=files)
    made.show_record("r1")
    return made


@pytest.fixture
def editor(panel: RecordPanel) -> FilesEditor:
    found = panel.form.lines["photos"].editor
    assert isinstance(found, FilesEditor)
    return found


def photo(tmp_path: Path, name: str = "яма.jpg", content: bytes = b"") -> Path:
    path = tmp_path / name
    path.write_bytes(content or b"\xff\xd8\xff\xe0" + os.urandom(1_000))
    return path


def sum_of(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()


def notes(editor: FilesEditor) -> list[str]:
    return [row.note.text() for row in editor._rows]


def drop(editor: FilesEditor, *paths: Path) -> None:
    """As a person lets files fall on the editor."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    nothing, left, copy = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton, Qt.DropAction.CopyAction
    enter = QDragEnterEvent(QPointF(editor.rect().center()), copy, data, left, nothing)
    editor.dragEnterEvent(enter)
    assert enter.isAccepted()
    editor.dropEvent(QDropEvent(QPointF(editor.rect().center()), copy, data, left, nothing))


def come(profile: Profile, hub: Hub, content: bytes) -> None:
    """The link has brought a file."""
    name = sha256(content).hexdigest()
    profile.shelf.add(name, content)
    profile.shelf.finish(name)
    hub.file_news.emit(FileNews(name, len(content), len(content)))


def test_dropped_files_are_taken_in_and_go_with_the_card(
    panel: RecordPanel, editor: FilesEditor, tasks: Tasks, tmp_path: Path, wait: Wait
) -> None:
    first, second = photo(tmp_path), photo(tmp_path, "акт.pdf", b"%PDF-1.7")
    drop(editor, first, second)
    wait(lambda: len(notes(editor)) == 2)
    assert all("уйдёт на сервер, когда карточка будет сохранена" in note for note in notes(editor))
    assert panel.form.touched
    panel.form.save()
    wait(lambda: not panel.form.touched)
    kept = tasks.glance.get("reports", "r1")
    assert kept is not None
    assert [one["sha256"] for one in kept.data["photos"]] == [sum_of(first), sum_of(second)]
    assert [one.sha256 for one in tasks.glance.files.unsent(9)] == [sum_of(first), sum_of(second)]
    assert notes(editor)[0] == "ждёт отправки: 0,0 из 1004 Б"


def test_each_file_that_can_not_be_taken_says_why_and_the_others_are(
    editor: FilesEditor, tmp_path: Path, wait: Wait
) -> None:
    big = photo(tmp_path, "большой.jpg", b"\xff\xd8\xff" + bytes(LIMIT))
    fake, empty = photo(tmp_path, "скрипт.jpg", b"MZ\x90\x00"), tmp_path / "пустой.pdf"
    empty.touch()
    good = photo(tmp_path)
    drop(editor, big, fake, empty, tmp_path / "нет.jpg", tmp_path, good, good)
    wait(lambda: not editor.busy.isVisible() and len(notes(editor)) == 1)
    told = editor.refusals.text().split("\n")
    assert [("большой.jpg" in told[0], "25 МБ" in told[0])] == [(True, True)]
    assert "«скрипт.jpg» — не JPEG" in told[1] and "«пустой.pdf» пуст" in told[2] and "нет.jpg" in told[3]
    assert "не файл" in told[4] and "уже есть" in told[5] and len(told) == 6
    assert editor.refusals.isVisible()


def test_a_card_is_not_saved_while_its_files_are_still_being_taken_in(
    panel: RecordPanel, editor: FilesEditor, tmp_path: Path, wait: Wait
) -> None:
    editor.take([photo(tmp_path, f"{number}.jpg") for number in range(3)])
    assert editor.busy.text() == "Принимается: ещё 3 файла…" and editor.problem() == BUSY
    panel.form.save()
    assert "Не сохранено" in panel.form.foot.refusal
    assert panel.form.lines["photos"].problem_text == BUSY
    wait(lambda: not editor.problem() and len(notes(editor)) == 3)


def test_files_do_not_fall_into_another_card(
    panel: RecordPanel, editor: FilesEditor, notices: list[tuple[str, str]], tmp_path: Path, wait: Wait
) -> None:
    editor.take([photo(tmp_path, f"{number}.jpg") for number in range(3)])
    panel.show_record("r2")
    told = "Сообщения жителей: 3 файла не прикреплены, потому что открыта другая карточка."
    assert [level for text, level in notices if text.startswith(told)] == ["warning"]
    late = photo(tmp_path, "для второй.jpg")
    editor.take([late])
    wait(lambda: bool(notes(editor)) and not editor.problem())
    assert [one["sha256"] for one in editor.value()] == [sum_of(late)]


def test_a_draft_with_files_comes_back_and_they_are_still_here(
    panel: RecordPanel, editor: FilesEditor, tmp_path: Path, wait: Wait
) -> None:
    editor.take([photo(tmp_path)])
    wait(lambda: len(notes(editor)) == 1)
    panel.show_record("r2")
    assert notes(editor) == []
    panel.show_record("r1")
    assert "когда карточка будет сохранена" in notes(editor)[0]


def test_removing_a_file_leaves_the_keyboard_in_the_field(editor: FilesEditor, tmp_path: Path, wait: Wait) -> None:
    editor.take([photo(tmp_path, "а.jpg"), photo(tmp_path, "б.jpg")])
    wait(lambda: len(notes(editor)) == 2)
    editor._rows[0].drop.click()
    assert [row.name.text() for row in editor._rows] == ["б.jpg"]
    assert editor.window().focusWidget() is editor.choose


def test_a_file_that_is_not_here_is_fetched_and_then_shown(
    panel: RecordPanel, editor: FilesEditor, files: RecordFiles, profile: Profile, put: Any, hub: Hub, tasks: Tasks,
    asked: list[str], shown: list[Path], wait: Wait,
) -> None:  # fmt: skip
    content = b"\xff\xd8\xff\xda\0\2" + bytes(3 << 20) + b"\xff\xd9"
    name = sha256(content).hexdigest()
    entry = {"sha256": name, "name": "\u202egpj.exe", "type": "application/x-msdownload", "size": len(content)}
    put("reports", {"r1": {**REPORT, "photos": [entry]}}, version=2)
    wait(lambda: len(notes(editor)) == 1)
    row = editor._rows[0]
    assert (row.name.text(), row.note.text()) == ("gpj.exe", "3,0 МБ · ещё не скачан")
    row.open.click()
    assert asked == [name] and row.note.text() == "скачивается: 0,0 из 3,0 МБ"
    hub.file_news.emit(FileNews(name, 1 << 20, len(content)))
    assert row.note.text() == "скачивается: 1,0 из 3,0 МБ" and editor._rows[0] is row, "no click falls beside it"
    come(profile, hub, content)
    wait(lambda: bool(shown))
    (copy,) = shown
    assert copy.name == "gpj.exe.jpg" and copy.read_bytes() == content
    assert copy.stat().st_mode & 0o777 == 0o400
    assert row.note.text() == "3,0 МБ · на сервере, открывается и без связи"
    wait(lambda: any(one.module == "access_log" for one in tasks.glance.outbox()))  # written on another thread
    (line,) = [one for one in tasks.glance.outbox() if one.module == "access_log"]
    assert (line.change["act"], line.change["module"], line.change["records"]) == ("export", "reports", 1)
    assert "gpj.exe" in line.change["detail"]
    files.forget_opened()
    assert not copy.exists()


def test_without_a_line_a_file_that_is_not_here_says_so_and_is_not_opened_later(
    editor: FilesEditor, put: Any, hub: Hub, asked: list[str], profile: Profile, shown: list[Path], wait: Wait
) -> None:
    content = b"%PDF-1.7"
    name = sha256(content).hexdigest()
    put("reports", {"r1": {**REPORT, "photos": [{"sha256": name, "name": "акт.pdf", "size": 8}]}}, version=2)
    wait(lambda: len(notes(editor)) == 1)
    editor._rows[0].open.click()
    hub.file_news.emit(FileNews(name, problem="Нет связи с сервером: файл ещё не скачан."))
    assert notes(editor) == ["8 Б · не скачан. Нет связи с сервером: файл ещё не скачан."]
    assert editor._rows[0].note.property("role") == "problem" and editor._rows[0].open.isEnabled()
    come(profile, hub, content)
    assert notes(editor) == ["8 Б · на сервере, открывается и без связи"] and not shown
    editor._rows[0].open.click()
    wait(lambda: bool(shown))
    assert asked == [name]


def test_a_file_damaged_on_the_disk_is_not_shown(
    editor: FilesEditor, profile: Profile, put: Any, hub: Hub, notices: list[tuple[str, str]], shown: list[Path],
    wait: Wait,
) -> None:  # fmt: skip
    content = b"%PDF-1.7"
    come(profile, hub, content)
    name = sha256(content).hexdigest()
    path = profile.shelf.find(name)
    assert path is not None
    path.write_bytes(b"MZ\x90\x00")
    put("reports", {"r1": {**REPORT, "photos": [{"sha256": name, "name": "акт.pdf", "size": 8}]}}, version=2)
    wait(lambda: len(notes(editor)) == 1)
    editor._rows[0].open.click()
    wait(lambda: bool(notices))
    assert "целым" in notices[-1][0] and not shown


def test_a_copy_is_kept_where_it_is_asked_for_with_its_true_ending_and_a_line_in_the_journal(
    editor: FilesEditor, files: RecordFiles, profile: Profile, hub: Hub, put: Any, tasks: Tasks,
    notices: list[tuple[str, str]], tmp_path: Path, wait: Wait,
) -> None:  # fmt: skip
    content = b"%PDF-1.7"
    come(profile, hub, content)
    entry = {"sha256": sha256(content).hexdigest(), "name": "../акт.exe", "size": 8}
    put("reports", {"r1": {**REPORT, "photos": [entry]}}, version=2)
    wait(lambda: len(notes(editor)) == 1)
    editor._rows[0].save.click()
    (dialog,) = editor.window().findChildren(QFileDialog)
    assert not dialog.isModal()
    dialog.fileSelected.emit(str(tmp_path / "акт.exe"))
    dialog.close()
    wait(lambda: bool(notices))
    assert notices[-1] == ("Файл сохранён: «акт.exe.pdf».", "good")
    assert (tmp_path / "акт.exe.pdf").read_bytes() == content and not (tmp_path / "акт.exe").exists()
    assert [one.change["act"] for one in tasks.glance.outbox() if one.module == "access_log"] == ["export"]


def test_who_may_not_take_records_out_takes_out_no_file(
    editor: FilesEditor, files: RecordFiles, seat: Seat, put: Any, notices: list[tuple[str, str]], wait: Wait
) -> None:
    seat.take("wall", "", role("wall"))
    put("reports", {"r1": {**REPORT, "photos": [{"sha256": "a" * 64, "name": "акт.pdf"}]}}, version=2)
    wait(lambda: len(notes(editor)) == 1)
    editor._rows[0].save.click()
    assert "не выгружает" in notices[-1][0] and not editor.window().findChildren(QFileDialog)


WAITS = "ждёт отправки: 0,0 из 12,0 МБ"


def test_a_smaller_room_holds_at_once(files: RecordFiles, profile: Profile, hub: Hub, wait: Wait) -> None:
    for number in range(2):
        come(profile, hub, b"%PDF-" + bytes([number]) + bytes(60 << 20))
    Settings(profile).put("files_room", 100)
    hub.setting.emit("files_room")
    wait(lambda: len(list((profile.folder / "fetched").glob("??/*"))) == 1)


def queued(state: str = "waiting", received: int = 0, reason: str = "", author: str = ME) -> QueuedFile:
    return QueuedFile("a" * 64, author, "яма.jpg", 12 << 20, state, received, 0, reason)


@pytest.mark.parametrize(
    ("known", "here", "owed", "coming", "told", "role_"),
    [
        (queued(received=3 << 20), True, True, None, "ждёт отправки: 3,0 из 12,0 МБ", "caption"),
        (queued(author="petrov"), True, True, None, f"{WAITS}, уйдёт, когда войдёт petrov", "caption"),
        (queued("refused", 0, "Нет."), True, True, None, "12,0 МБ · не отправлен. Нет.", "problem"),
        (queued("failed", 0, "Сервер."), True, True, None, "12,0 МБ · не отправлен. Сервер.", "problem"),
        (queued("sent"), True, False, None, "12,0 МБ · на сервере, открывается и без связи", "caption"),
        (queued("sent"), False, False, None, "12,0 МБ · на сервере", "caption"),
        (None, True, True, None, "12,0 МБ · уйдёт на сервер, когда карточка будет сохранена", "caption"),
        (None, True, False, None, "12,0 МБ · на сервере, открывается и без связи", "caption"),
        (None, False, False, None, "12,0 МБ · ещё не скачан", "caption"),
        (None, False, False, FileNews("a" * 64, 6 << 20, 12 << 20), "скачивается: 6,0 из 12,0 МБ", "caption"),
        (None, False, False, FileNews("a" * 64, problem="Нет связи."), "12,0 МБ · не скачан. Нет связи.", "problem"),
    ],
)  # fmt: skip
def test_every_standing_of_a_file_has_its_words(
    known: QueuedFile | None, here: bool, owed: bool, coming: FileNews | None, told: str, role_: str
) -> None:
    found = standing(known, here=here, owed=owed, size=12 << 20, coming=coming, login=ME)
    assert (found.text, found.role) == (told, role_)


def test_unsent_files_stand_under_the_unsent_edits_and_can_be_offered_again(
    writer: Writer, profile: Profile, tasks: Tasks, hub: Hub, appearance: Appearance, seat: Seat,
    journal: AccessJournal, qtbot: Any, tmp_path: Path, wait: Wait,
) -> None:  # fmt: skip
    panel = OutboxPanel(tasks, hub, appearance, seat, journal)
    qtbot.addWidget(panel)
    panel.show()
    assert not panel.files.isVisible()
    entries = [profile.shelf.take(photo(tmp_path, name)).entry() for name in ("<b>яма.jpg", "столб.jpg")]
    writer.save("reports", None, {"text": "Яма", "photos": entries}, ME, None, NOW)
    ill = writer.files.of(entries[0]["sha256"])
    assert ill is not None
    writer.files.set_aside(ill, "refused", "Файл больше 25 МБ.")
    hub.outbox_changed.emit()
    wait(panel.files.isVisible)
    assert panel.files.title.text() == "2 файла не на сервере, требуют внимания: 1"
    table = panel.files.table
    assert [table.item(0, column).text() for column in range(3)] == [
        "<b>яма.jpg", "не отправлен. Файл больше 25 МБ.", ME,
    ]  # fmt: skip
    assert table.item(1, 1).text() == "ждёт отправки: 0,0 из 1004 Б"
    panel.files.again.click()
    wait(lambda: not panel.files.again.isVisible())
    for _ in entries:
        waiting = writer.files.next(ME)
        assert waiting is not None
        tasks.write_here(lambda one, waiting=waiting: one.files.arrived(waiting, datetime.now(UTC)))
    hub.file_news.emit(FileNews(entries[0]["sha256"]))
    wait(lambda: not panel.files.isVisible())


@pytest.mark.parametrize(
    ("edits", "files_", "told"),
    [
        (0, 0, "всё отправлено"),
        (3, 0, "не отправлено: 3"),
        (3, 50, "не отправлено: 3, файлов 50"),
        (0, 1, "не отправлено: файлов 1"),
    ],
)
def test_the_status_line_counts_files_beside_edits(edits: int, files_: int, told: str) -> None:
    state = SyncState("online", confirmed=NOW, unsent=edits, unsent_files=files_)
    assert describe(state, 1, 0, NOW).unsent == told
