"""Reports of one author, trouble, outage: found by an index however a phone is spelt, among any number of others."""

from collections.abc import Iterator
from typing import Any

import pytest
from throwaway import NOW

from citymanager.kindred import AUTHOR, OUTAGE, TROUBLE, counts, kindred, told_by
from citymanager.modules import MODULES
from citymanager.store import Profile, Reader, Writer
from citymanager.store.narrowing import parts
from citymanager.values import moment

REPORT = {"text": "Яма", "status": "new", "regime": "platform", "channel": "phone"}


@pytest.fixture
def writer(profile: Profile) -> Iterator[Writer]:
    made = profile.writer(MODULES, patience=0)
    yield made
    made.close()


def put(writer: Writer, module: str, rows: dict[str, dict[str, Any]]) -> None:
    changes = [{"module": module, "id": ident, "version": 1, "data": data, "by": "p", "at": moment(NOW),
                "deleted": False} for ident, data in rows.items()]  # fmt: skip
    for start in range(0, len(changes), 500):
        writer.absorb(changes[start : start + 500], NOW, {})


def of(reader: Reader, ident: str, *, outages: bool = True) -> dict[str, int]:
    report = reader.get("reports", ident)
    assert report is not None
    return counts(reader, report, outages=outages)


SPELT = ["+7 (900) 123-45-67", "8 900 123 45 67", "89001234567", "9001234567", "7.900.123.45.67", "8\u00a0900–1234567"]


def test_a_phone_is_the_same_however_it_is_spelt(writer: Writer) -> None:
    rows = {f"r{at}": {**REPORT, "author_phone": spelt} for at, spelt in enumerate(SPELT)}
    put(writer, "reports", rows | {"other": {**REPORT, "author_phone": "+7 900 123-45-68"}, "none": REPORT})
    assert [of(writer, ident) for ident in rows] == [{AUTHOR: len(SPELT) - 1}] * len(SPELT)
    assert of(writer, "other") == of(writer, "none") == {}


def test_a_mail_or_a_phone_is_enough_and_what_is_neither_tells_of_nobody(writer: Writer) -> None:
    put(writer, "reports", {
        "r1": {**REPORT, "author_phone": "2-16-20", "author_email": " Petrov@Mail.RU "},
        "r2": {**REPORT, "author_email": "petrov@mail.ru"}, "r3": {**REPORT, "author_phone": "21620"},
        "r4": {**REPORT, "author_phone": "нет", "author_email": "-"}, "r5": {**REPORT, "author_phone": "нет"},
        "r6": {**REPORT, "author_phone": "' OR 1=1 --00000"},
    })  # fmt: skip
    assert of(writer, "r1") == {AUTHOR: 2} and of(writer, "r2") == of(writer, "r3") == {AUTHOR: 1}
    assert of(writer, "r4") == of(writer, "r5") == of(writer, "r6") == {}
    assert told_by({"author_phone": "12", "author_email": "x"}) == {}


def test_reports_of_one_trouble_and_of_one_outage(writer: Writer) -> None:
    repeats = {**REPORT, "duplicate_of": "r1"}
    put(writer, "reports", {"r1": REPORT, "r2": repeats, "r3": repeats, "r4": REPORT})
    put(writer, "telephonograms", {"t1": {"reports": ["r3", "r4"]}, "t2": {"reports": ["r3"]}, "t3": {}})
    assert of(writer, "r1") == {TROUBLE: 2} and of(writer, "r2") == {TROUBLE: 2}
    assert of(writer, "r3") == {TROUBLE: 2, OUTAGE: 1} and of(writer, "r4") == {OUTAGE: 1}
    assert of(writer, "r4", outages=False) == {}


def test_it_is_found_by_its_index_among_any_number(writer: Writer) -> None:
    rows = {f"r{at}": {**REPORT, "author_phone": f"8900{at:07}"} for at in range(2_000)}
    put(writer, "reports", {**rows, "again": {**REPORT, "author_phone": "+7 900 0000005", "author_email": "a@b"}})
    report = writer.get("reports", "again")
    assert report is not None
    query = kindred(writer, report, outages=True)[AUTHOR]
    (asked,) = parts(writer._connection, writer.modules["reports"], query)
    steps = [row[3] for row in writer._connection.all(f"EXPLAIN QUERY PLAN {asked.rows}", asked.values)]
    assert not [one for one in steps if one.startswith("SCAN reports")], steps
    used = " ".join(steps)
    assert "_ix_reports_of_author_phone" in used and "_ix_reports_of_author_email" in used
    assert {one.id for one in writer.first_page(query)} == {"r5", "again"}
