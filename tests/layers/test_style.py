"""Every value of every module has a colour, a shape and a word, the same on the map and in the legend."""

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from throwaway import HOUSE

from citymanager.schema import Module
from layers.legend import Legend, icon
from layers.map_layer import map_layers
from layers.style import DARK, LIGHT, OUTLINES, marks, palette
from widgets.theme import THEMES, Theme, contrast

PLACED = [module for module in HOUSE if module.geometry]
LAYERS = map_layers(HOUSE)


@pytest.mark.parametrize("module", PLACED, ids=lambda module: module.key)
def test_every_value_has_a_mark(module: Module) -> None:
    found = marks(module)
    field = module.columns.get(module.look.colour_by)
    choices = field.choices if field else ()
    assert [(one.value, one.title) for one in found[:-1]] == [(one.key, one.title) for one in choices]
    for one in found:
        assert one.colour in LIGHT and one.colour in DARK and one.shape in OUTLINES and one.title


TERRITORIES = [one for one in PLACED if one.group == "Территории" and one.geometry == "polygon"]
GROUNDS = ("land", "residential", "park", "wood", "grass", "water", "building", "grounds", "works", "road")


def test_territories_are_told_apart_by_colour_and_without_it() -> None:
    assert len(TERRITORIES) == 3
    looks = [(mark.colour, mark.shape, module.look.dash) for module in TERRITORIES for mark in marks(module)]
    assert len(looks) == 3, "a layer has one look"
    for kind in zip(*looks, strict=True):
        assert len(set(kind)) == 3


@pytest.mark.parametrize("key", THEMES)
def test_borders_of_territories_are_seen_on_every_ground(key: str) -> None:
    theme = Theme.load(key)
    colours = palette(theme.map_colours(), theme.dark)
    for module in TERRITORIES:
        ink = colours[marks(module)[0].colour]
        assert all(contrast(ink, colours[f"map_{ground}"]) >= 3 for ground in GROUNDS), module.key


def test_a_layer_with_one_mark_bears_it_itself(qtbot: QtBot) -> None:
    legend = Legend(LAYERS, lambda key: True, lambda key, value: True)
    qtbot.addWidget(legend)
    for module in TERRITORIES:
        line, mark = legend._layers[module.key], marks(module)[0]
        assert not line.childCount()
        drawn, wanted = (one.pixmap(16, 16).toImage() for one in (line.icon(0), icon(mark, LIGHT[mark.colour])))
        assert drawn == wanted


def test_tones_differ_in_shape_as_well_as_in_colour() -> None:
    reports = next(module for module in HOUSE if module.key == "reports")
    looks = {one.colour: one.shape for one in marks(reports)[:-1]}
    assert len(set(looks.values())) == len(looks) >= 6


def test_both_sets_of_colours_name_the_same_things() -> None:
    assert LIGHT.keys() == DARK.keys()


def test_a_theme_s_colours_come_first_if_they_are_colours() -> None:
    found = palette({"accent": "#123456", "text": "red; } body { display: none", "panel": "#12345"}, dark=True)
    assert found["accent"] == "#123456"
    assert (found["text"], found["panel"]) == (DARK["text"], DARK["panel"])


def test_the_legend_names_groups_layers_and_values_and_switches_them(qtbot: QtBot) -> None:
    legend = Legend(LAYERS, lambda key: key != "organisations", lambda key, value: value != "rejected")
    qtbot.addWidget(legend)
    groups = [item for row in range(legend.topLevelItemCount()) if (item := legend.topLevelItem(row)) is not None]
    assert [one.text(0) for one in groups] == list(dict.fromkeys(one.group for one in LAYERS))
    layers = {item.text(0): item for group in groups for row in range(group.childCount()) if (item := group.child(row))}
    assert layers.keys() == {one.title for one in LAYERS}
    ticked = {title: item.checkState(0) == Qt.CheckState.Checked for title, item in layers.items()}
    assert ticked == {one.title: one.key != "organisations" for one in LAYERS}
    reports = layers[PLACED[0].title]
    assert PLACED[0].key == "reports"
    values = {item.text(0): item for row in range(reports.childCount()) if (item := reports.child(row)) is not None}
    assert list(values) == [one.title for one in marks(PLACED[0])]
    with qtbot.waitSignal(legend.toggled) as told:
        reports.setCheckState(0, Qt.CheckState.Unchecked)
    assert told.args == ["reports", False]
    assert values["Отклонено"].checkState(0) == Qt.CheckState.Unchecked
    with qtbot.waitSignal(legend.value_toggled) as told:
        values["Отклонено"].setCheckState(0, Qt.CheckState.Checked)
    assert told.args == ["reports", "rejected", True]
    with qtbot.assertNotEmitted(legend.toggled):
        legend.set_theme({}, dark=True)


@pytest.mark.parametrize("shape", OUTLINES)
def test_every_shape_is_drawn(qtbot: QtBot, shape: str) -> None:
    mark = next(one for module in PLACED for one in marks(module))
    image = icon(type(mark)("", "", mark.colour, shape), "#ff0000").pixmap(16, 16).toImage()
    red = sum(image.pixelColor(x, y).red() > 200 for x in range(16) for y in range(16))
    assert 20 < red < 230
