"""The help as a book: written pages beside it, a page per module from its declaration, the keys as they are."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from itertools import groupby

from citymanager.norms import Norms
from citymanager.schema import Module
from citymanager.text import fold
from widgets.help_module import described, plain
from widgets.keys import Key

CONTENTS, KEYS, FOUND = "contents", "keys", "found"
_NAME = re.compile(r"\d+-([a-z_]+)\.md")
_MARKS = re.compile(r"[*#`\\\[\]]|\(([a-z_]+)\)")


@dataclass(frozen=True, slots=True)
class Page:
    """One page; its text is Markdown whose links are keys of other pages."""

    key: str
    title: str
    text: str

    @property
    def words(self) -> str:
        """What a search looks at."""
        return fold(_MARKS.sub("", self.text))


def written() -> dict[str, str]:
    """The pages that people wrote: Markdown by key, in the order of the contents."""
    found = sorted(files("resources").joinpath("help").iterdir(), key=lambda one: one.name)
    named = [(match.group(1), one) for one in found if (match := _NAME.fullmatch(one.name))]
    return {key: one.read_text(encoding="utf-8") for key, one in named}


class Book:
    """Pages by key; what can change while the program runs (norms, keys) is read each time."""

    def __init__(
        self, modules: Sequence[Module], norms: Callable[[], Norms], keys: Callable[[], Sequence[Key]]
    ) -> None:
        self._modules, self._norms, self._keys = {one.key: one for one in modules}, norms, keys
        self._written = written()

    @property
    def keys(self) -> list[str]:
        """Every page in the order of the contents."""
        return [*self._written, *(key for key in self._modules if key not in self._written), KEYS]

    def __contains__(self, key: str) -> bool:
        return key in (CONTENTS, KEYS) or key in self._written or key in self._modules

    def page(self, key: str) -> Page:
        """A page; of a key that there is not, the contents."""
        if key == KEYS:
            return Page(KEYS, "Клавиши", self._sheet())
        if key not in self:
            key = CONTENTS
        if key == CONTENTS:
            return Page(CONTENTS, "Содержание", self._contents())
        module = self._modules.get(key)
        text = self._written.get(key) or f"# {plain(module.title if module else key)}\n"
        if module is not None:
            text += "\n" + described(module, self._norms(), date.today())
        return Page(key, text.split("\n", 1)[0].lstrip("# "), text)

    def find(self, words: str) -> Page:
        """A page of links to the pages that have all of these words; those with them in the title first."""
        wanted = fold(words).split()
        pages = [page for key in self.keys if all(word in (page := self.page(key)).words for word in wanted)]
        pages.sort(key=lambda page: not all(word in fold(page.title) for word in wanted))
        lines = [f"* [{page.title}]({page.key}) — {_around(page, wanted)}" for page in pages]
        told = "\n".join(lines) if lines else "Ничего не нашлось. Попробуйте другое слово или [содержание](contents)."
        return Page(FOUND, "Нашлось", f"# Нашлось: {plain(words)}\n\n{told}\n")

    def _contents(self) -> str:
        lines = ["# Справка", "", "Справка о том, где вы сейчас, — **F1**.", ""]
        lines += [f"* [{self.page(key).title}]({key})" for key in self._written if key not in self._modules]
        lines += ["", "## Разделы", ""]
        lines += [f"* [{plain(module.title)}]({key})" for key, module in self._modules.items()]
        return "\n".join([*lines, "", "## Клавиши", "", f"* [Все клавиши]({KEYS})"])

    def _sheet(self) -> str:
        lines = ["# Клавиши", "", "На одном листе — **?**.", ""]
        for group, keys in groupby(self._keys(), key=lambda key: key.group):
            lines += [f"## {plain(group)}", ""]
            lines += [f"* **{plain(key.keys)}** — {plain(key.title)}" for key in keys] + [""]
        return "\n".join(lines)


def _around(page: Page, wanted: Sequence[str]) -> str:
    """The line of the page that has the first of the words."""
    for line in page.text.split("\n")[1:]:
        bare = _MARKS.sub("", line).strip()
        if wanted and wanted[0] in fold(bare):
            return plain(bare if len(bare) < 120 else bare[:117] + "…")
    return "по названию"
