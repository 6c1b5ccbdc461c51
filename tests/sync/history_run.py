"""Histories in a process of their own, for a source with a fault in it: `history_run.py DSN SEED COUNT`.

Says which promise was broken and ends with 1, or says nothing and ends with 0.
"""

import sys

from central_server import running_central
from history_machine import run_histories
from lasting_city import City
from oracle import Broken


def main(dsn: str, number: str, count: str) -> int:
    for central in running_central(dsn):
        with City(central) as city:
            try:
                run_histories(city, int(number), int(count), shrink=False)
            except Broken as broken:
                print(f"broken: {broken}")
                return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
