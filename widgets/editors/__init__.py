"""One editor per kind of field: the form is made of them by declaration."""

from collections.abc import Mapping

from citymanager.schema import Field, Kind
from widgets.editors.address import AddressEditor
from widgets.editors.attachments import FilesEditor
from widgets.editors.choice import ChoiceEditor, FlagEditor, ManyEditor
from widgets.editors.editor import Editor, Surroundings
from widgets.editors.houses import HousesEditor
from widgets.editors.place import PlaceEditor
from widgets.editors.reference import ReferenceEditor, ReferencesEditor
from widgets.editors.shape import ShapeEditor
from widgets.editors.text import LongTextEditor, NotedEditor, NumberEditor, TextEditor
from widgets.editors.when import DateEditor, MomentEditor

__all__ = ["Editor", "Surroundings", "editor_of"]

_ONE: Mapping[Kind, type[Editor]] = {
    "text": TextEditor, "long_text": LongTextEditor, "address": AddressEditor, "number": NumberEditor,
    "date": DateEditor, "moment": MomentEditor, "flag": FlagEditor, "choice": ChoiceEditor,
    "person": ReferenceEditor, "reference": ReferenceEditor, "geometry": PlaceEditor, "files": FilesEditor,
}  # fmt: skip
_MANY: Mapping[Kind, type[Editor]] = {
    "choice": ManyEditor, "person": ReferencesEditor, "reference": ReferencesEditor,
}  # fmt: skip


def editor_of(field: Field, surroundings: Surroundings) -> Editor:
    """A new editor for a field."""
    if field.kind == "geometry" and surroundings.module.geometry != "point":
        return ShapeEditor(field, surroundings)
    if field.houses:
        return HousesEditor(field, surroundings)
    if field.fill == "pauses":
        return NotedEditor(field, surroundings)
    kinds = _MANY if field.many else _ONE
    return kinds[field.kind](field, surroundings)
