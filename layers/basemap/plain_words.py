"""Words of an attribution that came from outside: text alone, whatever was in it."""

from html.parser import HTMLParser

LONGEST_WORDS = 300


def plain(text: str) -> str:
    """The words of an attribution: what was HTML in it is gone, what is shown is cut to a line."""
    words = _Words()
    words.feed(text)
    words.close()
    return " ".join("".join(words.found).split())[:LONGEST_WORDS]


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._hidden += tag in ("script", "style")

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in ("script", "style") and self._hidden > 0

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.found.append(data)
