"""Back-up and restore by PostgreSQL's own tools: full fidelity, whole or not at all."""

import os
import re
import subprocess
import tempfile
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from citymanager.errors import NoLink, ReadOnly, Refused, why
from citymanager.failpoints import fp
from sync.central.cluster import wheel_binaries

DEBIAN = Path("/usr/lib/postgresql")
EMPTY = """
DO $$
DECLARE
    one record;
BEGIN
    FOR one IN SELECT oid::regclass AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
    LOOP EXECUTE 'DROP TABLE ' || one.name || ' CASCADE'; END LOOP;
    FOR one IN SELECT oid::regclass AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'S'
    LOOP EXECUTE 'DROP SEQUENCE ' || one.name; END LOOP;
    FOR one IN SELECT oid::regprocedure AS name FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    LOOP EXECUTE 'DROP FUNCTION ' || one.name; END LOOP;
END $$;
"""
LEFT_BEHIND = """
CREATE TEMP TABLE left_behind (feed text, forks jsonb) ON COMMIT DROP;
DO $$
BEGIN
    IF to_regclass('public.meta') IS NOT NULL THEN
        INSERT INTO left_behind SELECT feed::text, coalesce(to_jsonb(meta) -> 'forks', '{}') FROM public.meta;
    END IF;
END $$;
"""
"""The feed that the database is on before it is brought back, and those that it came from."""
NEW_FEED = """
ALTER TABLE public.meta ADD COLUMN IF NOT EXISTS forks jsonb NOT NULL DEFAULT '{{}}';
WITH back AS (SELECT meta.feed::text AS feed, meta.forks, last_value AS seq FROM public.meta, public.feed_seq),
met AS (
    SELECT lost.feed, lost.forks, CASE
        WHEN lost.feed = back.feed THEN back.seq
        WHEN lost.forks ? back.feed THEN least((lost.forks ->> back.feed)::bigint, back.seq)
        WHEN back.forks ? lost.feed THEN (back.forks ->> lost.feed)::bigint
        ELSE (SELECT coalesce(max(least(one.value::bigint, other.value::bigint)), 0)
            FROM jsonb_each_text(lost.forks) one JOIN jsonb_each_text(back.forks) other USING (key))
    END AS at FROM pg_temp.left_behind lost, back
)
UPDATE public.meta SET feed = gen_random_uuid(), began = back.seq, forks =
    coalesce((SELECT jsonb_object_agg(key, least(value::bigint, met.at)) FROM met, jsonb_each_text(met.forks)), '{{}}')
    || coalesce((SELECT jsonb_build_object(met.feed, met.at) FROM met), '{{}}')
    || back.forks || jsonb_build_object(back.feed, back.seq),
    backed_up = coalesce({made}::timestamptz, backed_up)
FROM back;
NOTIFY feed, '0';
"""
"""`forks`: for every feed that there was, the place up to which its past is ours, also of what no back-up knows of."""
MADE = re.compile(r"^; +Archive created at (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) UTC$", re.MULTILINE)


def backup(dsn: str, file: Path) -> None:
    """Write a back-up beside `file` and rename it over it."""
    half = file.with_name(file.name + ".half")
    try:
        half.touch(mode=0o600)
        _run("pg_dump", dsn, "--format=custom", "--no-owner", "--no-privileges", f"--file={half}", _target(dsn))
        with half.open("rb") as written:
            os.fsync(written.fileno())
        fp("central.dumped")
        half.replace(file)
    except OSError as error:
        raise ReadOnly(f"Файл {file} не записать: {why(error)}. Проверьте папку и место на диске.") from error
    finally:
        half.unlink(missing_ok=True)
    fp("central.saved")
    with psycopg.connect(dsn) as connection:
        connection.execute("UPDATE meta SET backed_up = now()")


def restore(dsn: str, file: Path) -> str:
    """Replace everything in the database by a back-up, in one transaction; the uuid of the new feed."""
    if not file.is_file():
        raise Refused(f"Файла {file} нет.")
    try:
        listed = _run("pg_restore", dsn, "--list", str(file))
    except Refused:
        listed = ""
    if "TABLE DATA public meta" not in listed:
        raise Refused(f"Файл {file} не резервная копия центрального сервера или повреждён. База не изменена.")
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "restore.sql"
        # the whole file is unpacked before the database is touched: a cut one is found out here
        _run("pg_restore", dsn, "--no-owner", "--no-privileges", f"--file={script}", str(file))
        fp("central.unpacked")
        before, after = Path(folder) / "before.sql", Path(folder) / "after.sql"
        before.write_text(LEFT_BEHIND + EMPTY)
        after.write_text(NEW_FEED.format(made=_made(listed)))
        steps = [f"--file={one}" for one in (before, script, after)]
        _run(
            "psql", dsn, "--single-transaction", "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", *steps, _target(dsn)
        )
    fp("central.restored")
    with psycopg.connect(dsn) as connection:
        (feed,) = connection.execute("SELECT feed::text FROM meta").fetchone() or ("",)
    return str(feed)


def _made(listed: str) -> str:
    """When a back-up was made, as SQL: itself it knows only of those before it."""
    found = MADE.search(listed)
    return f"'{found.group(1)}+00'" if found else "NULL"


def _target(dsn: str) -> str:
    """The address without the password, which every user of the machine could read in the list of processes."""
    parts = conninfo_to_dict(dsn)
    parts.pop("password", None)
    return f"--dbname={make_conninfo('', **parts)}"


def _run(tool: str, dsn: str, *words: str) -> str:
    password = conninfo_to_dict(dsn).get("password")
    secret = {"PGPASSWORD": str(password)} if password else {}
    done = subprocess.run(
        [_program(tool, dsn), *words],
        env={**os.environ, **secret, "TZ": "UTC"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        lines = done.stderr.strip().splitlines() or ["без объяснения"]
        raise Refused(f"{tool} не справился: {lines[0].rstrip('.')}. База не изменена.")
    return done.stdout


def _program(tool: str, dsn: str) -> Path:
    """The tool of the server's own version, or the next newer one: an older one would refuse."""
    with psycopg.connect(dsn) as connection:
        wanted = connection.info.server_version // 10_000
    found = [(18, wheel_binaries() / tool), *((_version(one), one) for one in DEBIAN.glob(f"*/bin/{tool}"))]
    fit = sorted((version, path) for version, path in found if version >= wanted and path.exists())
    if not fit:
        raise NoLink(f"Нет {tool} для PostgreSQL {wanted}: установите postgresql-client-{wanted}.")
    return fit[0][1]


def _version(tool: Path) -> int:
    found = re.fullmatch(r"\d+", tool.parents[1].name)
    return int(found.group()) if found else 0
