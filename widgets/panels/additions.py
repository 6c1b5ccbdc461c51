"""Which panels have something beside what their declaration gives them, and how it is put into them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from citymanager.hub import Hub
from citymanager.tasks import Tasks
from widgets.city_norms import CityNorms
from widgets.keys import add_key
from widgets.panels.receipt_matrix import TO_ALL_KEYS, ReceiptMatrix
from widgets.panels.recipients_strip import RecipientsStrip
from widgets.panels.wording_strip import WordingStrip
from widgets.record_panel import RecordPanel
from widgets.seat import Seat
from widgets.theme import Appearance

MATRIX_KEYS = "Ctrl+Shift+A"


@dataclass(frozen=True)
class Stand:
    """What an addition stands on."""

    tasks: Tasks
    hub: Hub
    seat: Seat
    appearance: Appearance
    norms: CityNorms
    clock: Callable[[], datetime]


def receipt_matrix(panel: RecordPanel, stand: Stand) -> None:
    """The addressees of a telephonogram over its fields."""
    matrix = ReceiptMatrix(stand.tasks, stand.hub, stand.seat, stand.appearance, stand.norms, stand.clock)
    form = panel.form
    form.sheet.prepend(matrix)
    form.shown.connect(lambda: matrix.show_record(form.record))
    form.saved.connect(lambda _: matrix.show_record(form.record))
    group = "Телефонограммы"
    add_key(panel, group, "К адресатам; там 1–4 и 0 — отметки, Enter — следующая", MATRIX_KEYS, matrix.table.setFocus)
    add_key(panel, group, "Передать всем, кому ещё не передано", TO_ALL_KEYS, matrix.pass_to_all)


def telephonogram(panel: RecordPanel, stand: Stand) -> None:
    """What a telephonogram's card has beside its fields."""
    receipt_matrix(panel, stand)
    WordingStrip(panel.form)
    RecipientsStrip(panel.form, stand.tasks, stand.clock)


ADDITIONS: Mapping[str, Callable[[RecordPanel, Stand], None]] = {"telephonograms": telephonogram}


def furnish(panel: RecordPanel, stand: Stand) -> None:
    """Put in what this panel has beside; most have nothing."""
    if panel.module.key in ADDITIONS:
        ADDITIONS[panel.module.key](panel, stand)
