"""Whether every sentence has its Vietnamese: `python -m web.language.catalogues` lists the rest.

Sentences are taken from the templates and from `web/**/*.py`; the area of one is the folder of the
template or module it stands in, so that its author knows it.
"""

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from babel.messages.catalog import Message
from babel.messages.extract import extract_from_file
from jinja2.ext import babel_extract

from web.language import i18n

HERE = Path(__file__).parents[1]
_KEYWORDS: dict[str, Any] = {
    "_": None,
    "gettext": None,
    "mark": None,
    "ngettext": (1, 2),
}

MessageId = str | tuple[str, ...]


def used() -> dict[MessageId, str]:
    """Every message id in use with the place it was first seen, relative to `web`."""
    found: dict[MessageId, str] = {}
    for path in sorted((HERE / "templates").rglob("*.*")):
        _take(path, babel_extract, found)
    for path in sorted(HERE.rglob("*.py")):
        _take(path, "python", found)
    return found


def _take(path: Path, method: Any, found: dict[MessageId, str]) -> None:
    options = {"trimmed": "true", "silent": "false", "extensions": "jinja2.ext.do"}
    where = path.relative_to(HERE).as_posix()
    for _, message, _, _ in extract_from_file(method, path, _KEYWORDS, options=options):
        found.setdefault(message, where)


def missing(language: str) -> dict[MessageId, str]:
    """The ids in use without a translation, each with its place."""
    there = {id_ for id_, message in _messages(language) if _strings(message) != [""]}
    return {id_: where for id_, where in used().items() if id_ not in there}


def faults(language: str) -> list[str]:
    """What is wrong in the catalogues themselves, a line each.

    A translation that does not format with just the values of its id, an id translated in two
    ways, one that nobody has looked over since its sentence changed.
    """
    lines = [f"{where}: does not format: {id_!r}" for id_, where in used().items() if _bad(id_)]
    seen: dict[MessageId, tuple[str, list[str]]] = {}
    for area, catalogue in i18n.areas(language).items():
        for message in catalogue:
            if not message.id:
                continue
            id_, strings = _id(message), _strings(message)
            other_area, other = seen.setdefault(id_, (area, strings))
            if other != strings:
                lines.append(f"{area}.po and {other_area}.po differ: {id_!r}")
            if message.fuzzy:
                lines.append(f"{area}.po: fuzzy: {id_!r}")
            lines += [f"{area}.po: {why}: {id_!r}" for why in _misfits(message)]
    return lines


def _misfits(message: Message) -> Iterator[str]:
    if _bad(_id(message)):
        yield "id does not format"
        return
    wanted = _placeholders(_id(message))
    for string in filter(None, _strings(message)):
        if _bad(string):
            yield f"does not format: {string!r}"
        elif (given := _placeholders(string)) != wanted:
            yield f"has {sorted(given)}, its id {sorted(wanted)}"


def _bad(text: MessageId) -> bool:
    try:
        _placeholders(text)
    except (ValueError, TypeError):
        return True
    return False


class _Names(dict[str, str]):
    """Remembers what a format asks for."""

    def __missing__(self, name: str) -> str:
        self[name] = ""
        return ""


def _placeholders(text: MessageId) -> set[str]:
    """The names in a %-format, in all its forms together.

    ValueError or TypeError when it is no such format, as for a lone `%`.
    """
    names = _Names()
    for form in [text] if isinstance(text, str) else text:
        _formatted = form % names
    return set(names)


def _messages(language: str) -> Iterator[tuple[MessageId, Message]]:
    for catalogue in i18n.areas(language).values():
        for message in catalogue:
            if message.id:
                yield _id(message), message


def _id(message: Message) -> MessageId:
    """As the extraction gives it: one string, or singular and plural."""
    return message.id if isinstance(message.id, str) else (message.id[0], message.id[1])


def _strings(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string or ())


def area_of(where: str) -> str:
    """`templates/rate/form.html` -> rate; `pages/rate.py` -> pages; `i18n.py` -> i18n."""
    parts = Path(where.removeprefix("templates/")).with_suffix("").parts
    return parts[0]


def report(language: str) -> str:
    """The missing ids as PO entries ready to be filled in, by area."""
    by_area: dict[str, list[str]] = {}
    for id_, where in missing(language).items():
        by_area.setdefault(area_of(where), []).append(_entry(id_, where))
    return "\n".join(f"# {area}\n\n{''.join(by_area[area])}" for area in sorted(by_area))


def _entry(id_: MessageId, where: str) -> str:
    ids: Mapping[str, str] = (
        {"msgid": id_} if isinstance(id_, str) else {"msgid": id_[0], "msgid_plural": id_[1]}
    )
    lines = [f"{key} {_quoted(text)}" for key, text in ids.items()]
    target = "msgstr" if isinstance(id_, str) else "msgstr[0]"
    return "\n".join([f"#: {where}", *lines, f'{target} ""', "", ""])


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def main() -> int:
    """Print what is missing and what is wrong; 1 if there is any."""
    lines = [line for language in i18n.LANGUAGES for line in faults(language)]
    gaps = report(i18n.LANGUAGES[0])
    sys.stdout.write("\n".join(filter(None, [gaps, *lines])))
    return 1 if gaps or lines else 0


if __name__ == "__main__":
    sys.exit(main())
