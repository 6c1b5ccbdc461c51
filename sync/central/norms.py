"""The norms that the program comes with become records of the register `rules`, once; then they are the city's own."""

import json

from django.db import connection, transaction

from citymanager.failpoints import fp
from citymanager.limits import shipped
from citymanager.modules.rules import RULES
from sync.central.registers import registers

AUTHOR = "нормы программы"


def seed() -> None:
    """Take in the norms whose ids the register has never had. What was edited or deleted stays as it is."""
    if RULES.key not in registers():
        return
    offered = shipped()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT id FROM records WHERE module = %s AND id = ANY(%s)", [RULES.key, list(offered)])
        known = {ident for (ident,) in cursor.fetchall()}
        fresh = {ident: data for ident, data in offered.items() if ident not in known}
        if not fresh:
            return  # the feed's lock is not taken for nothing
        cursor.execute("SELECT feed_begin(%s, '')", [AUTHOR])
        cursor.execute(
            "INSERT INTO records (module, id, data) SELECT %s, * FROM unnest(%s::text[], %s::jsonb[])"
            " ON CONFLICT (module, id) DO NOTHING",
            [RULES.key, list(fresh), [json.dumps(data, ensure_ascii=False) for data in fresh.values()]],
        )
        fp("central.seeded")
