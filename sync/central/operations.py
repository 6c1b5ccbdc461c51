"""Writing: a batch of operations, each with its own verdict, in one transaction that holds the feed's lock.

Writes go out in waves: one statement for all operations that touch different records. An operation on a record of the
present wave begins the next one.
"""

import logging
from collections.abc import Sequence
from datetime import UTC, datetime

from django.db import transaction
from django.http import HttpRequest, HttpResponse

from citymanager.changes import admit, dated, defaults, difference, judge, judge_deletion, merged, slim
from citymanager.errors import Refused
from citymanager.failpoints import fp
from citymanager.meeting import Made, meet
from citymanager.roles import visible
from citymanager.schema import Module, Values
from sync.central import sight
from sync.central.access import Caller
from sync.central.allowance import judge_length, judge_rate
from sync.central.answers import Failed, api, body_of, feed_head, ok
from sync.central.checks import checked, envelope
from sync.central.ledger import Answer, Ledger, Place, Write, place
from sync.central.merge import Step, others, unknown
from sync.central.numbers import Numbers
from sync.central.registers import registers
from sync.central.sight import Row
from sync.contract import Change, Operation, Verdict

log = logging.getLogger(__name__)
FAULT = "Сервер не смог обработать эту правку, причина записана в его журнал."


@api("POST")
def operations(request: HttpRequest, who: Caller) -> HttpResponse:
    body = body_of(request)
    asked = envelope(body)
    if body.get("feed", who.feed) != who.feed:
        raise Failed(409, "feed", "Сервер восстановлен из резервной копии: сначала сверьте данные.", feed=who.feed)
    judge_rate(who, len(asked))
    sound: list[tuple[Module, Operation]] = []
    verdicts: dict[str, Verdict] = {}
    first: dict[str, Operation] = {}
    for one in asked:
        first.setdefault(one["op"], one)
    for one in first.values():
        try:
            module = checked(one)
            judge_length(who, one)
            sound.append((module, one))
        except Refused as error:
            verdicts[one["op"]] = _refused(one, str(error))
    fp("central.asked")
    # all that needs no database is done: from here the feed's lock is held
    with transaction.atomic():
        verdicts |= Batch(who, [one["op"] for one in asked], sound).settle()
    fp("central.committed")
    return ok(request, feed_head(who), ("verdicts", [verdicts[one["op"]] for one in asked]))


class Batch:
    """Operations on their way to verdicts, inside one transaction."""

    def __init__(self, who: Caller, asked: Sequence[str], sound: Sequence[tuple[Module, Operation]]) -> None:
        self._who = who
        self._sound = sound
        self._now = datetime.now(UTC)
        self._wave: dict[Place, Write] = {}
        self._ledger = Ledger(who, asked, [one for _, one in sound])
        self._numbers = Numbers(sound)

    def settle(self) -> dict[str, Verdict]:
        """Verdicts by operation: first answers of those that came before, fresh ones of the others."""
        places = {one["op"]: place(one) for _, one in self._sound}
        verdicts = {op: self._repeated(op, places.get(op)) for op in self._ledger.answers}
        fresh = [(module, one) for module, one in self._sound if one["op"] not in verdicts]
        for module, operation in fresh:
            if place(operation) in self._wave:
                self._flush()
            decided = self._decided(module, operation)
            if isinstance(decided, Write):
                self._wave[place(operation)] = decided
            else:
                kept = None if decided["result"] == "accepted" or decided.get("again") else operation
                self._ledger.answer(operation["op"], decided, kept=kept)
        self._flush()
        answers = {one["op"]: self._ledger.answers[one["op"]].verdict for _, one in fresh}
        fp("central.written")
        self._ledger.remember(op for op, verdict in answers.items() if not verdict.get("again"))
        fp("central.remembered")
        return verdicts | answers

    def _repeated(self, op: str, where: Place | None) -> Verdict:
        """What was answered before, with the record as it is by now: gone on, deleted, or out of his sight."""
        answer = self._ledger.answers[op]
        current, row = answer.verdict.get("current"), self._ledger.rows.get(where) if where else None
        moved = row is not None and (row.version != answer.version or not sight.seen(self._who, row.module, row.data))
        shown = current and answer.login == self._who.login
        if row is not None and moved and (shown or answer.verdict["result"] == "accepted"):
            answer.verdict["current"] = sight.change(self._who, row)
        elif current and not self._was_shown(answer, current):
            del answer.verdict["current"]
        return answer.verdict

    def _was_shown(self, answer: Answer, current: Change) -> bool:
        """What the author of an operation was shown is for nobody else, and not for him in a lesser role."""
        data = current["data"]
        seen = not data or (
            sight.seen(self._who, current["module"], data)
            and visible(self._who.role, registers()[current["module"]], data) == data
        )
        return answer.login == self._who.login and seen

    def _decided(self, module: Module, operation: Operation) -> Write | Verdict:
        try:
            return self._weighed(module, operation)
        except Refused as error:
            return _refused(operation, str(error))
        except Exception:  # a rule that stumbles over one record must not hold up the other operations
            log.exception("an operation can't be judged: %s", operation["op"])
            return {**_refused(operation, FAULT), "again": True}

    def _weighed(self, module: Module, operation: Operation) -> Write | Verdict:
        """What the operation comes to against the record as it stands."""
        row = self._ledger.rows.get(place(operation))
        if row is not None and not sight.seen(self._who, module.key, row.data):
            raise Refused("Этой записи нет среди тех, что вам доступны.")
        if row is None and not operation["base"] and operation.get("after"):  # or it would make a half of one
            raise Refused("Новую запись, на которой сделана эта правка, сервер не принял: разберите сначала её.")
        if row is not None:  # whoever may not write is not asked to decide a conflict
            admit(module, self._who.role)
        before = row.data if row is not None else {}
        steps = self._unseen(operation)
        if operation.get("delete"):
            return self._deleted(module, operation, row, steps)
        asked = slim(self._whole(module, operation, row))
        new = not operation["base"] and not operation.get("after")  # its author saw nothing: that is known
        made = Made(asked, operation.get("was", {} if new else None), self._who.login, operation.get("at", ""))
        met = meet(module, before, made, others(steps))
        if met.fields and row is not None:
            return self._conflict(operation, row, met.fields)
        change = self._numbers.unique(module, operation["id"], difference(before, met.change))
        judge(module, before, change, self._who.role, self._now, self._who.login)
        if row is not None and not change and not row.deleted:
            return self._accepted(operation, row, tell=row.version != operation["base"])
        if self._begins(operation, row):
            change = self._numbers.given(module, operation["id"], self._who.number, change)
        plain = difference(before, asked)
        filled = not change.keys() <= operation["set"].keys()
        tell = change != plain or filled or (row is not None and (row.deleted or row.version != operation["base"]))
        return Write(operation, change, merged(before, change), False, tell, keep=not plain.keys() <= change.keys())

    def _whole(self, module: Module, operation: Operation, row: Row | None) -> Values:
        """What is set, dated; into a new record goes what our own program would fill in, where its author has not
        spoken.

        The program's own operations bring all of it, with None for what was left empty at the desk.
        """
        given = operation["set"]
        whole = given
        if module.stamps:
            whole = {**dated(module, difference(row.data if row is not None else {}, given), self._now), **given}
        return {**defaults(module, "", self._now), **whole} if self._begins(operation, row) else whole

    def _begins(self, operation: Operation, row: Row | None) -> bool:
        """Whether this makes a record, and does not bring back what the server has lost since."""
        return row is None and (self._who.role.outside or not operation["base"])

    def _unseen(self, operation: Operation) -> list[Step]:
        past = self._ledger.pasts[place(operation)]
        return unknown(past, operation["base"], self._ledger.known(operation), self._ledger.parted(operation))

    def _deleted(self, module: Module, operation: Operation, row: Row | None, unseen: list[Step]) -> Write | Verdict:
        """An edit beats a deletion: what somebody changed meanwhile is not deleted unseen."""
        if row is None:
            raise Refused("Удалять нечего: такой записи на сервере нет.")
        judge_deletion(module, row.data, self._who.role, self._who.login)
        if row.deleted:
            return self._accepted(operation, row, tell=False)
        if unseen:
            return self._conflict(operation, row, sorted(frozenset[str]().union(*(one.fields for one in unseen))))
        return Write(operation, {}, row.data, True, False)

    def _flush(self) -> None:
        """Write the wave and answer its operations."""
        writes, self._wave = list(self._wave.values()), {}
        written = self._ledger.write(writes) if writes else {}
        for one in writes:
            op, row = one.operation["op"], written[one.operation["op"]]
            if row is None:
                self._ledger.answer(op, {**_refused(one.operation, FAULT), "again": True})
            else:
                kept = one.operation if one.keep else None
                self._ledger.answer(op, self._accepted(one.operation, row, one.tell), row.version, kept)

    def _accepted(self, operation: Operation, row: Row, tell: bool) -> Verdict:
        verdict: Verdict = {"op": operation["op"], "result": "accepted", "version": row.version, "seq": row.seq}
        if tell or not sight.seen(self._who, row.module, row.data):
            verdict["current"] = sight.change(self._who, row)
        return verdict

    def _conflict(self, operation: Operation, row: Row, fields: list[str]) -> Verdict:
        current = sight.change(self._who, row)
        return {"op": operation["op"], "result": "conflict", "current": current, "fields": fields}


def _refused(operation: Operation, reason: str) -> Verdict:
    return {"op": operation["op"], "result": "refused", "reason": reason}
