"""Printing from the desk: rights first, then the pages with their numbers, then a look at them; a journal line each."""

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtGui import QPagedPaintDevice

from citymanager.schema import Module
from citymanager.store import Reader
from citymanager.work import Hands
from widgets.printing.documents import card_paper, in_words, table_paper
from widgets.printing.pages import At, Pages, pdf
from widgets.printing.paper import Paper
from widgets.printing.print_stand import PrintStand
from widgets.record_panel import RecordPanel

NOTHING = "Печатать нечего: в таблице нет записей."
Compose = Callable[[Reader, At], Paper]


class Press(QObject):
    """Prints tables and cards of the desk's panels."""

    def __init__(self, stand: PrintStand) -> None:
        super().__init__(stand.window)
        self._stand, self._tasks, self._hub = stand, stand.tasks, stand.hub
        self.previews, self.imprint = stand.previews, stand.imprint

    def serve(self, panel: RecordPanel) -> None:
        """Print what this panel asks for."""
        panel.print_requested.connect(lambda: self.print_here(panel))
        panel.more.table_print_requested.connect(lambda: self.print_table(panel))
        panel.more.card_print_requested.connect(lambda: self.print_card(panel))

    def print_here(self, panel: RecordPanel) -> None:
        """The card if the keyboard is in it, else the table."""
        focus = panel.window().focusWidget()
        if panel.form.record is not None and focus is not None and panel.form.isAncestorOf(focus):
            self.print_card(panel)
        else:
            self.print_table(panel)

    def print_table(self, panel: RecordPanel) -> None:
        """The list as it is narrowed and sorted now, with the columns that are shown."""
        query, columns = panel.model.query, panel.table.shown_columns
        words, imprint = in_words(panel.bar.filter, panel.module), self.imprint()
        if not panel.model.rowCount():
            self.say(NOTHING)
            return
        self.compose(
            panel.module,
            lambda reader, at: table_paper(reader, query, columns, words, imprint, at),
            landscape=True,
        )

    def print_card(self, panel: RecordPanel) -> None:
        """A card as it is stored; its personal data only while they are revealed."""
        record = panel.form.record
        if record is None:
            return
        dues, revealed, imprint = panel.form.due.told, panel.form.revealed.ident == record.id, self.imprint()
        self.compose(
            panel.module,
            lambda reader, at: card_paper(reader, record, dues, imprint, revealed=revealed),
            landscape=False,
            ident=record.id,
        )

    def say(self, why: str) -> None:
        """Why there is nothing to print."""
        self._hub.notice.emit(why, "info")

    def compose(self, module: Module, compose: Compose, *, landscape: bool, ident: str = "") -> None:
        """Show what is composed on a reader's thread, if this person may print the module; `ident`: of one record."""
        if why := self._stand.seat.why_not_print(module):
            self._hub.notice.emit(why, "warning")
            return

        def make(hands: Hands) -> tuple[Paper, bytes]:
            paper = compose(hands.reader, hands.at)
            return paper, pdf(paper, hands.at, landscape=landscape)

        self._tasks.long(
            f"Печать: {module.title}", make, lambda made: self._show(module, *made, ident, landscape=landscape),
            self._stand.tell, self,
        )  # fmt: skip

    def _show(self, module: Module, paper: Paper, made: bytes, ident: str, *, landscape: bool) -> None:
        from widgets.printing.preview import Preview  # QtPdf is loaded by who prints

        count = 1 if ident else len(paper.rows)

        def allowed(how: str) -> None:
            self._stand.journal.print(module.key, count, how, ident)

        def paint(device: QPagedPaintDevice, done: Callable[[], None]) -> None:
            self._tasks.long(
                f"Печать: {module.title}",
                lambda hands: Pages(paper, device, hands.at).paint(hands.at),
                lambda _: done(),
                self._stand.tell,
                self,
            )

        def word(done: Callable[[bytes], None]) -> None:
            self._tasks.long(
                f"DOCX: {module.title}", lambda hands: _word(paper, hands.at, landscape=landscape),
                done, self._stand.tell, preview,
            )  # fmt: skip

        preview = Preview(paper.title, made, allowed, paint, self._stand.window, word)
        self._stand.show(preview)


def _word(paper: Paper, at: At, *, landscape: bool) -> bytes:
    from widgets.printing.word import docx  # loaded by who asks for such a document

    return docx(paper, at, landscape=landscape)
