"""The map at a whole desk: its layers know whose desk it is and how old the data are; it takes the whole screen."""

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDockWidget

from citymanager.modules import BY_KEY
from layers import view_link
from layers.map_panel import MapPanel
from layers.panel import LayerPanel
from layers.presets import SHIPPED
from layers.state import Place

Seats = Callable[[str, str], Any]


def layers(seat: Any) -> LayerPanel:
    found = seat.station.window.findChild(LayerPanel)
    assert isinstance(found, LayerPanel)
    return found


@pytest.mark.campaign
def test_the_head_begins_with_his_layers_and_keeps_what_he_has_made_of_them(seats: Seats) -> None:
    seat = seats("Г", "head")
    wanted = next(one.layers for one in SHIPPED if one.title == "Глава")
    seat.until(lambda: seat.station.map.switches.layer_set().shown == set(wanted))
    assert layers(seat).sets.box.currentText() == "Глава"
    seat.station.map.set_shown("crews", True)
    seat.reopen()
    seat.until(lambda: "на связи" in seat.told())
    assert seat.station.map.switches.layer_set().shown == {*wanted, "crews"}
    assert layers(seat).legend._layers["crews"].checkState(0) == Qt.CheckState.Checked


@pytest.mark.campaign
def test_every_layer_is_as_old_as_the_status_line_says(seats: Seats) -> None:
    seat = seats("А", "moderator")
    seat.station.desk.window.docks.show("legend")
    panel = layers(seat)
    panel.legend.choose("reports")
    seat.until(lambda: "Данные на" in panel.sheet.facts.text())
    age = seat.station.desk.status.words().age
    assert age[:16].casefold() in panel.sheet.facts.text().casefold()


def test_a_layer_that_somebody_may_not_read_is_not_there_for_him(seats: Seats) -> None:
    seat = seats("И", "executor")
    closed = {key for key, module in BY_KEY.items() if module.readers and "executor" not in module.readers}
    seat.until(lambda: seat.station.seat.role is not None)
    shown = layers(seat).legend.shown_layers
    assert shown and not closed & set(shown)


@pytest.mark.campaign
def test_the_map_takes_the_whole_screen_and_esc_gives_it_back(seats: Seats) -> None:
    seat = seats("А", "operator")
    station = seat.station
    panel, dock = station.window.findChild(MapPanel), station.window.findChild(QDockWidget, "map")
    assert isinstance(panel, MapPanel) and isinstance(dock, QDockWidget)
    station.desk.window.docks.show("map")
    panel.where.setFocus()
    QTest.keyClick(panel.where, Qt.Key.Key_F11, Qt.KeyboardModifier.ShiftModifier)
    seat.until(lambda: dock.isFullScreen() and dock.isActiveWindow())
    station.map.hand.measure("length")
    QTest.keyClick(dock, Qt.Key.Key_Escape)
    assert station.map.hand.clicks.ruler.kind == "" and dock.isFullScreen(), "what is begun on the map ends first"
    QTest.keyClick(dock, Qt.Key.Key_Escape)
    assert not dock.isFullScreen() and not dock.isFloating()


def test_a_link_in_a_resident_s_text_leads_the_map_there(seats: Seats) -> None:
    seat = seats("А", "operator")
    station = seat.station
    station.desk.window.docks.show("map")
    link = view_link.write(Place(56.08, 60.7, 16), {"reports", "closures"})
    seat.until(lambda: "на связи" in seat.told())
    station.hub.begun.emit("reports", {"text": f"Яма <img src=x>: {link}."})
    page = seat.panel.form.lines["text"].editor.page
    seat.until(lambda: link in page.toPlainText())
    cursor = page.textCursor()
    cursor.setPosition(page.toPlainText().index(link) + 3)
    QTest.mouseClick(page.viewport(), Qt.MouseButton.LeftButton, pos=page.cursorRect(cursor).center())
    seat.until(lambda: station.map.place is not None and station.map.place.zoom == 16)
    assert station.map.switches.layer_set().shown == {"reports", "closures"}
    panel = station.window.findChild(MapPanel)
    assert isinstance(panel, MapPanel) and "по ссылке" in panel.note.text()
