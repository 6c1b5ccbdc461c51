"""Reports that one answer may serve: of the same author, of the same trouble, of the same outage."""

from collections.abc import Mapping
from typing import Any

from citymanager.modules.reports import REPORTS
from citymanager.modules.telephonograms import TELEPHONOGRAMS
from citymanager.store import Query, Reader, Record

AUTHOR, TROUBLE, OUTAGE = "author", "trouble", "outage"
TITLES = {AUTHOR: "того же автора", TROUBLE: "о том же (дубли)", OUTAGE: "того же отключения"}
MOST = 500
"""Reports that are listed, and answered in one go."""
_DIGITS = 5
"""Fewer are no phone."""


def told_by(data: Mapping[str, Any]) -> dict[str, str]:
    """What of a report says who its author is: his phone, his mail."""
    told = {one.key: str(data.get(one.key) or "") for one in REPORTS.fields if one.identifies == "phone"}
    mail = {one.key: str(data.get(one.key) or "") for one in REPORTS.fields if one.identifies == "email"}
    phones = {key: text for key, text in told.items() if sum(map(str.isdigit, text)) >= _DIGITS}
    return phones | {key: text for key, text in mail.items() if "@" in text}


def kindred(reader: Reader, report: Record, *, outages: bool) -> dict[str, Query]:
    """How each kind of them is asked for; the report itself is among them, and a kind without others is absent.

    `outages`: whether the person may read of them.
    """
    found = {}
    if told := told_by(report.data):
        found[AUTHOR] = Query(REPORTS.key, person=told)
    for key, idents in ((TROUBLE, _told_twice(reader, report)), (OUTAGE, _cut_off(reader, report) if outages else ())):
        if set(idents) - {report.id}:
            found[key] = Query(REPORTS.key, idents=(*idents,))
    return found


def counts(reader: Reader, report: Record, *, outages: bool) -> dict[str, int]:
    """How many others there are of each kind."""
    asked = {key: reader.count(query) - 1 for key, query in kindred(reader, report, outages=outages).items()}
    return {key: count for key, count in asked.items() if count > 0}


def _told_twice(reader: Reader, report: Record) -> list[str]:
    original = str(report.data.get("duplicate_of") or report.id)
    repeats = reader.each(Query(REPORTS.key, among={"duplicate_of": (original,)}), MOST)
    return [original, *(one.id for one in repeats)]


def _cut_off(reader: Reader, report: Record) -> list[str]:
    told = reader.each(Query(TELEPHONOGRAMS.key, among={"reports": (report.id,)}), MOST)
    return list(dict.fromkeys(str(ident) for one in told for ident in one.data.get("reports") or ()))
