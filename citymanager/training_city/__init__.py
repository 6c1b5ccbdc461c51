"""The training city «Учебный»: an invented town on a lake, with people, services and residents' reports.

What is shown to whoever opens the program without a city of his own, and what demonstrations and tests run on.
Geometry and texts are ours; every run makes the same town, and its dates follow the day.
"""

from collections.abc import Iterator
from datetime import date, datetime, time

from citymanager.training_city.basemap import basemap, write_basemap
from citymanager.training_city.registers import Item, User, organisations, people, users
from citymanager.training_city.reports import reports
from citymanager.values import CITY_ZONE

__all__ = ["ATTRIBUTION", "USERS", "Item", "User", "basemap", "records", "write_basemap"]

ATTRIBUTION = "Учебный город: данные вымышлены"
"""What its map says about where it comes from."""

USERS: tuple[User, ...] = users()
"""Demo logins, one per role."""


def records(today: date) -> Iterator[Item]:
    """Every record as (module key, id, data), those that others refer to first.

    A datetime makes the newest reports minutes old; a bare date ends the queue at that day's first moment.
    """
    now = today.astimezone(CITY_ZONE) if isinstance(today, datetime) else datetime.combine(today, time.min, CITY_ZONE)
    yield from organisations()
    yield from people()
    yield from reports(now)
