"""Letting go of what no station needs any more: traces of deleted records, and old answers to operations."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import psycopg

from citymanager.errors import Refused
from citymanager.values import CITY_ZONE

KEPT = timedelta(days=60)
"""What is younger is never purged: twice the term for which stations may offer an operation again."""
AT_ONCE = 2_000
"""Rows per transaction: writers wait no longer."""
TRACES = """
    WITH old AS (SELECT row FROM records WHERE deleted AND at < %s ORDER BY seq LIMIT %s),
        gone AS (DELETE FROM records USING old WHERE records.row = old.row RETURNING records.seq),
        moved AS (UPDATE meta SET horizon = greatest(horizon, (SELECT max(seq) FROM gone)) WHERE EXISTS (TABLE gone))
    SELECT count(*) FROM gone
"""
ANSWERS = """
    WITH old AS (SELECT op FROM answered WHERE at < %s LIMIT %s),
        gone AS (DELETE FROM answered USING old WHERE answered.op = old.op RETURNING 1)
    SELECT count(*) FROM gone
"""


@dataclass(frozen=True, slots=True)
class Purged:
    """What was let go of, and the place in the feed before which stations load anew."""

    traces: int
    answers: int
    horizon: int


def purge(dsn: str, before: date) -> Purged:
    """Forget records deleted and answers given before this day. Raises Refused for a day that is too young.

    Histories stay: a record that comes back from a station goes on counting its versions.
    """
    youngest = (datetime.now(CITY_ZONE) - KEPT).date()
    if before > youngest:
        raise Refused(f"Убирать можно только то, что старше {KEPT.days} дней: назовите день не позже {youngest}.")
    moment = datetime.combine(before, time.min, CITY_ZONE).astimezone(UTC)
    with psycopg.connect(dsn, autocommit=True) as connection:
        traces = _all(connection, TRACES, moment)
        answers = _all(connection, ANSWERS, moment)
        row = connection.execute("SELECT horizon FROM meta").fetchone()
    return Purged(traces, answers, int(row[0]) if row else 0)


def _all(connection: "psycopg.Connection[tuple[int, ...]]", query: str, before: datetime) -> int:
    """Repeat a statement, each time in a transaction of its own, until it finds nothing; how many rows it took."""
    total = 0
    while True:
        with connection.transaction():
            connection.execute("SELECT feed_begin('очистка', ''), set_config('citymanager.purge', 'on', true)")
            row = connection.execute(query, (before, AT_ONCE)).fetchone()
        if row is None or not row[0]:
            return total
        total += row[0]
