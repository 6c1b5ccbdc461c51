"""Attach photos and save cards that name them, until killed: a line for every step that has been done."""

import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from citymanager.modules import MODULES
from citymanager.store import Profile


def main(folder: Path) -> None:
    profile = Profile(folder / "profile")
    writer = profile.writer(MODULES, patience=0)
    source = folder / "яма.jpg"
    while True:
        source.write_bytes(b"\xff\xd8\xff" + os.urandom(100_000))
        taken = profile.shelf.take(source)
        print("taken", taken.sha256, flush=True)
        change = {"text": "Яма", "photos": [taken.entry()]}
        saved = writer.save("reports", None, change, "ivanov", None, datetime.now(UTC))
        print("saved", taken.sha256, saved.op, flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
