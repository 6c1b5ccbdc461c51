"""Print of tables and cards: the paper says what the data say, letter by letter, and no more than may be seen."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QBuffer, QElapsedTimer, Qt, QTimer
from PySide6.QtPdf import QPdfDocument
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot
from throwaway import NOW, THROWAWAY, WHOLE

from citymanager.access_journal import AccessJournal
from citymanager.hub import Hub
from citymanager.modules import BY_KEY
from citymanager.modules.access_log import ACCESS_LOG
from citymanager.roles import role
from citymanager.store import Profile, Writer
from citymanager.tasks import Tasks
from widgets.personal import MASK
from widgets.printing.pages import pdf
from widgets.printing.paper import Column, Paper, printable
from widgets.printing.press import Press
from widgets.printing.preview import Preview
from widgets.printing.print_stand import PrintStand
from widgets.record_panel import RecordPanel
from widgets.seat import Seat

Put = Callable[..., None]
Wait = Callable[[Callable[[], bool]], None]
SECRET = str(WHOLE["donor"])


def still(done: int, total: int) -> None:
    """Nobody watches, nobody stops it."""


def read(made: bytes) -> list[str]:
    """The text of each page of a PDF, its blanks and breaks left out."""
    buffer, document = QBuffer(), QPdfDocument()
    buffer.setData(made)
    buffer.open(QBuffer.OpenModeFlag.ReadOnly)
    document.load(buffer)
    texts = [document.getAllText(page).text() for page in range(document.pageCount())]
    document.close()
    return [bare(text) for text in texts]


def bare(text: str) -> str:
    return re.sub(r"\s", "", text)


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
    rows = {f"b{n}": {**WHOLE, "name": f"Скамейка {n:03}", "status": "planned", "number": f"К-{n}"} for n in range(120)}
    put("organisations", {"o1": {"name": "МУП «Озеленение»"}})
    put("benches", rows)
    made = panel_of(THROWAWAY)
    press.serve(made)
    return made


def shown(press: Press, qtbot: QtBot) -> Preview:
    qtbot.waitUntil(lambda: bool(press.previews), timeout=20_000)
    return press.previews[-1]


def lines(tasks: Tasks) -> list[dict[str, object]]:
    """The journal of access, as it will be sent."""
    return tasks.write_here(_taken_in)


def _taken_in(writer: Writer) -> list[dict[str, object]]:
    writer.take_spooled()
    return [one.change for one in writer.outbox() if one.module == ACCESS_LOG.key]


def test_a_table_is_printed_as_it_is_shown(
    press: Press, panel: RecordPanel, qtbot: QtBot, tasks: Tasks, tmp_path: Path
) -> None:
    """Filter, order and columns of the screen; heading, pages, who and when; and the journal before the file."""
    panel.bar.search.setText("скамейка")
    panel.table._show_column(panel.model.column_of("colour"), shown=False)
    panel.model.sort(panel.model.column_of("name"), Qt.SortOrder.DescendingOrder)
    qtbot.waitUntil(lambda: panel.model.complete and panel.model.query.text == "скамейка", timeout=5_000)
    panel.table.setFocus()
    QTest.keyClick(panel.table, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    preview = shown(press, qtbot)
    assert lines(tasks) == [], "to look is not to print"
    preview.keep_as(tmp_path / "таблица.pdf")
    pages = read((tmp_path / "таблица.pdf").read_bytes())
    assert len(pages) == preview.document.pageCount() > 1
    for number, page in enumerate(pages, 1):
        assert bare(f"страница {number} из {len(pages)}") in page
        assert bare("Иванова А. П.") in page and bare("УЧЕБНЫЕ ДАННЫЕ") in page
        assert "Название" in page, "the columns' titles are on every page"
    for words in ("Скамейки", "Снежинск", "Отбор: Слова: «скамейка»", "120 записей", "МУП «Озеленение»"):
        assert bare(words) in pages[0]
    names = re.findall(r"Скамейка(\d{3})", "".join(pages))
    assert names == [f"{n:03}" for n in reversed(range(120))], "every row once, in the order of the screen"
    assert "Зелёный" not in "".join(pages), "a hidden column is not printed"
    assert "Иванов И" not in "".join(pages)
    (line,) = lines(tasks)
    assert (line["act"], line["records"], line["detail"]) == ("print", 120, "PDF: таблица.pdf")


def test_a_card_is_printed_whole_and_masked_unless_it_is_revealed(
    press: Press, panel: RecordPanel, qtbot: QtBot, tasks: Tasks, tmp_path: Path
) -> None:
    panel.show_record("b7")
    panel.form.lines["name"].editor.setFocus()
    QTest.keyClick(panel.form, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    preview = shown(press, qtbot)
    preview.keep_as(tmp_path / "1.pdf")
    text = "".join(read((tmp_path / "1.pdf").read_bytes()))
    for title, value in (("Название", "Скамейка 007"), ("Длина", "2,5 м"), ("История", "вторая с табуляцией")):
        assert bare(title + value) in text or bare(value) in text
    assert all(bare(section) in text for section in THROWAWAY.form)
    assert f"Даритель{MASK}" in text and bare(SECRET) not in text
    assert panel.form.due.told and bare(panel.form.due.told[0]) in text
    assert lines(tasks)[-1]["record"] == "b7"
    preview.close()
    qtbot.waitUntil(lambda: not press.previews, timeout=5_000)
    panel.form.reveal()
    press.print_card(panel)
    shown(press, qtbot).keep_as(tmp_path / "2.pdf")
    assert bare(SECRET) in "".join(read((tmp_path / "2.pdf").read_bytes()))


def test_without_its_line_nothing_leaves(
    press: Press, panel: RecordPanel, qtbot: QtBot, profile: Profile, tmp_path: Path
) -> None:
    press.print_table(panel)
    preview = shown(press, qtbot)
    (profile.folder / "spool.journal").unlink(missing_ok=True)
    (profile.folder / "spool.journal").mkdir()
    preview.keep_as(tmp_path / "нет.pdf")
    assert list(tmp_path.glob("*.pdf")) == [] and preview.message.text()
    (profile.folder / "spool.journal").rmdir()


def test_who_may_not_print_is_told_why(
    press: Press, panel: RecordPanel, seat: Seat, notices: list[tuple[str, str]]
) -> None:
    seat.take("screen", "Экран", role("wall"))
    press.print_table(panel)
    assert "Роль «Экран» не печатает" in notices[-1][0] and press.previews == []


def test_a_printer_gets_the_same_pages(press: Press, panel: RecordPanel, qtbot: QtBot, tmp_path: Path) -> None:
    press.print_table(panel)
    preview = shown(press, qtbot)
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "paper.pdf"))
    preview.print_on(printer)
    qtbot.waitUntil(lambda: "Отправлено" in preview.message.text(), timeout=20_000)
    text = "".join(read((tmp_path / "paper.pdf").read_bytes()))
    assert all(f"Скамейка{n:03}" in text for n in range(120))


def paper(*texts: str) -> Paper:
    rows = [(str(number), text) for number, text in enumerate(texts)]
    return Paper("Заголовок", [], [Column("№", 1), Column("Текст", 6)], rows, "подвал")


def test_texts_of_residents_are_text(qapp: object, blns: list[str]) -> None:
    """Markup, formulas and scripts of the big list stand on the paper as they were written."""
    plain = [one for one in blns if printable(one).isascii() or re.fullmatch(r"[\sА-яёЁ!-~]+", one)]
    assert len(plain) > 250
    text = "".join(read(pdf(paper(*blns), still, landscape=False)))
    missing = [one for one in plain if bare(printable(one)) not in text]
    assert missing == []


def test_a_text_longer_than_a_page_goes_on_on_the_next(qapp: object) -> None:
    words = [f"слово{n}" for n in range(6_000)]
    pages = read(pdf(paper("коротко", " ".join(words), "после"), still, landscape=False))
    assert len(pages) > 3
    body = "".join(page.partition("№Текст")[2].partition("подвал")[0] for page in pages)
    assert "".join(words) in body and body.endswith("после")


def test_thousands_of_rows_never_freeze_the_window(
    press: Press, put: Put, panel_of: Callable[..., RecordPanel], qtbot: QtBot
) -> None:
    put("people", {f"p{n}": {"name": f"Человек {n}", "position": "специалист " * 5} for n in range(3_000)})
    panel = panel_of(BY_KEY["people"])
    gaps: list[int] = []
    watch, timer = QElapsedTimer(), QTimer()
    timer.timeout.connect(lambda: gaps.append(watch.restart()))
    press.print_table(panel)
    watch.start()
    timer.start(2)
    qtbot.waitUntil(lambda: bool(press.previews), timeout=60_000)
    timer.stop()
    assert len(gaps) > 20, "the window lived meanwhile"
    assert max(gaps) < sum(gaps) / 3, "no single stop was most of the work"


def test_a_print_can_be_stopped(
    press: Press,
    put: Put,
    panel_of: Callable[..., RecordPanel],
    tasks: Tasks,
    notices: list[tuple[str, str]],
    wait: Wait,
) -> None:
    put("people", {f"p{n}": {"name": f"Человек {n}"} for n in range(2_000)})
    panel = panel_of(BY_KEY["people"])
    tasks.began.connect(lambda work: work.stop())
    press.print_table(panel)
    wait(lambda: any("Остановлено" in text for text, _ in notices))
    assert press.previews == []
