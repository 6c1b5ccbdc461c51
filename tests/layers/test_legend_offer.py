"""Values that are ticked off in the legend may be left out of the table, too; that is offered, not done."""

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from citymanager.modules import MODULES
from layers.legend import Legend


def test_the_offer_comes_with_a_tick_and_tells_what_is_left(qtbot: QtBot) -> None:
    legend = Legend(MODULES, lambda module: True, lambda module, value: value != "solved")
    qtbot.addWidget(legend)
    legend.show()
    assert not legend.offer.isVisible()
    new = next(
        item for item, mark in legend._marks if mark.value == "new" and item.parent().text(0).startswith("Сообщ")
    )
    new.setCheckState(0, Qt.CheckState.Unchecked)
    assert legend.offer.isVisible() and legend.offer.toolTip() == "Сообщения жителей"
    with qtbot.waitSignal(legend.wanted_in_table) as told:
        legend.offer.click()
    module, values = told.args
    assert module == "reports" and "accepted" in values and not {"new", "solved", ""} & set(values)
    assert not legend.offer.isVisible()
