"""The journal of access: each reveal, export and print is a record that goes up to the server like every edit.

A line is on the disk before what it tells of happens, whether or not this program may write the profile: it is spooled,
and the program that writes the profile takes it into its outbox.
"""

from collections.abc import Callable
from datetime import UTC, datetime

from citymanager.modules.access_log import ACCESS_LOG
from citymanager.schema import Values
from citymanager.store import Profile
from citymanager.store.spool import Spool
from citymanager.values import moment


def utc_now() -> datetime:
    return datetime.now(UTC)


class AccessJournal:
    """Writes the lines of one workstation. Every method raises ReadOnly; then the act must not happen."""

    def __init__(
        self,
        profile: Profile,
        login: Callable[[], str],
        spooled: Callable[[], None] = lambda: None,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        """`login`: who works here now. `spooled` is called after each line: a window takes it in at once."""
        self._spool, self._profile = Spool(profile.folder), profile
        self._login, self._spooled, self._clock = login, spooled, clock

    def reveal(self, module: str, ident: str, detail: str = "") -> None:
        """Personal data of a record are about to be shown; `detail`: which."""
        self._add("reveal", module, {"record": ident, "records": 1, "detail": detail})

    def export(self, module: str, records: int, detail: str = "") -> None:
        """So many records are about to leave the program in a file."""
        self._add("export", module, {"records": records, "detail": detail})

    def print(self, module: str, records: int, detail: str = "", ident: str = "") -> None:
        """A list of so many records, or the card `ident`, is about to go to paper or PDF."""
        self._add("print", module, {"record": ident, "records": records, "detail": detail})

    def _add(self, act: str, module: str, more: Values) -> None:
        now, login = self._clock(), self._login()
        known = {"at": moment(now), "login": login or "до входа", "station": self._profile.station(), "act": act}
        fields = ACCESS_LOG.columns
        told = {key: value[: fields[key].limit] if isinstance(value, str) else value for key, value in more.items()}
        line = {key: value for key, value in {**known, "module": module, **told}.items() if value != ""}
        self._spool.add(ACCESS_LOG.key, line, login, now)
        self._spooled()
