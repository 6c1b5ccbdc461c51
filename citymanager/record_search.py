"""Records of every module at once, by their numbers and by their words: what the city's one search box finds."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from citymanager.address_words import in_russian_layout
from citymanager.schema import STATUS, Module, Values
from citymanager.store import Query, Reader, Record
from citymanager.text import beginning, fold, words
from citymanager.values import show

NUMBERED = 4
"""Records of one module that are given by their number."""
SAID = 5
"""Records of one module that are given by their words."""
LOOKED_AT = 20
"""Records of one module that are read for those whose words may be seen."""
MOST = 20
"""Records that are given at once."""
EXCERPT = 160
_LEAD = 16
"""Letters of an excerpt before the word that was found, at most: the line that it is read in may be short."""
_CUT = re.compile(r"^\S*\s+")
"""What is left of a word that the beginning of an excerpt cuts through."""
MASKED = "совпало в скрытых личных данных"


@dataclass(frozen=True, slots=True)
class Found:
    """A record as it stands in the list of what was found: nothing personal is in it."""

    module: Module
    id: str
    title: str
    about: str
    when: str
    status: str = ""


def by_number(reader: Reader, modules: Iterable[Module], typed: str) -> list[Found]:
    """Records of these modules that bear the number that was typed, or one that begins so."""
    return [
        _found(reader, module, record, [])
        for module in modules
        for record in reader.lists.numbered(module.key, typed, NUMBERED)
    ]


def by_words(reader: Reader, modules: Sequence[Module], typed: str, *, personal: bool) -> list[Found]:
    """Records of these modules that hold every word that was typed; those that are named by them come first.

    `personal`: whether they may be found by personal data, too; these are never in what is given.
    """
    found = _by_words(reader, modules, typed, personal)
    if not found and typed.isascii():
        found = _by_words(reader, modules, in_russian_layout(typed), personal)
    return found


def _by_words(reader: Reader, modules: Sequence[Module], typed: str, personal: bool) -> list[Found]:
    wanted = words(typed)
    if not wanted:
        return []
    found = [one for module in modules for one in _of_module(reader, module, typed, wanted, personal)]
    return [one for _, one in sorted(found, key=lambda one: one[0])][:MOST]


def _of_module(
    reader: Reader, module: Module, typed: str, wanted: Sequence[str], personal: bool
) -> Iterator[tuple[int, Found]]:
    """The first of a module, in its own order, each with its rank."""
    hides = bool(module.personal_keys) and not personal
    given = 0
    for record in reader.first_page(Query(module.key, text=typed), LOOKED_AT if hides else SAID):
        if not hides or _all_in(wanted, *_texts(module, record.data)):
            found = _found(reader, module, record, wanted)
            yield _rank(module, record.data, found, wanted), found
            given += 1
        if given == SAID:
            return


def _rank(module: Module, data: Values, found: Found, wanted: Sequence[str]) -> int:
    """0: it is called so; 1: it is named by these words; 2: it says them; 3: only what is not shown has them.

    By its own name: that of a record which it refers to is another record's.
    """
    if found.about == MASKED:
        return 3
    own = [key for key in module.caption if module.field(key).kind not in ("reference", "person", "long_text")]
    names = [str(data[key]) for key in own if data.get(key)]
    if not _all_in(wanted, *names):
        return 2
    return 0 if len(names) == 1 and fold(names[0]).lstrip('«"').startswith(wanted[0]) else 1


def _found(reader: Reader, module: Module, record: Record, wanted: Sequence[str]) -> Found:
    seen = {key: value for key, value in record.data.items() if key not in module.personal_keys}
    title = reader.name(module.key, {key: value for key, value in seen.items() if not _long(module, key)})
    about = _about(module, seen, title, wanted)
    when = _when(module, seen)
    return Found(
        module, record.id, title or module.one.capitalize(), about, "" if when in title else when, _status(seen)
    )


def _long(module: Module, key: str) -> bool:
    return key in module.columns and module.field(key).kind == "long_text"


def _status(data: Values) -> str:
    return str(data.get(STATUS) or "")


def _when(module: Module, data: Values) -> str:
    """The moment or day that the module's list is in the order of, or the first one that its table shows."""
    keys = [key for key in (module.sort.lstrip("-"), *module.table) if key in module.columns]
    timed = (key for key in keys if module.field(key).kind in ("moment", "date") and data.get(key))
    key = next(timed, "")
    return show(module.field(key), data[key]) if key else ""


def _about(module: Module, seen: Values, title: str, wanted: Sequence[str]) -> str:
    """The words that were found, as they stand in the record; what it is about where the title has them already."""
    texts = [text for key in module.text_keys if (text := str(seen.get(key) or "")) and text not in title]
    missing = [word for word in wanted if not _all_in([word], title)]
    longest = max(missing, key=len, default="")
    for text in texts if missing else ():
        if place := beginning(longest).search(fold(text)):
            return _excerpt(text, place.start())
    if missing and module.personal_keys:
        return MASKED
    long = (str(seen[one.key]) for one in module.fields if one.kind == "long_text" and seen.get(one.key))
    return _excerpt(next(long, ""), 0)


def _excerpt(text: str, at: int) -> str:
    """A piece of a text around a place, begun with a whole word. Folding keeps places but for a few rare letters."""
    start = at - len(_CUT.sub("", text[at - _LEAD - 1 : at])) if at > _LEAD else 0
    piece = " ".join(text[start : start + EXCERPT].split())
    return ("…" if start else "") + piece + ("…" if start + EXCERPT < len(text) else "")


def _texts(module: Module, data: Values) -> list[str]:
    """What of a record's searched text is not personal."""
    return [str(data[key]) for key in module.text_keys if key not in module.personal_keys and data.get(key)]


def _all_in(wanted: Sequence[str], *texts: str) -> bool:
    body = fold("\n".join(texts))
    return all(beginning(word).search(body) for word in wanted)
