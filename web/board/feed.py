"""The edition as news: an Atom feed with one entry in each language, and what feeds are made of.

RFC 4287. An entry keeps its identity wherever it is listed.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from xml.etree import ElementTree as ET

from ranking.frozen.edition_body import Edition
from web.language import i18n

TYPE = "application/atom+xml; charset=utf-8"
_ATOM = "http://www.w3.org/2005/Atom"


@dataclass(frozen=True, slots=True)
class Entry:
    """One piece of news; `address` may be relative to the feed."""

    id: str
    title: str
    updated: datetime
    address: str
    language: str
    summary: str = ""


@dataclass(frozen=True, slots=True)
class Feed:
    """What a feed is called, where it lies (empty: not known), and its news, the latest first."""

    id: str
    title: str
    updated: datetime
    language: str
    entries: Sequence[Entry]
    address: str = ""


def feed(edition: Edition, titles: dict[str, str], base_url: str | None) -> bytes:
    """An edition's own. `titles` by language; without a base URL links are relative to the feed."""
    moment = edition.published_at or edition.drafted_at
    entries = [
        Entry(
            of_edition(edition.name, language, moment),
            title,
            moment,
            f"{base_url}/{language}/editions/{edition.name}/" if base_url else f"{language}/",
            language,
            edition.reason or "",
        )
        for language, title in titles.items()
    ]
    first = i18n.LANGUAGES[0]
    return written(Feed(urn("feed", base_url or ""), "Hài lòng", moment, first, entries))


def written(of: Feed) -> bytes:
    """The feed as a document."""
    root = ET.Element("feed", {"xmlns": _ATOM, "xml:lang": of.language})
    ET.SubElement(root, "title").text = of.title
    ET.SubElement(root, "id").text = of.id
    ET.SubElement(root, "updated").text = of.updated.isoformat()
    if of.address:
        ET.SubElement(root, "link", {"rel": "self", "href": of.address})
    author = ET.SubElement(root, "author")
    ET.SubElement(author, "name").text = "Hài lòng"
    for entry in of.entries:
        _add(root, entry)
    ET.indent(root)
    text: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return text + b"\n"


def _add(root: ET.Element, of: Entry) -> None:
    entry = ET.SubElement(root, "entry", {"xml:lang": of.language})
    ET.SubElement(entry, "title").text = of.title
    ET.SubElement(entry, "id").text = of.id
    ET.SubElement(entry, "updated").text = of.updated.isoformat()
    ET.SubElement(entry, "link", {"href": of.address, "hreflang": of.language})
    if of.summary:
        ET.SubElement(entry, "summary").text = of.summary


def of_edition(name: str, language: str, moment: datetime) -> str:
    """What an edition's entry is known by."""
    return urn("edition", name, language, moment.isoformat())


def urn(*parts: str) -> str:
    """A name for good (RFC 4122, version 5)."""
    return uuid.uuid5(uuid.NAMESPACE_URL, " ".join(("hailong", *parts))).urn
