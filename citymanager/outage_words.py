"""Which words and categories of a report tell of a resource that is cut off, and how its author is answered."""

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Any

from citymanager.modules.telephonograms import TELEPHONOGRAMS
from citymanager.outage_span import lasted
from citymanager.text import words
from citymanager.values import show
from citymanager.wording import filled

UNSAID = ("", "other")
"""Categories that leave it to the text."""
WHOLE = 3
"""Letters of a word that is not taken for a beginning of others."""


@cache
def _known() -> Mapping[str, Any]:
    file = resources.files("resources") / "outages.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))


def tells_of(report: Mapping[str, Any], cut_off: Sequence[str]) -> bool:
    """Whether a report fits an outage of these resources, by its category and its words."""
    category, said = str(report.get("category") or ""), words(str(report.get("text") or ""))
    named = [one for key in cut_off if (one := _known()["resource"].get(key))]
    return any(category in one.get("categories", ()) or (category in UNSAID and _said(said, one)) for one in named)


def _said(said: Sequence[str], resource: Mapping[str, Any]) -> bool:
    others = _any(said, resource.get("others", ())) and not _any(said, resource.get("own", ()))
    return _any(said, resource["words"]) and not others


def _any(said: Sequence[str], beginnings: Sequence[str]) -> bool:
    return any(word == one if len(one) <= WHOLE else word.startswith(one) for one in beginnings for word in said)


def answer(kind: str, report: Mapping[str, Any], outage: Mapping[str, Any]) -> str:
    """What the author of a report is told of an outage: that it is `known`, or that it has `ended`."""
    number = report.get("number")
    return filled(_known()["answers"][kind], _told(outage) | {"number": f" № {number}" if number else ""}, "").text


def _told(outage: Mapping[str, Any]) -> dict[str, str]:
    named = _known()["resource"]
    moments = {key: show(TELEPHONOGRAMS.field(key), outage.get(key)) for key in ("began", "planned_end", "ended")}
    said = ", ".join(named[one]["said"] for one in outage.get("resource") or [] if one in named)
    return moments | {"resource": said or "коммунальный ресурс", "lasted": lasted(outage)}
