"""Values of fields: read from what a person or a file wrote, checked, and shown in Russian.

One place for window, command line, import and server, so that a value can't be right in one and wrong in another.
"""

from citymanager.values.checking import problem, problems
from citymanager.values.moments import CITY_ZONE, moment, parse_moment
from citymanager.values.reading import read
from citymanager.values.showing import show

__all__ = ["CITY_ZONE", "moment", "parse_moment", "problem", "problems", "read", "show"]
