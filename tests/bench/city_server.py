"""A central server of the measures' own: its process, its people, and reports put into its database."""

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import psycopg

from bench.city import Change
from bench.kept import ROOT
from sync.central.cluster import Cluster, home_of
from sync.central.database import NAME

PASSWORD = {"CITYMANAGER_PASSWORD": "bench"}


@dataclass(frozen=True)
class Server:
    """One that runs."""

    url: str
    profile: Path

    def put(self, changes: Iterable[Change]) -> None:
        """Bring records in past the API, as an administrator's script would."""
        coming = iter(changes)
        with psycopg.connect(Cluster(home_of(self.profile)).dsn(NAME)) as connection:
            while page := list(islice(coming, 1_000)):
                with connection.transaction():
                    connection.execute("SELECT feed_begin('bench', '')")
                    connection.execute(
                        "INSERT INTO records (module, id, deleted, data) SELECT * FROM jsonb_to_recordset(%s::jsonb)"
                        " AS wave (module text, id text, deleted boolean, data jsonb) ON CONFLICT DO NOTHING",
                        [json.dumps(page, ensure_ascii=False)],
                    )
            connection.execute("ANALYZE records")

    def edit(self, ident: str, address: str) -> None:
        """Another address of a report, as an administrator would write it."""
        with psycopg.connect(Cluster(home_of(self.profile)).dsn(NAME)) as connection:
            connection.execute(
                "UPDATE records SET data = data || jsonb_build_object('address', %s::text)"
                " WHERE module = 'reports' AND id = %s", [address, ident],
            )  # fmt: skip


@contextmanager
def running(place: Path) -> Iterator[Server]:
    command(place, "central", "user", "bench", "--role", "moderator")
    words = [sys.executable, "main.py", "--profile", str(place), "central", "--port", "0"]
    process = subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield Server(process.stdout.readline().split()[1], place)
    finally:
        process.terminate()
        process.wait()


def command(profile: Path, *words: str) -> str:
    """A command of the program, run to its end; what it wrote."""
    done = subprocess.run(
        [sys.executable, "main.py", "--profile", profile, *words],
        cwd=ROOT, env={**os.environ, **PASSWORD}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout
