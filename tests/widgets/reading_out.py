"""What a screen reader finds in a widget: the parts that can't be seen, too."""

from collections.abc import Iterator

from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QWidget


def read_out(widget: QWidget) -> str:
    """All names and values in a widget's tree."""

    def texts(found: QAccessibleInterface | None) -> Iterator[str]:
        if found is None:
            return
        yield from (found.text(kind) for kind in (QAccessible.Text.Name, QAccessible.Text.Value))
        for number in range(found.childCount()):
            yield from texts(found.child(number))

    return "\n".join(texts(QAccessible.queryAccessibleInterface(widget)))
