"""The peer of the queue's measures, run as a process of its own: pandas over the records of a file."""

import json
import sys
from pathlib import Path

import pandas

sys.path.insert(0, str(Path(__file__).parents[1]))  # it runs alone
from bench.rows import timed


def main() -> None:
    records, word = sys.argv[1:]
    table = pandas.read_json(records, lines=True)
    text = table["text"].fillna("") + " " + table["address"].fillna("")
    acts = {
        "first page": lambda: table.sort_values("received", ascending=False).head(200),
        "first page by address": lambda: table.sort_values("address").head(200),
        "filter by status": lambda: table[table["status"] == "in_work"].sort_values("received").head(200),
        "text search": lambda: table[text.str.contains(word, case=False, regex=False)].head(200),
        "counters": lambda: table["status"].value_counts(),
    }
    peer = {"name": "pandas", "version": pandas.__version__}
    sys.stdout.write(json.dumps({act: {**peer, "median_ms": timed(run, 5).median} for act, run in acts.items()}))


if __name__ == "__main__":
    main()
