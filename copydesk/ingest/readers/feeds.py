"""Feeds (RSS 0.9 to 2.0, Atom): each entry a record. Positions count entries.

A feed is small, so it is read whole, up to `max_record_bytes`, and decoded by our own rules, for what its XML declaration says is often wrong. lxml then
reads it as a stream of elements, loads nothing, and stops at a depth of 256. Before that every reference to an entity is made plain: HTML's names become
their characters, all others become the letters that they are written with, so no entity is ever expanded, however a feed defines it. Characters that no
XML may hold become U+FFFD, and are counted. What comes before an error stands; what follows it is one rejected row.

A name counts only in the namespaces of the feeds themselves and of two of their extensions (content:encoded, and dc:date for RSS 1.0). Others use the same
names for other things: `media:content` is a picture with its credits, `itunes:summary` an advertisement, and either may stand before the article.
"""

import hashlib
import io
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC
from email.utils import parsedate_to_datetime
from html.entities import html5

from lxml import etree

from copydesk.document import Decoding, Document, Media
from copydesk.encoding.declared import charset_of_markup
from copydesk.encoding.decode import decode, looks_binary
from copydesk.ingest.making import Maker
from copydesk.ingest.streams import File

__all__ = ["read"]

_ENTRIES = frozenset({"item", "entry"})
_ROOTS = frozenset({"rss", "RDF", "feed"})
# Where names mean what they say: RSS 2.0 has no namespace, but some writers gave it one; then RSS 1.0, 0.9 and its draft, Atom 1.0 and 0.3.
_OWN = frozenset(
    {
        "",
        "http://backend.userland.com/rss2",
        "http://backend.userland.com/RSS2",
        "http://purl.org/rss/1.0/",
        "http://my.netscape.com/rdf/simple/0.9/",
        "http://channel.netscape.com/rdf/simple/0.9/",
        "http://www.w3.org/2005/Atom",
        "http://purl.org/atom/ns#",
    }
)
_EXTENSIONS = {
    "{http://purl.org/rss/1.0/modules/content/}encoded": "encoded",
    "{http://purl.org/dc/elements/1.1/}date": "date",
    "{http://purl.org/dc/terms/}issued": "issued",
}
_HTML = ("encoded", "content", "description", "summary")  # the full text first
_PLAIN_TEXT: Media = "text"
_PLAIN_NAMES = frozenset({"amp", "lt", "gt", "quot", "apos"})
_REFERENCES = re.compile(r"&+(?:(#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{0,31});)?")
_SECTION = re.compile(r"<!\[CDATA\[|<!--")
_DECLARATION = re.compile(r"\A\s*<\?xml[^>]{0,300}\?>")
_ILLEGAL = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF, *range(0xD800, 0xE000)], "\N{REPLACEMENT CHARACTER}")


def read(file: File, maker: Maker) -> Iterator[Document]:
    """Yield a document for each entry."""
    data = file.stream().read(maker.limit + 1)
    if len(data) > maker.limit:
        yield maker.rejected("", "too_large", f"the feed has more than {maker.limit:,} bytes: raise ingest.max_record_bytes to read it")
    elif not data.strip():
        yield maker.rejected("", "empty", "the file is empty")
    elif binary := looks_binary(data):
        yield maker.rejected("", "binary", binary, data)
    else:
        yield from _entries(data, maker)


def _entries(data: bytes, maker: Maker) -> Iterator[Document]:
    text, decoding = decode(data, charset_of_markup(data))
    legal = text.translate(_ILLEGAL)
    lost = sum(map(text.count, map(chr, _ILLEGAL))) if legal != text else 0
    decoding = replace(decoding, replaced=decoding.replaced + lost)
    plain = _without_references(_DECLARATION.sub("", legal, count=1))
    parser = etree.iterparse(  # by default it takes no more than 10 MB of text in one place, and no deeper than 256
        io.BytesIO(plain.encode("utf-8", "replace")),
        events=("start", "end"),
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    depth = 0
    try:
        for event, element in parser:
            depth += 1 if event == "start" else -1
            if event == "start":
                if depth == 1 and (root := etree.QName(element).localname) not in _ROOTS:
                    yield maker.rejected("", "no_feed", f"the file is XML, but no feed: its first element is {root[:60]!r}", data)
                    return
                if depth > maker.settings.max_nesting:
                    yield _too_deep(maker)
                    return
            elif depth <= 2 and _name(element) in _ENTRIES:  # noqa: PLR2004 - below the root, or below its channel
                maker.position += 1
                yield _document(element, maker, decoding)
                element.clear()
    except etree.XMLSyntaxError as fault:
        if "depth" in str(fault).lower():
            yield _too_deep(maker)
        else:
            maker.position += 1
            yield maker.here("bad_xml", f"after entry {maker.position - 1}: {' '.join(str(fault.msg).split())[:150]}")


def _too_deep(maker: Maker) -> Document:
    maker.position += 1
    return maker.here("nested_too_deep", f"after entry {maker.position - 1}: the feed's elements are nested deeper than {min(256, maker.settings.max_nesting)}")


def _without_references(text: str) -> str:
    """Write every reference so that it stands for itself; what stands in marked sections and comments is none."""
    parts: list[str] = []
    at = 0
    while section := _SECTION.search(text, at):
        end = text.find("]]>" if section[0].endswith("[") else "-->", section.end())
        parts.append(_REFERENCES.sub(_plain, text[at : section.start()]))
        if end < 0:  # which is an error in XML: nothing after it will be read
            return "".join([*parts, text[section.start() :]])
        parts.append(text[section.start() : end])
        at = end
    return "".join([*parts, _REFERENCES.sub(_plain, text[at:])])


def _plain(found: re.Match[str]) -> str:
    name = found[1]
    if not name:
        return "&amp;" * len(found[0])
    before = "&amp;" * (found[0].count("&") - 1)
    if name.startswith("#"):
        code = int(name[2:], 16) if name[1] in "xX" else int(name[1:])  # noqa: FURB166 - base 0 would need a digit before the x
        return before + (f"&{name.lower()};" if 0 < code <= sys.maxunicode and code not in _ILLEGAL else "\N{REPLACEMENT CHARACTER}")
    return before + (f"&{name};" if name in _PLAIN_NAMES else html5.get(f"{name};", f"&amp;{name};"))


def _document(entry: etree._Element, maker: Maker, decoding: Decoding) -> Document:
    parts: dict[str, etree._Element] = {}
    for child in entry.iterchildren():
        if name := _name(child):
            parts.setdefault(name, child)
    text, media = "", _PLAIN_TEXT
    for name in _HTML:
        if (part := parts.get(name)) is not None and (found := _content(part)).strip():
            text, media = found, _media(part, found)
            break
    values = {name: _first(parts, *names) for name, names in {"id": ("guid", "id"), "title": ("title",)}.items()}
    values |= {"url": _link(entry), "published": _date(_first(parts, "pubDate", "published", "issued", "date", "updated"))}
    digest = hashlib.sha256(json.dumps([text, values], sort_keys=True).encode()).hexdigest()
    if not text:
        return maker.here("no_text", "the entry has neither content nor a description")
    return maker.document(f"#{maker.position}", values, text, media, decoding, digest)


def _content(part: etree._Element) -> str:
    """Return what an element holds: text, or the markup of its children (Atom's "xhtml")."""
    if len(part):
        return "".join([part.text or "", *(etree.tostring(child, encoding="unicode", method="html") for child in part)])
    return part.text or ""


def _media(part: etree._Element, text: str) -> Media:
    """Atom says what its content is; RSS leaves it to the reader, and what holds neither a tag nor an entity is read as it stands."""
    if part.get("type") in {"text", "text/plain"}:
        return "text"
    return "html" if "<" in text or "&" in text else "text"


def _first(parts: "dict[str, etree._Element]", *names: str) -> str:
    return next((found for name in names if name in parts and (found := " ".join("".join(parts[name].itertext()).split()))), "")


def _link(entry: etree._Element) -> str:
    """Return the entry's address: RSS has it in the element, Atom in an attribute, where other links say what they are for."""
    for child in entry.iterchildren():
        if _name(child) == "link" and child.get("rel", "alternate") == "alternate" and (found := (child.get("href") or child.text or "").strip()):
            return found
    return ""


def _date(given: str) -> str:
    """Return a date in ISO 8601; RSS writes it as mail does. What cannot be read stays as it is."""
    try:
        moment = parsedate_to_datetime(given)
    except (ValueError, TypeError, IndexError):
        return given[:100]
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).isoformat()


def _name(element: etree._Element) -> str:
    """Return what the element is in the terms of feeds, "" where its name is another vocabulary's."""
    tag = str(element.tag)
    space, _, name = tag.removeprefix("{").rpartition("}")
    return name if space in _OWN else _EXTENSIONS.get(tag, "")
