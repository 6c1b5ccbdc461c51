"""The help speaks of everything that there is, truly, and leads nowhere else."""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QApplication, QDockWidget
from pytestqt.qtbot import QtBot
from throwaway import HOUSE

from citymanager.limits import shipped
from citymanager.modules import MODULES
from citymanager.norms import Norms
from citymanager.schema import Module
from layers.keys import KEYS as OF_THE_MAP
from widgets.desk import Desk
from widgets.help_book import CONTENTS, KEYS, Book, written
from widgets.help_module import described, plain
from widgets.help_panel import HelpPanel, page_of
from widgets.keys import Key
from widgets.panels.telephonogram_press import FORM_KEYS, JOURNAL_KEYS
from widgets.theme import Appearance

LINK = re.compile(r"(?<!\\)\]\(([^)]*)\)")
NORMS = Norms(shipped())
TODAY = date(2026, 11, 23)


@pytest.fixture
def house() -> Sequence[Module]:
    return MODULES


@pytest.fixture
def book() -> Book:
    return Book(MODULES, lambda: NORMS, lambda: [Key("Окно", "F1", "Справка")])


# the book


def test_every_link_of_every_page_leads_somewhere(book: Book) -> None:
    for key in [CONTENTS, *book.keys]:
        for target in LINK.findall(book.page(key).text):
            assert target in book, f"{key} → {target}"


def test_every_page_is_reached_from_the_contents(book: Book) -> None:
    assert set(LINK.findall(book.page(CONTENTS).text)) == set(book.keys)


def test_every_module_and_every_panel_has_its_page(book: Book, desk: Desk) -> None:
    docks = {dock.objectName() for dock in desk.window.findChildren(QDockWidget)}
    assert {one.key for one in MODULES} < docks
    assert [key for key in docks if key not in book] == []


def test_every_key_of_the_window_stands_in_the_help(desk: Desk) -> None:
    for key in ("settings", "help"):
        desk.window.docks.show(key)
    made = Book(MODULES, lambda: NORMS, desk.window.known_keys).page(KEYS).text
    for key in desk.window.known_keys():
        assert f"**{plain(key.keys)}** — {plain(key.title)}" in made


def test_every_key_that_a_page_names_exists(desk: Desk) -> None:
    """A page says **Ctrl+X** in bold: such a key must be there, in the window, the help, the sheet or the form."""
    for key in ("settings", "help", "reports", "telephonograms", "replies"):
        desk.window.docks.show(key)
    known = {part for key in desk.window.known_keys() for part in re.split(r" или |, | ", key.keys)}
    known |= {key.keys for key in OF_THE_MAP}  # where labels stand in this desk
    known |= {FORM_KEYS, JOURNAL_KEYS}  # of a press, which a desk without a station has not
    for page, text in written().items():
        for named in re.findall(r"\*\*((?:Ctrl|Alt|Shift|F\d)[^*]*|\?|Esc)\*\*", text):
            assert named in known | {"Ctrl+Alt+5", "Ctrl+Shift+L"}, f"{page}: {named}"


@pytest.mark.parametrize("module", [*MODULES, *HOUSE], ids=lambda one: one.key)
def test_a_module_is_described_as_it_is_declared(module: Module) -> None:
    text = described(module, NORMS, TODAY)
    for field in module.fields:
        assert f"**{plain(field.title)}** —" in text
    for status in module.statuses:
        assert f"**{plain(status.title)}** —" in text
        for move in status.moves:
            target = module.status(move.target)
            assert target is not None
            assert plain(move.title or target.title) in text
    for clock in module.clocks:
        assert f"**{plain(clock.title)}** —" in text
        limit = NORMS.limit(clock.limit, TODAY) if clock.limit else None
        if limit is not None:
            assert f"{limit.limit} " in text
            assert plain(limit.citation) in text
    unverified = [
        one for one in module.clocks if one.limit and (found := NORMS.limit(one.limit, TODAY)) and not found.verified
    ]
    assert text.count("**не проверено**") == len(unverified)


@pytest.mark.parametrize(
    "hostile", ["<img src=http://x/y.png>", "[сюда](http://x)", "**а**", "`код`", "a\n# Глава", "&lt;b&gt;", "~~а~~"]
)  # fmt: skip
def test_a_text_of_a_register_stays_text(hostile: str, qapp: QApplication) -> None:
    document = QTextDocument()
    features = QTextDocument.MarkdownFeature
    document.setMarkdown(f"начало {plain(hostile)} конец", features.MarkdownDialectGitHub | features.MarkdownNoHTML)
    assert document.toPlainText() == f"начало {' '.join(hostile.split())} конец"


def test_a_search_finds_pages_by_all_the_words(book: Book) -> None:
    assert "](offline)" in book.find("связи").text
    assert "](terms)" in book.find("НЕ ПРОВЕРЕНО").text
    assert LINK.findall(book.find("блокировка").text)[0] == "lock"
    assert "Ничего не нашлось" in book.find("бегемот").text
    assert "](telephonograms)" in book.find("не дозвонились").text


def test_pages_are_short_and_begin_with_a_title() -> None:
    for key, text in written().items():
        assert text.startswith("# "), key
        assert len(text) < 2_500, key
        assert not [line for line in text.split("\n") if len(line) > 125], key
    names = [one.name for one in (Path(__file__).parents[2] / "resources" / "help").iterdir()]
    assert len(names) == len(written())


# the panel


@pytest.fixture
def panel(book: Book, appearance: Appearance, qtbot: QtBot) -> Iterator[HelpPanel]:
    made = HelpPanel(book, appearance)
    made.resize(420, 700)
    made.show()
    qtbot.waitUntil(made.isActiveWindow, timeout=20_000)
    yield made
    made.close()
    shiboken6.delete(made)


def test_a_link_is_followed_and_the_way_back_is_kept(panel: HelpPanel, qtbot: QtBot) -> None:
    panel.browser.anchorClicked.emit(QUrl("offline"))
    assert panel.page.key == "offline"
    assert "Нет связи" in panel.browser.toPlainText()
    panel.browser.anchorClicked.emit(QUrl("login"))
    qtbot.keyClick(panel.browser, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: panel.page.key == "offline", timeout=5_000)
    panel.back.click()
    assert panel.page.key == CONTENTS
    assert not panel.back.isEnabled()


def test_a_link_out_of_the_program_leads_to_the_contents(panel: HelpPanel) -> None:
    for hostile in ("http://example.org", "file:///etc/passwd", "javascript:1", ""):
        panel.open("map")
        panel.browser.anchorClicked.emit(QUrl(hostile))
        assert panel.page.key == CONTENTS
    assert panel.browser.loadResource(2, QUrl("file:///etc/passwd")) is None


def test_words_in_the_box_are_found_as_they_are_typed(panel: HelpPanel, qtbot: QtBot) -> None:
    panel.search.setText("ордер")
    qtbot.waitUntil(lambda: panel.page.key == "found", timeout=5_000)
    assert "Земляные работы" in panel.browser.toPlainText()
    panel.search.clear()
    qtbot.waitUntil(lambda: panel.page.key == CONTENTS, timeout=5_000)


def test_a_link_is_followed_by_keyboard(panel: HelpPanel, qtbot: QtBot) -> None:
    panel.browser.setFocus()
    qtbot.keyClick(panel.browser, Qt.Key.Key_Tab)
    qtbot.keyClick(panel.browser, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: panel.page.key == "start", timeout=5_000)


# in the window


def press_f1(desk: Desk, qtbot: QtBot) -> None:
    qtbot.keyClick(desk.window, Qt.Key.Key_F1)


def test_f1_opens_the_page_of_the_panel_with_the_keyboard(desk: Desk, qtbot: QtBot) -> None:
    for key in ("telephonograms", "outbox", "settings", "reports"):
        desk.window.docks.show(key)
        press_f1(desk, qtbot)
        qtbot.waitUntil(lambda key=key: desk.help is not None and desk.help.page.key == key, timeout=5_000)
    assert desk.help is not None
    assert desk.help.isVisible()


def test_f1_knows_the_status_line_and_the_login(desk: Desk, qtbot: QtBot) -> None:
    assert page_of(desk.status.unsent) == "offline"
    assert desk.window.login is not None
    desk.window.login.ask()
    press_f1(desk, qtbot)
    qtbot.waitUntil(lambda: desk.help is not None and desk.help.page.key == "login", timeout=5_000)
    assert page_of(None) == CONTENTS
