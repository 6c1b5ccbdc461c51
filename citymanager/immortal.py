"""A stop-gap for PySide6 6.12 on Python 3.11: every `emit` gives back a reference to True that it never took.

From Python 3.12 on True is immortal, so nobody notices there; on 3.11 the interpreter aborts ("deallocating True or
False") after some thousands of signals, which is hours of a window.
"""

import ctypes
import sys

ENOUGH = 1 << 48
"""References: a million signals a second for nine years."""


def keep_true() -> None:
    """Give True references to lose, once per process. Harmless where it is immortal."""
    if sys.version_info < (3, 12) and sys.getrefcount(True) < ENOUGH:
        ctypes.c_ssize_t.from_address(id(True)).value += ENOUGH  # ob_refcnt is the first field of an object
