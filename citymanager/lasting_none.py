"""None must outlive Qt: a guard against a fault of PySide6 6.12 on Python 3.11.

Since Python 3.12 None is immortal, and PySide6 6.12 is built as if it always were: on 3.11 every call that returns
nothing takes one reference from None. After some thousand calls its count is zero, and the interpreter aborts with
«none_dealloc: deallocating None». So None is given more references than all calls of a century can take.
"""

import ctypes
import sys

MANY = 1 << 60


def keep_none() -> None:
    """Make None outlive every caller that forgets its reference; does nothing where None is immortal."""
    if sys.version_info < (3, 12) and sys.getrefcount(None) < MANY // 2:
        ctypes.c_ssize_t.from_address(id(None)).value += MANY
