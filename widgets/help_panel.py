"""Справка: the book beside the work, opened at what the keyboard is in; nothing in it leads out of the program."""

from typing import Any

from PySide6.QtCore import Qt, QTimer, QUrl
from PySide6.QtGui import QFont, QTextCharFormat, QTextCursor, QTextDocument, QTextFormat
from PySide6.QtWidgets import QDockWidget, QHBoxLayout, QLineEdit, QPushButton, QTextBrowser, QVBoxLayout, QWidget

from widgets.help_book import CONTENTS, FOUND, Book, Page
from widgets.keys import add_key
from widgets.theme import Appearance, set_role

ABOUT = "help"
"""The property in which a widget names its page."""
PAUSE_MS = 150
_DIALECT = QTextDocument.MarkdownFeature.MarkdownDialectGitHub | QTextDocument.MarkdownFeature.MarkdownNoHTML


def about(widget: QWidget, page: str) -> None:
    """F1 inside this widget opens this page."""
    widget.setProperty(ABOUT, page)


def page_of(widget: QWidget | None) -> str:
    """The page of the nearest widget around that has one; of a panel it is the one of its key."""
    while widget is not None:
        named = widget.property(ABOUT) or (widget.objectName() if isinstance(widget, QDockWidget) else "")
        if named:
            return str(named)
        widget = widget.parentWidget()
    return CONTENTS


class _Browser(QTextBrowser):
    """Shows our own Markdown; loads nothing, whatever a text names."""

    def loadResource(self, kind: int, name: QUrl | str) -> Any:
        return None


class HelpPanel(QWidget):
    """Contents, search, and a page; the way back is kept."""

    def __init__(self, book: Book, appearance: Appearance) -> None:
        super().__init__()
        self._book, self._appearance = book, appearance
        self._past: list[str] = []
        self.page: Page = book.page(CONTENTS)
        self.search, self.browser = QLineEdit(), _Browser()
        self.home, self.back = QPushButton("Содержание"), QPushButton("Назад")
        self._soon = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._build()
        self._wire()
        self.open(CONTENTS)

    def _build(self) -> None:
        set_role(self, "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.search.setPlaceholderText("Найти")
        self.search.setAccessibleName("Найти в справке")
        self.search.setClearButtonEnabled(True)
        set_role(self.browser, "help")
        self.browser.setAccessibleName("Страница справки")
        self.browser.setOpenLinks(False)
        self.browser.document().setDocumentMargin(16)
        row = QHBoxLayout()
        row.setContentsMargins(16, 12, 16, 4)
        for widget in (self.back, self.home):
            set_role(widget, "quiet")
            row.addWidget(widget)
        row.addWidget(self.search, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addLayout(row)
        whole.addWidget(self.browser, 1)
        self.setFocusProxy(self.browser)

    def _wire(self) -> None:
        self.home.clicked.connect(lambda: self.open(CONTENTS))
        self.back.clicked.connect(self.go_back)
        self.browser.anchorClicked.connect(lambda url: self.open(url.toString()))
        self.search.textChanged.connect(lambda _: self._soon.start())
        self.search.returnPressed.connect(self._find_now)
        self._soon.timeout.connect(self._find)
        self._appearance.changed.connect(self._show)
        add_key(self, "Справка", "Найти в справке", "Ctrl+F", self._to_search)
        add_key(self, "Справка", "Прежняя страница справки", "Alt+Left", self.go_back)
        add_key(self, "Справка", "Содержание справки", "Alt+Home", lambda: self.open(CONTENTS))

    def open(self, key: str) -> None:
        """Show a page; a key that the book does not have shows the contents."""
        if self.page.key not in (key, FOUND):
            self._past.append(self.page.key)
        self.page = self._book.page(key)
        self._show()

    def go_back(self) -> None:
        if self._past:
            self.page = self._book.page(self._past.pop())
            self._show()

    def _find_now(self) -> None:
        self._soon.stop()
        self._find()
        self.browser.setFocus()

    def _find(self) -> None:
        words = self.search.text()
        if not words.strip():
            self.open(CONTENTS)
            return
        if self.page.key != FOUND:
            self._past.append(self.page.key)
        self.page = self._book.find(words)
        self._show()

    def _show(self) -> None:
        document = self.browser.document()
        document.setDefaultFont(QFont(self._appearance.theme.font()))
        document.setMarkdown(self.page.text, _DIALECT)
        self._space()
        self.browser.moveCursor(QTextCursor.MoveOperation.Start)
        self.back.setEnabled(bool(self._past))
        self.home.setEnabled(self.page.key != CONTENTS)

    def _space(self) -> None:
        """Room between paragraphs, in letters: Qt's Markdown sets them close."""
        theme, block = self._appearance.theme, self.browser.document().begin()
        self.browser.document().setIndentWidth(theme.length(14))
        while block.isValid():
            form, level = block.blockFormat(), block.blockFormat().headingLevel()
            form.setTopMargin(theme.length(12 if level > 1 else 0))
            form.setBottomMargin(theme.length(4 if block.textList() else 8))
            cursor = QTextCursor(block)
            cursor.setBlockFormat(form)
            if level:
                cursor.select(QTextCursor.SelectionType.BlockUnderCursor)
                letters = QTextCharFormat()
                letters.setProperty(QTextFormat.Property.FontSizeAdjustment, 0)
                letters.setFont(theme.font("title" if level == 1 else "text", bold=True))
                cursor.mergeCharFormat(letters)
            block = block.next()

    def _to_search(self) -> None:
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()
