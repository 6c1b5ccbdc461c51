"""The journal of telephonograms on paper: one after another by the numbers of each station's block, and none left out.

A number that no record here has is a row of its own: the reader sees that it is missing, and between which.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from citymanager.schema import STATUS
from citymanager.store import Query, Reader, Record
from citymanager.text import plural
from widgets.panels.telephonogram_paper import SENDER, TELEPHONOGRAMS, Words, receipts_of
from widgets.printing.documents import PAGE, Imprint, named
from widgets.printing.paper import Column, Paper, Row

COLUMNS = (
    Column("№", 1.0), Column("Составлена", 1.3), Column("Вид, место", 1.4), Column("Откуда, кто передал", 1.8),
    Column("Кому, кто принял", 3.1), Column("Содержание", 3.8), Column("Передана", 1.3), Column("Состояние", 1.4),
)  # fmt: skip
MOST_MISSING = 100
"""Numbers in a row that are named one by one; a longer gap is told by its ends."""
MISSING = "Записи с этим номером на этом рабочем месте нет: она удалена или ещё не получена."
NUMBER = re.compile(r"(?P<block>.*?)-(?P<count>\d{1,9})(?!\d)")


def journal_paper(
    reader: Reader, query: Query, conditions: str, imprint: Imprint, at: Callable[[int, int], None]
) -> Paper:
    """The telephonograms of a query, in the order of their numbers."""
    numbers = reader.rows(replace(query, sort="number"))
    found: list[tuple[str, int, Row]] = []
    for start in range(0, len(numbers), PAGE):
        at(start, 3 * len(numbers))
        page = [one for one in reader.page(TELEPHONOGRAMS, numbers[start : start + PAGE]) if one is not None]
        found += zip(*_places(page), _rows(reader, page), strict=True)
    rows = [row for block, lines in groupby(found, lambda one: one[0]) for row in _block(reader, block, list(lines))]
    about = [*imprint.head, conditions, plural(len(found), "телефонограмма", "телефонограммы", "телефонограмм")]
    return Paper("Журнал телефонограмм", about, COLUMNS, rows, imprint.foot)


def _places(page: Sequence[Record]) -> tuple[list[str], list[int]]:
    """Block and count of each number; what is no number of a block stands in a block without a name."""
    told = [NUMBER.match(str(one.data.get("number", ""))) for one in page]
    return [one["block"] if one else "" for one in told], [int(one["count"]) if one else 0 for one in told]


def _block(reader: Reader, block: str, lines: Sequence[tuple[str, int, Row]]) -> Iterator[Row]:
    """The rows of one block under its heading, gaps among them."""
    counts = [count for _, count, _ in lines]
    yield (f"Блок «{block}»: с {counts[0]} по {counts[-1]}" if block else "Без номера рабочего места",)
    before = counts[0]
    for _, count, row in lines:
        if block:
            yield from _gap(reader, block, range(before + 1, count))
        yield row
        before = count


def _gap(reader: Reader, block: str, missing: range) -> Iterator[Row]:
    """What is between two rows: numbers that others have, which the filter left out, are no gap."""
    if len(missing) > MOST_MISSING:
        yield (f"{block}-{missing[0]:04} … {block}-{missing[-1]:04}: в отборе нет ({len(missing)})",)
        return
    for count in missing:
        number = f"{block}-{count:04}"
        if not any(one.data.get("number") == number for one in reader.lists.numbered(TELEPHONOGRAMS, number, 1)):
            yield (f"{number}: {MISSING}",)


def _rows(reader: Reader, page: Sequence[Record]) -> Iterable[Row]:
    module = reader.modules[TELEPHONOGRAMS]
    names = named(reader, module.columns.values(), page)
    receipts = receipts_of(reader, [one.id for one in page])
    receivers = {ident: dict(_received(reader, kept)) for ident, kept in receipts.items()}
    for one in page:
        words = Words(module, one, names, revealed=False)
        yield (
            words["number"], words["date"], _lines(words["type"], words["place"]),
            _lines(words["organisation"], words.person(SENDER[:2])), _lines(*_to(words, receivers[one.id])),
            words["text"], words["sent_at"], words[STATUS],
        )  # fmt: skip


def _received(reader: Reader, receipts: Sequence[Record]) -> Iterator[tuple[str, str]]:
    """Addressee → who has received it and when."""
    module = reader.modules["receipts"]
    for one in receipts:
        words = Words(module, one, {}, revealed=False)
        yield str(one.data.get("addressee")), _taken(words)


def _taken(words: Words) -> str:
    return f"{words['received_at']} {words['receiver_name']}".strip() if words["received_at"] else ""


def _to(words: Words, receivers: dict[str, str]) -> Iterator[str]:
    """Each addressee, and who there has received it."""
    asked = [str(one) for one in words.record.data.get("addressees") or []]
    alone = _taken(words) if len(asked) == 1 and not receivers else ""
    for ident in dict.fromkeys([*asked, *receivers]):
        name = words.names.get(("organisations", ident), ident)
        taken = receivers.get(ident, "") or alone
        yield f"{name} — {taken}" if taken else name


def _lines(*texts: str) -> str:
    return "\n".join(filter(None, texts))
