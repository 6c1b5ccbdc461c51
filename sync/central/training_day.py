"""The demonstration begins anew when it is a day old: its dates are of the day on which it was made.

A week-old one would greet with hundreds of terms that ran out while nobody looked.
"""

import shutil
import time
from pathlib import Path

from sync.central.cluster import Cluster, home_of

OLD = 24 * 3600.0
"""Seconds; an exercise that goes on over midnight is left alone."""
KEPT = frozenset({"basemap", "logs", "settings.json", "settings.lock"})
"""Of the demonstration's profile: what is of the person or the city's map, not of its records."""


def begin_anew(profile: Path, now: float | None = None) -> bool:
    """Forget the training city of a profile if it is old and nobody is in it; whether it was forgotten.

    For a demonstration only, whose server and workstation are one program: both sides forget the same.
    """
    cluster = Cluster(home_of(profile))
    made = cluster.made
    if made is None or (now or time.time()) - made < OLD or not cluster.discard():
        return False
    for one in profile.iterdir():
        if one.name not in KEPT:
            shutil.rmtree(one) if one.is_dir() else one.unlink()
    return True
