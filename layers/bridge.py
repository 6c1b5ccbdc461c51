"""The narrow door between the page and the program: one object, few words, each checked.

The object is seen in the isolated world only (`resources/map/bridge.js`); the page itself speaks to it by DOM events.
"""

import json
import logging
import math
from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import QFile, QIODevice, QObject, Signal, Slot
from PySide6.QtWebChannel import QWebChannel
from PySide6.QtWebEngineCore import QWebEnginePage, QWebEngineScript

log = logging.getLogger(__name__)

LONGEST = 4_000
WORLD = QWebEngineScript.ScriptWorldId.ApplicationWorld
NAME = "city"

Message = dict[str, Any]
Shape = Mapping[str, type]

SHAPES: Mapping[str, Shape] = {
    "loaded": {},
    "painted": {"n": int},
    "clicked": {"module": str, "id": str},
    "picked": {"lat": float, "lon": float},
    "moved": {"lat": float, "lon": float, "zoom": float},
    "pointed": {"lat": float, "lon": float},
    "asked": {"lat": float, "lon": float},
    "measured": {"lat": float, "lon": float},
    "viewed": {"west": float, "south": float, "east": float, "north": float},
    "aimed": {"lat": float, "lon": float, "zoom": float, "free": bool},
    "put": {"lat": float, "lon": float, "zoom": float, "free": bool},
    "held": {"path": int, "vertex": int, "middle": bool},
    "dropped": {"lat": float, "lon": float, "zoom": float, "free": bool},
    "let_go": {},
    "guest": {"key": str, "row": int},
    "left": {},
    "piled": {"module": str, "x": float, "y": float},
    "unpiled": {},
    "beat": {},
}
"""What the page may say, and of what each word consists."""


class Bridge(QObject):
    """Hears the page's words and hands on those that are well formed; tells the page what to do."""

    told = Signal(str)

    def __init__(self, hear: Callable[[str, Message], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._hear = hear

    def tell(self, word: str, **content: Any) -> None:
        self.told.emit(json.dumps({"do": word, **content}, ensure_ascii=False, allow_nan=False))

    @Slot(str, str)
    def say(self, word: str, text: str) -> None:
        """The page's only way in: a word of SHAPES and its content as JSON."""
        message = read(word, text)
        if message is None:
            log.warning("map: a malformed word from the page was dropped")
        else:
            self._hear(word, message)


def read(word: str, text: str) -> Message | None:
    """A word of the page if it is one of ours in its own shape, else None."""
    shape = SHAPES.get(word)
    if shape is None or len(text) > LONGEST:
        return None
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict) or found.keys() != shape.keys():
        return None
    return found if all(_is(found[key], kind) for key, kind in shape.items()) else None


def _is(value: Any, kind: type) -> bool:
    if kind is str:
        return isinstance(value, str) and len(value) <= 200
    if kind is bool:
        return isinstance(value, bool)
    number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    return number and (kind is float or isinstance(value, int))


def connect(page: QWebEnginePage, bridge: Bridge) -> QWebChannel:
    """Make the object known to the page's isolated world. The page owns the channel."""
    channel = QWebChannel(page)
    channel.registerObject(NAME, bridge)
    page.setWebChannel(channel, WORLD)
    return channel


def join(page: QWebEnginePage, script: str) -> None:
    """Open the talk with a page that is loaded; `script` is the text of bridge.js.

    Not by QWebEnginePage.scripts(): after a renderer has died, the next one starts without them one time in thirty.
    """
    page.runJavaScript(_channel_script() + script, WORLD)


def _channel_script() -> str:
    file = QFile(":/qtwebchannel/qwebchannel.js")
    if not file.open(QIODevice.OpenModeFlag.ReadOnly):
        raise FileNotFoundError(file.fileName())
    return bytes(file.readAll().data()).decode()
