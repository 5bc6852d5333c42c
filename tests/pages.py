"""A strict reader of pages: what no page of ours may ever do raises `BadPage`.

The tests' HTTP client reads every page it is given with it, so each test of a page is also a test
of its form.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element

import html5lib
from html5lib.constants import E as SENTENCES

_FIELDS = {"input", "select", "textarea"}
_UNLABELLED = {"hidden", "submit", "button", "reset", "image"}
_URLS = {"href", "src", "action", "formaction"}
_REFERRING = ("for", "aria-labelledby", "aria-describedby", "aria-controls", "headers")


class BadPage(AssertionError):
    """All that is wrong with a page, a line each."""


@dataclass(frozen=True)
class Page:
    """A page found good."""

    tree: Element
    lang: str
    title: str
    h1: str

    @property
    def text(self) -> str:
        """All words a reader sees, blanks folded."""
        body = self.tree.find("body")
        return _text(self.tree if body is None else body)

    def all(self, tag: str) -> list[Element]:
        """Every element of that name, in order."""
        return list(self.tree.iter(tag))

    def links(self) -> dict[str, str]:
        """Where each link leads -> what it says."""
        return {link.get("href", ""): _name(link) for link in self.tree.iter("a")}

    def fields(self, form: int = 0) -> dict[str, str]:
        """What the form would send as it stands: name -> value."""
        return dict(_sent(self.all("form")[form]))


def read(html: str | bytes) -> Page:
    """The page, if it is well-formed, named, labelled and free of anything inline."""
    text = html.decode("utf-8") if isinstance(html, bytes) else html
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    tree = parser.parse(text)
    faults = [f"{place}: {SENTENCES[code] % values}" for place, code, values in parser.errors]
    for check in _CHECKS:
        faults += check(tree)
    if faults:
        raise BadPage("\n".join(faults))
    headline = next(tree.iter("h1"))
    title = next(tree.iter("title"))
    return Page(tree, tree.get("lang", ""), _text(title), _text(headline))


def _text(element: Element) -> str:
    return " ".join("".join(_pieces(element)).split())


def _pieces(element: Element) -> Iterator[str]:
    if element.tag in {"script", "style", "template"}:
        return
    yield element.text or ""
    for child in element:
        if isinstance(child.tag, str):  # a comment's is a function
            yield from _pieces(child)
        yield child.tail or ""


def _name(element: Element) -> str:
    pictures = [image.get("alt", "") for image in element.iter("img")]
    pictures += [image.get("aria-label", "") for image in element.iter("svg")]
    return element.get("aria-label") or " ".join([_text(element), *pictures]).strip()


def _elements(tree: Element) -> Iterator[Element]:
    return (element for element in tree.iter() if isinstance(element.tag, str))


def _whole(tree: Element) -> Iterator[str]:
    if not (tree.get("lang") or "").strip():
        yield "no lang on <html>"
    titles = [_text(title) for title in tree.iterfind("head/title")]
    if len(titles) != 1 or not titles[0].split("–")[0].strip():
        yield f"titles: {titles}"
    headlines = [_text(headline) for headline in tree.iter("h1")]
    if len(headlines) != 1 or not headlines[0]:
        yield f"h1: {headlines}"
    if len(list(tree.iter("main"))) != 1:
        yield "not exactly one <main>"


def _ids(tree: Element) -> Iterator[str]:
    ids = Counter(id_ for element in _elements(tree) if (id_ := element.get("id")) is not None)
    yield from (f"id {id_!r} stands {count} times" for id_, count in ids.items() if count > 1)
    for element in _elements(tree):
        for attribute in _REFERRING:
            for id_ in (element.get(attribute) or "").split():
                if id_ not in ids:
                    yield f"{attribute}={id_!r} leads nowhere"
        target = element.get("href") or ""
        if target.startswith("#") and target[1:] not in ids:
            yield f"href={target!r} leads nowhere"


def _labels(tree: Element) -> Iterator[str]:
    labelled = {label.get("for") for label in tree.iter("label") if _text(label)}
    wrapped = {field for label in tree.iter("label") if _text(label) for field in label.iter()}
    for field in _elements(tree):
        if field.tag not in _FIELDS or field.get("type") in _UNLABELLED or field in wrapped:
            continue
        named = field.get("aria-label") or field.get("aria-labelledby")
        if not named and (field.get("id") is None or field.get("id") not in labelled):
            yield f"field {field.get('name')!r} has no label"
    yield from (f"a fieldset without legend: {_text(group)[:40]!r}" for group in
                tree.iter("fieldset") if not any(map(_text, group.iterfind("legend"))))  # fmt: skip


def _inline(tree: Element) -> Iterator[str]:
    for element in _elements(tree):
        if element.tag == "style":
            yield "an inline <style>"
        if element.tag == "script" and element.get("src") is None:
            yield "an inline <script>"
        for attribute, value in element.items():
            if attribute == "style" or attribute.startswith("on"):
                yield f"<{element.tag} {attribute}={value!r}>"
            if attribute in _URLS and value.strip().lower().startswith(("javascript:", "data:")):
                yield f"<{element.tag} {attribute}={value[:40]!r}>"


def _names(tree: Element) -> Iterator[str]:
    for element in _elements(tree):
        if element.tag == "img" and element.get("alt") is None:
            yield f"<img src={element.get('src')!r}> without alt"
        if element.tag == "a" and not _name(element):
            yield f"<a href={element.get('href')!r}> without words"
        if element.tag == "button" and not _name(element):
            yield "<button> without words"


_CHECKS: tuple[Callable[[Element], Iterator[str]], ...] = (_whole, _ids, _labels, _inline, _names)


def _sent(form: Element) -> Iterator[tuple[str, str]]:
    for field in _elements(form):
        name = field.get("name")
        if field.tag not in _FIELDS or name is None or field.get("disabled") is not None:
            continue
        if field.tag == "textarea":
            yield name, field.text or ""
        elif field.tag == "select":
            options = list(field.iter("option"))
            chosen = [option for option in options if option.get("selected") is not None]
            for option in (chosen or options)[:1]:
                yield name, option.get("value", _text(option))
        elif field.get("type") not in {"radio", "checkbox"} or field.get("checked") is not None:
            yield name, field.get("value", "on" if field.get("type") == "checkbox" else "")
