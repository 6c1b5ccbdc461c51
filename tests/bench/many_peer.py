"""The peer of a first load, run as a process of its own: the same rows by `executemany` into a plain table."""

import json
import sqlite3
import sys
import time


def main() -> None:
    """Only the writing is counted, in transactions of 500 as ours are; no index, no search, no counters."""
    copy, target = sys.argv[1:]
    rows = sqlite3.connect(copy).execute("SELECT * FROM reports ORDER BY _row")
    names = [one[0] for one in rows.description]
    made = sqlite3.connect(target)
    made.execute("PRAGMA journal_mode = WAL")
    made.execute(f"CREATE TABLE reports ({', '.join(names)})")
    spent = 0.0
    while page := rows.fetchmany(500):
        begun = time.perf_counter()
        made.executemany(f"INSERT INTO reports VALUES ({', '.join('?' * len(names))})", page)
        made.commit()
        spent += time.perf_counter() - begun
    peer = {"name": "bare executemany", "version": f"sqlite3 {sqlite3.sqlite_version}", "median_ms": spent * 1000}
    sys.stdout.write(json.dumps(peer))


if __name__ == "__main__":
    main()
