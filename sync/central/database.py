"""Which PostgreSQL the server works on: the profile's embedded one or one that was named by its address."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg

from citymanager.errors import NoLink, Refused
from sync.central.cluster import Cluster, home_of

EMBEDDED = "embedded"
NAME = "citymanager"


@contextmanager
def owned(profile: Path, database: str) -> Iterator[str]:
    """The address of a reachable database for as long as the block lasts; an embedded one is ours alone."""
    if database != EMBEDDED:
        yield _checked(database)
        return
    cluster = Cluster(home_of(profile))
    with cluster.running():
        yield _named(cluster)


@contextmanager
def shared(profile: Path, database: str) -> Iterator[str]:
    """The same, beside a server that is at work on it, or without one."""
    if database != EMBEDDED:
        yield _checked(database)
        return
    cluster = Cluster(home_of(profile))
    with cluster.attached():
        yield _named(cluster)


def _named(cluster: Cluster) -> str:
    with psycopg.connect(cluster.dsn(), autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME]).fetchone():
            with suppress(psycopg.errors.UniqueViolation, psycopg.errors.DuplicateDatabase):  # a process beside us did
                connection.execute(f"CREATE DATABASE {NAME}")
    return cluster.dsn(NAME)


def _checked(address: str) -> str:
    try:
        with psycopg.connect(address, connect_timeout=5) as connection:
            if connection.info.server_version < 150000:
                raise Refused("Нужен PostgreSQL 15 или новее.")
    except psycopg.ProgrammingError as error:
        raise Refused(
            "Адрес базы данных не разобрать: нужен вид postgresql://имя:пароль@сервер/база или слово embedded."
        ) from error
    except psycopg.OperationalError as error:
        raise NoLink(f"База данных не отвечает: проверьте адрес и что PostgreSQL запущен. {error}".strip()) from error
    return address
