"""Nobody waits for the receipts of a telephonogram that was annulled: they are withdrawn, and say why.

The name of the operation follows from the receipt, so that all desks may do it and the server does it once.
"""

import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta

from citymanager.errors import Refused
from citymanager.modules.receipts import CALLING, RECEIPTS, WITHDRAWN
from citymanager.outages import TELEPHONOGRAMS
from citymanager.roles import Role
from citymanager.schema import STATUS
from citymanager.store import Edit, Query, Reader, Record, Writer
from citymanager.values import moment

LATELY = timedelta(days=30)
"""What was composed earlier and annulled has been looked at long ago."""
WHY = "Телефонограмма аннулирована."
_NAMES = uuid.UUID("8d0c3f5e-6a51-4d8e-9a37-0f1b2c7d4e95")


def vain(reader: Reader, now: datetime) -> list[Record]:
    """The receipts that would still call somebody for a telephonogram that was annulled lately."""
    since = (moment(now - LATELY), None)
    gone = reader.each(Query(TELEPHONOGRAMS, among={STATUS: ("cancelled",)}, between={"date": since}))
    idents = tuple(one.id for one in gone)
    if not idents:
        return []
    return list(reader.each(Query(RECEIPTS.key, among={"telephonogram": idents, STATUS: CALLING})))


def withdraw(
    writer: Writer, receipts: Iterable[Record], author: str, role: Role | None, now: datetime
) -> list[str]:  # fmt: skip
    """Withdraw these; the ids of those that were. One that is refused stays for a person, the others do not wait."""
    done = []
    for one in receipts:
        remark = f"{one.data.get('remark') or ''}\n{WHY}".strip()
        edit = Edit(RECEIPTS.key, one.id, {STATUS: WITHDRAWN, "remark": remark})
        try:
            if writer.save_as(str(uuid.uuid5(_NAMES, one.id)), edit, author, role, now).op:
                done.append(one.id)
        except Refused:
            continue
    return done
