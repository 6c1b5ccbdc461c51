"""No text of the window is cut, by day and by night, from 85 to 150 % of the usual size."""

from collections.abc import Callable, Iterator, Sequence
from itertools import product

import pytest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from citymanager.hub import Hub
from citymanager.modules import MODULES
from citymanager.modules.reports import REPORTS
from citymanager.schema import Module
from citymanager.store import Profile
from widgets.desk import Desk
from widgets.keys_sheet import KeysSheet
from widgets.plain import ElidedLabel
from widgets.theme import Appearance

Put = Callable[..., None]


@pytest.fixture
def house() -> Sequence[Module]:
    return MODULES


@pytest.fixture
def report(put: Put) -> None:
    put("reports", {"r1": {"number": "1", "status": REPORTS.statuses[0].key, "text": "Яма на дороге"}})


@pytest.fixture
def desk(report: None, desk: Desk, appearance: Appearance) -> Iterator[Desk]:
    yield desk
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    appearance.use("day", app, 100)


def cut(window: QWidget) -> list[str]:
    """Texts that have less room than they ask for."""
    found = []
    for one in window.findChildren(QWidget):
        if not isinstance(one, QLabel | QAbstractButton) or isinstance(one, ElidedLabel) or not one.isVisible():
            continue
        if one.visibleRegion().isEmpty() or not one.text():
            continue
        wraps = isinstance(one, QLabel) and one.wordWrap()
        if wraps and one.height() + 1 < one.heightForWidth(one.width()):
            found.append(f"height: {one.text()}")
        elif not wraps and one.fontMetrics().horizontalAdvance(one.text().replace("&", "")) > one.width():
            found.append(f"width: {one.text()}")
        elif not wraps and one.fontMetrics().height() > one.height() + 1:
            found.append(f"low: {one.text()}")
    return found


@pytest.mark.parametrize(
    ("percent", "look"),
    [
        (85, "day"), (150, "night"),
        *(pytest.param(*one, marks=pytest.mark.campaign) for one in product([100, 125], ["day", "night"])),
        *(pytest.param(*one, marks=pytest.mark.campaign) for one in [(85, "night"), (150, "day")]),
    ],
)  # fmt: skip
def test_no_text_is_cut(
    desk: Desk, profile: Profile, hub: Hub, appearance: Appearance, percent: int, look: str, qtbot: QtBot
) -> None:
    desk.window.settings.put("text_size", percent)
    hub.setting.emit("text_size")
    desk.window.use_theme(look)
    assert appearance.theme.percent == percent
    assert QApplication.font().pixelSize() == round(16 * percent / 100)
    for panel in ("settings", "help", "outbox", "reports"):
        desk.window.docks.show(panel)
        qtbot.waitUntil(lambda: not cut(desk.window), timeout=5_000)
    sheet = desk.window.findChild(KeysSheet)
    assert isinstance(sheet, KeysSheet)
    sheet.toggle()
    qtbot.waitUntil(lambda: not cut(sheet), timeout=5_000)
    sheet.put_away()


def test_rows_of_a_table_hold_their_text(desk: Desk, hub: Hub, qtbot: QtBot) -> None:
    table = desk.record("reports").table
    before = table.verticalHeader().defaultSectionSize()
    desk.window.settings.put("text_size", 150)
    hub.setting.emit("text_size")
    qtbot.waitUntil(lambda: table.verticalHeader().defaultSectionSize() > before, timeout=5_000)
    assert table.fontMetrics().height() < table.verticalHeader().defaultSectionSize()
