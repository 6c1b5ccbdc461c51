"""A layer of the map as legend, switches, page and print know it: a module's records, or a slice of them."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from citymanager.schema import Look, Module
from layers.density import LEVELS
from layers.slices import Slice, slices_of
from layers.style import Mark, marks, over

FILL, WIDER = 0.26, 1.0
"""A slice stands out from the layer of its module: so opaque within, so many pixels more around."""
DENSE = 0.55
"""How opaque the cells of a density are: streets are read through them."""


@dataclass(frozen=True)
class MapLayer:
    """One line of the layer panel. What is seen of it follows from the module's declaration, or the slice's."""

    module: Module
    part: Slice | None = None

    @property
    def key(self) -> str:
        return self.part.key if self.part else self.module.key

    @property
    def title(self) -> str:
        return self.part.title if self.part else self.module.title

    @property
    def group(self) -> str:
        return self.part.group if self.part else self.module.group

    @property
    def told(self) -> str:
        """Which of the module's records these are; empty: all."""
        return self.part.told if self.part else ""

    @property
    def look(self) -> Look:
        look = self.module.look
        if self.part is None:
            return look
        if self.part.dense:
            return replace(look, visible=False, from_zoom=0, fill=DENSE, width=0)
        return replace(look, visible=False, from_zoom=0, fill=max(FILL, look.fill), width=look.width + WIDER)

    @property
    def dense(self) -> bool:
        return self.part is not None and self.part.dense

    @property
    def lies(self) -> bool:
        """Whether it has lines or areas, and not points alone."""
        return self.dense or self.module.geometry != "point"

    @property
    def mark(self) -> Mark | None:
        """The one mark of all its records: of a slice, or of a module in which no value tells them apart."""
        part = self.part
        if part is not None:
            return None if part.dense else Mark("", part.title, part.colour, part.shape)
        first, *others = marks(self.module)
        return None if others else first

    @property
    def marks(self) -> tuple[Mark, ...]:
        """By the codes of the module's points: there may be one mark for all of them. Of a density, its levels."""
        if self.dense:
            return LEVELS
        return tuple(self.mark or one for one in marks(self.module))

    def seen(self, counts: Sequence[int]) -> tuple[Mark, ...]:
        """Those of its marks that are on a picture with so many points of each code."""
        if self.dense:
            return LEVELS if sum(counts) else ()
        return tuple(dict.fromkeys(mark for mark, count in zip(self.marks, counts, strict=True) if count))

    @property
    def off(self) -> frozenset[str]:
        """Values that are left out until somebody asks for them."""
        return frozenset() if self.part else over(self.module)

    def told_to_page(self) -> dict[str, Any]:
        """What the page must know to draw it."""
        look, geometry = self.look, self.module.geometry
        return {
            "key": self.key,
            "module": self.module.key,
            "title": self.title,
            "geometry": geometry,
            "area": self.dense,
            "from": look.from_zoom,
            "marked": geometry == "point" or bool(self.module.statuses),
            "width": look.width,
            "fill": look.fill,
            "dash": look.dash,
            "labels": look.label_zoom,
            "marks": [asdict(one) for one in self.marks],
        }


def map_layers(modules: Sequence[Module]) -> tuple[MapLayer, ...]:
    """What can be switched on a map of these modules: slices first, then each module that has a place."""
    placed = {one.key: one for one in modules if one.geometry}
    slices = (MapLayer(placed[one.module], one) for one in slices_of(placed))
    return (*slices, *(MapLayer(one) for one in placed.values()))
