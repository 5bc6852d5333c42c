"""The edition as news: an Atom feed with one entry in each language."""

import uuid
from xml.etree import ElementTree as ET

from ranking.edition_body import Edition
from web import i18n

_ATOM = "http://www.w3.org/2005/Atom"


def feed(edition: Edition, titles: dict[str, str], base_url: str | None) -> bytes:
    """RFC 4287. `titles` by language; without a base URL links are relative to the feed."""
    moment = (edition.published_at or edition.drafted_at).isoformat()
    root = ET.Element("feed", {"xmlns": _ATOM, "xml:lang": i18n.LANGUAGES[0]})
    ET.SubElement(root, "title").text = "Hài lòng"
    ET.SubElement(root, "id").text = _urn("feed", base_url or "")
    ET.SubElement(root, "updated").text = moment
    author = ET.SubElement(root, "author")
    ET.SubElement(author, "name").text = "Hài lòng"
    for language, title in titles.items():
        entry = ET.SubElement(root, "entry", {"xml:lang": language})
        ET.SubElement(entry, "title").text = title
        ET.SubElement(entry, "id").text = _urn("edition", edition.name, language, moment)
        ET.SubElement(entry, "updated").text = moment
        address = f"{base_url}/{language}/editions/{edition.name}/" if base_url else f"{language}/"
        ET.SubElement(entry, "link", {"href": address, "hreflang": language})
        if edition.reason:
            ET.SubElement(entry, "summary").text = edition.reason
    ET.indent(root)
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def _urn(*parts: str) -> str:
    return uuid.uuid5(uuid.NAMESPACE_URL, " ".join(("hailong", *parts))).urn
