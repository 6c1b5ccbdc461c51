"""Print of the map: what the screen shows, sharp, with what it is true of; and never more than may be seen."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from map_city import CENTRE, City, report
from PySide6.QtCore import QBuffer, QSizeF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath
from PySide6.QtPdf import QPdfDocument
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot
from test_raster import mbtiles, still
from test_raster import picture as tile
from throwaway import HOUSE, NOW

from citymanager.access_journal import AccessJournal
from citymanager.hub import Hub
from citymanager.modules.access_log import ACCESS_LOG
from citymanager.roles import role
from citymanager.values import moment
from layers.basemap.credit import OSM_ATTRIBUTION
from layers.basemap.pack import PACK
from layers.basemap.raster import take
from layers.photograph import DOTS, Group, Photograph, Picture
from layers.style import LIGHT
from widgets.printing.map_press import MapPress
from widgets.printing.map_sheet import PAPERS, Format, MapSheet, pdf
from widgets.printing.preview import Preview
from widgets.printing.print_stand import PrintStand
from widgets.seat import Seat

A4_POINTS, A3_POINTS = (595, 842), (842, 1191)
SECRET = "Тайнов Пётр Петрович"
AGE = "Данные на 02.03.2026 08:15:00 (7 мин 5 с назад) · нет связи · не отправлено: 2"


@pytest.fixture
def seat(qapp: object) -> Seat:
    return Seat("ivanova", "Иванова А. П.", role("moderator"))


@pytest.fixture
def press_of(seat: Seat, qtbot: QtBot) -> Iterator[Callable[[City], MapPress]]:
    made: list[tuple[MapPress, QWidget]] = []

    def make(city: City) -> MapPress:
        window = QWidget()
        journal = AccessJournal(city.profile, lambda: seat.login)
        stand = PrintStand(city.tasks, Hub(), seat, journal, window, lambda: "Снежинск", lambda: True, lambda: NOW)
        photograph, modules = partial(Photograph, city.map, city.tasks), {one.key: one for one in HOUSE}
        press = MapPress(stand, photograph, modules, lambda: AGE)
        made.append((press, window))
        return press

    yield make
    for press, window in made:
        for preview in press.previews:
            preview.close()
        window.deleteLater()
        qtbot.waitUntil(lambda press=press: not press.previews, timeout=5_000)


def shown(press: MapPress, qtbot: QtBot, paper: str = "А4", way: str = "альбомный") -> Preview:
    """The sheet, as somebody asks for it by the keyboard."""
    before = len(press.previews)
    press.ask()
    assert press.order is not None
    press.order.paper.setCurrentText(paper)
    press.order.way.setCurrentText(way)
    qtbot.waitUntil(press.order.isActiveWindow, timeout=20_000)
    QTest.keyClick(press.order, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(press.previews) > before, timeout=60_000)
    return press.previews[-1]


def text_of(document: QPdfDocument) -> str:
    return re.sub(r"\s", "", document.getAllText(0).text())


def rendered(pdf: Path, dots: int) -> QImage:
    document, buffer = QPdfDocument(), QBuffer()
    buffer.setData(pdf.read_bytes())
    buffer.open(QBuffer.OpenModeFlag.ReadOnly)
    document.load(buffer)
    size = document.pagePointSize(0) * dots / 72
    page = document.render(0, size.toSize())
    document.close()
    sheet = QImage(page.size(), QImage.Format.Format_RGB32)
    sheet.fill(Qt.GlobalColor.white)
    painter = QPainter(sheet)
    painter.drawImage(0, 0, page)
    painter.end()
    return sheet


def lines(city: City) -> list[dict[str, Any]]:
    city.writer.take_spooled()
    return [one.change for one in city.writer.outbox() if one.module == ACCESS_LOG.key]


def taken(city: City, width: float, height: float) -> Picture:
    with city.bot.waitCallback(timeout=60_000) as done:
        Photograph(city.map, city.tasks, width, height, done, done)
    (found,) = done.args or ()
    assert isinstance(found, Picture), found
    return found


def test_the_sheet_says_what_is_seen_how_old_it_is_and_who_printed_it(
    make_city: Callable[..., City], pack: Path, press_of: Callable[[City], MapPress], qtbot: QtBot, tmp_path: Path
) -> None:
    city = make_city(pack, [report(applicant=SECRET, phone="+79120000000"), report(56.086, 60.735, status="accepted")])
    city.put("reports", report(56.9, 60.7, status="done"))
    city.map.go_to(*CENTRE, 16)
    city.map.set_theme({}, dark=True)
    city.map.refresh("reports")
    city.settle()
    before = city.map.state()
    press = press_of(city)
    preview = shown(press, qtbot)
    text = text_of(preview.document)
    for words in ("Карта города", "Снежинск", AGE, "Сообщения жителей", "Новое", "Напечатано 23.11.2026 09:05",
                  "Иванова А. П.", "С", "УЧЕБНЫЕ ДАННЫЕ", OSM_ATTRIBUTION):  # fmt: skip
        assert re.sub(r"\s", "", words) in text
    assert "Выполнено" not in text, "what lies elsewhere is not in the legend"
    assert SECRET.replace(" ", "") not in text and "79120000000" not in text
    assert lines(city) == [], "to look is not to print"
    preview.keep_as(tmp_path / "карта.pdf")
    (line,) = lines(city)
    assert (line["act"], line["module"], line["records"]) == ("print", "reports", 2)
    assert line["detail"] == "карта, PDF: карта.pdf"
    assert city.map.state() == before, "the map at work has not moved"
    page = rendered(tmp_path / "карта.pdf", 96)
    colours = {page.pixelColor(x, y).name() for x in range(0, page.width(), 3) for y in range(0, page.height(), 3)}
    assert LIGHT["map_building"] in colours and LIGHT["map_road"] in colours, "by day, whatever the screen wears"


def credit_line(image: QImage) -> int:
    """Dots of letters in the right lower corner of a picture, on the white field that the page has there."""
    corner = image.copy(image.width() - 360, image.height() - 30, 360, 30)
    colours = [corner.pixelColor(x, y) for x in range(corner.width()) for y in range(corner.height())]
    assert sum(one.lightness() > 240 for one in colours) > 1_000
    return sum(one.lightness() < 90 for one in colours)


def test_whose_the_map_is_stands_on_paper_in_picture_and_text(
    make_city: Callable[..., City], press_of: Callable[[City], MapPress], qtbot: QtBot, tmp_path: Path
) -> None:
    """Tiles with an attribution of their own, a long one, on the narrow side of a sheet."""
    whose = "© МКУ «Геоцентр», план города 2026 года, лицензия CC BY 4.0"
    city = make_city(None, [report()])
    take(mbtiles(tmp_path / "a.mbtiles", {(0, 0, 0): tile("#8899aa")}, attribution=whose), city.profile.basemap, still)
    city.map.show_pack(city.profile.basemap / PACK)
    city.bot.waitUntil(lambda: city.map.attribution == whose, timeout=20_000)
    preview = shown(press_of(city), qtbot, way="книжный")
    text = text_of(preview.document)
    assert re.sub(r"\s", "", whose) in text and "ИвановаА.П." in text, "neither is cut short"
    assert credit_line(taken(city, 219, 162).image) > 300


def test_every_paper_is_filled_at_its_own_size(
    make_city: Callable[..., City], pack: Path, press_of: Callable[[City], MapPress], qtbot: QtBot
) -> None:
    press = press_of(make_city(pack, [report()]))
    for paper, way in product(PAPERS, ("альбомный", "книжный")):
        size = shown(press, qtbot, paper, way).document.pagePointSize(0).toSize().toTuple()
        expected = A4_POINTS if paper == "А4" else A3_POINTS
        assert size == (expected if way == "книжный" else expected[::-1]), (paper, way)
        qtbot.waitUntil(lambda: press.order is None, timeout=5_000)  # gone, before it is asked for again


@pytest.mark.campaign
def test_the_picture_has_the_dots_that_paper_asks_for(make_city: Callable[..., City], pack: Path) -> None:
    """Not a screen's picture made larger: the base map and the marks are drawn dot by dot."""
    city = make_city(pack, [report()])
    city.map.go_to(*CENTRE, 16)
    city.settle()
    for paper in PAPERS:
        form = Format(paper, landscape=True)
        room, _ = form.places(form.room)
        image = taken(city, room.width(), room.height()).image
        assert DOTS >= 150
        assert abs(image.width() / (room.width() / 25.4) - DOTS) < 1
        small = image.scaled(image.width() // 2, image.height() // 2, mode=Qt.TransformationMode.SmoothTransformation)
        blown = small.scaled(image.size(), mode=Qt.TransformationMode.SmoothTransformation)
        assert unlike(image, blown) > 0.004, "a picture that had been blown up would lose nothing"


def unlike(one: QImage, other: QImage) -> float:
    """Share of dots, of a grid of them, whose colours differ clearly."""
    places = [(x, y) for x in range(0, one.width(), 7) for y in range(0, one.height(), 7)]
    clear = sum(abs(grey(one.pixelColor(*at)) - grey(other.pixelColor(*at))) > 12 for at in places)
    return clear / len(places)


def grey(colour: QColor) -> float:
    return colour.lightness()


def test_all_that_the_screen_shows_is_on_the_paper(make_city: Callable[..., City], pack: Path) -> None:
    """Records at the very edges of the screen's view, on paper of any shape."""
    city = make_city(pack, size=(900, 500))
    city.map.go_to(*CENTRE, 15)
    city.settle()
    bounds = city.js("(b => [b.getWest(), b.getSouth(), b.getEast(), b.getNorth()])(window.city_map.getBounds())")
    west, south, east, north = bounds
    city.put("reports", report(south, west), report(north, east), report(south - 0.2, west - 0.2))
    city.map.refresh("reports")
    for size in ((219.0, 162.0), (186.0, 212.0)):
        assert [group.records for group in taken(city, *size).legend] == [2]


def test_filters_and_layers_are_those_of_the_screen(make_city: Callable[..., City], pack: Path) -> None:
    city = make_city(pack, [report(), report(status="done")])
    city.map.go_to(*CENTRE, 16)
    city.map.switches.set_value_shown("reports", "done", False)
    titles = [words for group in taken(city, 219, 162).legend for _, _, words in group.marks]
    assert titles == ["Новое"]
    city.map.set_shown("reports", False)
    assert taken(city, 219, 162).legend == ()
    assert city.map.switches.shown("reports") is False


@pytest.mark.campaign
def test_the_legend_explains_circles_and_exclamation_marks_where_there_are_any(
    make_city: Callable[..., City], pack: Path
) -> None:
    waiting = {"status": "accepted", "regime": "platform", "received": moment(NOW)}
    city = make_city(pack, [report(**waiting), report(56.9, 60.7)])
    city.map.go_to(*CENTRE, 16)
    city.settle()

    def words() -> list[str]:
        return [text for _, _, text in taken(city, 219, 162).signs]

    assert words() == ["Кружок: записей рядом"]
    city.watch.now = NOW + timedelta(days=40)
    (ring, _, _), (badge, colour, text) = taken(city, 219, 162).signs
    assert "срок вышел" in text and colour.name() == LIGHT["tone_late"] and not (badge.isEmpty() or ring.isEmpty())
    city.map.go_to(56.9, 60.7, 16)
    assert words() == ["Кружок: записей рядом"], "nothing of this place is overdue"


def test_an_empty_place_is_said_to_be_empty_and_journalled(
    make_city: Callable[..., City], pack: Path, press_of: Callable[[City], MapPress], qtbot: QtBot, tmp_path: Path
) -> None:
    city = make_city(pack)
    preview = shown(press_of(city), qtbot)
    assert "Наэтомучасткезаписейнет" in text_of(preview.document)
    preview.keep_as(tmp_path / "пусто.pdf")
    assert [line["records"] for line in lines(city)] == [0]


def test_who_may_not_print_a_layer_is_told_which(
    make_city: Callable[..., City], pack: Path, press_of: Callable[[City], MapPress], seat: Seat, qtbot: QtBot
) -> None:
    press = press_of(make_city(pack, [report()]))
    seat.take("screen", "Экран", role("wall"))
    press.ask()
    assert press.order is not None
    order = press.order
    order.submit()
    qtbot.waitUntil(order.go.isEnabled, timeout=60_000)
    assert "не печатает раздел «Сообщения жителей»" in order.message.text() and press.previews == []
    order.close()


def test_a_printer_gets_the_sheet_on_its_own_paper(
    make_city: Callable[..., City], pack: Path, press_of: Callable[[City], MapPress], qtbot: QtBot, tmp_path: Path
) -> None:
    preview = shown(press_of(make_city(pack, [report()])), qtbot, "А3")
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "paper.pdf"))
    preview.print_on(printer)  # A4 portrait: smaller than what was asked for
    qtbot.waitUntil(lambda: "Отправлено" in preview.message.text(), timeout=60_000)
    page = rendered(tmp_path / "paper.pdf", 50)
    assert page.width() < page.height()
    assert LIGHT["map_land"] in {
        page.pixelColor(x, y).name() for x in range(page.width()) for y in range(page.height())
    }


def test_a_layer_of_one_look_has_one_line_in_the_legend(qapp: object) -> None:
    ink = QColor(LIGHT["area_1"])
    legend = tuple(
        Group("service_areas", title, 3, ((QPainterPath(), ink, words),))
        for title, words in (("Территории УК", "Территории УК"), ("Сообщения жителей", "Новое"))
    )
    document, buffer = QPdfDocument(), QBuffer()
    picture = Picture(QImage(10, 10, QImage.Format.Format_RGB32), legend)
    buffer.setData(pdf(MapSheet("Карта", "", picture, "", Format("А4", True))))
    buffer.open(QBuffer.OpenModeFlag.ReadOnly)
    document.load(buffer)
    text = text_of(document)
    document.close()
    assert text.count("ТерриторииУК") == 1
    assert text.count("Сообщенияжителей") == text.count("Новое") == 1


def test_picture_and_legend_never_overlap(qapp: object) -> None:
    for paper in PAPERS:
        for landscape in (True, False):
            form = Format(paper, landscape)
            for room in (form.room, QSizeF(180, 250)):
                picture, legend = form.places(room)
                assert not picture.intersects(legend) and picture.width() > 100 and picture.height() > 100
