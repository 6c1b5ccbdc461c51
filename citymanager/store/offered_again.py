"""Operations that a restored server may have forgotten: back to the outbox, each where it was made among the others."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from citymanager.store import outbox
from citymanager.store.connection import Connection
from citymanager.store.pending import Pending
from citymanager.store.records import dumps

MOST_AFTER = 1_000
"""Operations that one is said to stand on at most, the latest of them."""
Place = tuple[str, str]


def acknowledged(connection: Connection, feed: str) -> list[Pending]:
    """Operations that another feed than this has acknowledged, in the order of their answers.

    Each stands on the earlier ones of this station: what they changed was no news to its author.
    """
    rows = connection.all(
        "SELECT operation, author, feed FROM _acknowledged WHERE feed != ? ORDER BY answered, version", (feed,)
    )
    again: list[Pending] = []
    met: dict[Place, list[Pending]] = defaultdict(list)
    for operation, author, old in rows:
        one = _again(json.loads(operation), author, old)
        again.append(_standing_on(one, met[one.module, one.id]))
        met[one.module, one.id].append(again[-1])
    return again


def put_back(connection: Connection, again: Sequence[Pending], waiting: Sequence[Pending]) -> None:
    """Put acknowledged operations among those that wait: before them all, but behind those that they were made on.

    Somebody who has left may have edits waiting on which others have worked on.
    """
    ops = {one.op for one in waiting}
    met: dict[Place, list[Pending]] = defaultdict(list)
    made_on: dict[Place, list[Pending]] = defaultdict(list)
    first: list[Pending] = []
    for one in again:
        place = (one.module, one.id)
        met[place].append(one)
        behind = place in made_on or not ops.isdisjoint(one.after)
        (made_on[place] if behind else first).append(one)
    _prepend(connection, first)
    for place, later in made_on.items():
        _line_up(connection, [one for one in waiting if (one.module, one.id) == place], later)
    for one in waiting:
        if earlier := met.get((one.module, one.id)):
            after = _standing_on(one, earlier).after
            connection.run("UPDATE _outbox SET after = ? WHERE op = ?", (dumps(after), one.op))


def _standing_on(pending: Pending, earlier: Sequence[Pending]) -> Pending:
    """The operation, made after those of the earlier ones on its record that it could meet: with a field in common.

    One that was itself made on this operation is none of them.
    """
    met = [
        one.op
        for one in earlier
        if pending.op not in one.after
        and (pending.deleted or one.deleted or not pending.change.keys().isdisjoint(one.change))
    ]
    return replace(pending, after=list(dict.fromkeys([*met[-MOST_AFTER:], *pending.after])))


def _prepend(connection: Connection, first: Sequence[Pending]) -> None:
    start = connection.value("SELECT min(1, ifnull(min(seq), 1)) FROM _outbox")
    for place, pending in enumerate(first, start - len(first)):
        outbox.append(connection, pending, place)


def _line_up(connection: Connection, waiting: Sequence[Pending], later: Sequence[Pending]) -> None:
    """One record's operations: each behind those that it was made on; what follows goes to the outbox's end, too."""
    line, place = list(waiting), 0
    for one in later:
        place = max([place, *(n + 1 for n, other in enumerate(line) if other.op in one.after)])
        line.insert(place, one)
        place += 1
    for one in line[line.index(later[0]) :]:
        if one in later:
            outbox.append(connection, one)
        else:
            connection.run("UPDATE _outbox SET seq = (SELECT max(seq) + 1 FROM _outbox) WHERE op = ?", (one.op,))


def _again(sent: Mapping[str, Any], author: str, feed: str) -> Pending:
    return Pending(
        sent["op"], sent["module"], sent["id"], sent["base"], sent["set"], sent.get("delete", False),
        sent.get("after", []), author, sent["at"], "waiting", 0, "", None, [], sent.get("was"), sent.get("feed", feed),
    )  # fmt: skip
