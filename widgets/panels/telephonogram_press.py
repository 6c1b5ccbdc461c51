"""The papers that telephonograms have beside the generic ones: the form of one, and the journal of a period."""

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from widgets.keys import add_key
from widgets.panels.telephonogram_journal import journal_paper
from widgets.panels.telephonogram_paper import TELEPHONOGRAMS, telephonogram_paper
from widgets.printing.documents import in_words
from widgets.printing.press import NOTHING, Press
from widgets.record_panel import RecordPanel

FORM, FORM_KEYS = "Бланк телефонограммы…", "Ctrl+Shift+F"
JOURNAL, JOURNAL_KEYS = "Журнал телефонограмм…", "Ctrl+Shift+J"


class TelephonogramPress(QObject):
    """Prints by the desk's press, with its rights, its look and its line in the journal of access."""

    def __init__(self, press: Press, window: QWidget) -> None:
        super().__init__(window)
        self._press = press

    def serve(self, panel: RecordPanel) -> None:
        """Offer the papers in the panel's menu and by keys, if it is the one of telephonograms."""
        if panel.module.key != TELEPHONOGRAMS:
            return
        panel.more.add(f"{FORM}\t{FORM_KEYS}", lambda: self.print_form(panel), card=True)
        panel.more.add(f"{JOURNAL}\t{JOURNAL_KEYS}", lambda: self.print_journal(panel))
        add_key(panel, "Телефонограммы", "Бланк телефонограммы из карточки", FORM_KEYS, lambda: self.print_form(panel))
        add_key(
            panel, "Телефонограммы", "Журнал по отобранным в таблице", JOURNAL_KEYS, lambda: self.print_journal(panel)
        )

    def print_form(self, panel: RecordPanel) -> None:
        """The telephonogram in the card as it is stored; telephones only while they are revealed."""
        record = panel.form.record
        if record is None:
            self._press.say("Печатать нечего: откройте сохранённую телефонограмму.")
            return
        revealed, imprint = panel.form.revealed.ident == record.id, self._press.imprint()
        self._press.compose(
            panel.module,
            lambda reader, at: telephonogram_paper(reader, record, imprint, revealed=revealed),
            landscape=False,
            ident=record.id,
        )

    def print_journal(self, panel: RecordPanel) -> None:
        """All that the table is narrowed to now, by number: the period is a filter of «Составлена»."""
        if not panel.model.rowCount():
            self._press.say(NOTHING)
            return
        query, words, imprint = panel.model.query, in_words(panel.bar.filter, panel.module), self._press.imprint()
        self._press.compose(
            panel.module, lambda reader, at: journal_paper(reader, query, words, imprint, at), landscape=True
        )  # fmt: skip
