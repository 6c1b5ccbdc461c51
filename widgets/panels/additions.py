"""Which panels have something beside what their declaration gives them, and how it is put into them."""

from collections.abc import Callable, Mapping

from widgets.keys import add_key
from widgets.panels.agreement_strip import AgreementStrip
from widgets.panels.answer_strip import AnswerStrip
from widgets.panels.author_strip import AuthorStrip
from widgets.panels.known_outage import KnownOutage
from widgets.panels.outage_acts import OutageActs
from widgets.panels.outage_arrivals import OutageArrivals
from widgets.panels.outage_strip import END_KEYS, LINK_KEYS, OutageStrip
from widgets.panels.receipt_matrix import TO_ALL_KEYS, ReceiptMatrix
from widgets.panels.recipients_strip import RecipientsStrip
from widgets.panels.second_endings import SecondEndings
from widgets.panels.stand import Stand
from widgets.panels.withdrawals import Withdrawals
from widgets.panels.wording_strip import WordingStrip
from widgets.panels.zone_strip import ZoneStrip
from widgets.record_panel import RecordPanel

MATRIX_KEYS, TEMPLATE_KEYS, BLANK_KEYS = "Ctrl+Shift+A", "Ctrl+Shift+O", "Ctrl+Shift+G"
HOUSES_KEYS, AUTHOR_KEYS = "Ctrl+Shift+D", "Ctrl+Shift+B"


def receipt_matrix(panel: RecordPanel, stand: Stand) -> None:
    """The addressees of a telephonogram over its fields."""
    matrix = ReceiptMatrix(stand.tasks, stand.hub, stand.seat, stand.appearance, stand.norms, stand.clock)
    form = panel.form
    form.sheet.prepend(matrix)
    form.shown.connect(lambda: matrix.show_record(form.record))
    form.saved.connect(lambda _: matrix.show_record(form.record))

    def go_there() -> None:
        matrix.table.setFocus()
        form.sheet.sight.bring_up(matrix.table)

    matrix.table.went.connect(lambda row: form.sheet.sight.see(matrix.table.viewport(), row))
    group = "Телефонограммы"
    add_key(panel, group, "К адресатам; там 1–4 и 0 — отметки, Enter — следующая", MATRIX_KEYS, go_there)
    add_key(panel, group, "Передать всем, кому ещё не передано", TO_ALL_KEYS, matrix.pass_to_all)


def outage(panel: RecordPanel, stand: Stand) -> None:
    """Of a telephonogram about an outage: its houses and zone, those who report it, and its end."""
    form = panel.form
    acts = OutageActs(stand.tasks, stand.hub, stand.seat, stand.clock, panel)
    strip = OutageStrip(form, acts, stand.tasks, stand.hub, stand.clock)
    acts.ended.connect(lambda ident: stand.hub.opened.emit(panel.module.key, ident))
    form.sheet.prepend(strip)
    ZoneStrip(form, stand.tasks)
    OutageArrivals(acts, stand.tasks, stand.hub, stand.seat, stand.clock, panel)
    SecondEndings(stand, panel)
    group = "Отключения"
    add_key(panel, group, "К домам отключения", HOUSES_KEYS, lambda: form.sheet.go_to(form.lines["houses"]))
    add_key(panel, group, "Связать отмеченные сообщения, подготовить ответы", LINK_KEYS, strip.link_marked)
    add_key(panel, group, "Телефонограмма об окончании отключения", END_KEYS, strip.end_it)


def report(panel: RecordPanel, stand: Stand) -> None:
    """What a report's card has beside its fields."""
    acts = OutageActs(stand.tasks, stand.hub, stand.seat, stand.clock, panel)
    known = KnownOutage(panel.form, acts, stand.tasks, stand.hub, stand.clock)
    panel.form.sheet.prepend(known)
    add_key(panel, "Отключения", "Связать сообщение с известным отключением", LINK_KEYS, known.link)
    author = AuthorStrip(panel.form, stand)
    title = "Другие сообщения автора, того же случая и отключения; один ответ на них"
    add_key(panel, "Сообщения жителей", title, AUTHOR_KEYS, author.open_list)


def telephonogram(panel: RecordPanel, stand: Stand) -> None:
    """What a telephonogram's card has beside its fields."""
    outage(panel, stand)
    receipt_matrix(panel, stand)
    Withdrawals(stand, panel)
    WordingStrip(panel.form)
    RecipientsStrip(panel.form, stand.tasks, stand.clock)


def reply(panel: RecordPanel, stand: Stand) -> None:
    """What a reply's card has beside its fields."""
    strip = AnswerStrip(panel.form, stand.tasks, stand.norms, stand.appearance, stand.clock)
    add_key(panel, "Ответы жителям", "Выбрать шаблон ответа", TEMPLATE_KEYS, strip.choose)
    add_key(panel, "Ответы жителям", "К следующему пропуску в тексте ответа", BLANK_KEYS, strip.go_to_blank)


def order(panel: RecordPanel, stand: Stand) -> None:
    """What an order's card has beside its fields."""
    panel.form.sheet.prepend(AgreementStrip(panel.form, stand))


ADDITIONS: Mapping[str, Callable[[RecordPanel, Stand], None]] = {
    "telephonograms": telephonogram, "reports": report, "replies": reply, "earthworks": order,
}  # fmt: skip


def furnish(panel: RecordPanel, stand: Stand) -> None:
    """Put in what this panel has beside; most have nothing."""
    if panel.module.key in ADDITIONS:
        ADDITIONS[panel.module.key](panel, stand)
