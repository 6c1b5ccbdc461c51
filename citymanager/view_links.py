"""Where in a text a link to a view of the map may stand; what it leads to, the map says (`layers.view_link`)."""

import re

NAME = "city-map:"
MOST = 20
"""Links of one text that are looked for."""
LONGEST = 1_800
"""Letters of a link: that of a view with all layers has some 300."""
_CANDIDATE = re.compile(rf"(?<![\w-]){NAME}[-\w.,;]{{1,{LONGEST}}}", re.ASCII)


def spans(text: str) -> list[tuple[int, int]]:
    """Where links begin and end, those first that stand first."""
    found = []
    for one in _CANDIDATE.finditer(text):
        link = one[0].rstrip(".,")  # of the sentence
        if ";" in link:
            found.append((one.start(), one.start() + len(link)))
        if len(found) == MOST:
            break
    return found
