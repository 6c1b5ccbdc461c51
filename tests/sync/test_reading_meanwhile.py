"""What a person reads while the sync writes: lists are never empty, and nothing on the screen is ever older."""

import threading
from collections.abc import Callable

import pytest
from central_server import Central
from station import Station

from citymanager.modules import MODULES
from citymanager.store import Profile, Query

Join = Callable[..., Station]
ROWS = 5_000
WATCHED = ("r7", "r2500", "r4999")


class Onlooker:
    """A reader in a thread of its own, as a window's: what it saw, and what of it should not have been seen."""

    def __init__(self, profile: Profile) -> None:
        self._profile = profile
        self.looks, self.wrong = 0, list[str]()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look)
        self._thread.start()

    def leave(self) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        reader = self._profile.reader(MODULES)
        try:
            last = dict.fromkeys(WATCHED, 0)
            most = 0
            while not self._over.is_set():
                count = reader.count(Query("reports"))
                if count < most:
                    self.wrong.append(f"{count} rows after {most}")
                most = max(most, count)
                if count and not reader.first_page(Query("reports"), 50):
                    self.wrong.append("an empty page of a list that is not")
                for ident in WATCHED:
                    found = reader.get("reports", ident)
                    version = found.version if found else 0
                    if version < last[ident]:
                        self.wrong.append(f"{ident}: {version} after {last[ident]}")
                    last[ident] = version
                self.looks += 1
        finally:
            reader.close()


@pytest.mark.fault("F30")
@pytest.mark.campaign
def test_ten_thousand_changes_arrive_under_a_readers_eyes(central: Central, join: Join) -> None:
    central.sql(
        "INSERT INTO records (module, id, version, seq, data, by, at) SELECT 'reports', 'r' || n, 1, 1,"
        " jsonb_build_object('text', 'Сообщение ' || n, 'status', 'new'), '', now() FROM generate_series(1, %s) AS n",
        ROWS,
    )
    a = join()
    onlooker = Onlooker(a.profile)
    try:
        assert a.sync().pulled == ROWS
        central.sql("UPDATE records SET data = data || '{\"address\": \"Ленина, 5\"}' WHERE module = 'reports'")
        assert a.sync().pulled == ROWS
    finally:
        onlooker.leave()
    assert onlooker.wrong == [] and onlooker.looks > 20
    assert a.sums() == a.server_sums()
