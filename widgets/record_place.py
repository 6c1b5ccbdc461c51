"""Where the record of a card lies, as the map says it: a point or a shape, a drawing under way, a drawing given up."""

from typing import Any

from widgets.editors import Editor
from widgets.editors.place import PlaceEditor
from widgets.editors.shape import ShapeEditor
from widgets.record_sheet import RecordSheet


class CardPlace:
    """Takes the map's word into the card's field of the place, if it has one and may be changed."""

    def __init__(self, sheet: RecordSheet) -> None:
        self._sheet = sheet

    def point(self, latitude: float, longitude: float) -> None:
        """Take a place that was shown on the map."""
        self.put({"type": "Point", "coordinates": [round(longitude, 7), round(latitude, 7)]})

    def put(self, geometry: dict[str, Any]) -> None:
        """Take a GeoJSON geometry that was shown on the map."""
        editor = self._editor
        if isinstance(editor, PlaceEditor | ShapeEditor) and not editor.reading:
            editor.put(geometry)

    def keep(self, drawing: Any) -> None:
        """Take what has been drawn on the map by now into the draft."""
        editor = self._editor
        if isinstance(editor, ShapeEditor) and not editor.reading:
            editor.take_drawing(drawing)

    def leave(self) -> None:
        """The user has given up what he drew on the map."""
        editor = self._editor
        if isinstance(editor, ShapeEditor):
            editor.leave_drawing()

    def go_to(self) -> None:
        """Bring the keyboard back from the map."""
        if "geometry" in self._sheet.lines:
            self._sheet.go_to(self._sheet.lines["geometry"])

    @property
    def _editor(self) -> Editor | None:
        line = self._sheet.lines.get("geometry")
        return line.editor if line else None
