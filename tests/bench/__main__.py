"""`make bench`: every measure, as a table on the screen and in build/bench.json."""

import json
import sys
from pathlib import Path

from bench import queue, server, start

BUILD = Path(__file__).parents[2] / "build"


def main() -> None:
    found = []
    for area in (start, queue, server):
        for one in area.rows():
            found.append(one)
            per_second = f" · {one['ours']['per_second']}/s" if "per_second" in one["ours"] else ""
            peer = f" · {one['peer']['name']} {one['peer']['median_ms']} ms, ×{one['ratio']}" if one["peer"] else ""
            times = f"{one['ours']['median_ms']} ms, p95 {one['ours']['p95_ms']} ms{per_second}{peer}"
            sys.stdout.write(f"{one['area']:8}{one['act']} (n = {one['n']}): {times}\n")
            sys.stdout.flush()
    BUILD.mkdir(exist_ok=True)
    (BUILD / "bench.json").write_text(json.dumps(found, ensure_ascii=False, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
