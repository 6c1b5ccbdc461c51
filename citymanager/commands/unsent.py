"""`outbox`, `resolve`, `retry`: what is not on the server yet, and what a person decides about it, without a window."""

from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from citymanager.access_journal import AccessJournal
from citymanager.commands import words
from citymanager.commands.author import Author
from citymanager.commands.opening import opened
from citymanager.commands.outcome import DONE, emit
from citymanager.commands.reading import cached
from citymanager.errors import Refused
from citymanager.roles import may_decide, may_read
from citymanager.schema import Module, Values
from citymanager.store import Profile, Reader
from citymanager.store.pending import Pending
from citymanager.store.undecided import Undecided, undecided

MINE = "mine"
ALL = -1
LEAST = 4
"""Letters that may stand for the whole name of an operation."""


def outbox(folder: Path, modules: Sequence[Module], author: Author, *, aside: bool) -> int:
    """Print what the server has not taken, what waits for a decision first; `aside`: only that."""
    reader = cached(folder, modules)
    if reader is None:
        return DONE
    with closing(reader):
        shown = [*reader.queue.set_aside(ALL), *(() if aside else reader.queue.waiting(ALL))]
        told = [undecided(reader, reader.modules[one.module], one) for one in shown if one.module in reader.modules]
        lines = [_line(author, reader.modules[one.pending.module], one) for one in told if _sees(reader, author, one)]
    _journal(folder, modules, author, lines)
    for line in lines:
        emit(line)
    return DONE


def resolve(
    folder: Path, modules: Sequence[Module], author: Author, word: str, side: str, values: Sequence[str]
) -> int:
    """Decide an edit that was set aside: it stands, or what the server has, with these fields set otherwise."""
    with closing(opened(Profile(folder), modules)) as writer:
        pending = _named(writer, word)
        declared = words.module(modules, pending.module)
        found = undecided(writer, declared, pending)
        other = words.change(writer, declared, values, Profile(folder).shelf)
        change = {**(found.mine if side == MINE else {}), **other}
        delete = pending.deleted and side == MINE
        if delete and change:
            raise Refused("Эта правка удаляет запись: полей в ней нет. Уберите «поле=значение».")
        now = datetime.now(UTC)
        saved = writer.resolve(
            pending.op, change, author.login, author.role, now, delete=delete, seen=found.seen
        )  # fmt: skip
        emit({"op": saved.op, "id": saved.id, "version": saved.version})
    return DONE


def retry(folder: Path, modules: Sequence[Module], author: Author, names: Sequence[str]) -> int:
    """Offer edits to the server once more that it has refused or failed on."""
    with closing(opened(Profile(folder), modules)) as writer:
        found = [_named(writer, word) for word in names]
        for one in found:
            if one.state == "conflict":
                raise Refused(f"Правка {one.op} в конфликте: решите её командой resolve.")
            if not may_decide(author.role, author.login, one.author):
                raise Refused(f"Правка {one.op} принадлежит «{one.author}»: отправит её он сам или старший.")
        writer.retry([one.op for one in found])
        emit({"retried": len(found)})
    return DONE


def _named(reader: Reader, word: str) -> Pending:
    """The operation that was set aside with this name, or the only one whose name begins so. Raises Refused."""
    aside = [one for one in reader.outbox() if one.state != "waiting"]
    found = [one for one in aside if one.op == word or (len(word) >= LEAST and one.op.startswith(word))]
    if len(found) == 1:
        return found[0]
    if found:
        raise Refused(f"С «{word[:80]}» начинается несколько правок: укажите имя полностью.")
    raise Refused(f"Правки «{word[:80]}» нет среди тех, что требуют решения. Все: main.py outbox --aside.")


def _sees(reader: Reader, author: Author, found: Undecided) -> bool:
    """His own edits, and those of records that he may read."""
    pending, declared = found.pending, reader.modules[found.pending.module]
    if author.role is None or pending.author == author.login:
        return True
    return may_read(author.role, declared) and author.sees(declared, {**found.server, **pending.change})


def _line(author: Author, declared: Module, found: Undecided) -> dict[str, Any]:
    """An operation in the words of the wire, where it stands, and the server's side of what it changes."""
    pending, seen = found.pending, found.seen
    keys = found.fields if pending.deleted else list(pending.change)
    line: dict[str, Any] = {
        "op": pending.op, "module": pending.module, "id": pending.id, "state": pending.state,
        "author": pending.author, "at": pending.at, "base": pending.base, "delete": pending.deleted,
        "set": author.shown(declared, pending.change),
        "was": None if pending.was is None else author.shown(declared, _of(pending.was, keys)),
        "reason": pending.reason, "tries": pending.tries, "fields": found.fields, "theirs": None,
    }  # fmt: skip
    if seen is not None:
        data = author.shown(declared, _of(found.server, keys))
        line["theirs"] = {"version": seen.version, "by": seen.by, "at": seen.at, "deleted": found.gone, "data": data}
    return line


def _of(data: Any, keys: Sequence[str]) -> Values:
    return {key: data[key] for key in keys if key in data}


def _journal(folder: Path, modules: Sequence[Module], author: Author, lines: Sequence[dict[str, Any]]) -> None:
    """Personal data are in the journal of access before they are printed."""
    journal = AccessJournal(Profile(folder), lambda: author.login)
    for declared in modules:
        mine = [one for one in lines if one["module"] == declared.key]
        many = sum(not declared.personal_keys.isdisjoint({**one["set"], **(one["was"] or {})}) for one in mine)
        if many:
            journal.export(declared.key, many, "команда outbox: персональные данные на экране или в файле")
