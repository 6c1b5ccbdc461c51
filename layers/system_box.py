"""Asks a person in which system of coordinates a file is. It stands beside the work and stops nothing."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QDialog, QDialogButtonBox, QLabel, QVBoxLayout, QWidget

from citymanager.errors import CityError
from layers.projections import projection

KNOWN = (
    ("МСК-74 (зона по координатам)", "МСК-74"),
    ("МСК-74, зона 1", "МСК-74 зона 1"),
    ("МСК-74, зона 2", "МСК-74 зона 2"),
    ("WGS 84, градусы", "WGS84"),
    ("СК-42, зона 11 (EPSG:28411)", "EPSG:28411"),
    ("СК-42, зона 10 (EPSG:28410)", "EPSG:28410"),
    ("Web Mercator (EPSG:3857)", "EPSG:3857"),
)
ASKED = (
    "Файл «{}» не говорит, в какой он системе координат, и по числам этого не видно. "
    "Выберите её или впишите код EPSG; она бывает названа в письме, с которым пришёл файл."
)


class SystemBox(QDialog):
    """One question; `told` has the answer, which is a system that there is."""

    told = Signal(str)

    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Система координат файла")
        self.box, self.wrong, asked = QComboBox(), QLabel(), QLabel(ASKED.format(name))
        for label in (asked, self.wrong):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
        self.wrong.setProperty("role", "problem")
        self.wrong.hide()
        self.box.setEditable(True)
        self.box.setAccessibleName("Система координат")
        for title, crs in KNOWN:
            self.box.addItem(title, crs)
        buttons = QDialogButtonBox()
        buttons.addButton("Показать на карте", QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.addButton("Не открывать", QDialogButtonBox.ButtonRole.RejectRole)
        buttons.accepted.connect(self.answer)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        for widget in (asked, self.box, self.wrong, buttons):
            column.addWidget(widget)
        self.setMinimumWidth(420)

    def answer(self) -> None:
        """Tell the system that is chosen or typed, or say that there is no such one."""
        typed = self.box.currentText().strip()
        crs = next((crs for title, crs in KNOWN if title == typed), typed)
        try:
            projection(crs)
        except CityError as error:
            self.wrong.setText(str(error))
            self.wrong.show()
            return
        self.told.emit(crs)
        self.accept()
