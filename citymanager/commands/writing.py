"""`new`, `edit`, `move`: the same saving as the window's, one edit a command."""

from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from citymanager.commands import words
from citymanager.commands.author import Author
from citymanager.commands.opening import opened
from citymanager.commands.outcome import DONE, emit
from citymanager.errors import Refused
from citymanager.failpoints import fp
from citymanager.schema import STATUS, Module, Values
from citymanager.store import Profile, Writer


def new(folder: Path, modules: Sequence[Module], author: Author, module: str, values: Sequence[str]) -> int:
    """Make a record."""
    declared = words.module(modules, module)
    with closing(_writer(folder, modules)) as writer:
        return _save(writer, declared, None, words.change(writer, declared, values, Profile(folder).shelf), author)


def edit(folder: Path, modules: Sequence[Module], author: Author, module: str, word: str, values: Sequence[str]) -> int:
    """Change fields of a record."""
    declared = words.module(modules, module)
    if not values:
        raise Refused("Не указано, что изменить: нужно хотя бы одно «поле=значение».")
    with closing(_writer(folder, modules)) as writer:
        ident = _record(writer, declared, word, author)
        return _save(writer, declared, ident, words.change(writer, declared, values, Profile(folder).shelf), author)


def move(
    folder: Path, modules: Sequence[Module], author: Author, module: str, word: str, status: str, values: Sequence[str]
) -> int:
    """Take a record to another status, with the fields that the move asks for."""
    declared = words.module(modules, module)
    target = words.status(declared, status).key
    with closing(_writer(folder, modules)) as writer:
        ident = _record(writer, declared, word, author)
        change = {**words.change(writer, declared, values, Profile(folder).shelf), STATUS: target}
        return _save(writer, declared, ident, change, author)


def _writer(folder: Path, modules: Sequence[Module]) -> Writer:
    return opened(Profile(folder), modules)


def _record(writer: Writer, declared: Module, word: str, author: Author) -> str:
    """The id of a record that the author sees."""
    ident = words.record(writer, declared, word)
    found = writer.get(declared.key, ident)
    if found is not None and not author.sees(declared, found.data):
        raise Refused(f"Записи «{word[:80]}» нет среди тех, что вам доступны.")
    return ident


def _save(writer: Writer, declared: Module, ident: str | None, change: Values, author: Author) -> int:
    now = datetime.now(UTC)
    if _may_clash(declared):
        from citymanager.clashes import refuse_banned

        refuse_banned(writer, declared.key, ident or "", change, now)
    saved = writer.save(declared.key, ident, change, author.login, author.role, now)
    fp("command.saved")
    emit({"op": saved.op, "id": saved.id, "version": saved.version})
    if _may_clash(declared):
        from citymanager.commands.clashing import warn_of

        warn_of(writer, declared.key, saved.id)
    return DONE


def _may_clash(declared: Module) -> bool:
    """Whether its records take room on the ground; for others the library of shapes is not even loaded."""
    return declared.geometry not in ("", "point")
