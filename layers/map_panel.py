"""The map as it stands at a desk: under it a line with coordinates, going to a place, measuring, a link to the view."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from citymanager.errors import CityError
from citymanager.tasks import Tasks
from layers import view_link
from layers.coordinates import Spot, read
from layers.guests.kinds import ARCHIVES, DRIVERS
from layers.keys import COPY_LINK, FULL_SCREEN, GO_TO, MEASURE_AREA, MEASURE_LENGTH, OPEN_FILE, SECOND_MAP, Key, add_key
from layers.map_view import MapView
from layers.place_line import PlaceLine
from layers.projections import Grid
from layers.state import LayerSet
from layers.system_box import SystemBox
from layers.view_link import View

CLOSE = 16.0
"""The zoom at which a place is looked for, unless the map is nearer."""
KINDS = f"Файлы карты ({' '.join(f'*{one}' for one in (*DRIVERS, *ARCHIVES))});;Все файлы (*)"
FILES_TOLD = 5
FLEETING = "Временные слои исчезнут с концом работы программы; сами файлы останутся."
FLEETING_BESIDE = "Временные слои исчезнут, когда это окно закроют; сами файлы останутся."
PROMPT = "Координаты или ссылка на вид"


class PlaceBox(QLineEdit):
    """Where a place is typed. Esc leaves it, also where Esc has another use around it."""

    left = Signal()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            if event.type() == QEvent.Type.KeyPress:
                self.left.emit()
            event.accept()
            return True
        return super().event(event)


class MapPanel(QWidget):
    """The map and its line. Where it leads the map away from what was looked at, «Вернуть» leads back."""

    full_screen = Signal()
    """The whole screen is wanted for the map, or no longer."""
    second = Signal()
    """The second map is wanted."""

    def __init__(self, city_map: MapView, tasks: Tasks, *, first: bool = True) -> None:
        """`first`: it stands in the main window; else it is the second map's, which goes when its window is closed."""
        super().__init__()
        self._map, self._first = city_map, first
        self._grid: Grid | None = None
        self._undo: Callable[[], None] | None = None
        self.line, self.where, self.note = PlaceLine(), PlaceBox(), QLabel()
        self.measure, self.more, self.back, self.release, self.halt, self.turn = (QToolButton() for _ in range(6))
        self._of_files: list[str] = []
        self._doubtful = ""
        self.told = QFrame()
        self._build()
        self._connect()
        self._offer_release()
        tasks.read(lambda reader: Grid(), self._take_grid, owner=self)

    def _build(self) -> None:
        self.where.setPlaceholderText(PROMPT)
        self.where.setAccessibleName("Перейти к координатам или по ссылке на вид")
        self.where.setToolTip("Широта и долгота, градусы-минуты-секунды, метры МСК-74 или ссылка на вид (Ctrl+G)")
        self.where.setClearButtonEnabled(True)
        self.where.setMaxLength(view_link.LONGEST)
        _menu(
            self.measure,
            ("&Расстояние", MEASURE_LENGTH, lambda: self._map.hand.measure("length")),
            ("&Площадь", MEASURE_AREA, lambda: self._map.hand.measure("area")),
        )
        _menu(
            self.more,
            ("&Открыть файл на карте…", OPEN_FILE, self.ask_files),
            ("Скопировать &ссылку на вид", COPY_LINK, self.copy_link),
            ("Карта во весь &экран и обратно", FULL_SCREEN, self.full_screen.emit),
            *([("&Вторая карта", SECOND_MAP, self.second.emit)] if self._first else []),
        )
        for button, text, tip in (
            (self.measure, "Измерить", "Расстояние (Ctrl+M) или площадь (Ctrl+Shift+M)"),
            (self.more, "⋯", "Открыть файл на карте, ссылка на вид, во весь экран, вторая карта"),
            (self.back, "Вернуть", "Вернуть карту туда, где она была"),
            (self.turn, "Поменять местами", "Поменять в файле широту и долготу местами"),
            (self.halt, "Остановить", "Остановить чтение файла"),
            (self.release, "Снять", "Убрать отметку места с карты"),
        ):
            button.setText(text)
            button.setToolTip(tip)
            button.setAccessibleName(tip)
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.release.setProperty("role", "place")
        self.note.setTextFormat(Qt.TextFormat.PlainText)
        self.note.setWordWrap(True)
        self.told.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._map, 1)
        foot = QVBoxLayout()
        foot.setContentsMargins(8, 4, 8, 4)
        foot.setSpacing(4)
        foot.addWidget(self.told)
        foot.addLayout(_row(self.where, self.measure, self.more))
        foot.addLayout(_row(self.line, self.release))
        column.addLayout(foot)
        told = QHBoxLayout(self.told)
        told.setContentsMargins(0, 0, 0, 0)
        told.addWidget(self.note, 1)
        told.addWidget(self.back)
        for button in (self.turn, self.halt):
            told.addWidget(button)
            button.hide()
        self.setFocusProxy(self._map)

    def _connect(self) -> None:
        self._map.pointed.connect(self.line.show_pointer)
        self._map.asked.connect(lambda lat, lon: self._hold((lat, lon)))
        self.line.copied.connect(lambda text: self._say(f"Скопировано: {text}"))
        self.where.returnPressed.connect(lambda: self.go(self.where.text()))
        self.where.textEdited.connect(lambda _: self._say(""))
        self.where.left.connect(self._leave)
        self.back.clicked.connect(self.undo)
        self.halt.clicked.connect(self._map.guests.stop)
        self._map.guests.reading.connect(self._show_reading)
        self._map.guests.said.connect(self._say_of_file)
        self._map.guests.swapped.connect(self._offer_turn)
        self.turn.clicked.connect(lambda: self._map.guests.swap(self._doubtful))
        self._map.guests.nowhere.connect(self._ask_system)
        self.release.clicked.connect(lambda: self._hold(None))
        add_key(self, GO_TO, self._to_where)
        add_key(self, MEASURE_LENGTH, lambda: self._map.hand.measure("length"))
        add_key(self, MEASURE_AREA, lambda: self._map.hand.measure("area"))
        add_key(self, OPEN_FILE, self.ask_files)
        add_key(self, COPY_LINK, self.copy_link)
        add_key(self, FULL_SCREEN, self.full_screen.emit)

    def _take_grid(self, grid: Grid) -> None:
        self._grid = grid
        self.line.take_grid(grid)

    # what the user does

    def go(self, text: str) -> None:
        """Show the place or the view that a text names, or say why it can't be."""
        if not text.strip():
            return
        try:
            view = view_link.find(text)
            spot = None if view is not None else read(text, self._grid)
        except CityError as error:
            self._say(str(error), wrong=True)
            return
        self._keep_back()
        if view is not None:
            self._show_view(view)
        elif spot is not None:
            self._show_spot(spot)

    def copy_link(self) -> None:
        """Put the link to what the map shows now on the clipboard."""
        text = view_link.write(self._map.place, self._map.switches.layer_set().shown)
        QGuiApplication.clipboard().setText(text)
        self._undo = None
        self._say("Ссылка на вид скопирована. Вставьте её в сообщение; откроют её в этой же строке под картой.")

    def ask_files(self) -> QFileDialog:
        """Choose files that are to be seen on the map for a while."""
        dialog = QFileDialog(self, "Открыть файл на карте", "", KINDS)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowModality(Qt.WindowModality.NonModal)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.filesSelected.connect(lambda names: self._map.guests.open(map(Path, names)))
        dialog.show()
        return dialog

    def _show_reading(self, name: str) -> None:
        self.halt.setVisible(bool(name))
        if name:
            self._undo = None
            self._say("\n".join([*self._of_files, f"Читается «{name}»…"]))

    def _say_of_file(self, words: str, wrong: bool) -> None:
        """A line for each of the files that came together, the last ones where they are many."""
        self._undo = None
        self._of_files = [*self._of_files, words][-FILES_TOLD:]
        last = not wrong and not self._map.guests.more
        fleeting = [FLEETING if self._first else FLEETING_BESIDE] if last and self._map.guests.stays else []
        self._say("\n".join([*self._of_files, *fleeting]), wrong=wrong)
        if not self._map.guests.more:
            self._of_files = []

    def _offer_turn(self, key: str) -> None:
        self._doubtful = key
        self.turn.show()

    def _ask_system(self, file: Path, title: str) -> None:
        box = SystemBox(file.name, self)
        box.told.connect(lambda crs: self._map.guests.open([file], crs))
        box.show()

    def undo(self) -> None:
        """Lead the map back to where it was before the last jump."""
        undo, self._undo = self._undo, None
        self._say("")
        if undo is not None:
            undo()

    def _show_spot(self, spot: Spot) -> None:
        now = self._map.place
        self._hold((spot.lat, spot.lon))
        self._map.go_to(spot.lat, spot.lon, max(CLOSE, now.zoom if now else 0.0))
        self._say(spot.note or "Место отмечено на карте.")

    def _show_view(self, view: View) -> None:
        known = self._map.switches.layers
        now = self._map.switches.layer_set()
        self._map.switches.show_layers(LayerSet(view.layers & known, {}, now.opacity))
        if view.place is not None:
            self._map.go_to(view.place.lat, view.place.lon, view.place.zoom)
        else:
            self._map.show_city()
        missing = len(view.layers - known)
        self._say("Открыт вид по ссылке." + (f" Слоёв, которых здесь нет: {missing}." if missing else ""))

    def _keep_back(self) -> None:
        place, layers, held = self._map.place, self._map.switches.layer_set(), self.line.held

        def back() -> None:
            self._map.switches.show_layers(layers)
            self._hold(held)
            if place is not None:
                self._map.go_to(place.lat, place.lon, place.zoom)
            else:
                self._map.show_city()

        self._undo = back

    def _hold(self, place: tuple[float, float] | None) -> None:
        self.line.hold(place)
        self._map.point_at(place)
        self._offer_release()

    def _offer_release(self) -> None:
        self.release.setVisible(self.line.held is not None)

    def _say(self, words: str, *, wrong: bool = False) -> None:
        """A line over the box; a problem looks like one."""
        self.turn.hide()
        role = "problem" if wrong else ""
        if self.note.property("role") != role:
            self.note.setProperty("role", role)
            self.note.style().unpolish(self.note)
            self.note.style().polish(self.note)
        self.note.setText(words)
        self.told.setVisible(bool(words))
        self.back.setVisible(self._undo is not None and not wrong)

    def _to_where(self) -> None:
        self.where.setFocus()
        self.where.selectAll()

    def _leave(self) -> None:
        """Out of the box, back to the map."""
        self.where.clear()
        self._say("")
        self._map.setFocus()


def _menu(button: QToolButton, *lines: tuple[str, Key, Callable[[], object]]) -> None:
    """Let a button open a menu; its keys are told there, and work by themselves."""
    menu = QMenu(button)
    for title, key, act in lines:
        menu.addAction(f"{title}\t{key.keys}").triggered.connect(lambda _=False, act=act: act())
    button.setMenu(menu)
    button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)


def _row(*widgets: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    for number, widget in enumerate(widgets):
        row.addWidget(widget, 0 if number else 1)
    return row
