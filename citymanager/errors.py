"""The few errors of the program; each answers what the user should do. Messages are Russian, causes go to the log."""


class CityError(Exception):
    """An error that is told to a person as it stands: `str(error)` is a whole Russian sentence."""


class NoLink(CityError):
    """The server does not answer now. Wait: the work goes on from the cache."""


class Refused(CityError):
    """The act is not allowed, or its data are wrong: the message says what is wrong and what to do."""


class Damaged(CityError):
    """A file of the profile can't be read: it is set aside and restored, never deleted."""


class ReadOnly(CityError):
    """The profile can't be written: another program holds it, the disk is full or has no rights."""


class Bug(CityError):
    """The program itself is wrong: report it."""
