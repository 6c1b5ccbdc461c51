"""How a resident is answered: by a template that the city has for this status and category, filled by the report.

What the report does not have is marked in the text, and the module of replies lets no such text wait for sending.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cache
from importlib import resources
from typing import Any

from citymanager.calendar import WorkCalendar
from citymanager.clocks import dues
from citymanager.modules.replies import BLANK, CLOSE, OPEN
from citymanager.modules.reports import REPORTS
from citymanager.norms import Norms
from citymanager.schema import STATUS
from citymanager.values import CITY_ZONE, show

TERMS = ("answer", "solve", "fast", "repair")
"""Clocks of a report that its author is told of."""
DUE, DUE_TITLE = "due", "срок"
LONGEST = 300
"""Characters of one field in a reply."""
_FIELD = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Template:
    """A text with fields in braces, and the reports that it fits; no list: all of them."""

    key: str
    title: str
    text: str
    statuses: Sequence[str] = ()
    categories: Sequence[str] = ()

    @property
    def fields(self) -> list[str]:
        return list(dict.fromkeys(_FIELD.findall(self.text)))

    def fits(self, report: Mapping[str, Any]) -> bool:
        wanted = ((self.statuses, report.get(STATUS)), (self.categories, report.get("category")))
        return all(not known or value in known for known, value in wanted)


@cache
def templates() -> tuple[Template, ...]:
    """All that the city has."""
    file = resources.files("resources") / "replies.toml"
    found = tomllib.loads(file.read_text(encoding="utf-8"))
    return tuple(Template(key, **one) for key, one in found.items())


def fitting(report: Mapping[str, Any]) -> list[Template]:
    """Those for a report; the ones for its category first."""
    return sorted((one for one in templates() if one.fits(report)), key=lambda one: not one.categories)


def words_of(report: Mapping[str, Any], executor: str, norms: Norms, now: datetime) -> dict[str, str]:
    """What may stand in a reply to this report, by the field's key; never anything personal.

    `executor`: what the organisation is called that has it in hand. A term that is over is none: a new one has to be
    named.
    """
    told = {key: show(one, report.get(key)) for key, one in REPORTS.columns.items() if _open(key)}
    told |= {"executor": executor, DUE: _due(report, norms, now)}
    return {key: _plain(text) for key, text in told.items()}


def filled(text: str, words: Mapping[str, str]) -> str:
    """A template with these words, and a mark for each that is wanting; what stands in them is no template again."""
    return _FIELD.sub(lambda found: words.get(found[1]) or f"{OPEN}{_title(found[1])}{CLOSE}", text)


def blanks(text: str) -> list[str]:
    """What a text still marks as wanting."""
    return [found.strip(OPEN + CLOSE) for found in BLANK.findall(text)]


def _title(key: str) -> str:
    if key == DUE:
        return DUE_TITLE
    return REPORTS.field(key).title.lower() if _open(key) else f"неизвестное поле «{key}»"


def _open(key: str) -> bool:
    """Whether it may stand in a reply."""
    field = REPORTS.columns.get(key)
    return field is not None and not field.personal and field.kind not in ("files", "geometry", "person")


def _due(report: Mapping[str, Any], norms: Norms, now: datetime) -> str:
    found = dues(REPORTS, report, norms, WorkCalendar(), now)
    runs = next((one.at for one in found if one.clock.key in TERMS and one.state in ("running", "amber")), None)
    if runs is None:
        return ""
    at = runs.astimezone(CITY_ZONE)
    day = at - timedelta(seconds=1) if at.time() == time.min else at  # a term in days ends at midnight
    return f"{day:%d.%m.%Y}"


def _plain(text: str) -> str:
    """One line without signs that are not seen, and without those that mark a blank."""
    line = "".join(one if one.isprintable() else " " for one in text[: LONGEST * 4])
    line = " ".join(line.replace(OPEN, "[").replace(CLOSE, "]").split())
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"
