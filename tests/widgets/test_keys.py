"""The keyboard reaches everything, no key means two things at once, and the cheat sheet says so truly."""

from collections import Counter
from collections.abc import Callable, Sequence
from itertools import combinations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QDockWidget,
    QLineEdit,
    QMenu,
    QMenuBar,
    QPlainTextEdit,
    QTabBar,
    QWidget,
)
from pytestqt.qtbot import QtBot

from citymanager.hub import Hub
from citymanager.modules import MODULES
from citymanager.modules.reports import REPORTS
from citymanager.schema import Module
from widgets.desk import Desk
from widgets.keys import Key, actions, inventory, plain
from widgets.keys_sheet import KeysSheet, balanced

Put = Callable[..., None]


@pytest.fixture
def house() -> Sequence[Module]:
    return MODULES


@pytest.fixture
def report(put: Put) -> None:
    put("reports", {"r1": {"number": "1", "status": REPORTS.statuses[0].key}})


@pytest.fixture
def desk(report: None, desk: Desk, qtbot: QtBot) -> Desk:
    """The desk of the real city with one report, its three panels and the settings made."""
    for key in ("settings", "telephonograms", "earthworks", "reports"):
        desk.window.docks.show(key)
    qtbot.waitUntil(lambda: all(one.model.complete for one in desk.records.values()), timeout=20_000)
    qtbot.waitUntil(desk.records["reports"].table.isVisible, timeout=20_000)
    return desk


def bar(desk: Desk) -> QMenuBar:
    found = desk.window.findChild(QMenuBar)
    assert isinstance(found, QMenuBar)
    return found


def menus(desk: Desk) -> list[QMenu]:
    return [menu for menu in bar(desk).findChildren(QMenu) if menu.actions()]


def mnemonic(title: str) -> str:
    return QKeySequence.mnemonic(title).toString()


def every_menu_opens_by_its_letter(desk: Desk) -> None:
    letters = [mnemonic(top.text()) for top in bar(desk).actions()]
    assert all(letters), [top.text() for top in bar(desk).actions()]
    assert len(set(letters)) == len(letters), letters


def no_letter_of_a_menu_leads_to_two_things(desk: Desk) -> None:
    for menu in menus(desk):
        letters = Counter(letter for one in menu.actions() if (letter := mnemonic(one.text())))
        assert all(count == 1 for count in letters.values()), (menu.title(), letters)


def no_key_means_two_things_at_once(desk: Desk) -> None:
    everywhere = [
        (action.shortcut().toString(), action.text())
        for top in bar(desk).actions()
        if isinstance(menu := top.menu(), QMenu)
        for action in actions(menu)
        if not action.shortcut().isEmpty()
    ]
    counted = Counter(keys for keys, _ in everywhere)
    assert all(count == 1 for count in counted.values()), counted.most_common(3)
    shortcuts = [one for one in desk.window.findChildren(QShortcut) if one.isEnabled()]
    for one in shortcuts:
        assert one.key().toString() not in counted, (one.key().toString(), one.whatsThis())
    for one, other in combinations(shortcuts, 2):
        if one.key() == other.key():
            first, second = one.parent(), other.parent()
            assert isinstance(first, QWidget) and isinstance(second, QWidget)
            inside = first is second or first.isAncestorOf(second) or second.isAncestorOf(first)
            assert not inside, (one.key().toString(), first, second)
            assert one.context() == other.context() == Qt.ShortcutContext.WidgetWithChildrenShortcut


def every_key_of_a_part_says_what_it_does(desk: Desk) -> None:
    silent = [
        (one.key().toString(), one.parent()) for one in desk.window.findChildren(QShortcut) if not one.whatsThis()
    ]
    assert not silent


QT_OWN = ("qt_", "ScrollLeftButton", "ScrollRightButton")


def every_button_is_reached_by_tab(desk: Desk) -> None:
    """Qt's own small buttons have their keys in menus: docks in «Вид», the cross of a line in Ctrl+A, Del."""

    def own(button: QAbstractButton) -> bool:
        parent = button.parent()
        return button.objectName().startswith(QT_OWN) or isinstance(
            parent, QLineEdit | QTabBar | QDockWidget | QMenuBar
        )

    shown = [one for one in desk.window.findChildren(QAbstractButton) if one.isVisible() and not own(one)]
    assert len(shown) > 10
    deaf = [one for one in shown if not one.focusPolicy() & Qt.FocusPolicy.TabFocus]
    assert not deaf, [(one.text() or one.accessibleName(), one.parent()) for one in deaf]


def every_button_says_its_name(desk: Desk) -> None:
    nameless = [
        one for one in desk.window.findChildren(QAbstractButton) if one.isVisible()
        and not isinstance(one.parent(), QLineEdit | QTabBar) and not one.objectName().startswith("qt_")
        and not (one.text() or one.accessibleName() or one.toolTip())
    ]  # fmt: skip
    assert not [(one, one.parent()) for one in nameless]


def the_sheet_has_every_key_of_menus_and_parts(desk: Desk) -> None:
    found = {key.keys for key in inventory(desk.window, bar(desk))}
    assert {
        "Ctrl+1",
        "Ctrl+0",
        "Ctrl+F",
        "Ctrl+S",
        "Ctrl+,",
        "Ctrl+Alt+1",
        "F11",
        "?",
        "Ctrl+Q",
        "Esc",
        "Alt+1…Alt+9",
    } <= found
    titles = [key.title for key in inventory(desk.window, bar(desk))]
    assert not [title for title in titles if "&" in title or not title]


def test_a_desk_that_nobody_has_touched(desk: Desk, subtests: pytest.Subtests) -> None:
    """One window for all of these: each only looks at it."""
    for holds in (
        every_menu_opens_by_its_letter,
        no_letter_of_a_menu_leads_to_two_things,
        no_key_means_two_things_at_once,
        every_key_of_a_part_says_what_it_does,
        every_button_is_reached_by_tab,
        every_button_says_its_name,
        the_sheet_has_every_key_of_menus_and_parts,
    ):
        with subtests.test(holds.__name__):
            holds(desk)


def test_tab_walks_the_whole_panel_and_comes_back(desk: Desk, qtbot: QtBot) -> None:
    panel = desk.record("reports")
    desk.window.docks.show("reports")
    panel.table.setFocus()
    met: set[QWidget] = set()
    for _ in range(400):
        qtbot.keyClick(QApplication.focusWidget() or desk.window, Qt.Key.Key_Tab)
        now = QApplication.focusWidget()
        if now is not None:
            met.add(now)
        if now is panel.table:
            break
    assert QApplication.focusWidget() is panel.table, "Tab never came back"
    assert panel.bar.search in met
    assert any(isinstance(one, QAbstractButton) for one in met)


def test_notices_go_by_a_key(desk: Desk, hub: Hub, qtbot: QtBot) -> None:
    hub.notice.emit("Первое", "error")
    hub.notice.emit("Второе", "warning")
    assert len(desk.notices.shown) == 2
    qtbot.keyClick(desk.window, Qt.Key.Key_U, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: not desk.notices.shown, timeout=5_000)


# the cheat sheet


def sheet(desk: Desk) -> KeysSheet:
    found = desk.window.findChild(KeysSheet)
    assert isinstance(found, KeysSheet)
    return found


def test_a_question_mark_shows_every_key_and_takes_itself_away(desk: Desk, qtbot: QtBot) -> None:
    table = desk.record("reports").table
    table.setFocus()
    qtbot.keyClick(desk.window, Qt.Key.Key_Question)
    shown = sheet(desk)
    qtbot.waitUntil(shown.isVisible, timeout=5_000)
    assert shown.lines() == inventory(desk.window, bar(desk))
    qtbot.keyClick(shown, Qt.Key.Key_Question)
    qtbot.waitUntil(lambda: not shown.isVisible(), timeout=5_000)
    qtbot.waitUntil(lambda: QApplication.focusWidget() is table, timeout=5_000)
    qtbot.keyClick(desk.window, Qt.Key.Key_Question)
    qtbot.keyClick(QApplication.focusWidget() or shown, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not shown.isVisible(), timeout=5_000)


def test_a_question_mark_in_a_text_is_a_question_mark(desk: Desk, qtbot: QtBot) -> None:
    search = desk.record("reports").bar.search
    search.setFocus()
    qtbot.keyClick(search, "?")
    assert search.text() == "?"
    assert not sheet(desk).isVisible()
    desk.record("reports").open_new()
    page = desk.record("reports").form.findChild(QPlainTextEdit)
    assert isinstance(page, QPlainTextEdit)
    page.setFocus()
    qtbot.keyClick(page, "?")
    assert page.toPlainText() == "?"
    assert not sheet(desk).isVisible()


def test_a_word_finds_a_key(desk: Desk) -> None:
    made = sheet(desk)
    made.toggle()
    made.search.setText("сохран")
    assert {key.keys for key in made.lines()} >= {"Ctrl+S"}
    assert all("охран" in f"{key.group}{key.title}" for key in made.lines())
    made.search.setText("бегемот")
    assert made.nothing.isVisible()
    made.put_away()


def test_tab_stays_in_the_sheet(desk: Desk, qtbot: QtBot) -> None:
    made = sheet(desk)
    made.toggle()
    for key in [Qt.Key.Key_Tab] * 5 + [Qt.Key.Key_Backtab] * 5:
        focus = QApplication.focusWidget()
        assert focus is not None
        qtbot.keyClick(focus, key)
        now = QApplication.focusWidget()
        assert now is made or (now is not None and made.isAncestorOf(now)), now
    made.put_away()


def test_the_sheet_fits_a_screen(desk: Desk, qtbot: QtBot) -> None:
    for size in ((1366, 768), (1920, 1080)):
        desk.window.resize(*size)
        made = sheet(desk)
        made.toggle()
        qtbot.waitUntil(lambda made=made: made._scroll.widget().height() > 0, timeout=5_000)
        assert made._scroll.horizontalScrollBar().maximum() == 0, size
        made.put_away()


@pytest.mark.parametrize("columns", [1, 2, 3, 4, 9])
def test_columns_keep_the_order_and_lose_nothing(columns: int) -> None:
    blocks = [(str(size), [Key("", "", "")] * size) for size in (9, 3, 5, 1, 2, 7)]
    made = balanced(blocks, columns)
    assert [block for column in made for block in column] == blocks
    assert len(made) <= columns
    assert balanced([], columns) == [[]]


def test_a_title_loses_its_mnemonic_only() -> None:
    assert plain("&Справка") == "Справка"
    assert plain("Ночь && день…") == "Ночь & день"
