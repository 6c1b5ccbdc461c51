"""CSV as offices and foreign systems write it: three encodings, three delimiters, newlines in quotes, and formulas.

A cell that a spreadsheet would take for a formula is written with an apostrophe before it. So that every text comes
back: one apostrophe is added to a cell that is apostrophes (or none) and then a formula's sign, and exactly such a cell
loses one when it is read. A text that begins with an apostrophe and a letter stays as it is, both ways.
"""

import codecs
import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO

from citymanager.errors import Refused
from citymanager.exchange.source import Row, Source, broken

DELIMITERS = ",;\t"
LONGEST = 64 * 1024 * 1024
"""Characters of one cell at most."""
_FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
_NOT_TEXT = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_BLOCK = 1024 * 1024


def guarded(cell: str) -> str:
    """The cell as it is written: no spreadsheet takes it for a formula."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def unguarded(cell: str) -> str:
    """The cell as it was before `guarded`."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


# --- writing -----------------------------------------------------------------------------------------------------


def write(file: IO[bytes], header: Sequence[str], rows: Iterable[Sequence[str | float | None]]) -> int:
    """Write a table as UTF-8 with a mark that spreadsheets know it by; how many rows. Numbers need no guard."""
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    writer = csv.writer(text)
    writer.writerow([guarded(one) for one in header])
    written = 0
    for row in rows:
        written += 1
        writer.writerow([guarded(cell) if isinstance(cell, str) else cell for cell in row])
    text.flush()
    text.detach()
    return written


# --- reading -----------------------------------------------------------------------------------------------------


def read(path: Path, encoding: str = "") -> Source:
    """Open a CSV file. Raises Refused for one that is not text, not in its encoding or has an open quote."""
    csv.field_size_limit(LONGEST)  # the module's own limit is below what our long texts hold
    code = _checked(path, encoding) if encoding else _guessed(path)
    delimiter = _delimiter(path, code)
    records = _records(path, code, delimiter)
    header = next(records, (0, []))[1]
    columns = tuple(unguarded(name).strip() for name in header)
    if not any(columns):
        raise broken(path, "в первой строке нет названий столбцов")
    for _ in records:  # an open quote far below would swallow the rest of the file: known before the first row is taken
        pass
    return Source(columns, _rows(path, code, delimiter, columns))


def _records(path: Path, code: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """The records that hold anything, with their numbers."""
    with path.open(encoding=code, newline="") as file:
        reader = csv.reader(file, delimiter=delimiter, strict=True)
        try:
            yield from ((number, cells) for number, cells in enumerate(reader, 1) if cells)
        except csv.Error as error:
            raise broken(path, f"строка {reader.line_num}: кавычки не закрыты или расставлены неверно") from error


def _rows(path: Path, code: str, delimiter: str, columns: Sequence[str]) -> Iterator[Row]:
    records = _records(path, code, delimiter)
    next(records)
    for number, cells in records:
        if len(cells) == len(columns):
            yield Row(number, dict(zip(columns, map(unguarded, cells), strict=True)))
        else:
            yield Row(number, {}, fault=f"В строке ячеек {len(cells)}, а столбцов {len(columns)}.")


def _delimiter(path: Path, code: str) -> str:
    """The one that cuts the header into the most columns."""

    def parts(delimiter: str) -> int:
        try:
            return len(next(_records(path, code, delimiter), (0, []))[1])
        except Refused:
            return 0

    return max(DELIMITERS, key=parts)


def _guessed(path: Path) -> str:
    """UTF-16 by its mark, else UTF-8 if the whole file is that, else Windows-1251."""
    with path.open("rb") as file:
        if file.read(2) in (b"\xff\xfe", b"\xfe\xff"):
            return _checked(path, "utf-16")
    if _decodes(path, "utf-8-sig"):
        return _checked(path, "utf-8-sig")
    if _decodes(path, "cp1251", _plain):
        return "cp1251"
    raise broken(path, "это не текст. Если это всё же таблица, укажите кодировку параметром --encoding")


def _checked(path: Path, encoding: str) -> str:
    try:
        name = codecs.lookup(encoding).name
        "".encode(name)
    except LookupError:
        raise Refused(f"Кодировки «{encoding}» нет. Примеры: utf-8, cp1251, utf-16.") from None
    name = "utf-8-sig" if name == "utf-8" else name
    if not _decodes(path, name):
        raise broken(path, f"он не в кодировке {encoding}. Укажите верную параметром --encoding")
    if not _decodes(path, name, lambda text: "\x00" not in text):
        raise broken(path, "это не текст: в нём есть нулевые знаки")
    return name


def _plain(text: str) -> bool:
    return not _NOT_TEXT.search(text)


def _decodes(path: Path, code: str, check: Callable[[str], bool] = lambda text: True) -> bool:
    try:
        with path.open(encoding=code, newline="") as file:
            while text := file.read(_BLOCK):
                if not check(text):
                    return False
    except (UnicodeError, LookupError):
        return False
    return True
