"""The training city: loaded once, into an empty database."""

import json
from collections.abc import Iterable
from datetime import datetime
from itertools import islice
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import connection, transaction

from citymanager import training_city
from citymanager.failpoints import fp
from citymanager.values import CITY_ZONE
from sync.central import norms
from sync.central.people import put_user

AUTHOR = "учебный город"
PORTION = 500


def load() -> None:
    """Users and records of the training city; nothing, if anybody has been at work here."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM records WHERE by <> %s) OR EXISTS (SELECT FROM auth_user)", [norms.AUTHOR]
        )
        if cursor.fetchone()[0]:
            return
    with transaction.atomic():
        records = training_city.records(datetime.now(CITY_ZONE))
        while portion := list(islice(records, PORTION)):
            _insert(portion)
            fp("central.training")
        hashed = {password: make_password(password) for password in {one.password for one in training_city.USERS}}
        for one in training_city.USERS:
            put_user(one.login, one.role, one.password, one.organisation, one.name, hashed[one.password])


def _insert(records: Iterable[tuple[str, str, dict[str, Any]]]) -> None:
    modules, idents, data = zip(*records, strict=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT feed_begin(%s, '')", [AUTHOR])
        cursor.execute(
            "INSERT INTO records (module, id, data) SELECT * FROM unnest(%s::text[], %s::text[], %s::jsonb[])",
            [list(modules), list(idents), [json.dumps(one, ensure_ascii=False) for one in data]],
        )
