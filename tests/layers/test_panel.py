"""The layer panel over a real map: what it switches, counts, tells and keeps."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from map_city import CENTRE, City, report
from PySide6.QtCore import Qt
from PySide6.QtGui import QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QTreeWidgetItem
from pytestqt.qtbot import QtBot
from throwaway import HOUSE, NOW

from citymanager.errors import Refused
from citymanager.store import Profile
from citymanager.store.reader import Reader
from layers.layer_facts import LayerFacts
from layers.layer_words import told
from layers.map_layer import map_layers
from layers.panel import LayerPanel
from layers.points import Tally
from layers.presets import SHIPPED, Presets
from layers.state import FAINTEST, LayerSet
from layers.style import DARK, LIGHT

MakeCity = Callable[..., City]
LAT, LON = CENTRE
LAYERS = map_layers(HOUSE)


class Partial:
    """Which modules are told to be here in part."""

    def __init__(self) -> None:
        self.keys: set[str] = set()

    def __call__(self, reader: Reader) -> set[str]:
        return self.keys


@pytest.fixture
def partial() -> Partial:
    return Partial()


@pytest.fixture
def open_panel(make_city: MakeCity, qtbot: QtBot, partial: Partial) -> Iterator[Callable[..., tuple[City, LayerPanel]]]:
    """Opens a map with its panel: `open_panel([report()])`."""
    made: list[LayerPanel] = []

    def make(reports: list[dict[str, Any]] | None = None) -> tuple[City, LayerPanel]:
        city = make_city(None, reports or [])
        panel = LayerPanel(city.map, HOUSE, city.tasks, Presets(city.profile, HOUSE), partial)
        made.append(panel)
        panel.resize(320, 700)
        panel.show()
        qtbot.waitUntil(lambda: count(panel, "reports") != "—", timeout=20_000)
        return city, panel

    yield make
    for panel in made:
        panel.close()
        panel.deleteLater()


def layer(panel: LayerPanel, key: str) -> QTreeWidgetItem:
    return panel.legend._layers[key]


def count(panel: LayerPanel, key: str) -> str:
    return layer(panel, key).text(1)


def value(panel: LayerPanel, key: str, title: str) -> QTreeWidgetItem:
    item = layer(panel, key)
    found = [item.child(row) for row in range(item.childCount())]
    return next(one for one in found if one is not None and one.text(0) == title)


def on(item: QTreeWidgetItem) -> bool:
    return item.checkState(0) == Qt.CheckState.Checked


def test_layers_and_values_are_counted_as_they_are_shown(
    open_panel: Callable[..., tuple[City, LayerPanel]], qtbot: QtBot
) -> None:
    city, panel = open_panel([report(id="one"), report(id="two"), report(id="three", status="solved")])
    assert count(panel, "reports") == "2", "what is closed is off until it is asked for"
    assert value(panel, "reports", "Новое").text(1) == "2" and value(panel, "reports", "Решено").text(1) == "1"
    assert count(panel, "organisations") == "0"
    value(panel, "reports", "Решено").setCheckState(0, Qt.CheckState.Checked)
    qtbot.waitUntil(lambda: count(panel, "reports") == "3")
    city.map.set_filter("reports", [city.tasks.glance.row_number("reports", "one")])
    qtbot.waitUntil(lambda: count(panel, "reports") == "1")
    assert value(panel, "reports", "Решено").text(1) == "0"
    panel.legend.choose("reports")
    assert "1 из 3 — по отбору таблицы" in panel.sheet.facts.text()
    city.map.set_filter("reports", None)
    city.put("reports", report(id="four"))
    city.map.refresh("reports", ["four"])
    qtbot.waitUntil(lambda: count(panel, "reports") == "4")


def test_the_signs_that_stand_for_no_value_are_explained(open_panel: Callable[..., tuple[City, LayerPanel]]) -> None:
    _, panel = open_panel()
    words = [one.text() for one in panel.signs.findChildren(QLabel) if one.text()]
    assert any("Кружок" in one for one in words) and any("«!»" in one and "срок" in one for one in words)

    def colours() -> set[str]:
        images = [one.pixmap().toImage() for one in panel.signs.findChildren(QLabel) if not one.pixmap().isNull()]
        return {one.pixelColor(one.width() // 2, one.height() // 8).name() for one in images}

    assert LIGHT["tone_late"] in colours()
    panel.set_theme({}, dark=True)
    assert DARK["tone_late"] in colours() and LIGHT["tone_late"] not in colours()


def test_a_hidden_panel_counts_nothing_until_it_is_seen(
    open_panel: Callable[..., tuple[City, LayerPanel]], qtbot: QtBot
) -> None:
    city, panel = open_panel([report(id="one")])
    panel.hide()
    with qtbot.assertNotEmitted(panel._counting.counted, wait=600):
        city.put("reports", report(id="two"))
        city.map.refresh("reports", ["two"])
    panel.show()
    qtbot.waitUntil(lambda: count(panel, "reports") == "2")


def test_ticks_follow_the_map_and_the_map_the_ticks(open_panel: Callable[..., tuple[City, LayerPanel]]) -> None:
    city, panel = open_panel()
    city.map.restore({"hidden": ["reports"], "off": {"reports": ["new"]}, "opacity": {"crews": 0.5}})
    assert not on(layer(panel, "reports")) and not on(value(panel, "reports", "Новое"))
    assert on(layer(panel, "crews")) and city.map.switches.opacity("crews") == 0.5
    layer(panel, "reports").setCheckState(0, Qt.CheckState.Checked)
    assert city.map.switches.shown("reports")


def test_a_set_of_layers_is_used_and_brought_back(open_panel: Callable[..., tuple[City, LayerPanel]]) -> None:
    city, panel = open_panel()
    before = city.map.switches.layer_set()
    panel.sets.used.emit("ГО и ЧС")
    wanted = next(one.layers for one in SHIPPED if one.title == "ГО и ЧС")
    assert city.map.switches.layer_set().shown == set(wanted) and panel.sets.box.currentText() == "ГО и ЧС"
    layer(panel, "reports").setCheckState(0, Qt.CheckState.Checked)
    assert panel.sets.box.currentIndex() == -1, "it is nobody's set any more"
    layer(panel, "reports").setCheckState(0, Qt.CheckState.Unchecked)
    assert panel.sets.box.currentText() == "ГО и ЧС"
    panel.undo()
    assert city.map.switches.layer_set() == before and panel.undone.isHidden()


def test_only_one_layer_is_left_and_the_others_come_back(
    open_panel: Callable[..., tuple[City, LayerPanel]], qtbot: QtBot
) -> None:
    city, panel = open_panel()
    before = city.map.switches.layer_set().shown
    panel.legend.choose("crews")
    panel.sheet.only.click()
    assert city.map.switches.layer_set().shown == {"crews"}
    assert [key for key in panel.legend._layers if on(layer(panel, key))] == ["crews"]
    qtbot.waitUntil(panel.back.isVisible)
    panel.back.click()
    assert city.map.switches.layer_set().shown == before


def test_an_own_set_is_kept_by_name_and_its_deletion_undone(
    open_panel: Callable[..., tuple[City, LayerPanel]],
) -> None:
    city, panel = open_panel()
    panel.show_only("reports")
    city.map.switches.set_opacity("reports", 0.4)
    panel.sets.ask_name()
    panel.sets.name.setText("Диспетчер")
    QTest.keyClick(panel.sets.name, Qt.Key.Key_Return)
    assert "другое имя" in panel.sets.problem.text() and panel.sets.strip.isVisible()
    panel.sets.name.setText("  Моя   смена ")
    QTest.keyClick(panel.sets.name, Qt.Key.Key_Return)
    assert panel.sets.strip.isHidden() and panel.sets.box.currentText() == "Моя смена"
    panel.use("Диспетчер")
    panel.use("Моя смена")
    assert city.map.switches.layer_set().shown == {"reports"} and city.map.switches.opacity("reports") == 0.4
    panel.forget("Моя смена")
    assert Presets(city.profile, HOUSE).own == []
    panel.undo()
    assert Presets(city.profile, HOUSE).own == ["Моя смена"]


def test_the_search_leaves_layers_by_title_group_and_value(
    open_panel: Callable[..., tuple[City, LayerPanel]],
) -> None:
    _, panel = open_panel()
    panel.search.setText("КОНТУР")
    assert panel.nothing.isVisible() and panel.legend.shown_layers == []
    panel.search.setText("террит избир")
    assert panel.legend.shown_layers == ["electoral_districts"]
    panel.search.setText("отклонено")
    assert "reports" in panel.legend.shown_layers and layer(panel, "reports").isExpanded()
    QTest.keyClick(panel.search, Qt.Key.Key_Return)
    assert panel.legend.current == panel.legend.shown_layers[0]
    panel._leave()
    assert len(panel.legend.shown_layers) == len(LAYERS)


def test_the_keys_of_the_panel(open_panel: Callable[..., tuple[City, LayerPanel]], qtbot: QtBot) -> None:
    city, panel = open_panel()
    panel.activateWindow()
    panel.legend.setFocus()
    qtbot.waitUntil(panel.legend.hasFocus)
    panel.legend.choose("crews")
    QTest.keyClick(panel.legend, Qt.Key.Key_Space)
    assert not city.map.switches.shown("crews")
    QTest.keyClick(panel.legend, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert city.map.switches.layer_set().shown == {"crews"}
    QTest.keyClick(panel.legend, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert city.map.switches.shown("reports") and not city.map.switches.shown("crews")
    QTest.keyClick(panel.legend, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert panel.search.hasFocus()
    assert all(one.whatsThis() for one in panel.findChildren(QShortcut))


def test_opacity_reaches_points_and_outlives_the_program(
    open_panel: Callable[..., tuple[City, LayerPanel]], qtbot: QtBot
) -> None:
    city, panel = open_panel([report(id="one")])
    city.map.go_to(LAT, LON, 16)
    city.settle()

    def strength() -> int:
        """How far the mark's middle is from the ground around it."""
        city.settle()
        image = city.map.grab().toImage()
        there = image.pixelColor(city.map.width() // 2, city.map.height() // 2)
        ground = image.pixelColor(city.map.width() // 2 + 60, city.map.height() // 2 + 60)
        return abs(there.green() - ground.green())

    whole = strength()
    panel.legend.choose("reports")
    panel.sheet.slider.setValue(30)
    qtbot.waitUntil(lambda: city.map.switches.opacity("reports") == pytest.approx(0.3))
    assert panel.sheet.percent.text() == "30 %"
    assert 0.15 * whole < strength() < 0.5 * whole
    assert city.map.state()["opacity"] == {"reports": pytest.approx(0.3)}
    panel.sheet.slider.setValue(100)
    qtbot.waitUntil(lambda: city.map.state()["opacity"] == {})
    assert strength() == whole
    city.map.switches.set_opacity("reports", 0)
    assert city.map.switches.opacity("reports") == FAINTEST


def test_opacity_reaches_lines_and_polygons(open_panel: Callable[..., tuple[City, LayerPanel]]) -> None:
    city, _ = open_panel()
    way = {"type": "LineString", "coordinates": [[LON - 0.01, LAT], [LON + 0.01, LAT]]}
    city.put("closures", {"id": "shut", "status": "active", "geometry": way})
    city.map.refresh("closures", ["shut"])
    city.map.go_to(LAT, LON, 16)

    def row() -> list[tuple[int, ...]]:
        """The colours across the line, away from its middle's mark."""
        city.settle()
        image = city.map.grab().toImage()
        return [image.pixelColor(150, y).getRgb() for y in range(image.height() // 2 - 4, image.height() // 2 + 4)]

    whole = row()
    city.map.switches.set_opacity("closures", 0.2)
    faint = row()
    ground = faint[0]
    assert whole[0] == ground and whole != faint
    far = max(abs(one[0] - ground[0]) for one in whole)
    assert 0 < max(abs(one[0] - ground[0]) for one in faint) < 0.4 * far


def test_every_layer_says_how_old_it_is(
    open_panel: Callable[..., tuple[City, LayerPanel]], partial: Partial, qtbot: QtBot
) -> None:
    _, panel = open_panel([report(id="one")])
    panel.show_age("данные на 12:00:00 (3 мин назад)", True)
    panel.legend.choose("reports")
    assert "Данные на 12:00:00 (3 мин назад)" in panel.sheet.facts.text()
    assert "Данные на 12:00:00 (3 мин назад)" in layer(panel, "crews").toolTip(0)
    partial.keys = {"reports"}
    panel._counting.count()
    qtbot.waitUntil(lambda: count(panel, "reports").startswith("≥"))
    assert "Загружен не весь" in panel.sheet.facts.text() and "12:00" not in panel.sheet.facts.text()
    assert "12:00" in layer(panel, "crews").toolTip(0)


def test_a_layer_says_what_of_it_is_not_sent(open_panel: Callable[..., tuple[City, LayerPanel]], qtbot: QtBot) -> None:
    city, panel = open_panel([report(id="one")])
    panel.legend.choose("reports")
    assert "нет на сервере" not in panel.sheet.facts.text()
    saved = city.writer.save("reports", None, {"text": "Яма", "geometry": report()["geometry"]}, "ivanov", None, NOW)
    city.map.refresh("reports", [saved.id])
    qtbot.waitUntil(lambda: "Правок, которых нет на сервере: 1" in panel.sheet.facts.text(), timeout=20_000)
    assert count(panel, "reports") == "2" and "нет на сервере" not in layer(panel, "crews").toolTip(0)


def test_what_is_said_of_a_layer() -> None:
    tally = Tally(1_204_517, 0, {"": 0}, False)
    assert told(LayerFacts(tally, False, 3), False, "", 14).splitlines() == [
        "Слой выключен: 0 из 1\u202f204\u202f517", "Правок, которых нет на сервере: 3", "Виден с масштаба 14"
    ]  # fmt: skip
    assert told(None, True, "данных с сервера ещё не было", 0).splitlines() == [
        "Сколько записей, пока не известно", "Данных с сервера ещё не было"
    ]  # fmt: skip


def test_shipped_sets_name_layers_that_there_are() -> None:
    for one in SHIPPED:
        assert set(one.layers) <= {one.key for one in LAYERS}, one.title


def test_a_role_s_first_layers_come_once_and_not_over_what_was_chosen(tmp_path: Any) -> None:
    presets = Presets(Profile(tmp_path / "one"), HOUSE)
    assert presets.first("head", fresh=True) == "Глава" and presets.first("head", fresh=True) == ""
    assert presets.first("executor", fresh=False) == "" and presets.first("operator", fresh=False) == "Диспетчер"
    kept = Presets(Profile(tmp_path / "two"), HOUSE)
    assert kept.first("operator", fresh=False) == "", "this workstation had its layers before"


@pytest.mark.parametrize("kept", [None, 7, [], {}, {"shown": "reports"}, {"shown": None}])
def test_a_damaged_set_is_refused_in_words(tmp_path: Any, kept: Any) -> None:
    profile = Profile(tmp_path / "profile")
    profile.set("layer sets", {"own": {"Мой": kept}})
    presets = Presets(profile, HOUSE)
    assert presets.own == ["Мой"] and presets.name_of(LayerSet(frozenset())) == ""
    with pytest.raises(Refused, match="не читается"):
        presets.get("Мой")


def test_what_is_unsound_in_a_set_is_left_out() -> None:
    found = LayerSet.read({
        "shown": ["reports", 7], "off": {"reports": ["new", None], "crews": 3},
        "opacity": {"reports": 0.5, "crews": 7, "people": True, "events": float("nan")},
    })  # fmt: skip
    assert found == LayerSet(frozenset({"reports"}), {"reports": frozenset({"new"})}, {"reports": 0.5})


def test_the_table_is_offered_to_show_what_the_ticks_leave(
    open_panel: Callable[..., tuple[City, LayerPanel]], qtbot: QtBot
) -> None:
    _, panel = open_panel()
    assert not panel.offer.isVisible()
    value(panel, "reports", "Новое").setCheckState(0, Qt.CheckState.Unchecked)
    assert panel.offer.isVisible() and panel.offer.toolTip() == "Сообщения жителей"
    with qtbot.waitSignal(panel.wanted_in_table) as told:
        panel.offer.click()
    module, values = told.args
    assert module == "reports" and "accepted" in values and not {"new", "solved", ""} & set(values)
    assert not panel.offer.isVisible()


def test_a_layer_of_one_look_is_not_emptied_by_a_tick_that_it_has_no_more(
    open_panel: Callable[..., tuple[City, LayerPanel]],
) -> None:
    city, _ = open_panel()
    city.map.restore({"hidden": [], "off": {"service_areas": [""], "reports": ["new"]}})
    assert city.map.switches.value_shown("service_areas", "") and not city.map.switches.value_shown("reports", "new")
