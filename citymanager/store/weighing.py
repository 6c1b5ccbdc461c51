"""How common the words of a search are, as the first texts of a list tell: which to ask the full text for, and which to
look for in texts.
"""

from collections.abc import Iterable, Sequence

from citymanager.store.heaps import Wanted

SAMPLE = 240
"""Rows of a list that are read to see how common the words are."""


class Looked:
    """The first texts of a list: which hold all the words, and how common each word is."""

    def __init__(self, wanted: Sequence[Wanted], text: int) -> None:
        """`text`: as many matches are put together in the time in which one is read."""
        self.wanted, self._text = wanted, text
        self.seen = 0
        self.found: list[int] = []
        self._held: list[frozenset[Wanted]] = []
        """Of each text that has any of the words, those that it has."""

    def take(self, texts: Iterable[tuple[int, frozenset[Wanted]]]) -> None:
        """More of them: the numbers of their rows, and the words that each has."""
        for row, has in texts:
            self.seen += 1
            if has:
                self._held.append(has)
            if len(has) == len(self.wanted):
                self.found.append(row)

    def rare(self, limit: int, many: int) -> list[Wanted]:
        """The words that the full text is asked for, while texts are looked through for the others; none: read on."""
        if not self.seen:
            return list(self.wanted)
        order = sorted(self.wanted, key=self.count, reverse=True)
        matches = [self.matches([word], many) for word in order]
        if self.seen < SAMPLE and sum(matches) > SAMPLE * self._text:  # to know them better costs less
            return []
        ways = range(len(order) + 1)
        best = min(ways, key=lambda read: self._text * self.texts(order[:read], limit) + sum(matches[read:]))
        return order[best:]

    def matches(self, words: Sequence[Wanted], many: int) -> float:
        """How many the full text has of these words, each for itself."""
        return sum((self.count(word) + 0.5) / max(self.seen, 1) * many for word in words)

    def texts(self, common: Sequence[Wanted], limit: int) -> float:
        """How many texts are to be read until so many of them have these words."""
        return limit * self.seen / (self.count(*common) or 1 / self.seen) if common else 0

    def count(self, *all_of: Wanted) -> int:
        """In how many of them all these words stand."""
        return sum(has.issuperset(all_of) for has in self._held)
