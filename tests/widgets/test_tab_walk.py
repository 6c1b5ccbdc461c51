"""Who walks by Tab past a part does not tie the window's life to it."""

import shiboken6
from PySide6.QtWidgets import QFrame, QMenu, QPushButton, QToolButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from widgets.tab_walk import walk_by_tab


def test_what_was_walked_past_may_go_and_nothing_goes_with_it(qtbot: QtBot) -> None:
    window, more = QWidget(), QToolButton()
    qtbot.addWidget(window)
    menu, sheet = QMenu(more), QFrame(window)
    act = menu.addAction("Печать")
    inside, first = QPushButton("в листе", sheet), QPushButton("в окне")
    column = QVBoxLayout(window)
    for one in (sheet, more, first):
        column.addWidget(one)
    window.show()
    for following in (True, False):
        for start in (inside, first):
            assert walk_by_tab(start, following, QWidget.isVisible)
    sheet.deleteLater()
    qtbot.waitUntil(lambda: not shiboken6.isValid(sheet))
    assert shiboken6.isValid(act) and shiboken6.ownedByPython(window)
    act.setVisible(False)
