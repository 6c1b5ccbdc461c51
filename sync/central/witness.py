"""The journal of access on the server's own pages: whom personal data were shown to there."""

import uuid
from datetime import UTC, datetime
from typing import Any

from django.db import connection, transaction
from django.http import HttpRequest

from citymanager.modules.access_log import ACCESS_LOG
from citymanager.values import moment
from sync.central.models import Record
from sync.central.registers import registers

PLACE = "страницы администратора"


def sign(request: HttpRequest) -> None:
    """Say who writes, until the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT feed_begin(%s, 'admin')", [request.user.get_username()])


def shown(request: HttpRequest, module: str, ident: str, data: dict[str, Any]) -> None:
    """A record, or a change of it, is about to be shown: a line, if there is anything personal in it."""
    declared = registers().get(module)
    if declared is None or declared.personal_keys.isdisjoint(data):
        return
    line = {
        "at": moment(datetime.now(UTC)), "login": request.user.get_username(), "station": PLACE, "act": "reveal",
        "module": module, "record": ident, "records": 1,
    }  # fmt: skip
    with transaction.atomic():
        sign(request)
        Record.objects.create(module=ACCESS_LOG.key, id=str(uuid.uuid4()), data=line)
