"""The server with the throw-away module among the city's: `throwaway_server.py --database DSN serve --port N`."""

import sys
from pathlib import Path

from light_central import lighten
from throwaway import HOUSE

from sync.central import command

if __name__ == "__main__":
    lighten()
    _, _, database, _, _, port = sys.argv
    raise SystemExit(command.serve(Path(), database, "127.0.0.1", int(port), training_city=False, modules=HOUSE))
