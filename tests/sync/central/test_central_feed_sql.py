"""The feed's own SQL: right on every path, psql and scripts too."""

import psycopg
import pytest
from central_operations import make, operation, send
from central_server import Central

from sync.contract import CHANGES, OPERATIONS, RECORDS


def insert(central: Central, ident: str, data: str = '{"text": "Яма"}') -> None:
    central.sql("INSERT INTO records (module, id, data) VALUES ('reports', %s, %s)", ident, data)


def past(central: Central, ident: str) -> list[tuple[object, ...]]:
    return central.sql("SELECT version, deleted, set, by FROM history WHERE id = %s ORDER BY version", ident)


def test_direct_sql_is_numbered_versioned_and_written_into_history(any_central: Central) -> None:
    central = any_central
    insert(central, "x", '{"text": "Яма", "address": "А"}')
    central.sql("UPDATE records SET data = data - 'address' || '{\"text\": \"Люк\"}', by = 'подделка', version = 99")
    central.sql("DELETE FROM records WHERE id = 'x'")
    central.sql("DELETE FROM records WHERE id = 'x'")
    assert past(central, "x") == [
        (1, False, {"text": "Яма", "address": "А"}, "sql:postgres"),
        (2, False, {"text": "Люк", "address": None}, "sql:postgres"),
        (3, True, {}, "sql:postgres"),
    ]
    assert central.sql("SELECT version, deleted, by FROM records") == [(3, True, "sql:postgres")]
    assert central.sql("SELECT count(DISTINCT seq), max(seq) FROM history")[0][0] == 3
    person = central.person("operator")
    (change,) = person.get(CHANGES).json()["changes"]
    assert (change["version"], change["deleted"]) == (3, True)
    assert [one["version"] for one in person.get(f"{RECORDS}/reports/x/history").json()["history"]] == [3, 2, 1]


def test_the_identity_of_a_record_can_not_be_changed(central: Central) -> None:
    insert(central, "x")
    central.sql("UPDATE records SET id = 'y', module = 'people', row = 500")
    assert central.sql("SELECT module, id, row < 500 FROM records") == [("reports", "x", True)]


def test_rows_can_not_vanish_untold(central: Central) -> None:
    insert(central, "x")
    with pytest.raises(psycopg.errors.RaiseException):
        central.sql("TRUNCATE records")
    assert central.sql("SELECT count(*) FROM records") == [(1,)]


def test_order_of_numbers_is_order_of_commits(central: Central) -> None:
    """A writer that began first but has not committed makes the next one wait: no number is passed over."""
    with psycopg.connect(central.dsn) as slow, psycopg.connect(central.dsn) as quick:
        slow.execute("INSERT INTO records (module, id) VALUES ('reports', 'slow')")
        quick.execute("SET lock_timeout = '100ms'")
        with pytest.raises(psycopg.errors.LockNotAvailable):
            quick.execute("INSERT INTO records (module, id) VALUES ('reports', 'quick')")
        quick.rollback()
        slow.commit()
        quick.execute("INSERT INTO records (module, id) VALUES ('reports', 'quick')")
        quick.commit()
    assert central.sql("SELECT id FROM records ORDER BY seq") == [("slow",), ("quick",)]


@pytest.mark.campaign
def test_a_writer_that_falls_asleep_is_cut_off(central: Central) -> None:
    person = central.person("operator")
    with psycopg.connect(central.dsn) as asleep:
        asleep.execute("INSERT INTO records (module, id) VALUES ('reports', 'asleep')")
        assert make(person), "the server waits for the sleeper, and he loses his transaction"
        with pytest.raises(psycopg.Error):
            asleep.execute("SELECT 1")
        asleep.close()
    assert central.sql("SELECT count(*) FROM records WHERE id = 'asleep'") == [(0,)]


def test_two_writers_of_the_same_rows_in_opposite_order_do_not_block_each_other_for_ever(central: Central) -> None:
    insert(central, "a")
    insert(central, "b")
    with psycopg.connect(central.dsn) as first:
        first.execute("UPDATE records SET deleted = true WHERE id = 'a'")
        with psycopg.connect(central.dsn) as second:
            second.execute("SET lock_timeout = '100ms'")
            with pytest.raises(psycopg.errors.LockNotAvailable):  # and not DeadlockDetected
                second.execute("UPDATE records SET deleted = true WHERE id = 'b'")
        first.execute("UPDATE records SET deleted = true WHERE id = 'b'")
    assert central.sql("SELECT count(*) FROM records WHERE deleted") == [(2,)]


def test_purging_takes_rows_away_only_when_it_says_so(central: Central) -> None:
    insert(central, "x")
    with psycopg.connect(central.dsn) as connection:
        connection.execute("SELECT set_config('citymanager.purge', 'on', true)")
        connection.execute("DELETE FROM records")
    assert central.sql("SELECT count(*) FROM records") == [(0,)]
    insert(central, "x")
    central.sql("DELETE FROM records")
    assert central.sql("SELECT deleted, version FROM records") == [(True, 3)], "no version is given twice"


def test_a_writer_that_works_too_long_makes_others_come_again(central: Central) -> None:
    """His statement is running, so he is not cut off; the server answers instead of waiting with everyone."""
    (database,) = central.sql("SELECT current_database()")[0]
    central.sql(f"ALTER ROLE postgres IN DATABASE {database} SET lock_timeout = '200ms'")
    central.restart()
    person = central.person("operator")
    one = operation({"text": "Яма"})
    with psycopg.connect(central.dsn) as busy:
        busy.execute("INSERT INTO records (module, id) VALUES ('reports', 'busy')")
        answer = person.post(OPERATIONS, {"operations": [one]})
        assert (answer.status_code, answer.json()["code"]) == (503, "busy")
        assert int(answer.headers["Retry-After"]) > 0
        assert person.get(CHANGES).status_code == 200, "readers never wait"
    assert send(person, one)[0]["result"] == "accepted"
