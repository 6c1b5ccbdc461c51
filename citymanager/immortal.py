"""A stop-gap for PySide6 6.12 on Python 3.11: it gives back references to None and True that it never took.

Every `emit` loses one to True, every call of a Qt method that returns nothing one to None. From Python 3.12 on these
are immortal, so nobody notices there; on 3.11 the interpreter aborts ("deallocating None") after some ten thousand
calls, which is minutes of a window.
"""

import ctypes
import sys

ENOUGH = 1 << 48
"""References: a million calls a second for nine years."""
CONSTANTS = (None, True, False, NotImplemented, ...)


def keep_constants() -> None:
    """Give the constants references to lose, once per process. Harmless where they are immortal."""
    if sys.version_info >= (3, 12):
        return
    for one in CONSTANTS:
        if sys.getrefcount(one) < ENOUGH:
            ctypes.c_ssize_t.from_address(id(one)).value += ENOUGH  # ob_refcnt is the first field of an object
