"""XLSX: cells are typed strings, never formulas; what XML can't hold is written as `_xHHHH_`, as Excel does."""

import re
import warnings
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import IO, Any, TypeVar
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile

from citymanager.errors import Refused
from citymanager.exchange.source import Row, Source, broken

T = TypeVar("T")

LONGEST = 32_767
"""Characters that a cell holds."""
MOST = 1_048_575
"""Rows that a sheet holds below its header."""
_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_DAMAGE = (
    BadZipFile, zlib.error, ParseError, KeyError, ValueError, IndexError, TypeError, EOFError, AttributeError,
    OverflowError,
)  # fmt: skip
"""What openpyxl lets through when a workbook is damaged."""
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")


def escaped(text: str) -> str:
    """Text as a cell can hold it; an underscore that would read as an escape is escaped itself."""
    return _UNSAFE.sub(lambda found: f"_x{ord(found[0]):04X}_", text)


def unescaped(text: str) -> str:
    return _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text)


# --- writing -----------------------------------------------------------------------------------------------------


def write(file: IO[bytes], title: str, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Write a sheet row by row; how many rows. Raises Refused for what a sheet can't hold."""
    from openpyxl import Workbook
    from openpyxl.utils import get_column_letter

    book = Workbook(write_only=True)
    sheet = book.create_sheet(re.sub(r"[\\*?:/\[\]]", " ", title)[:31])
    sheet.freeze_panes = "A2"
    for number in range(1, len(header) + 1):
        sheet.column_dimensions[get_column_letter(number)].width = 22
    try:
        written = _fill(sheet, header, rows)
    except BaseException:
        sheet.close()  # its own temporary file must not wait for the garbage collector
        raise
    book.save(file)
    return written


def _fill(sheet: Any, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    sheet.append([_cell(sheet, name, 1) for name in header])
    written = 0
    for written, row in enumerate(rows, 1):
        if written > MOST:
            raise Refused(f"Лист Excel вмещает не больше {MOST} записей. Выгрузите раздел в CSV.")
        sheet.append([_cell(sheet, value, written + 1) for value in row])
    return written


def _cell(sheet: Any, value: Any, row: int) -> Any:
    """A typed cell: text is text even if it begins with «=» or is called «#N/A»."""
    from openpyxl.cell import WriteOnlyCell

    if not isinstance(value, str):
        return value
    text = escaped(value)
    if len(text) > LONGEST:
        raise Refused(
            f"Текст в строке {row} длиннее {LONGEST} знаков: ячейка Excel его не вместит. Выгрузите раздел в CSV."
        )
    cell = WriteOnlyCell(sheet, text)
    cell.data_type = "s"
    return cell


# --- reading -----------------------------------------------------------------------------------------------------


def read(path: Path) -> Source:
    """Open the first sheet of a workbook. Raises Refused for one that is no workbook or is damaged."""
    rows = _cells(path)
    header = next(rows, ())
    columns = tuple("" if value is None else str(_plain(value)).strip() for value in header)
    if not any(columns):
        raise broken(path, "в первой строке первого листа нет названий столбцов")
    for _ in rows:  # a damaged end is known before the first row is taken
        pass
    return Source(columns, _rows(path, columns))


def _rows(path: Path, columns: Sequence[str]) -> Iterator[Row]:
    for number, values in enumerate(_cells(path), 1):
        if number > 1 and any(value is not None for value in values):
            extra = any(value is not None for value in values[len(columns) :])
            cells = {name: _plain(value) for name, value in zip(columns, values, strict=False)}
            yield Row(number, cells, fault="В строке больше ячеек, чем столбцов." if extra else "")


def _plain(value: Any) -> Any:
    """A cell as the import reads it: an empty one is an empty text, dates are ISO texts."""
    if value is None:
        return ""
    if isinstance(value, str):
        return unescaped(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ")
    return value.isoformat() if isinstance(value, date | time) else value


def _cells(path: Path) -> Iterator[tuple[Any, ...]]:
    try:
        with path.open("rb") as file:
            rows = _quietly(lambda: _sheet(file))
            while (row := _quietly(lambda: next(rows, None))) is not None:
                yield row
    except _DAMAGE as error:
        raise broken(path, "это не таблица XLSX, или она повреждена") from error
    except (NotImplementedError, RuntimeError) as error:
        raise broken(path, "таблица закрыта паролем или сжата неизвестным способом") from error


def _sheet(file: IO[bytes]) -> Iterator[tuple[Any, ...]]:
    from openpyxl import load_workbook

    sheet = load_workbook(file, read_only=True, data_only=True).worksheets[0]
    sheet.reset_dimensions()
    rows: Iterator[tuple[Any, ...]] = sheet.iter_rows(values_only=True)
    return rows


def _quietly(act: Callable[[], T]) -> T:
    """openpyxl warns of decorations that it does not read; they are nothing to a person who imports."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return act()
