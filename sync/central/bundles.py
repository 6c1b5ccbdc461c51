"""Giving out what `bundling` has made ready, to whom it is of: what a role sees decides, never the address."""

import re
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from sync.central import sight
from sync.central.access import Caller
from sync.central.answers import Failed, api, feed_head, ok, part_of
from sync.central.bundling import file_of, kind, ready
from sync.central.feed import judge_readable
from sync.central.files import FROM
from sync.contract import BUNDLE_PART

NONE = "Готового пакета этого раздела нет: записи берутся страницами."


@api("GET")
def bundle(request: HttpRequest, who: Caller, module: str) -> HttpResponse:
    judge_readable(who, module)
    folder, which = _place(who)
    found = ready(folder, module, which)
    if (
        found is None
        or (found.feed, found.shape) != (who.feed, request.GET.get("shape"))
        or not who.horizon <= found.seq <= who.head
        or not file_of(folder, module, which, found.name).exists()
    ):
        raise Failed(404, "request", NONE)
    told = {"name": found.name, "seq": found.seq, "records": found.records, "size": found.size, "part": BUNDLE_PART}
    return ok(request, {**feed_head(who), "sight": sight.token(who), **told}, ("parts", found.parts))


@api("GET")
def part(request: HttpRequest, who: Caller, module: str, name: str) -> HttpResponse:
    judge_readable(who, module)
    folder, which = _place(who)
    asked = FROM.fullmatch(request.headers.get("Range", ""))
    if not re.fullmatch("[0-9a-f]{64}", name):
        raise Failed(404, "request", NONE)
    if asked is None or asked.group(2) is None:
        raise Failed(400, "request", "Пакет отдаётся частями: нужен Range: bytes=FIRST-LAST.")
    first, last = int(asked.group(1)), int(asked.group(2))
    if not 0 <= last - first < 2 * BUNDLE_PART:
        raise Failed(416, "request", "Такая часть слишком длинна.")
    return _piece(file_of(folder, module, which, name), first, last - first + 1)


def _piece(file: Path, first: int, length: int) -> HttpResponse:
    try:
        with file.open("rb") as packed:
            size = packed.seek(0, 2)
            packed.seek(min(first, size))
            content = packed.read(length)
    except OSError as error:
        raise Failed(404, "request", NONE) from error
    if not content:
        raise Failed(416, "request", f"В пакете всего {size} байт.")
    answer = part_of(content, first, size, "application/octet-stream")
    answer["Cache-Control"] = "private, no-store"
    return answer


def _place(who: Caller) -> tuple[Path, str]:
    """Where the caller's bundles lie, and which ones are his."""
    folder, which = settings.BUNDLES, kind(who.role)
    if not (folder and which):
        raise Failed(404, "request", NONE)
    return Path(folder), which
