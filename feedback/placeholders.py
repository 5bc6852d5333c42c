"""The blanks in a template of an answer, such as {reference}: filled once, never run.

What is filled in is not looked at again, so that nothing a resident wrote can be a placeholder.
"""

import re
from collections.abc import Mapping

KNOWN = ("reference", "subject", "service", "agency", "due", "filed", "officer", "location")
_BLANK = re.compile(r"\{([a-z]{1,20})\}")


def is_sound(text: str) -> bool:
    """Whether every brace belongs to a placeholder that is known."""
    left = _BLANK.sub(lambda found: "" if found[1] in KNOWN else "{", text)
    return "{" not in left and "}" not in left


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with its blanks filled; what `values` lacks is filled with nothing."""
    return _BLANK.sub(lambda found: values.get(found[1], "") if found[1] in KNOWN else "", text)
