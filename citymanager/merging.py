"""Two reports of one trouble become one: the later is rejected as a duplicate, and both authors get a reply.

The replies wait «к отправке»: nothing goes out until somebody has read and sent them. Their ids follow from the
reports, so a merging that is undone and made again, or made at two desks, has no second replies.
"""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from citymanager.errors import Refused
from citymanager.modules.replies import REPLIES, answer_to
from citymanager.modules.reports import REPORTS
from citymanager.roles import Role
from citymanager.schema import STATUS, Values
from citymanager.store import Edit, Record, Writer

MERGED = uuid.UUID("5d0b1f0e-93a7-4c43-8d7b-6a3f8d1f7c11")
"""The namespace of the replies' ids."""
REJECTION = {STATUS: "rejected", "rejection": "duplicate"}


def merge(writer: Writer, duplicate: str, original: str, author: str, role: Role | None, now: datetime) -> list[Edit]:
    """Reject one report as a duplicate of another and prepare the replies, all or nothing; what was made of it.

    Raises Refused where one of them is gone, where the workflow or the role does not allow it, or where the other is a
    duplicate itself: then its own original is the one to name.
    """
    repeats, stays = (_existing(writer, one) for one in (duplicate, original))
    if stays.data.get("duplicate_of"):
        raise Refused(f"Сообщение{_number(stays.data)} само отмечено как дубль. Выберите то, которое оно повторяет.")
    edits = [one for one in _edits(repeats, stays, author) if one.module != REPLIES.key or not _there(writer, one)]
    writer.save_together(edits, author, role, now)
    return edits


def _edits(duplicate: Record, original: Record, author: str) -> list[Edit]:
    rejected = Edit(REPORTS.key, duplicate.id, {**REJECTION, "duplicate_of": original.id})
    said = ((duplicate, _to_the_second(duplicate, original)), (original, _to_the_first(original)))
    return [rejected, *(Edit(REPLIES.key, _name(duplicate, one), _reply(one, text, author)) for one, text in said)]


def _to_the_second(duplicate: Record, original: Record) -> str:
    """The other report is named by what is public of it: whose it is, and what he wrote, is told to nobody."""
    status = REPORTS.status(str(original.data.get(STATUS, "")))
    known = f"сообщение{_number(original.data)}" + (f" (статус «{status.title}»)" if status else "")
    return (
        f"Ваше сообщение{_number(duplicate.data)} повторяет {known}. Оно присоединено к нему, решение будет общим:"
        " о результате мы сообщим."
    )


def _to_the_first(original: Record) -> str:
    return (
        f"О том же, о чём ваше сообщение{_number(original.data)}, нам написал ещё один житель. Сообщения"
        " рассматриваются вместе: о результате мы сообщим."
    )


def _reply(report: Record, text: str, author: str) -> Values:
    begun = answer_to(report.data)
    return {"channel": "portal", **begun, "report": report.id, "text": text, "prepared_by": author}


def _name(duplicate: Record, addressed: Record) -> str:
    return str(uuid.uuid5(MERGED, f"{duplicate.id} {addressed.id}"))


def _existing(writer: Writer, ident: str) -> Record:
    found = writer.get(REPORTS.key, ident)
    if found is None:
        raise Refused("Одного из сообщений больше нет на этом рабочем месте: объединять нечего.")
    return found


def _there(writer: Writer, edit: Edit) -> bool:
    return writer.get(edit.module, edit.id) is not None


def _number(data: Mapping[str, Any]) -> str:
    return f" № {data['number']}" if data.get("number") else ""
