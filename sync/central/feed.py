"""Reading: the feed of changes, first load, history, sums."""

import json
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse

from citymanager.roles import may_read, visible
from citymanager.values import moment
from sync.central import sight
from sync.central.access import Caller
from sync.central.answers import Failed, api, feed_head, listed, number_of, ok, text_of
from sync.central.registers import registers
from sync.contract import PAGE, Past, content_sum, seal

FARTHEST = 2**62


@api("GET")
def changes(request: HttpRequest, who: Caller) -> HttpResponse:
    after = number_of(request, "after", 0, FARTHEST)
    limit = max(1, number_of(request, "limit", PAGE, FARTHEST))
    head = who.head
    if 0 < after < who.horizon or after > max(head, _last_number(after, head)):
        raise Failed(410, "purged", "Этих изменений на сервере больше нет: данные нужно загрузить заново.")
    where, values = sight.condition(who, after)
    if only := request.GET.get("modules"):
        where, values = f"{where} AND module = ANY(%s)", [*values, only.replace("\x00", "\ufffd").split(",")]
    wanted = f"seq > %s AND seq <= %s AND {where} ORDER BY seq"
    found, more = _page(who, wanted, [after, head, *values], min(limit, PAGE))
    answer = {**feed_head(who), "next": found[-1].seq if more else max(after, head), "more": more}
    return listed(request, {**answer, "sight": sight.token(who)}, "changes", [one.text for one in found])


@api("GET")
def snapshot(request: HttpRequest, who: Caller, module: str) -> HttpResponse:
    judge_readable(who, module)
    after = request.GET.get("after", "").replace("\x00", "\ufffd")
    limit = min(max(1, number_of(request, "limit", PAGE, FARTHEST)), PAGE)
    head = who.head  # before the page: what is written meanwhile comes again by the feed, and nothing is left out
    where, values = sight.within(who, module)
    wanted, values = f"module = %s AND id > %s AND NOT deleted AND {where}", [module, after, *values]
    found, more = _page(who, f"{wanted} ORDER BY id", values, limit)
    answer = {**feed_head(who), "seq": head, "next": found[-1].id if found else after, "more": more}
    if request.GET.get("total"):
        answer["total"] = _fetch(f"SELECT count(*) FROM records WHERE {wanted}", values)[0][0]
    return listed(request, {**answer, "sight": sight.token(who)}, "changes", [one.text for one in found])


class _Line(NamedTuple):
    """A change of a page as it goes out."""

    seq: int
    id: str
    text: str


def _page(who: Caller, wanted: str, values: list[Any], limit: int) -> tuple[list[_Line], bool]:
    """The first changes of a list, and whether there are more."""
    tail, values = f"FROM records WHERE {wanted} LIMIT %s", [*values, limit + 1]
    if sight.whole(who):
        found = [_Line(*one) for one in _fetch(f"SELECT seq, id, {sight.TEXT} {tail}", values)]
    else:
        rows = rows_of(f"SELECT {sight.COLUMNS} {tail}", values)
        found = [_Line(one.seq, one.id, text_of(sight.change(who, one))) for one in rows]
    return found[:limit], len(found) > limit


@api("GET")
def history(request: HttpRequest, who: Caller, module: str, ident: str) -> HttpResponse:
    """Of a record that the caller sees now, its whole past."""
    judge_readable(who, module)
    ident = ident.replace("\x00", "\ufffd")  # PostgreSQL does not take it even in a question
    rows = rows_of(f"SELECT {sight.COLUMNS} FROM records WHERE module = %s AND id = %s", [module, ident])
    if not rows or not sight.seen(who, module, rows[0].data):
        raise Failed(404, "request", "Такой записи нет.")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT seq, version, deleted, set, by, at FROM history WHERE module = %s AND id = %s AND version < %s"
            " ORDER BY version DESC LIMIT %s",
            [module, ident, number_of(request, "before", FARTHEST, FARTHEST), PAGE],
        )
        found = [_past(who, module, values) for values in cursor.fetchall()]
    return ok(request, feed_head(who), ("history", found))


def _past(who: Caller, module: str, values: tuple[Any, ...]) -> Past:
    seq, version, deleted, change, by, at = values
    shown = visible(who.role, registers()[module], json.loads(change))
    return {
        "seq": seq,
        "version": version,
        "deleted": deleted,
        "set": shown,
        "by": sight.author(who, by),
        "at": moment(at),
    }


@api("GET")
def digest(request: HttpRequest, who: Caller) -> HttpResponse:
    where, values = sight.condition(who)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute(
            f"SELECT module, id, version FROM records WHERE NOT deleted AND {where} ORDER BY module, id", values
        )
        listed: dict[str, list[tuple[str, int]]] = {one.key: [] for one in sight.readable(who)}
        for module, ident, version in cursor.fetchall():
            listed[module].append((ident, version))
        head = feed_end()
    sums = {key: {"count": len(pairs), "sha256": seal(pairs)} for key, pairs in listed.items()}
    return ok(request, {**feed_head(who), "sight": sight.token(who), "seq": head, "modules": sums})


@api("GET")
def contents(request: HttpRequest, who: Caller, module: str) -> HttpResponse:
    """A page as `snapshot` has it, but only the sum of what the caller sees of it: for the nightly comparison."""
    judge_readable(who, module)
    after = request.GET.get("after", "").replace("\x00", "\ufffd")
    where, values = sight.within(who, module)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        head = feed_end()
        wanted = f"module = %s AND id > %s AND NOT deleted AND {where} ORDER BY id LIMIT %s"
        found = rows_of(f"SELECT {sight.COLUMNS} FROM records WHERE {wanted}", [module, after, *values, PAGE + 1])
    page = found[:PAGE]
    told = content_sum((one.id, one.version, sight.change(who, one)["data"]) for one in page)
    more = {"next": page[-1].id if page else after, "more": len(found) > PAGE}
    return ok(
        request, {**feed_head(who), "sight": sight.token(who), "seq": head, "count": len(page), "sum": told, **more}
    )


def feed_end() -> int:
    """The feed's last place, as the present transaction sees it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(seq), 0) FROM records")
        return int(cursor.fetchone()[0])


def _last_number(after: int, head: int) -> int:
    """The last number ever given, which is past `head` where the last records were purged."""
    if after <= head:
        return head
    with connection.cursor() as cursor:
        cursor.execute("SELECT last_value FROM feed_seq")
        return int(cursor.fetchone()[0])


def rows_of(query: str, values: list[Any]) -> list[sight.Row]:
    return [sight.row(one) for one in _fetch(query, values)]


def _fetch(query: str, values: list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return list(cursor.fetchall())


def judge_readable(who: Caller, module: str) -> None:
    declared = registers().get(module)
    if declared is None:
        raise Failed(404, "request", "Такого раздела на сервере нет.")
    if not may_read(who.role, declared):
        raise Failed(403, "role", f"Роль «{who.role.title}» не видит раздел «{declared.title}».")
