"""The training city «Учебный»: an invented town on a lake, with people, services and residents' reports.

What is shown to whoever opens the program without a city of his own, and what demonstrations and tests run on.
Geometry and texts are ours; every run makes the same town, and its dates follow the day: whenever it is opened, every
status of every module is there, and every clock stands somewhere green, amber and red.
"""

from citymanager.training_city.basemap import basemap, write_basemap
from citymanager.training_city.everything import records
from citymanager.training_city.registers import Item, User, users

__all__ = ["ATTRIBUTION", "USERS", "Item", "User", "basemap", "records", "write_basemap"]

ATTRIBUTION = "Учебный город: данные вымышлены"
"""What its map says about where it comes from."""

USERS: tuple[User, ...] = users()
"""Demo logins, one per role."""
