"""A process of its own for test_second_window: stands a second window on the screens that its platform has.

second_on_screens.py PLACE    as `SecondWindow.place` told once, as JSON; prints where the window is and what it tells
"""

import json
import sys

from PySide6.QtWidgets import QApplication, QLabel, QMainWindow

from widgets.second_window import SecondWindow


def main() -> None:
    app = QApplication(sys.argv[:1])
    window = QMainWindow()
    window.setGeometry(50, 50, 900, 600)
    window.show()
    second = SecondWindow(QLabel("карта"), window)
    second.stand(json.loads(sys.argv[1]))
    app.processEvents()
    second.rescue()
    app.processEvents()
    found = second.frameGeometry()
    told = {
        "place": second.place(),
        "screens": [one.name() for one in app.screens() if one.geometry().contains(found.center())],
        "seen": any(one.geometry().contains(second.geometry()) for one in app.screens()),
    }
    print(json.dumps(told))


main()
