"""The whole life of a photo at one station: attached, saved, sent, fetched back; for tests that end it on the way.

As a script: `file_life.py FOLDER URL LOGIN PHOTO`; a line for each step that has been done.
"""

import sys
from pathlib import Path

from station import Station


def main(folder: Path, url: str, login: str, photo: Path) -> None:
    station = Station(folder, url)
    station.login(login)
    taken = station.profile.shelf.take(photo)
    print("taken", taken.sha256, flush=True)
    station.new(photos=[taken.entry()])
    print("saved", taken.sha256, flush=True)
    station.sync()
    station.send_files()
    print("sent", taken.sha256, flush=True)
    station.profile.shelf.trim(0)
    station.fetch(taken.sha256)
    print("fetched", taken.sha256, flush=True)
    station.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3], Path(sys.argv[4]))
