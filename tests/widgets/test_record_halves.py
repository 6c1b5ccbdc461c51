"""Table and card side by side: their shares hold when the panel changes its size, and after a restart."""

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from citymanager.store import Profile
from widgets.record_halves import ABOVE, BESIDE, LOW, Halves


def halves(qtbot: QtBot, profile: Profile, width: int) -> Halves:
    made = Halves(QWidget(), QWidget(), profile, "reports")
    qtbot.addWidget(made)
    made.resize(width, 1000)
    made.show()
    return made


def share(made: Halves) -> float:
    table, card = made.sizes()
    return 100 * table / (table + card)


@pytest.mark.parametrize(("width", "kept"), [(1200, BESIDE), (1800, BESIDE), (700, ABOVE)])
def test_the_table_has_its_share_of_any_size(qtbot: QtBot, profile: Profile, width: int, kept: int) -> None:
    made = halves(qtbot, profile, 1400)
    made.resize(width, 1000)
    assert share(made) == pytest.approx(kept, abs=1)


def test_the_share_that_the_user_drew_holds_and_comes_back(qtbot: QtBot, profile: Profile) -> None:
    made = halves(qtbot, profile, 1400)
    made.moveSplitter(420, 1)
    made.resize(1800, 1000)
    assert share(made) == pytest.approx(30, abs=1)
    made.closing()
    assert share(halves(qtbot, profile, 1300)) == pytest.approx(30, abs=1)


@pytest.mark.parametrize("kept", ["text", {"beside": "half"}, {"beside": 400}, {"beside": True}])
def test_shares_that_make_no_sense_give_way_to_the_default(qtbot: QtBot, profile: Profile, kept: object) -> None:
    profile.set("halves.reports", kept)
    assert share(halves(qtbot, profile, 1400)) == pytest.approx(BESIDE, abs=1)


def test_it_says_when_a_card_leaves_the_table_hardly_any_room(qtbot: QtBot, profile: Profile) -> None:
    card, told = QWidget(), list[bool]()
    card.hide()
    made = Halves(QWidget(), card, profile, "reports")
    qtbot.addWidget(made)
    made.cramped.connect(told.append)
    made.resize(700, LOW - 1)
    made.show()
    assert not told[-1]
    card.show()
    assert told[-1]
    made.resize(700, LOW)
    assert not told[-1]
    made.resize(1400, LOW - 1)
    assert not told[-1]
