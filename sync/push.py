"""Sending the outbox: in order, in batches, and so that one bad operation never holds up the others."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from citymanager.failpoints import fp
from citymanager.store.outbox import wire
from citymanager.store.pending import Pending
from sync.client import Client
from sync.contract import BATCH, Operation, OperationsAnswer
from sync.faults import Failing, Garbled, Unacceptable, Unreached
from sync.pull import ground
from sync.surroundings import Surroundings

BATCH_LETTERS = 200_000
"""Of one request, about: large texts go in smaller batches, so that a slow line takes each in time."""
HOPELESS = 8
"""Operations that the server failed on while it took none: the rest waits for the next round."""
_RESULTS = ("accepted", "conflict", "refused")


@dataclass
class Pushed:
    """What became of the operations of one round."""

    accepted: int = 0
    lines: int = 0
    """Of those accepted: of journals."""
    conflicts: int = 0
    refused: int = 0
    seqs: set[int] = field(default_factory=set)
    """Where in the feed our writes stand: it brings them back to us."""
    failed: dict[str, str] = field(default_factory=dict)
    """Operations that the server failed on, with the reason; whether they or the server is ill shows later."""


class Push:
    """One round's sending of one person's operations."""

    def __init__(self, client: Client, around: Surroundings, journals: Collection[str] = ()) -> None:
        """`journals`: modules whose records nobody typed; they are counted apart."""
        self._client, self._around, self._journals = client, around, journals
        self._passed: set[str] = set()  # not offered again in this round
        self._fresh: list[str] = []
        """Operations of the batch that leaves which were never offered before."""
        self._feed = ""
        self.done = Pushed()

    def at_once(self, author: str) -> bool:
        """Offer a batch of what waits before anything is asked: whether there was any, and all went well.

        Nothing is risked: a server with another feed takes none of it. What the server fails on, `run` looks into.
        """
        batch = [] if self._over() else self._leaving(self._next(author))
        try:
            answer = self._offer(batch) if batch else None
        except (Failing, Garbled, Unacceptable):
            return False
        if answer is not None:
            self._settle(batch, answer["verdicts"], answer["feed"])
        return answer is not None

    def run(self, author: str) -> Pushed:
        """Offer all that waits under this name, once."""
        while not self._over() and (batch := self._next(author)):
            self._send(batch)
        return self.done

    def _over(self) -> bool:
        hopeless = len(self.done.failed) >= HOPELESS and not self.done.accepted
        return hopeless or self._around.should_stop()

    def _next(self, author: str) -> list[Pending]:
        limit = BATCH + len(self._passed)
        waiting, self._feed = self._around.write(
            lambda writer: (writer.queue.to_send(author, limit), ground(writer).feed)
        )
        batch: list[Pending] = []
        size, fresh = 0, set[tuple[str, str]]()
        for one in self._free(waiting):
            if (one.module, one.id) in fresh:
                continue  # the server may refuse the new record that it was made on
            size += len(str(one.change))
            if batch and (size > BATCH_LETTERS or len(batch) == BATCH):
                break
            batch.append(one)
            if not one.base:
                fresh.add((one.module, one.id))
        return batch

    def _free(self, waiting: Sequence[Pending]) -> list[Pending]:
        """Without those that were passed over, and without those on the same records: they wait for them."""
        held = {(one.module, one.id) for one in waiting if one.op in self._passed}
        self._passed |= {one.op for one in waiting if (one.module, one.id) in held}
        return [one for one in waiting if one.op not in self._passed]

    def _send(self, wanted: Sequence[Pending]) -> None:
        batch = self._leaving(wanted)
        if not batch:
            return
        try:
            answer = self._offer(batch)
        except (Failing, Garbled, Unacceptable) as fault:
            if len(batch) > 1:
                self._halve(batch)
            elif isinstance(fault, Unacceptable):  # it will never be read: a person must mend it
                self._settle(batch, [{"op": batch[0].op, "result": "refused", "reason": str(fault)}], "")
            else:
                self._fail(batch[0].op, str(fault))
        else:
            self._settle(batch, answer["verdicts"], answer["feed"])

    def _leaving(self, batch: Sequence[Pending]) -> list[Pending]:
        """Those of a batch that nobody has withdrawn since; from here on nobody can."""
        there, self._fresh = self._around.write(lambda writer: writer.offer([one.op for one in batch]))
        return [one for one in batch if one.op in there]

    def _offer(self, batch: Sequence[Pending]) -> OperationsAnswer:
        fp("push.ready")
        try:
            answer = self._client.operations([cast(Operation, wire(one)) for one in batch], self._feed)
        except Unreached:
            self._around.write(lambda writer: writer.never_left(self._fresh))
            raise
        _match(batch, answer["verdicts"])
        fp("push.answered")
        return answer

    def _halve(self, batch: Sequence[Pending]) -> None:
        """One of these is poison: look for it, and let the others flow."""
        middle = len(batch) // 2
        for half in (batch[:middle], batch[middle:]):
            rest = self._unheld(half, batch)
            if rest and not self._over():
                self._send(rest)

    def _unheld(self, half: Sequence[Pending], batch: Sequence[Pending]) -> list[Pending]:
        free = {one.op for one in self._free(batch)}
        return [one for one in half if one.op in free]

    def _fail(self, op: str, reason: str) -> None:
        self._passed.add(op)
        self.done.failed[op] = reason

    def _settle(self, batch: Sequence[Pending], verdicts: Sequence[Mapping[str, Any]], feed: str) -> None:
        final = [one for one in verdicts if not one.get("again")]
        for one in verdicts:
            if one.get("again"):
                self._fail(one["op"], str(one.get("reason", "")))
        touched = self._around.write(lambda writer: writer.settle(final, feed, self._client.server_now()))
        fp("push.settled")
        results = [one["result"] for one in final]
        self.done.accepted += results.count("accepted")
        lines = {one.op for one in batch if one.module in self._journals}
        self.done.lines += sum(one["result"] == "accepted" and one["op"] in lines for one in final)
        self.done.conflicts += results.count("conflict")
        self.done.refused += results.count("refused")
        self.done.seqs |= {one["seq"] for one in final if isinstance(one.get("seq"), int)}
        self._around.tell(touched)


def _match(batch: Sequence[Pending], verdicts: Sequence[Any]) -> None:
    """The answer must speak of what was asked, in words that we know."""
    told = [one.get("op") for one in verdicts if isinstance(one, dict) and one.get("result") in _RESULTS]
    if told != [one.op for one in batch]:
        raise Garbled("Ответ сервера на правки не подходит к ним: они предлагаются ему снова.")
