"""How large text must be to be read from afar: visual angles of ISO 9241-303, from the screen and the farthest seat."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from PySide6.QtGui import QFont, QFontMetricsF

VALUE, HEADLINE = 16.0, 20.0
"""Least heights of a capital letter in minutes of arc: of any value; of headline, clock and counters."""
INCH = 0.0254
_PROBE = 1_000


@dataclass(frozen=True, slots=True)
class Viewing:
    """A screen and who looks at it; the defaults are a 55-inch display seen from four metres."""

    diagonal: float = 55.0
    """Inches."""
    width: float = 1920
    height: float = 1080
    """Pixels."""
    distance: float = 4.0
    """Metres to the farthest seat."""

    @classmethod
    def of_setting(cls, setting: Any, width: float = 1920, height: float = 1080) -> "Viewing":
        """From a profile's setting; a missing or senseless part takes its default, pixels those of the window."""
        found: Mapping[str, Any] = setting if isinstance(setting, dict) else {}
        kept = {
            key: value
            for key in cls.__dataclass_fields__
            if isinstance(value := found.get(key), int | float) and not isinstance(value, bool) and 0 < value < 1e5
        }
        return cls(**{"width": width, "height": height, **kept})

    def pixels(self, size: float) -> int:
        """A distance of a layout that was drawn for 1080 lines."""
        return round(size * self.height / 1080)

    @property
    def pitch(self) -> float:
        """Metres from one pixel to the next."""
        return self.diagonal * INCH / math.hypot(self.width, self.height)

    def minutes(self, pixels: float) -> float:
        """The angle under which so many pixels are seen, in minutes of arc."""
        return 60 * math.degrees(2 * math.atan(pixels * self.pitch / 2 / self.distance))

    @property
    def scale(self) -> float:
        """How much larger a picture made for a desk must be here, to be seen under the same angle; within reason."""
        return max(1.0, min(4.0, DESK.minutes(1) / self.minutes(1)))

    def letter(self, font: QFont, minutes: float) -> int:
        """The size in pixels that a font needs for its capitals to be seen under an angle."""
        height = 2 * self.distance * math.tan(math.radians(minutes / 60) / 2) / self.pitch
        return math.ceil(height / capital(font))


DESK = Viewing(diagonal=24.0, distance=0.7)
"""A desk's own screen."""


def capital(font: QFont) -> float:
    """The height of a capital letter as a share of the font's size, as the font really is."""
    probe = QFont(font)
    probe.setPixelSize(_PROBE)
    return QFontMetricsF(probe).tightBoundingRect("Н").height() / _PROBE
