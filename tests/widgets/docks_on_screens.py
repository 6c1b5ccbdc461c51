"""A process of its own for test_docks: opens docks on the screens that its platform has, and says where they are.

docks_on_screens.py PROFILE float X Y    floats the map there, and closes as a window does
docks_on_screens.py PROFILE look         restores, and prints where everything is
"""

import json
import sys
from pathlib import Path

from PySide6.QtCore import QRect
from PySide6.QtWidgets import QApplication, QDockWidget, QLabel, QMainWindow

from citymanager.store import Profile
from widgets.docks import Docks
from widgets.docks_panels import Panel


def main() -> None:
    app = QApplication(sys.argv[:1])
    window = QMainWindow()
    window.resize(1200, 700)
    panels = [Panel("reports", "Сообщения", QLabel("список"), "main"), Panel("map", "Карта", QLabel("карта"), "side")]
    docks = Docks(window, panels, Profile(Path(sys.argv[1])))
    notice = docks.memory.restore()
    window.show()
    app.processEvents()
    city_map = window.findChild(QDockWidget, "map")
    if sys.argv[2] == "float":
        city_map.setFloating(True)
        city_map.setGeometry(QRect(int(sys.argv[3]), int(sys.argv[4]), 640, 480))
        app.processEvents()
        docks.memory.save()
    rectangle = city_map.geometry()
    print(
        json.dumps(
            {
                "notice": notice,
                "screens": [screen.geometry().getRect() for screen in app.screens()],
                "floating": city_map.isFloating(),
                "visible": city_map.isVisible(),
                "map": rectangle.getRect(),
                "seen": any(screen.availableGeometry().contains(rectangle) for screen in app.screens()),
            }
        )
    )


main()
