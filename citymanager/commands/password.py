"""The password of who works: from the environment or asked on the terminal, never from the command line."""

import os
import sys
from getpass import getpass

VARIABLE = "CITYMANAGER_PASSWORD"


def password(question: str) -> str:
    """The password, or an empty text where there is nobody to ask."""
    given = os.environ.get(VARIABLE)
    if given is not None:
        return given
    if sys.stdin is None or not sys.stdin.isatty():
        return ""
    try:
        return getpass(question)
    except EOFError:
        return ""
