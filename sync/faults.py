"""What can go wrong on the wire, as errors that say what to do next: wait, log in, load anew, tell a person."""

from citymanager.errors import CityError, NoLink, Refused


class NotOurs(NoLink):
    """Something answers at the address, but not the central server: a captive portal, another product."""


class Unreached(NoLink):
    """No connection came about: nothing of the request has left."""


class Garbled(NoLink):
    """An answer was cut or changed on its way: nothing of it is used, it is asked for again."""


class TooLarge(NoLink):
    """An answer without end: a bomb, or a server gone mad. Asking again would only bring it again."""


class Failing(NoLink):
    """The server takes the request and fails on it (5xx), or does not answer it in time."""


class Slow(Failing):
    """The whole call did not fit its deadline: a shorter one may."""


class Busy(NoLink):
    """The server asks to come back later."""

    def __init__(self, message: str, wait: float) -> None:
        super().__init__(message)
        self.wait = wait
        """Seconds, at least."""


class Expired(Refused):
    """The token is not valid any more: the person logs in again."""


class WrongLogin(Refused):
    """The server does not know this person by this password."""

    def __init__(self, message: str, city: str = "") -> None:
        super().__init__(message)
        self.city = city
        """Whose server it is: another city's does not know our people."""


class TooOld(Refused):
    """Program and server do not understand each other any more: work goes on from the cache till one is updated."""


class NotSeen(Refused):
    """Whoever asks may not see this: his role is not the one that he had when he came."""


class Unacceptable(Refused):
    """The server can't read this very request: its size or its form."""


class OtherCity(Refused):
    """The address belongs to another city's server: nothing is sent to it, nothing is taken from it."""


class Purged(CityError):
    """The server has no changes from so long ago: the registers are loaded anew, the outbox stays."""


class NewFeed(CityError):
    """The server was restored from a back-up: positions and versions of the old feed mean nothing there."""

    def __init__(self, feed: str) -> None:
        super().__init__("Сервер восстановлен из резервной копии: данные сверяются заново.")
        self.feed = feed


class NewSight(CityError):
    """What this person may see is not what the cache was loaded under: his role is asked for, all is loaded anew."""
