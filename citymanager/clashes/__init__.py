"""Clashes in space and time: works that meet works, fresh surfaces, outages, events and closed roads; offline, too."""

from citymanager.clashes.bans import refuse_banned
from citymanager.clashes.clash import Clash, on_the_ground, told
from citymanager.clashes.finding import all_clashes, clashes
from citymanager.clashes.sides import watched

__all__ = ["Clash", "all_clashes", "clashes", "on_the_ground", "refuse_banned", "told", "watched"]
