"""The peer of the queue's measures, run as a process of its own: pandas over a copy of the cache."""

import json
import sqlite3
import sys

import pandas

from bench.rows import timed

COLUMNS = "number, received, status, category, address, text, executor, channel"


def main() -> None:
    copy, word, status = sys.argv[1:]
    table = pandas.read_sql(f"SELECT {COLUMNS} FROM reports", sqlite3.connect(copy))
    text = table["text"].fillna("") + " " + table["address"].fillna("")
    acts = {
        "first page": lambda: table.sort_values("received", ascending=False).head(200),
        "re-sort": lambda: table.sort_values("address").head(200),
        "filter": lambda: table[table["status"] == status].sort_values("received", ascending=False).head(200),
        "text search": lambda: table[text.str.contains(word, case=False, regex=False)].head(200),
        "counters": lambda: table["status"].value_counts(),
    }
    peer = {"name": "pandas, not painted", "version": pandas.__version__}
    sys.stdout.write(json.dumps({act: {**peer, "median_ms": timed(run, 3).median} for act, run in acts.items()}))


if __name__ == "__main__":
    main()
