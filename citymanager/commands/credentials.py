"""Name and password that a window starts with: given to it, or those of the training city."""

import os

from citymanager.commands.password import VARIABLE
from citymanager.training_city import USERS


def credentials(user: str, role: str, *, demo: bool) -> tuple[str, str]:
    """Name and password to log in with at once; without a password the window asks.

    `role`: who sits at the window of the training city where nobody is named.
    """
    login = user or next((one.login for one in USERS if demo and one.role == role), "")
    known = next((one.password for one in USERS if demo and one.login == login), "")
    return login, os.environ.get(VARIABLE, known)
