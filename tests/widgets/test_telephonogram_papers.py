"""The form of a telephonogram and the journal: every requisite, every number, telephones only while revealed."""

import re
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document
from PySide6.QtCore import QBuffer, Qt
from PySide6.QtPdf import QPdfDocument
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot
from throwaway import NOW

from citymanager.access_journal import AccessJournal
from citymanager.errors import Refused
from citymanager.hub import Hub
from citymanager.modules import BY_KEY
from citymanager.roles import role
from citymanager.store import Profile, Query, Writer
from citymanager.tasks import Tasks
from widgets.panels.telephonogram_press import FORM, JOURNAL, TelephonogramPress
from widgets.personal import MASK
from widgets.printing.paper import Column, Paper, printable
from widgets.printing.press import Press
from widgets.printing.preview import Preview
from widgets.printing.print_stand import PrintStand
from widgets.printing.word import NO_XML, docx
from widgets.record_panel import RecordPanel
from widgets.seat import Seat

Put = Callable[..., None]
ORGANISATIONS = {
    "edds": {"name": "ЕДДС города"}, "water": {"name": "МУП «Водоканал»"}, "home": {"name": "ООО «Жилфонд»"},
    "school": {"name": "Школа № 125"},
}  # fmt: skip
MESSAGE = {
    "number": "К1-0057", "date": "2026-11-23T04:00:00Z", "type": "emergency", "status": "sent", "organisation": "edds",
    "place": "ул. Ленина, д. 5", "addressees": ["water", "home", "school"], "text": "Прорыв трубы. <b>Воды</b> нет.",
    "sender_position": "оперативный дежурный", "sender_name": "Иванова А. П.", "sender_phone": "2-11-12",
    "resource": ["cold_water"], "began": "2026-11-23T03:30:00Z", "planned_end": "2026-11-23T10:00:00Z",
    "houses": "ул. Ленина, д. 5\nул. Ленина, д. 7", "residents": 240,
}  # fmt: skip
RECEIPTS = {
    "r1": {"telephonogram": "t1", "addressee": "water", "status": "read", "phone": "3-33-33", "attempts": 2,
           "sent_at": "2026-11-23T04:05:00Z", "sent_by": "Иванова А. П.", "received_at": "2026-11-23T04:07:00Z",
           "receiver_position": "диспетчер", "receiver_name": "Петров П. П.", "receiver_phone": "3-45-67",
           "read_at": "2026-11-23T04:20:00Z"},
    "r2": {"telephonogram": "t1", "addressee": "home", "status": "sent", "sent_at": "2026-11-23T04:09:00Z",
           "sent_by": "Сидоров С. С.", "sender_position": "оператор", "sender_phone": "2-22-22"},
}  # fmt: skip
REQUISITES = (
    "Телефонограмма№К1-0057", "ЕДДСгорода", "23.11.202609:00", "ул.Ленина,д.5", "Прорывтрубы.<b>Воды</b>нет.",
    "МУП«Водоканал»", "ООО«Жилфонд»", "Школа№125", "23.11.202609:05", "23.11.202609:07", "оперативныйдежурный",
    "ИвановаА.П.", "диспетчер", "ПетровП.П.", "оператор", "СидоровС.С.", "Ознакомлен23.11.202609:20", "Недозвонились:2",
    "ХВС", "Дома(2)",
)  # fmt: skip
PHONES = ("2-11-12", "3-45-67", "2-22-22")


def bare(text: str) -> str:
    return re.sub(r"\s", "", text)


def of_pdf(file: Path) -> str:
    buffer, document = QBuffer(), QPdfDocument()
    buffer.setData(file.read_bytes())
    buffer.open(QBuffer.OpenModeFlag.ReadOnly)
    document.load(buffer)
    text = "".join(document.getAllText(page).text() for page in range(document.pageCount()))
    document.close()
    return bare(text)


def of_docx(made: bytes) -> str:
    document = Document(BytesIO(made))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return bare("".join([*(one.text for one in document.paragraphs), *cells]))


@pytest.fixture
def press(qapp: object, tasks: Tasks, hub: Hub, seat: Seat, journal: AccessJournal, qtbot: QtBot) -> Iterator[Press]:
    window = QWidget()
    made = Press(PrintStand(tasks, hub, seat, journal, window, lambda: "Снежинск", lambda: True, lambda: NOW))
    yield made
    for one in made.previews:
        one.close()
    window.deleteLater()
    qtbot.waitUntil(lambda: not made.previews, timeout=5_000)


@pytest.fixture
def panel(put: Put, panel_of: Callable[..., RecordPanel], press: Press) -> RecordPanel:
    put("organisations", ORGANISATIONS)
    put("telephonograms", {"t1": MESSAGE})
    put("receipts", RECEIPTS)
    made = panel_of(BY_KEY["telephonograms"])
    press.serve(made)
    TelephonogramPress(press, made).serve(made)
    return made


def shown(press: Press, qtbot: QtBot, count: int = 1) -> Preview:
    qtbot.waitUntil(lambda: len(press.previews) == count, timeout=20_000)
    return press.previews[-1]


def test_the_form_has_every_requisite_as_pdf_and_as_docx(
    press: Press, panel: RecordPanel, qtbot: QtBot, tmp_path: Path, wait: Callable[..., None]
) -> None:
    panel.show_record("t1")
    panel.form.lines["text"].editor.setFocus()
    QTest.keyClick(panel.form, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    preview = shown(press, qtbot)
    preview.keep_as(tmp_path / "1.pdf")
    preview.keep_as_word(tmp_path / "1.docx")
    wait((tmp_path / "1.docx").exists)
    for text in (of_pdf(tmp_path / "1.pdf"), of_docx((tmp_path / "1.docx").read_bytes())):
        assert [one for one in REQUISITES if one not in text] == []
        assert MASK in text and not any(phone in text for phone in PHONES), "masked on the screen, masked on paper"
    panel.form.reveal()
    act = next(one for one in panel.more.menu().actions() if one.text().startswith(FORM))
    act.trigger()
    shown(press, qtbot, 2).keep_as(tmp_path / "2.pdf")
    text = of_pdf(tmp_path / "2.pdf")
    assert [phone for phone in PHONES if phone not in text] == []


def test_the_journal_goes_by_number_and_names_what_is_missing(
    press: Press, panel: RecordPanel, put: Put, qtbot: QtBot, tmp_path: Path, wait: Callable[..., None]
) -> None:
    more = {f"t{n}": {**MESSAGE, "number": f"К1-00{n}", "text": f"Текст {n}"} for n in (59, 58, 61)}
    put("telephonograms", {**more, "t2": {**MESSAGE, "number": "К2-0001", "text": "Чужой блок"}})
    put("telephonograms", {"t62": {**MESSAGE, "number": "К1-0060", "text": "Вне отбора", "type": "weather"}})
    panel.bar.search.setText("ленина")
    wait(lambda: panel.model.complete and panel.model.rowCount() == 6)
    put("telephonograms", {"t59": {}}, 2, deleted=True)
    wait(lambda: panel.model.complete and panel.model.rowCount() == 5)
    act = next(one for one in panel.more.menu().actions() if one.text().startswith(JOURNAL))
    act.trigger()
    shown(press, qtbot).keep_as(tmp_path / "журнал.pdf")
    text = of_pdf(tmp_path / "журнал.pdf")
    assert re.findall(r"К\d-00\d\d", text.partition("Состояние")[2]) == [
        "К1-0057", "К1-0058", "К1-0059", "К1-0060", "К1-0061", "К2-0001",
    ]  # fmt: skip
    assert "К1-0059:Записисэтимномером" in text and "Блок«К1»:с57по61" in text and "Блок«К2»:с1по1" in text
    assert "МУП«Водоканал»—23.11.202609:07ПетровП.П." in text
    assert "5телефонограмм" in text and "Отбор:Слова:«ленина»" in text


def test_offline_numbers_follow_each_other_over_refusals_and_restarts(profile: Profile, tmp_path: Path) -> None:
    """Without a line nobody gives numbers but the station's own block: none is skipped, none is given twice."""

    def make(writer: Writer, text: str) -> None:
        writer.save("telephonograms", None, {"text": text}, "ivanova", role("operator"), NOW)

    modules = [BY_KEY["telephonograms"], BY_KEY["organisations"]]
    for start in range(3):
        writer = profile.writer(modules, patience=0)
        make(writer, f"Первая {start}")
        with pytest.raises(Refused):
            make(writer, "")
        make(writer, f"Вторая {start}")
        writer.close()
    reader = profile.reader(modules)
    numbers = [one.data["number"] for one in reader.each(Query("telephonograms", sort="number"))]
    reader.close()
    block = numbers[0].rpartition("-")[0]
    assert numbers == [f"{block}-{n:04}" for n in range(1, 7)]


def test_a_word_document_holds_any_text_and_can_be_stopped(qapp: object, blns: list[str]) -> None:
    rows = [("заголовок",), *((str(n), one) for n, one in enumerate([*blns, "\ufffe\x00\ud800конец"]))]
    steps: list[tuple[int, int]] = []
    paper = Paper("Заголовок", ["о чём"], [Column("№", 1, "right"), Column("Текст", 6)], rows, "подвал")
    text = of_docx(docx(paper, lambda done, total: steps.append((done, total)), landscape=True))
    assert "конец" in text and len(steps) > 5
    assert [one for one in blns if bare(printable(one)).translate(NO_XML) not in text] == []

    def stop(done: int, total: int) -> None:
        raise Refused("Остановлено")

    with pytest.raises(Refused):
        docx(paper, stop, landscape=False)
