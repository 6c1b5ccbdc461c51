"""The lock: nothing of a record can be seen or read, everything goes on behind it, and who may have it back gets it."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QMenu, QWidget
from pytestqt.qtbot import QtBot
from reading_out import read_out
from throwaway import HOUSE

from citymanager.access_journal import AccessJournal
from citymanager.hub import Hub
from citymanager.roles import role
from citymanager.store import Profile
from citymanager.tasks import Tasks
from sync.offline_login import KnownPeople, Person
from widgets.desk import Desk
from widgets.lock import LOCKED, Lock, Lockable
from widgets.lock_idle import Idle
from widgets.login import LoginStrip
from widgets.login_people import ChangeStrip
from widgets.place import Place
from widgets.seat import Seat
from widgets.theme import Appearance

PASSWORD = "пароль"
SECRET = "Прорвало трубу у Петрова"
Put = Callable[..., None]
Wait = Callable[[Callable[[], bool]], None]


@dataclass
class Locked:
    """A desk under its lock, and the logins that the lock has asked for."""

    desk: Desk
    lock: Lock
    asked: list[tuple[str, str]] = field(default_factory=list)
    online: bool = False

    def unlock(self, login: str, password: str) -> None:
        entry = self.lock.page.entry
        entry.person.setEditText(login)
        entry.password.setText(password)
        QTest.keyClick(entry.password, Qt.Key.Key_Return)


@pytest.fixture(scope="module")
def logins(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Two who have logged in here, and an account that is not for a desk; hashed once, and lightly: hashing is slow."""
    folder = tmp_path_factory.mktemp("people")
    known = KnownPeople(folder, work=2)
    for login, name, key in (
        ("connector", "Шлюз", "connector"),
        ("sidorov", "Сидоров С. С.", "operator"),
        ("ivanova", "Иванова А. П.", "moderator"),
    ):
        known.remember(Person(login, name, key, "", {}), PASSWORD, "city", datetime.now(UTC))
    return (folder / "logins.json").read_bytes()


@pytest.fixture
def people(profile: Profile, logins: bytes) -> KnownPeople:
    (profile.folder / "logins.json").write_bytes(logins)
    return KnownPeople(profile.folder)


Open = Callable[[], Locked]


@pytest.fixture
def opened(
    profile: Profile,
    tasks: Tasks,
    hub: Hub,
    appearance: Appearance,
    seat: Seat,
    journal: AccessJournal,
    people: KnownPeople,
    put: Put,
    qtbot: QtBot,
) -> Iterator[Open]:
    """Opens a desk with a report in its queue and its card."""
    made: list[Locked] = []
    put("reports", {"r1": {"text": SECRET, "status": "new", "number": "К-1", "received": "2026-11-20T08:00:00Z"}})

    def start() -> Locked:
        place = Place(profile, HOUSE, tasks, hub, appearance, seat, journal)
        change = ChangeStrip(people)
        desk = Desk(place, QLabel(SECRET), QLabel("слои"), LoginStrip(lambda *_: None), change=change)
        desk.window.resize(1366, 768)
        desk.window.show()
        qtbot.waitUntil(desk.window.isActiveWindow, timeout=20_000)
        window = desk.window
        lockable = Lockable(window, window.docks, profile, tasks, hub, seat, desk.notices)
        one = Locked(desk, None)  # type: ignore[arg-type]  # in a moment
        one.lock = Lock(lockable, people, lambda *words: one.asked.append(words), lambda: one.online)
        one.lock.locking.connect(desk.lock_away)
        made.append(one)
        return one

    yield start
    for one in made:
        one.desk.window.close()
        one.lock.give_back()
        one.desk.window.deleteLater()
    QApplication.processEvents()


@pytest.fixture
def here(opened: Open, wait: Wait) -> Locked:
    one = opened()
    one.desk.record("reports").show_record("r1")
    wait(lambda: one.desk.record("reports").model.record(0) is not None)
    return one


def covered(window: QWidget, page: QWidget, x: int, y: int) -> bool:
    """Whether at this point of a window the page is what one sees."""
    seen = window.childAt(x, y)
    return seen is page or page.isAncestorOf(seen)


def test_nothing_of_a_record_is_left_to_see_or_read(here: Locked, wait: Wait) -> None:
    window = here.desk.window
    here.desk.record("reports").form.lines["text"].editor.setFocus()
    window.docks.float("reports")
    floating = here.desk.record("reports").window()
    assert floating is not window
    wait(lambda: SECRET in read_out(floating) and SECRET in read_out(window))
    here.lock.lock()
    for one in QApplication.topLevelWidgets():
        if one.isVisible():
            assert SECRET not in read_out(one)
    assert "Заблокировано: Иванова А. П." in read_out(window)
    for size in ((1366, 768), (1920, 1080)):
        window.resize(*size)
        assert all(covered(window, here.lock.page, x, y) for x in range(0, size[0], 50) for y in range(0, size[1], 50))


def test_menus_and_other_windows_go_and_come_back(here: Locked, wait: Wait) -> None:
    menu, beside = QMenu(here.desk.window), QLabel(SECRET)
    menu.addAction(SECRET)
    menu.popup(here.desk.window.mapToGlobal(here.desk.window.rect().center()))
    beside.show()
    here.lock.lock()
    assert not menu.isVisible() and not beside.isVisible()
    here.unlock("ivanova", PASSWORD)
    wait(lambda: not here.lock.on)
    assert beside.isVisible() and not menu.isVisible()
    beside.close()


def test_the_same_person_gets_everything_back_as_it_was(here: Locked, profile: Profile, wait: Wait) -> None:
    panel = here.desk.record("reports")
    docks = here.desk.window.findChildren(QWidget, "reports")
    before = [one.geometry() for one in docks]
    panel.open_new()
    panel.form.lines["text"].editor.page.insertPlainText("Набрано, но не сохранено")
    focused = QApplication.focusWidget()
    here.lock.lock()
    assert profile.setting(LOCKED) == "ivanova"

    def drafts() -> list[Path]:
        return list(profile.drafts.glob("*.json"))

    wait(lambda: any("Набрано" in json.dumps(json.loads(one.read_text()), ensure_ascii=False) for one in drafts()))
    here.unlock("ivanova", PASSWORD)
    wait(lambda: not here.lock.on)
    assert panel.isVisible() and [one.geometry() for one in docks] == before
    assert panel.form.lines["text"].editor.state() == "Набрано, но не сохранено"
    assert QApplication.focusWidget() is focused
    assert not profile.setting(LOCKED)
    assert here.asked == [], "who has locked it needs no server"


def test_what_had_the_keyboard_may_be_gone_when_it_is_opened(here: Locked, wait: Wait) -> None:
    """A row of a list that was read anew behind the lock, a window that an act has closed."""
    beside, focused = QLabel(SECRET), QLineEdit(here.desk.window.status)
    beside.show()
    here.desk.window.activateWindow()
    focused.show()
    focused.setFocus()
    wait(focused.hasFocus)
    here.lock.lock()
    shiboken6.delete(focused)
    shiboken6.delete(beside)
    here.unlock("ivanova", PASSWORD)
    wait(lambda: not here.lock.on)


def test_the_keyboard_stays_in_the_page(here: Locked, qtbot: QtBot) -> None:
    here.lock.lock()
    entry = here.lock.page.entry
    stops = (entry.person, entry.password, entry.enter)
    qtbot.waitUntil(lambda: QApplication.focusWidget() is entry.password, timeout=5_000)
    for key in (Qt.Key.Key_Tab, Qt.Key.Key_Tab, Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
        QTest.keyClick(QApplication.focusWidget(), key)
        assert QApplication.focusWidget() in stops
    assert here.desk.window.login is not None
    here.desk.window.login.ask("Войдите")
    assert QApplication.focusWidget() in stops
    QTest.keyClick(here.desk.window, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    assert here.desk.window.docks._docks["telephonograms"].widget() is None, "no shortcut acts"


def test_wrong_passwords_wait_longer_and_longer(here: Locked, people: KnownPeople, wait: Wait) -> None:
    here.lock.lock()
    entry = here.lock.page.entry
    for _ in range(5):
        here.unlock("ivanova", "не тот")
        wait(lambda: entry.password.isEnabled() and bool(entry.message.text()))
    here.unlock("ivanova", PASSWORD)
    wait(lambda: "Подождите" in entry.message.text())
    assert here.lock.on and here.asked == []


def test_online_a_newer_password_is_asked_of_the_server(here: Locked, wait: Wait) -> None:
    here.online = True
    here.lock.lock()
    here.unlock("ivanova", "новый")
    wait(lambda: here.asked == [("ivanova", "новый")])
    here.lock.show_outcome("Неверное имя или пароль.")
    assert here.lock.on and here.lock.page.entry.message.text() == "Неверное имя или пароль."
    here.lock.show_outcome("")
    assert here.lock.on, "somebody else's login unlocks nothing"
    here.unlock("ivanova", "новый")
    wait(lambda: len(here.asked) == 2)
    here.lock.show_outcome("")
    assert not here.lock.on


def test_another_person_logs_in_and_the_panels_are_his(here: Locked, seat: Seat, wait: Wait) -> None:
    panel = here.desk.record("reports")
    panel.form.lines["text"].editor.page.insertPlainText("Черновик Ивановой. ")
    here.lock.lock()
    here.unlock("Сидоров С. С. — Оператор", PASSWORD)
    wait(lambda: here.asked == [("sidorov", PASSWORD)])
    seat.take("sidorov", "Сидоров С. С.", role("operator"))
    here.lock.show_outcome("")
    assert not here.lock.on
    assert "Черновик" not in panel.form.lines["text"].editor.state()
    seat.take("ivanova", "Иванова А. П.", role("moderator"))
    assert "Черновик Ивановой" in panel.form.lines["text"].editor.state(), "his drafts stay his own"


def test_notices_are_seen_over_it_and_new_records_arrive(here: Locked, hub: Hub, put: Put, wait: Wait) -> None:
    here.lock.lock()
    hub.notice.emit("Связь с сервером потеряна", "warning")
    assert "Связь с сервером потеряна" in read_out(here.desk.window)
    children = here.desk.window.children()
    assert children.index(here.desk.notices) > children.index(here.lock.page)
    put("reports", {"r2": {"text": "Пришло под блокировкой", "status": "new", "received": "2026-11-21T08:00:00Z"}})
    wait(lambda: here.desk.record("reports").model.rowCount() == 2)
    assert "Пришло" not in read_out(here.desk.window)


def test_revealed_data_are_masked_again(here: Locked, put: Put, wait: Wait) -> None:
    form = here.desk.record("reports").form
    form.reveal()
    assert not form.lines["author_name"].masked
    here.lock.lock()
    here.unlock("ivanova", PASSWORD)
    wait(lambda: not here.lock.on)
    assert form.lines["author_name"].masked


def test_a_locked_desk_starts_locked(here: Locked, opened: Open, wait: Wait) -> None:
    """As after kill -9: nothing but the profile is left of the first window."""
    here.lock.lock()
    again = opened()
    again.lock.restore()
    assert again.lock.on and SECRET not in read_out(again.desk.window)
    again.unlock("ivanova", PASSWORD)
    wait(lambda: not again.lock.on)


def test_where_nobody_has_logged_in_nothing_is_locked(
    here: Locked, profile: Profile, notices: list[tuple[str, str]]
) -> None:
    (profile.folder / "logins.json").unlink()
    here.lock.lock()
    assert not here.lock.on and "после первого входа" in notices[-1][0]
    profile.set(LOCKED, "ivanova")
    here.lock.restore()
    assert not here.lock.on


def test_accounts_of_other_systems_are_not_offered(here: Locked, wait: Wait) -> None:
    change = here.desk.window.change
    assert change is not None
    QTest.keyClick(
        here.desk.window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    )
    wait(lambda: change.isVisible() and change.person.hasFocus())
    assert change.window() is here.desk.window, "a strip of the window, not a window"
    assert [change.person.itemText(at) for at in range(change.person.count())] == [
        "Иванова А. П. — Модератор",
        "Сидоров С. С. — Оператор",
    ]


def test_a_change_of_person_asks_for_name_and_password_and_says_what_is_wrong(here: Locked) -> None:
    change = here.desk.window.change
    assert change is not None
    heard: list[tuple[str, str]] = []
    change.submitted.connect(lambda *words: heard.append(words))
    change.ask()
    QTest.keyClick(change.person, Qt.Key.Key_Down)
    QTest.keyClick(change.password, Qt.Key.Key_Return)
    assert change.message.text() and heard == []
    change.password.setText(PASSWORD)
    QTest.keyClick(change.password, Qt.Key.Key_Return)
    assert heard == [("ivanova", PASSWORD)] and not change.enter.isEnabled()
    change.show_outcome("Неверное имя или пароль.")
    assert change.isVisible() and change.enter.isEnabled() and not change.password.text()
    change.show_outcome("")
    assert not change.isVisible()
    change.ask()
    QTest.keyClick(change.password, Qt.Key.Key_Escape)
    assert not change.isVisible()


def test_it_locks_when_nobody_is_there(here: Locked) -> None:
    passed, minutes = [0.0], [15.0]
    idle = Idle(lambda: minutes[0], here.desk.window, clock=lambda: passed[0])
    idle.over.connect(here.lock.lock_idle)
    passed[0] = 14 * 60
    idle.look()
    assert not here.lock.on
    handle = here.desk.window.windowHandle()
    assert handle is not None
    idle._watch(handle)
    QTest.mouseMove(handle, handle.geometry().center())
    passed[0] = 20 * 60
    idle.look()
    assert not here.lock.on, "somebody has moved the mouse"
    passed[0] = 30 * 60
    minutes[0] = 0
    idle.look()
    assert not here.lock.on, "0 is never"
    minutes[0] = 15
    idle.look()
    assert here.lock.on
