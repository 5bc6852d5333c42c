"""What a case is called whose resident wrote no subject."""

import re

from sla import spelling
from sla.errors import NotText

AT_MOST = 80
_SENTENCE = re.compile(r"(.{15,}?)[.!?…]+(?=\s|$)")  # no shorter: "Ở P. 5" goes on


def of(text: str) -> str:
    """A subject for who wrote none: the beginning of the text, up to its first sentence's end.

    Empty where there is no text; the text itself is judged elsewhere.
    """
    try:
        lines = spelling.tidy(text[: 4 * AT_MOST]).split("\n")
    except NotText:
        return ""
    words = spelling.one_line(lines[0])
    first = _SENTENCE.match(words)
    if first and len(first[1]) <= AT_MOST:
        return first[1]
    if len(words) <= AT_MOST:
        return words
    whole, blank, _ = words[:AT_MOST].rpartition(" ")
    return f"{whole if blank else words[: AT_MOST - 1]}…"
