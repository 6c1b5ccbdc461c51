"""What narrows a list, one condition after another: how SQL tells it of a row, and which index knows its rows.

`planning` finds the head of a list in one of three ways, and each needs a condition in another form.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from citymanager.errors import Refused
from citymanager.schema import TEXT_KINDS, Field, Module
from citymanager.store import blanks, digit_spans, full_text, stepping
from citymanager.store.connection import Connection
from citymanager.store.due_order import UNDATED, dated, lines
from citymanager.store.ownership import each_holding, holding
from citymanager.store.query import Box, Query
from citymanager.store.records import CUT, WHOLE, dumps
from citymanager.store.sharing import match_sharing
from citymanager.store.tables import blank_keys, boxed, column_type, indexed, sort_column, spelling
from citymanager.text import fold, in_sort_keys, words


@dataclass(frozen=True, slots=True)
class Part:
    """A condition of a list."""

    text: str
    """In SQL, for a list that is wanted whole: SQLite may answer it by an index."""
    values: tuple[Any, ...] = ()
    seen: str = ""
    """Of a row that is looked at, with the same values: no index is used. Empty: it can't be seen of a row."""
    rows: str = ""
    """A SELECT of the numbers of its rows by an index alone, with the same values; empty: no index knows them."""
    but: str = ""
    """The same of all other rows, where an index knows these."""
    words: bool = False
    """Whether it is what the full text finds."""
    leads: str = ""
    """The field by which its rows lie together in an index that is sorted by it."""


def parts(connection: Connection, module: Module, query: Query) -> list[Part]:
    """Everything that a list is narrowed by but words. Raises Refused for what can't be asked."""
    return [*_of_columns(connection, module, query), *_looked_up(connection, module, query)]


def matching(module: Module, query: Query) -> list[Part]:
    """Every word, by its beginning: of any field, and those that one field is searched for."""
    told = [full_text.beginnings(module, query.text)]
    told += [
        full_text.beginnings(module, " ".join(found), key)
        for key, text in query.containing.items()
        if (found := by_words(module, key, text))
    ]
    match = " AND ".join(filter(None, told))
    return [replace(_in_rows(module, _full_text(module), (match,)), words=True)] if match else []


def due_parts(module: Module, query: Query) -> list[Part]:
    """The states of the nearest due time."""
    if not query.due:
        return []
    row = f'"{module.key}"._row'
    if query.due == (UNDATED,):
        text, values = dated(module)
        return [Part(f"+{row} NOT IN ({text})", values, f"NOT EXISTS ({text} AND _of = {row})", but=text)]
    text, values = lines(module, query.due, query.now)
    return [_in_rows(module, text, values, f"EXISTS ({text} AND _of = {row})")]


def _of_columns(connection: Connection, module: Module, query: Query) -> Iterator[Part]:
    for key, wanted in query.among.items():
        yield _among(module, key, wanted)
    for key, (low, high) in query.between.items():
        ends = [(sign, end) for sign, end in ((">=", low), ("<=", high)) if end is not None]
        text = " AND ".join(f"{{0}} {sign} ?" for sign, _ in ends)
        yield _part(module, key, text or "1", tuple(end for _, end in ends), leads=key)
    for key in query.filled:
        yield _emptiness(module, key, empty=False)
    for key, text in query.containing.items():
        if module.field(_known(module, key)).kind not in TEXT_KINDS:
            raise Refused(f"Поле «{module.field(key).title}» не текстовое: в нём нельзя искать слова.")
        yield from _containing(connection, module, key, text)


def by_words(module: Module, key: str, text: str) -> list[str]:
    """The words that are looked for in a field by their beginnings; none: the text is, letter by letter.

    The full text knows words, and no index the letters of a long text.
    """
    if not full_text.has_words(module, key) or digits(module.field(key), text):
        return []
    return words(text)


def digits(field: Field, text: str) -> str:
    """What is looked for among the digits of a phone: how a number is spelt tells nothing, nor its +7 or 8."""
    if field.identifies != "phone":
        return ""
    return re.sub(r"\D", "", re.sub(r"^\s*(\+7|8(?=\D))", "", text))[-10:]


def _containing(connection: Connection, module: Module, key: str, text: str) -> Iterator[Part]:
    column, field = f'"{key}"', module.field(key)
    if by_words(module, key, text):
        return
    if among := digits(field, text):
        told = f"instr({spelling(field, column)}, ?) > 0"
        yield _in_rows(module, _rows(module, f"{column} IS NOT NULL AND {told}"), (among,), told)
        return
    told = f"instr(fold({column}), ?) > 0"
    exactly, pieces = Part(told, (fold(text),), told), in_sort_keys(text) or [""]
    if key not in module.table:
        yield exactly
    elif field.fill == "number" and (spans := digit_spans.spans(connection, module.key, sort_column(field), pieces)):
        yield from _in_spans(module, field, spans, pieces, exactly)
    else:
        yield from (exactly, _perhaps_containing(module, field, pieces))


def _emptiness(module: Module, key: str, *, empty: bool) -> Part:
    """Whether a field holds nothing, or anything."""
    told, known = "{0} IS NULL" if empty else "{0} IS NOT NULL", blank_keys(module)
    part = _part(module, key, told, leads="" if empty else key, empty=empty)
    if key not in known:
        return part
    rows, but = (blanks.rows(module.key, known, key, empty=one) for one in (empty, not empty))
    if empty and indexed(module, key, empty=False):
        but = _rows(module, f'"{key}" IS NOT NULL')
    return replace(part, rows=rows, but=but) if not part.rows else part


def _perhaps_containing(module: Module, field: Field, pieces: list[str]) -> Part:
    """What the index of the order tells: it has the text folded, numbers padded, of a long one only the beginning."""
    column, names = f'"{sort_column(field)}"', [f"piece{place}" for place in range(len(pieces))]
    seen = _with_pieces(column, ["?"] * len(pieces))
    if field.fill == "number":  # none comes twice
        rows = _rows(module, seen)
    else:
        rows = stepping.rows(module.key, column, _with_pieces("{0}", names), names)
    return _in_rows(module, rows, tuple(pieces), seen)


def _in_spans(module: Module, field: Field, spans: str, pieces: list[str], exactly: Part) -> Iterator[Part]:
    """The same of a number, where few spans of the index have the digits. Padding adds noughts before others only, so
    the index tells all of digits that begin with another."""
    column, values = f'"{sort_column(field)}"', tuple(pieces)
    told = _with_pieces(column, ["?"] * len(pieces))
    if whole := values == exactly.values and pieces[0].isascii() and pieces[0].isdecimal():
        told, values = f"(instr({column}, ?) > 0 OR {_is_cut(column)} AND {exactly.seen})", values * 2
    rows = digit_spans.rows(module.key, sort_column(field), told)
    if not whole:
        yield exactly
    yield _in_rows(module, rows, (spans, *values), f"(? NOT NULL AND {told})")


def _with_pieces(column: str, pieces: list[str]) -> str:
    """SQL: what stands in a column has all of them, or may have them behind its beginning."""
    return f"({' AND '.join(f'instr({column}, {one}) > 0' for one in pieces)} OR {_is_cut(column)})"


def _is_cut(column: str) -> str:
    """SQL: a text has more than what it is sorted by. Bytes are counted at no cost."""
    return f"octet_length({column}) > {WHOLE} AND substr({column}, -1) = '{CUT}'"


def _among(module: Module, key: str, wanted: tuple[Any, ...]) -> Part:
    if wanted == (None,):
        return _emptiness(module, key, empty=True)
    given = [int(one) if isinstance(one, bool) else one for one in wanted if one is not None]
    values: tuple[Any, ...] = tuple(given)
    if module.field(_known(module, key)).many:
        text = "EXISTS (SELECT 1 FROM json_each({0}) AS one WHERE one.value IN (SELECT value FROM json_each(?)))"
        values = (dumps(given),)
    else:  # spelt out: of a list in JSON, SQLite would not see how short it is
        text = f"{{0}} IN ({', '.join('?' * len(given))})"
    if None in wanted:
        text = f"({text} OR {{0}} IS NULL)"
    leads = key if len(given) == len(wanted) == 1 else ""
    return _part(module, key, text, values, leads, empty=None in wanted)


def _part(
    module: Module, key: str, text: str, values: tuple[Any, ...] = (), leads: str = "", *, empty: bool = False
) -> Part:
    """A condition of one column, which has the place {0} in its text."""
    column = f'"{_known(module, key)}"'
    plain, seen = text.format(column), text.format(f"CAST({column} AS {column_type(module.field(key))})")
    rows = _rows(module, plain) if indexed(module, key, empty=empty) else ""
    return Part(plain, values, seen, rows, leads=leads)


def _looked_up(connection: Connection, module: Module, query: Query) -> Iterator[Part]:
    if query.box:
        yield _inside(module, query.box)
    if query.person:
        yield _of_person(module, query)
    if query.idents:
        text = "id IN (SELECT value FROM json_each(?))"
        yield _in_rows(module, _rows(module, text), (dumps(query.idents),), f"+{text}")
    if query.numbers:
        rows = "SELECT value FROM json_each(?)"
        yield _in_rows(module, rows, (dumps(query.numbers),), f'+"{module.key}"._row IN ({rows})')
    if query.unsent:  # SQLite would go along the list's order instead
        yield _in_rows(module, _rows(module, "_unsent > 0"), (), "+_unsent > 0")
    if query.one_of:
        (text, values), (seen, _) = (holding(module, query.one_of, along=one) for one in (False, True))
        yield Part(text, tuple(values), seen, each_holding(module, query.one_of))
    if query.sharing:
        match = match_sharing(connection, module, query.sharing)
        yield _in_rows(module, _full_text(module), (match,)) if match else Part("0", (), "0")


def _inside(module: Module, box: Box) -> Part:
    """In an R*Tree, or by the index of points, which its longitudes lead to."""
    west, south, east, north = box
    if boxed(module):
        text = f'SELECT id FROM "_box_{module.key}" WHERE west <= ? AND east >= ? AND south <= ? AND north >= ?'
        return _in_rows(module, text, (east, west, north, south))
    rows = _rows(module, "_lon BETWEEN ? AND ? AND _lat BETWEEN ? AND ?")
    return _in_rows(module, rows, (west, east, south, north), "+_lon BETWEEN ? AND ? AND +_lat BETWEEN ? AND ?")


def _of_person(module: Module, query: Query) -> Part:
    told = [(module.field(_known(module, key)), f'"{key}"') for key in query.person]
    found = [f"{column} IS NOT NULL AND {spelling(one, column)} = {spelling(one, '?')}" for one, column in told]
    return _in_rows(module, " UNION ".join(_rows(module, one) for one in found), tuple(query.person.values()))


def _in_rows(module: Module, rows: str, values: tuple[Any, ...], seen: str = "") -> Part:
    return Part(f'"{module.key}"._row IN ({rows})', values, seen, rows)


def _rows(module: Module, text: str) -> str:
    return f'SELECT _row FROM "{module.key}" WHERE {text}'


def _full_text(module: Module) -> str:
    found = f'"_text_{module.key}"'
    return f"SELECT rowid FROM {found} WHERE {found} MATCH ?"


def _known(module: Module, key: str) -> str:
    if key not in module.columns:
        raise Refused(f"В разделе «{module.title}» нет поля «{key}».")
    return key
