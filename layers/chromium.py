"""How Chromium is started inside the program: the flags that keep the map light, fast and sandboxed.

They are read once, when the first page is made, so `main.py` sets them before QApplication.
"""

from collections.abc import Mapping
from pathlib import Path

GARBAGE = "--js-flags=--expose-gc"
"""QtWebEngine 6.10 and later does not collect garbage as it allocates (QTBUG-150562): the page calls gc() itself."""
SOFTWARE = "--disable-gpu"
"""Over a software OpenGL the GL compositor is three to five times slower than drawing in memory."""
FLAGS = "QTWEBENGINE_CHROMIUM_FLAGS"
UNGUARDED = "QTWEBENGINE_DISABLE_SANDBOX"


def draws_in_software(environ: Mapping[str, str], devices: Path = Path("/dev/dri")) -> bool:
    """Whether OpenGL is likely to be emulated: asked for, no screen at all, or no graphics card to draw with."""
    asked = environ.get("LIBGL_ALWAYS_SOFTWARE") == "1" or environ.get("QT_OPENGL") == "software"
    screenless = environ.get("QT_QPA_PLATFORM", "") in ("offscreen", "minimal")
    return asked or screenless or not any(devices.glob("renderD*"))


def flags(environ: Mapping[str, str], devices: Path = Path("/dev/dri")) -> dict[str, str]:
    """Environment variables to set before QApplication; what the user has set himself is kept."""
    wanted = [GARBAGE, SOFTWARE] if draws_in_software(environ, devices) else [GARBAGE]
    own = environ.get(FLAGS, "").split()
    return {FLAGS: " ".join(own + [flag for flag in wanted if flag not in own])}


def refusal_of_root(environ: Mapping[str, str], user: int) -> str | None:
    """Why the window can't be opened by this user (a uid), or None."""
    if user != 0 or environ.get(UNGUARDED) == "1":
        return None
    return (
        "Окно не открывается от имени root: карта работала бы без защитной песочницы. "
        f"Запустите программу обычным пользователем или задайте {UNGUARDED}=1, если риск принят."
    )
