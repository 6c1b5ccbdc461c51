"""Photos and papers: kept in the database by their own SHA-256, so that a back-up has them and none is kept twice."""

import re
from hashlib import sha256

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse

from citymanager.attachments import HEAD, kind_of
from citymanager.bare_photos import bare
from citymanager.errors import Refused
from citymanager.failpoints import fp
from citymanager.schema import Values
from sync.central import sight
from sync.central.access import Caller
from sync.central.allowance import judge_files
from sync.central.answers import Failed, api, ok, part_of
from sync.contract import FILE_LIMIT

PART = re.compile(r"bytes (?:(\d{1,12})-(\d{1,12})|\*)/(\d{1,12})")
FROM = re.compile(r"bytes=(\d{1,12})-(\d{1,12})?")


@api("PUT", "GET")
def file(request: HttpRequest, who: Caller, name: str) -> HttpResponse:
    if not re.fullmatch("[0-9a-f]{64}", name):
        raise Failed(404, "request", "Имя файла должно быть его суммой SHA-256.")
    return _sent(request, who, name) if request.method == "GET" else _taken(request, who, name)


def _taken(request: HttpRequest, who: Caller, name: str) -> HttpResponse:
    start, size = _range(request)
    if size > FILE_LIMIT:
        raise Failed(413, "size", f"Файл больше {FILE_LIMIT // 2**20} МБ, уменьшите его.")
    with transaction.atomic():
        known = _size(name)
        if known is not None:
            return _state(request, name, known, known)
        judge_files(who)
        arrived = _add(who, name, start, request.body) if request.body else _arrived(who, name)
        fault = _finished(who, name) if arrived >= size else ""
    fp("central.file")
    if fault:  # after the commit, which has thrown the pieces away
        raise Failed(400, "request", fault)
    return _state(request, name, size, arrived)


def _range(request: HttpRequest) -> tuple[int, int]:
    """Where the piece begins and how long the whole file is."""
    told = request.headers.get("Content-Range")
    if told is None:
        return 0, len(request.body)
    found = PART.fullmatch(told)
    if not found:
        raise Failed(400, "request", "Content-Range не разобрать.")
    first, last, size = found.groups()
    if (first is None) != (not request.body) or (first and int(last) - int(first) + 1 != len(request.body)):
        raise Failed(400, "request", "Content-Range не подходит к длине присланного.")
    return int(first or 0), int(size)


def _add(who: Caller, name: str, start: int, piece: bytes) -> int:
    """Keep a piece that goes on where the last one ended, or that has come before; how much has arrived now."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name + who.login])
        # a transfer as a whole, counted from its last piece: on a slow line the first may be days older
        cursor.execute(
            "DELETE FROM parts WHERE (sha256, login) IN (SELECT sha256, login FROM parts GROUP BY sha256, login"
            " HAVING max(at) < now() - interval '7 days')"
        )
    arrived = _arrived(who, name)
    if start > arrived or start + len(piece) <= arrived:
        return arrived
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO parts (sha256, login, start, content) VALUES (%s, %s, %s, %s)",
            [name, who.login, arrived, piece[arrived - start :]],
        )
    fp("central.piece")
    return start + len(piece)


def _finished(who: Caller, name: str) -> str:
    """Put the pieces together. Why that can't be kept, in Russian; the next try then begins anew."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM parts WHERE sha256 = %s AND login = %s RETURNING start, content", [name, who.login])
        content = b"".join(bytes(piece) for _, piece in sorted(cursor.fetchall()))
        kind = kind_of(content[:HEAD])
        if sha256(content).hexdigest() != name:
            return "Файл пришёл не тем, чем назван: пришлите его заново."
        if kind is None:
            return "Принимаются только JPEG, PNG, WebP и PDF."
        cursor.execute(
            "INSERT INTO files (sha256, type, content, login) VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING",
            [name, kind.type, content, who.login],
        )
    return ""


def _sent(request: HttpRequest, who: Caller, name: str) -> HttpResponse:
    """A file that the caller brought himself or that stands in a field he sees of a record he sees.

    To another system a photo goes bare, and whole: it is made anew each time, and its sum is no more the name.
    """
    outside = who.role.outside
    found = None if outside else FROM.fullmatch(request.headers.get("Range", ""))
    start = int(found.group(1)) if found else 0
    most = max(int(found.group(2)) - start + 1, 0) if found and found.group(2) else FILE_LIMIT
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT type, length(content), substring(content FROM %s FOR %s), login FROM files WHERE sha256 = %s",
            [start + 1, min(most, FILE_LIMIT), name],
        )
        row = cursor.fetchone()
    if row is None or (row[-1] != who.login and not _seen(who, name)):
        raise Failed(404, "request", "Такого файла нет среди доступных вам.")
    kind, size, content, _ = row
    if start > size:
        raise Failed(416, "request", f"В файле всего {size} байт.")
    content = _bare(bytes(content), name) if outside else bytes(content)
    answer = part_of(content, start, size, kind) if found else HttpResponse(content, content_type=kind)
    answer["Accept-Ranges"] = "none" if outside else "bytes"
    answer["Content-Disposition"] = "attachment"
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer["Cache-Control"] = "private, no-store"
    return answer


def _bare(content: bytes, name: str) -> bytes:
    """Its pieces are copied and never decoded: what a hostile picture could break does not run here."""
    kind = kind_of(content[:HEAD])
    try:
        return bare(content, kind, f"{name[:12]}…") if kind else content
    except Refused as error:
        raise Failed(422, "request", str(error)) from error


def _seen(who: Caller, name: str) -> bool:
    where, values = sight.condition(who)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {sight.COLUMNS} FROM records WHERE jsonb_path_exists(data, '$.*[*].sha256') AND NOT deleted"
            f" AND jsonb_path_query_array(data, '$.*[*].sha256') ? %s AND {where}",
            [name, *values],
        )
        rows = [sight.row(one) for one in cursor.fetchall()]
    return any(_holds(sight.change(who, one)["data"], name) for one in rows)


def _holds(data: Values, name: str) -> bool:
    lists = [value for value in data.values() if isinstance(value, list)]
    return any(isinstance(one, dict) and one.get("sha256") == name for found in lists for one in found)


def _arrived(who: Caller, name: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(sum(length(content)), 0) FROM parts WHERE sha256 = %s AND login = %s", [name, who.login]
        )
        return int(cursor.fetchone()[0])


def _size(name: str) -> int | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT length(content) FROM files WHERE sha256 = %s", [name])
        row = cursor.fetchone()
    return int(row[0]) if row else None


def _state(request: HttpRequest, name: str, size: int, arrived: int) -> HttpResponse:
    return ok(request, {"sha256": name, "size": size, "received": arrived, "complete": arrived == size})
