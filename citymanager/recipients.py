"""To whom a telephonogram goes by the city's rules, each with its reason in words; who sends it may change that."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from citymanager.schema import Values
from citymanager.text import words
from citymanager.values import CITY_ZONE

UNVERIFIED = "не проверено"


@dataclass(frozen=True, slots=True)
class Recipient:
    """One addressee and the rules that name him."""

    addressee: str
    why: str


def recipients(rules: Iterable[Values], kind: str, place: str, when: datetime) -> list[Recipient]:
    """Those whom the rules in force name for this kind, place and hour, in the order of the rules."""
    found: dict[str, list[str]] = {}
    for rule in rules:
        if _holds(rule, kind, place, when):
            for addressee in rule.get("addressees") or []:
                found.setdefault(str(addressee), []).append(_reason(rule))
    return [Recipient(addressee, ", ".join(why)) for addressee, why in found.items()]


def _holds(rule: Mapping[str, Any], kind: str, place: str, when: datetime) -> bool:
    kinds = rule.get("kinds") or []
    return bool(rule.get("active")) and (not kinds or kind in kinds) and _there(rule, place) and _then(rule, when)


def _there(rule: Mapping[str, Any], place: str) -> bool:
    """Every word of one of the streets stands in the place."""
    streets = [set(words(line)) for line in str(rule.get("streets") or "").splitlines()]
    named, said = [one for one in streets if one], set(words(place))
    return not named or any(one <= said for one in named)


def _then(rule: Mapping[str, Any], when: datetime) -> bool:
    begins, ends = str(rule.get("hour_from") or ""), str(rule.get("hour_to") or "")
    if not (begins and ends):
        return True
    hour = f"{when.astimezone(CITY_ZONE):%H:%M}"
    return begins <= hour < ends if begins < ends else hour >= begins or hour < ends


def _reason(rule: Mapping[str, Any]) -> str:
    hours = f", {rule['hour_from']}–{rule['hour_to']}" if rule.get("hour_from") and rule.get("hour_to") else ""
    return f"«{rule.get('name', '')}»{hours}" + ("" if rule.get("verified") else f" ({UNVERIFIED})")
