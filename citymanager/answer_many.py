"""One answer for many reports: a reply of its own for each, «к отправке», in heaps, so that it can be stopped.

A reply's id follows from the report, the text and the day: whoever presses twice, or goes on after a stop, makes no
second one.
"""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from citymanager.answering import blanks, filled, words_of
from citymanager.errors import Refused
from citymanager.kindred import MOST, kindred
from citymanager.modules.replies import REPLIES, answer_to
from citymanager.norms import Norms
from citymanager.roles import Role
from citymanager.schema import Values
from citymanager.store import Reader, Record, Writer
from citymanager.text import plural

Write = Callable[[Callable[[Writer], None]], object]
"""Runs one transaction and waits for it."""
At = Callable[[int, int], None]
"""(done, total): told at every step."""
HEAP = 50
"""Replies of one transaction."""
TOLD = 3
"""Reports that are named, of those that were not answered."""
ANSWERS = uuid.UUID("0d6f3b0a-6a0e-4a6f-9a49-0f0b8c5f6c21")
"""The namespace of the replies' ids."""


@dataclass(frozen=True, slots=True)
class Addressed:
    """A report, and what a reply may say of it."""

    record: Record
    words: Mapping[str, str]

    @property
    def name(self) -> str:
        return str(self.record.data.get("number") or self.record.id)


@dataclass(frozen=True, slots=True)
class Request:
    """One text for these reports, and who answers."""

    reports: Sequence[Addressed]
    text: str
    author: str
    role: Role | None
    now: datetime


@dataclass(slots=True)
class Outcome:
    """How far it has come; what was prepared stays, also when it is stopped."""

    prepared: list[str] = field(default_factory=list)
    """Ids of the replies."""
    there: int = 0
    """Reports that had this reply already."""
    refused: list[str] = field(default_factory=list)
    """Which report has none, and why."""

    def told(self) -> str:
        """In Russian, for a notice."""
        many = plural(len(self.prepared), "ответ", "ответа", "ответов")
        parts = [f"Подготовлено: {many}, они ждут отправки." if self.prepared else "Новых ответов нет."]
        if self.there:
            parts.append(f"Такой ответ уже был: {self.there}.")
        if self.refused:
            parts.append(f"Не подготовлено: {len(self.refused)} ({'; '.join(self.refused[:TOLD])}).")
        return " ".join(parts)


def addressed(
    reader: Reader, report: Record, key: str, norms: Norms, now: datetime, *, outages: bool
) -> list[Addressed]:
    """The reports of one kind (`kindred`), this one first, the latest ones next."""
    query = kindred(reader, report, outages=outages).get(key)
    found = reader.first_page(query, MOST) if query else []
    records = [report, *(one for one in found if one.id != report.id)]
    names = reader.captions("organisations", sorted({str(one.data.get("executor") or "") for one in records}))
    return [
        Addressed(one, words_of(one.data, names.get(str(one.data.get("executor")), ""), norms, now)) for one in records
    ]


def reply_to(one: Addressed, text: str, author: str, now: datetime) -> tuple[str, Values]:
    """The reply to one report, and its id. Raises Refused where the text has a blank for it."""
    whole = filled(text, one.words)
    if wanting := blanks(whole):
        raise Refused(f"{one.name}: нет данных — {', '.join(dict.fromkeys(wanting))}")
    begun = answer_to(one.record.data)
    ident = uuid.uuid5(ANSWERS, f"{one.record.id} {now.date()} {text}")
    return str(ident), {"channel": "portal", **begun, "report": one.record.id, "text": whole, "prepared_by": author}


def prepare(asked: Request, write: Write, at: At, so_far: Outcome) -> Outcome:
    """Make the replies. What `write` and `at` raise ends it; `so_far` tells what had been made by then."""
    whole = len(asked.reports)
    for start in range(0, whole, HEAP):
        at(start, whole)
        heap = _worded(asked, asked.reports[start : start + HEAP], so_far)
        write(partial(_save, asked=asked, heap=heap, so_far=so_far))
    at(whole, whole)
    return so_far


Heap = list[tuple[Addressed, str, Values]]


def _worded(asked: Request, reports: Sequence[Addressed], so_far: Outcome) -> Heap:
    heap: Heap = []
    for one in reports:
        try:
            heap.append((one, *reply_to(one, asked.text, asked.author, asked.now)))
        except Refused as error:
            so_far.refused.append(str(error))
    return heap


def _save(writer: Writer, asked: Request, heap: Heap, so_far: Outcome) -> None:
    fresh = [one for one in heap if writer.get(REPLIES.key, one[1]) is None]
    so_far.there += len(heap) - len(fresh)
    made = [(ident, values) for _, ident, values in fresh]
    answers = writer.save_many(REPLIES.key, made, asked.author, asked.role, asked.now)
    for (report, ident, _), answer in zip(fresh, answers, strict=True):
        if isinstance(answer, Refused):
            so_far.refused.append(f"{report.name}: {answer}")
        else:
            so_far.prepared.append(ident)
