"""The promises I1–I8, asked of stations and their server at any moment."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from itertools import takewhile
from pathlib import Path
from typing import Any, Protocol

from citymanager.schema import STATUS, Module
from oracle.cache import Cache, Waiting, replayed, written
from oracle.ledger import Broken, Ledger, Saved
from oracle.meeting import dates, holds, lines, lost
from oracle.server import Answered, Place, Server, Step


class Seat(Protocol):
    """What the oracle asks of a station: where its files lie, what it is made for, and what it tells people."""

    folder: Path
    modules: Sequence[Module]
    closed: bool
    writer: Any
    login_name: str

    def look(self) -> AbstractContextManager[Cache]: ...


class Oracle:
    """Holds stations and server to the ledger.

    `alone`: nobody but these stations writes to the server, and every decision of a person is in the ledger.
    """

    def __init__(self, ledger: Ledger, dsn: str = "", *, alone: bool = False) -> None:
        """Without a `dsn` there is no server to be asked: what one has taken is believed."""
        self.ledger, self._alone = ledger, alone
        self.server = Server(dsn) if dsn else None
        self._last_seen: dict[str, str] = {}
        self._first_feed = ""
        self._judged = ("", -1)
        """How the server and the ledger stood when they were last held to each other."""
        self._looked: dict[Path, tuple[Any, bytes, Cache]] = {}
        """Files of stations as they were found last: under which program, how far written, and what was read."""
        self.waiting: Mapping[str, Waiting] = {}
        """What lay in all outboxes at the last check."""

    def close(self) -> None:
        if self.server is not None:
            self.server.close()

    def check(self, stations: Sequence[Seat]) -> None:
        """All that holds at any moment. Raises Broken."""
        self._declared = {module.key: module for one in stations for module in one.modules}
        if self.server is not None:
            self.server.read()
            stand = self.server.moment, self.ledger.turn
            if stand != self._judged:
                self._once(self.server)
                self._none_overwritten(self.server)
                self._asked_with_reason(self.server)
                self._judged = stand
        waiting: dict[str, Waiting] = {}
        offered: set[str] = set()
        for one in stations:
            cache = self._looked_at(one)
            self._says_how_much_waits(one, cache)
            waiting |= cache.outbox
            offered |= self._still_offered(cache)
        self.waiting = waiting
        # a cache that went back to before a retry has the edit under its former name
        former = {self.ledger.names[op]: one for op, one in waiting.items() if op in self.ledger.names}
        for edit in self.ledger.open.values():
            found = waiting.get(edit.op) or former.get(self.ledger.names[edit.op])
            self._kept(edit, found, offered=edit.op in offered)

    def check_converged(self, stations: Sequence[Seat]) -> None:
        """What holds besides once all faults are over and every station has synced. Raises Broken."""
        self.check(stations)
        assert self.server is not None, "there is no server to converge to"
        for one in stations:
            sight = self.server.sight(one.login_name)
            with one.look() as cache:
                self._nothing_stalls(one, cache)
                for module in one.modules:
                    there = {
                        ident: (version, data)
                        for ident, (version, data) in self.server.records(module.key).items()
                        if sight.shows(module, data)
                    }
                    self._equal(one, cache, module, there)

    def _looked_at(self, one: Seat) -> Cache:
        """A station's file, read and judged by itself: as at the last check, if it lies as it lay then."""
        stand = written(one.folder)
        writer, before, cache = self._looked.get(one.folder, (None, b"", None))
        if cache is not None and stand and (writer, before) == (one.writer, stand):
            return cache
        with one.look() as cache:
            self._shows_what_it_has(one, cache)
            if not self._alone:
                self.ledger.closed |= dict.fromkeys(cache.put_away(), "found among what was decided")
            _ = cache.outbox, cache.acknowledged, cache.feed  # now: it will be closed when it is asked for them
        self._looked[one.folder] = one.writer, stand, cache
        return cache

    # I1 kept

    def _kept(self, edit: Saved, waiting: Waiting | None, *, offered: bool) -> None:
        """In an outbox, or on the server with its content, or about to be offered to a server that has forgotten it."""
        if waiting is not None:
            self._last_seen[edit.op] = f"in the outbox of {edit.station}, {waiting.state}"
            self._whole(edit, waiting)
            return
        answer = self.server.answers.get(edit.op) if self.server is not None else None
        if answer is not None and answer.result == "accepted":
            self._last_seen[edit.op] = f"accepted by the server as {edit.module}/{edit.id[:8]} v{answer.version}"
            self._arrived(edit, answer.version)
        elif not offered and not self._offered_again(edit, answer):
            told = f"answered {answer.result}" if answer else "unknown to the server"
            seen = self._last_seen.get(edit.op, "nowhere")
            raise Broken(f"I1 kept: {edit} is lost: in no outbox, {told}; last seen {seen}")

    def _still_offered(self, cache: Cache) -> set[str]:
        """What a station has acknowledged, and will offer to a restored server once it hears of it."""
        if self.server is None:
            return set(cache.acknowledged)
        heard = cache.feed == self.server.feed
        return {op for op, feed in cache.acknowledged.items() if feed != self.server.feed and not heard}

    def _offered_again(self, edit: Saved, answer: Answered | None) -> bool:
        """Whether what was answered with a no has come with the same content under a name that the ledger has not."""
        if self._alone or self.server is None or answer is None:
            return False
        holds = [
            all(one.get(key) == _kept_as(value) for key, value in edit.change.items()) for one in self._found(edit)
        ]
        return any(holds)

    def _found(self, edit: Saved) -> Iterator[Mapping[str, Any]]:
        assert self.server is not None
        yield from (step.after for step in self.server.steps.get((edit.module, edit.id), ()))
        yield from (one.change for one in self.waiting.values() if one.place == (edit.module, edit.id))

    def _whole(self, edit: Saved, waiting: Waiting) -> None:
        same = (waiting.module, waiting.id, waiting.deleted) == (edit.module, edit.id, edit.deleted)
        if not same or waiting.author not in (edit.author, ""):
            raise Broken(f"I1 kept: {edit} waits as something else: {waiting}")
        self._holds(edit, waiting.change, "waits without what was typed")

    def _arrived(self, edit: Saved, version: int) -> None:
        assert self.server is not None
        step = self.server.at((edit.module, edit.id), version)
        if step is None:
            raise Broken(f"I1 kept: {edit} is accepted as v{version}, which its record never had")
        if edit.deleted and not step.deleted:
            raise Broken(f"I1 kept: {edit} is accepted and the record is still there")
        path = [str(one.set.get(STATUS, "")) for one in self.server.steps[edit.module, edit.id]]
        if key := holds(self._declared.get(edit.module), edit.change, edit.seen, step.after, path, edit.author):
            raise Broken(
                f"I1 kept: {edit} is accepted as v{version} with another content: {key} = {step.after.get(key)!r}"
            )

    def _holds(self, edit: Saved, found: Mapping[str, Any], complaint: str) -> None:
        for key, value in edit.change.items():
            if found.get(key) != _kept_as(value):
                raise Broken(f"I1 kept: {edit} {complaint}: {key} = {found.get(key)!r}")

    # I2 once

    def _once(self, server: Server) -> None:
        """Every version was made by one operation, every operation is one that somebody saved."""
        makers: dict[tuple[int, int], str] = {}
        for op, answer in server.answers.items():
            if self._alone and op not in self.ledger.names:
                raise Broken(f"I2 once: the server has answered {op}, which nobody saved under this name")
            if answer.wrote:
                other = makers.setdefault((answer.seq, answer.version), op)
                if other != op:
                    raise Broken(f"I2 once: {op} and {other} are both said to have made v{answer.version}")
        if self._alone:
            made = {seq for seq, _ in makers}
            for place, past in server.steps.items():
                for step in past:
                    if step.seq not in made and not step.by.startswith("sql:"):
                        raise Broken(f"I2 once: {place} v{step.version} was made by no operation: {step.set}")

    # I3 no silent overwrite

    def _none_overwritten(self, server: Server) -> None:
        """Whoever replaced a value knew it: it stood before him, or before those whose value he saw."""
        makers = {answer.seq: op for op, answer in server.answers.items() if answer.wrote}
        known = _Known(self.ledger, server)
        for place, past in server.steps.items():
            for step in past:
                edit = self.ledger.edits.get(makers.get(step.seq, ""))
                if edit is not None:
                    self._knew(edit, step, known)
                    self._moved_lawfully(edit, place, step)

    def _knew(self, edit: Saved, step: Step, known: "_Known") -> None:
        if edit.author not in (step.by, ""):
            raise Broken(f"I3: {edit} was sent in the name of {step.by}")
        if step.undone and edit.shown is not None:
            return  # he was shown that it is deleted, and has decided that it is not
        replaced = step.before if step.deleted and edit.deleted else step.set
        for key in replaced:
            before = lost(step.before.get(key), step.after.get(key))
            if key in lines(self._declared.get(edit.module)) and str(step.after.get(key)).startswith(str(before or "")):
                continue
            if key in dates(self._declared.get(edit.module)) and str(step.after.get(key)) > str(before or ""):
                continue
            if isinstance(before, list):
                if all(one in (edit.seen.get(key) or []) for one in before):
                    continue  # it is he who took them out of the list
            elif before is None and isinstance(step.before.get(key), list):
                continue
            if (before != step.after.get(key) or edit.deleted) and not known.to(edit, key, before):
                raise Broken(
                    f"I3 no silent overwrite: {edit} made v{step.version} and replaced {key} = {before!r},"
                    f" which its author had not seen: he saw {edit.seen.get(key)!r}"
                )

    def _moved_lawfully(self, edit: Saved, place: Place, step: Step) -> None:
        """A status is never merged blindly: every step of a history is one that the workflow has."""
        start, end = step.before.get(STATUS), step.after.get(STATUS)
        here = self._declared[edit.module].status(str(start))
        if start != end and here is not None and end not in [move.target for move in here.moves]:
            raise Broken(f"I3 no silent overwrite: {edit} moved {place} v{step.version} from {start} to {end}")

    def _asked_with_reason(self, server: Server) -> None:
        """Nobody is asked to decide between two values of his own, the older of which he saw when he wrote the newer.

        As long as the server is not restored: its versions mean less then, and a question too many is no loss.
        """
        self._first_feed = self._first_feed or server.feed
        if server.feed != self._first_feed:
            return
        makers = {answer.seq: op for op, answer in server.answers.items() if answer.wrote}
        turns = {op: turn for turn, op in enumerate(self.ledger.names)}
        for op, answer in server.answers.items():
            edit = self.ledger.edits.get(op)
            if edit is None or answer.result != "conflict" or edit.deleted or op != self.ledger.names[op]:
                continue
            own = [self._own(edit, key, answer, server, makers) for key in answer.fields]
            if own and all(one and turns[self.ledger.names[one]] < turns[op] for one in own):
                raise Broken(f"I3: {edit} is said to have met {own}, which were made on the same station before it")

    def _own(self, edit: Saved, key: str, answer: Answered, server: Server, makers: Mapping[int, str]) -> str:
        """The operation of this station that wrote the value which an edit has met, if the author saw it."""
        past = [step for step in server.steps[edit.module, edit.id] if step.version <= answer.version]
        last = next((step for step in reversed(past) if key in step.set), None)
        maker = self.ledger.edits.get(makers.get(last.seq, "")) if last is not None else None
        saw = last is not None and edit.seen.get(key) == last.after.get(key)
        return maker.op if maker is not None and saw and maker.station == edit.station else ""

    # I5 no going back: see `screen`; I7 honest

    def _says_how_much_waits(self, one: Seat, cache: Cache) -> None:
        """The numbers that a person sees are those of what lies there."""
        if one.closed:
            return
        journals = {module.key for module in one.modules if module.journal}
        waits = sum(each.state == "waiting" and each.module not in journals for each in cache.outbox.values())
        aside = sum(each.state != "waiting" for each in cache.outbox.values())
        told = (one.writer.unsent(), one.writer.needs_attention())
        if told != (waits, aside):
            raise Broken(f"I7 honest: {one.folder.name} says {told} (unsent, set aside), and it is {(waits, aside)}")
        for each in cache.outbox.values():
            if each.state != "waiting" and not each.reason:
                raise Broken(f"I8 quarantine: {each.op} is set aside on {one.folder.name} without a reason")

    def _shows_what_it_has(self, one: Seat, cache: Cache) -> None:
        """A row is what the server has, and over it what was done here."""
        copies = cache.copies()
        edited: dict[Place, list[Waiting]] = {}
        for each in cache.outbox.values():
            edited.setdefault((each.module, each.id), []).append(each)
        for (module, ident), edits in edited.items():
            if module not in {each.key for each in one.modules}:
                continue
            declared = self._declared[module]
            wanted = replayed(copies.get((module, ident)), edits, declared, cache.overtaken(edits))
            shown = cache.row(module, ident)
            if _but(lines(declared), shown.data if shown else None) != _but(lines(declared), wanted):
                raise Broken(
                    f"I1 kept: {module}/{ident[:8]} on {one.folder.name} does not show what was done there:"
                    f" {_difference(shown.data if shown else None, wanted)}"
                )
        for module in one.modules:
            marked = {ident: row.unsent for ident, row in cache.rows(module.key, unsent=True).items()}
            there = {ident: len(edits) for (key, ident), edits in edited.items() if key == module.key}
            if any(there.get(ident) != count for ident, count in marked.items()):
                raise Broken(
                    f"I7 honest: {one.folder.name} marks {marked} as unsent in {module.key}, and it is {there}"
                )

    # I4 convergence

    def _nothing_stalls(self, one: Seat, cache: Cache) -> None:
        """Nothing of whoever sits here waits for the server; what was made on an edit set aside waits for a person."""
        aside = {each.place for each in cache.outbox.values() if each.state in ("refused", "failed")}
        mine = [each for each in cache.outbox.values() if each.state == "waiting" and each.author == one.login_name]
        stalled = [each for each in mine if each.place not in aside]
        if stalled:
            raise Broken(f"I4 convergence: {one.folder.name} still holds {len(stalled)} unsent, first {stalled[0]}")

    def _equal(
        self, one: Seat, cache: Cache, module: Module, there: Mapping[str, tuple[int, Mapping[str, Any]]]
    ) -> None:
        """Row by row what the server has for this person; under edits that wait for him, the copy is."""
        edited = {each.id for each in cache.outbox.values() if each.module == module.key}
        here = cache.rows(module.key)
        plain = {ident: row for ident, row in here.items() if ident not in edited}
        for ident in sorted((plain.keys() | there.keys()) - edited):
            mine, (version, data) = plain.get(ident), there.get(ident, (0, None))
            if mine is None or data is None or (mine.version, mine.data) != (version, data):
                raise Broken(
                    f"I4 convergence: {module.key}/{ident} on {one.folder.name} is"
                    f" {f'v{mine.version}' if mine else 'absent'}, on the server {f'v{version}' if data else 'absent'}:"
                    f" {_difference(mine.data if mine else None, data)}"
                )
        copies = cache.copies()
        for ident in edited & there.keys():
            copy = copies.get((module.key, ident))
            if copy is None or copy.deleted or (copy.version, copy.data) != there[ident]:
                raise Broken(
                    f"I4 convergence: under the edits of {module.key}/{ident} {one.folder.name} has"
                    f" {copy}, the server {there[ident]}"
                )
        if module.statuses:
            counted: dict[str, int] = {}
            for row in here.values():
                counted[row.data.get(STATUS, "")] = counted.get(row.data.get(STATUS, ""), 0) + 1
            if counted != cache.counters(module.key):
                raise Broken(f"I7 honest: {one.folder.name} counts {cache.counters(module.key)}, there are {counted}")


class _Known:
    """Which values a person knew of: what he saw, and all that was knowingly replaced on the way to it."""

    def __init__(self, ledger: Ledger, server: Server) -> None:
        self._before: dict[tuple[str, str, str, str], list[Any]] = {}
        self._edits: defaultdict[tuple[str, str, str], list[Saved]] = defaultdict(list)
        for edit in ledger.edits.values():
            self._edits[edit.station, edit.module, edit.id].append(edit)
            for key, value in edit.change.items():
                self._follows(edit.module, edit.id, key, value, edit.seen.get(key))
                if edit.shown is not None and key in edit.shown:
                    self._follows(edit.module, edit.id, key, value, edit.shown[key])
        told = (one for steps in (*server.former, server.steps) for one in steps.items())
        for (module, ident), past in told:
            for step in past:
                for key in step.set:
                    self._follows(module, ident, key, step.after.get(key), step.before.get(key))

    def _follows(self, module: str, ident: str, key: str, value: Any, before: Any) -> None:
        self._before.setdefault((module, ident, key, repr(value)), []).append(before)

    def to(self, edit: Saved, key: str, value: Any) -> bool:
        """Whether the author of an edit knew this value of a field."""
        todo: list[Any] = [edit.seen.get(key)] + ([edit.shown.get(key)] if edit.shown else [])
        # a cache that was lost shows a part of the record: what was seen of it here before is known all the same
        before = takewhile(lambda one: one is not edit, self._edits[edit.station, edit.module, edit.id])
        todo += [one.seen[key] for one in before if key in one.seen]
        done: set[str] = set()
        while todo:
            one = todo.pop()
            if one == value:
                return True
            if repr(one) not in done:
                done.add(repr(one))
                todo += self._before.get((edit.module, edit.id, key, repr(one)), [])
        return False


def _but(keys: set[str], data: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    return data if data is None else {key: value for key, value in data.items() if key not in keys}


def _kept_as(value: Any) -> Any:
    """Empty values remove their field."""
    return None if value in ("", []) else value


def _difference(here: Mapping[str, Any] | None, there: Mapping[str, Any] | None) -> str:
    if here is None or there is None:
        return f"{here} against {there}"
    keys: Iterator[str] = (key for key in sorted(here.keys() | there.keys()) if here.get(key) != there.get(key))
    return ", ".join(f"{key}: {here.get(key)!r} against {there.get(key)!r}" for key in keys) or "the same content"
