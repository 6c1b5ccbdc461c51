"""What is about to be printed, in a window of its own that stands in nobody's way: look, then print or keep as PDF."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, Qt
from PySide6.QtGui import QKeySequence, QPageSize, QShortcut
from PySide6.QtPdf import QPdfDocument
from PySide6.QtPdfWidgets import QPdfView
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QFileDialog, QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from citymanager.errors import CityError
from citymanager.exchange.outgo import replacing
from citymanager.text import plural
from widgets.plain import plain_label
from widgets.printing.pages import lay_out
from widgets.theme import set_role

SIZE = (900, 700)


class Preview(QWidget):
    """Shows a PDF that lies in memory only. What leaves it, by paper or file, passes `allowed` first."""

    def __init__(
        self,
        title: str,
        pdf: bytes,
        allowed: Callable[[str], None],
        paint: Callable[[QPrinter, Callable[[], None]], None],
        parent: QWidget,
        word: Callable[[Callable[[bytes], None]], None] | None = None,
    ) -> None:
        """`allowed` writes the journal's line and raises CityError if it can't. `paint`: onto paper, then call back.

        `word`: make a Word document of it, then call back; None: it can't be one.
        """
        super().__init__(parent, Qt.WindowType.Window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(f"Печать: {title}")
        self._title, self._pdf, self._allowed, self._paint, self._word = title, pdf, allowed, paint, word
        self._buffer = QBuffer(self)
        self._buffer.setData(QByteArray(pdf))
        self._buffer.open(QIODevice.OpenModeFlag.ReadOnly)
        self.document = QPdfDocument(self)
        self.document.load(self._buffer)
        self.view = QPdfView(self)
        self.view.setDocument(self.document)
        self.view.setPageMode(QPdfView.PageMode.MultiPage)
        self.view.setZoomMode(QPdfView.ZoomMode.FitToWidth)
        self.print, self.keep = QPushButton("Печать…"), QPushButton("Сохранить PDF…")
        self.keep_word = QPushButton("Сохранить DOCX…")
        self.keep_word.setVisible(word is not None)
        self.close_button = QPushButton("Закрыть")
        self.message = plain_label("", "muted")
        self._lay_out()
        self.resize(*SIZE)

    def _lay_out(self) -> None:
        set_role(self.print, "primary")
        bar = QFrame()
        set_role(bar, "bar")
        row = QHBoxLayout(bar)
        row.addWidget(plain_label(plural(self.document.pageCount(), "страница", "страницы", "страниц"), "muted"))
        row.addWidget(self.message, 1)
        for button, act in (
            (self.print, self._ask_printer), (self.keep, self._ask_pdf), (self.keep_word, self._ask_word),
            (self.close_button, self.close),
        ):  # fmt: skip
            row.addWidget(button)
            button.clicked.connect(act)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(bar)
        column.addWidget(self.view, 1)
        QShortcut(QKeySequence("Esc"), self).activated.connect(self.close)
        QShortcut(QKeySequence("Ctrl+P"), self).activated.connect(self._ask_printer)
        QShortcut(QKeySequence("Ctrl+S"), self).activated.connect(self._ask_pdf)
        self.print.setFocus()

    def _ask_pdf(self) -> None:
        self._ask_file("PDF", self.keep_as)

    def _ask_word(self) -> None:
        self._ask_file("DOCX", self.keep_as_word)

    def _ask_file(self, kind: str, keep: Callable[[Path], None]) -> None:
        dialog = QFileDialog(self, f"Сохранить {kind}", f"{self._title}.{kind.lower()}", f"{kind} (*.{kind.lower()})")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(kind.lower())
        dialog.fileSelected.connect(lambda name: keep(Path(name)))
        dialog.open()

    def keep_as(self, file: Path) -> None:
        """Write the PDF, whole or not at all."""
        self._keep(file, "PDF", self._pdf)

    def keep_as_word(self, file: Path) -> None:
        """Write the Word document, whole or not at all; the window goes on while it is made."""
        if self._word is not None:
            self.message.setText("Готовится DOCX…")
            self._word(lambda made: self._keep(file, "DOCX", made))

    def _keep(self, file: Path, kind: str, made: bytes) -> None:
        try:
            self._allowed(f"{kind}: {file.name}")
            with replacing(file) as new:
                new.write_bytes(made)
        except CityError as error:
            self.message.setText(str(error))
        else:
            self.message.setText(f"Сохранено: {file.name}")

    def _ask_printer(self) -> None:
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        size = self.document.pagePointSize(0)
        paper = QPageSize.id(size, QPageSize.Unit.Point, QPageSize.SizeMatchPolicy.FuzzyOrientationMatch)
        lay_out(printer, landscape=size.width() > size.height(), paper=paper)
        dialog = QPrintDialog(printer, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(lambda: self.print_on(printer))
        dialog.setWindowModality(Qt.WindowModality.WindowModal)
        dialog.show()

    def print_on(self, printer: QPrinter) -> None:
        """Paint it on a printer; the window goes on meanwhile."""
        try:
            self._allowed("принтер")
        except CityError as error:
            self.message.setText(str(error))
            return
        self.message.setText("Печатается…")
        self._paint(printer, lambda: self.message.setText("Отправлено на принтер."))
