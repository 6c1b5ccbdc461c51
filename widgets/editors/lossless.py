"""Text that survives Qt's text widgets letter by letter.

QPlainTextEdit turns CR, U+2029 and two noncharacters into line breaks, and PySide drops a byte order mark at the
start of a text: so these travel inside the widgets as unassigned, zero-width code points of plane 14.
"""

import re

_ESCAPE = "\U000e0fff"
_HIDDEN = {
    "\r": "\U000e0f0d", "\u2029": "\U000e0f29", "\ufdd0": "\U000e0fd0", "\ufdd1": "\U000e0fd1",
    "\ufeff": "\U000e0fef", "\ufffe": "\U000e0ffe",
}  # fmt: skip
_SHOWN = {hidden: char for char, hidden in _HIDDEN.items()}
_TO_HIDE = re.compile(f"[\r\u2029\ufdd0\ufdd1\ufffe{_ESCAPE}{''.join(_SHOWN)}]|^\ufeff")
_TO_SHOW = re.compile(f"{_ESCAPE}(.)|[{''.join(_SHOWN)}]", re.DOTALL)


def hidden(text: str) -> str:
    """The text as a widget keeps it whole."""
    return _TO_HIDE.sub(lambda found: _HIDDEN.get(found.group(), _ESCAPE + found.group()), text)


def shown(text: str) -> str:
    """The text of a widget that was given `hidden` text."""
    return _TO_SHOW.sub(lambda found: found.group(1) or _SHOWN.get(found.group(), ""), text)
