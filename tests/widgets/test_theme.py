"""Every look keeps what it promises: contrast, shapes beside colours, no unknown name in the style sheet."""

import re
from importlib.resources import files
from typing import get_args

import pytest
from PySide6.QtWidgets import QApplication, QLabel

from citymanager.schema import Tone
from widgets.theme import THEMES, Appearance, Level, Theme, contrast, set_role

GRAPHICS = 3.0


@pytest.fixture(params=THEMES)
def theme(request):
    return Theme.load(request.param)


def test_contrast_is_measured_as_wcag_does():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


def test_every_text_stands_out_from_its_ground(theme):
    weak = [f"{what}: {contrast(text, ground):.2f}" for what, text, ground in theme.texts()
            if contrast(text, ground) < theme.contrast]  # fmt: skip
    assert not weak
    assert theme.contrast == (7.0 if theme.key == "wall" else 4.5)


def test_every_mark_stands_out_from_its_fill_and_the_panel(theme):
    marks = [*theme.tones.values(), *theme.levels.values()]
    weak = [(mark.word, ground) for mark in marks for ground in (mark.fill, theme.named["panel"])
            if contrast(mark.colour, ground) < GRAPHICS]  # fmt: skip
    assert not weak


def test_edges_of_fields_are_seen(theme):
    for ground in ("panel", "field"):
        assert contrast(theme.named["edge"], theme.named[ground]) >= GRAPHICS
        assert contrast(theme.named["accent"], theme.named[ground]) >= GRAPHICS


def test_tones_and_levels_are_whole_and_told_without_colour(theme):
    assert set(theme.tones) == set(get_args(Tone))
    assert set(theme.levels) == set(get_args(Level))
    for family in (theme.tones, theme.levels):
        assert len({mark.shape for mark in family.values()}) == len(family)
        assert len({mark.word for mark in family.values()}) == len(family)


def test_all_looks_name_the_same_colours():
    names = [set(Theme.load(key).colours()) for key in THEMES]
    assert names[0] == names[1] == names[2]


def test_every_text_colour_of_the_style_sheet_is_a_measured_one(theme):
    raw = files("resources").joinpath("style.qss").read_text(encoding="utf-8")
    fills = [name for name in theme.colours() if name.endswith("_fill") and name.startswith(("tone_", "level_"))]
    measured = {**theme.over, "text": [*theme.over["text"], *fills]}
    for block in re.findall(r"\{([^}]*)\}", raw):
        texts = re.findall(r"(?<![-\w])color: @(\w+)", block)
        grounds = re.findall(r"(?<![-\w])background: @(\w+)", block)
        assert set(texts) <= set(theme.over), block
        for text in texts:
            for ground in grounds:
                assert ground in measured[text], f"{text} on {ground} is not measured"


def test_no_placeholder_is_left(theme):
    assert "@" not in theme.style_sheet()


@pytest.mark.campaign
def test_the_look_changes_while_the_program_runs(qtbot):
    app = QApplication.instance()
    before = app.styleSheet(), app.palette(), app.font(), app.style().objectName()
    label = QLabel("проба")
    qtbot.addWidget(label)
    set_role(label, "title")
    label.show()
    appearance = Appearance("day")
    seen = []
    try:
        for key in ("day", "night"):
            with qtbot.waitSignal(appearance.changed):
                appearance.use(key, app)
            label.ensurePolished()
            seen.append(label.palette().windowText().color().name())
        assert seen == [Theme.load(key).named["text"] for key in ("day", "night")]
        assert label.font().pixelSize() == appearance.theme.sizes["title"]
    finally:
        app.setStyleSheet(before[0])
        app.setStyle(before[3])
        app.setPalette(before[1])
        app.setFont(before[2])
