"""«Жителей» of an outage's card: filled from the register of houses, until a person has written another number."""

from citymanager.errors import Refused
from citymanager.house_register import Residents, in_words, source
from citymanager.text import plural
from widgets.record_field import FieldLine


class ResidentsLine:
    """Puts a number in and takes it back; what a person has typed, or is typing, stays."""

    def __init__(self, line: FieldLine) -> None:
        self._line = line
        self._own: int | None = None
        """The number that the program has put in."""
        self._begun = False

    def begin(self) -> None:
        """Another card is shown."""
        self._own, self._begun = None, False

    def take(self, found: Residents, *, fill: bool) -> None:
        """What the register says now. What stood in the card, and is the same, was the program's work."""
        stands, number = self._stands(), found.number if found.counted else None
        if not self._begun and stands == number:
            self._own = number
        self._begun = True
        if fill and stands in (None, self._own) and stands != number and not self._line.editor.hasFocus():
            self._own = number
            self._line.fill(number, source(found) if found.counted else "")

    def told(self, found: Residents, many: int) -> str:
        """What is to be said of so many houses; nothing where a person has said all that is known."""
        stands = self._stands()
        if found.counted:
            other = f"; в карточке — {stands}" if stands not in (None, found.number) else ""
            return f"Жителей по справочнику: {in_words(found)}{other}."
        if many and stands is None:
            return f"Жители не известны для {plural(many, 'дома', 'домов', 'домов')}: впишите «Жителей»."
        return ""

    def _stands(self) -> object:
        """The number in the card; whatever else was typed is no number of ours."""
        try:
            return self._line.editor.value()
        except Refused as error:
            return str(error)
