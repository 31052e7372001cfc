"""What a page says of itself in its head: title, date, language, address, site and author.

A record often comes without these, and the page has them: publishers fill in Open Graph and schema.org for the networks that show their links. Such a fact
is taken only where it is well formed: a date that is one, an address that is absolute. Nothing is guessed from the text, so what is missing stays missing.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

import re2
from lxml import etree

__all__ = ["MOST_CHARS", "Facts", "page_facts"]

MOST_CHARS = 1_000_000
"""Characters of a page that are looked at: the head comes first, and the largest one of the DEV half has 300,000."""
MOST_JSON = 200_000
"""A larger block of JSON-LD is passed over, and no more than this many characters of them are read in all."""
MOST_NODES = 5_000
LONGEST_TITLE = 500
LONGEST_NAME = 200
LONGEST_URL = 2_000

_TITLES = ("og:title", "ld:headline", "twitter:title", "dc.title", "itemprop:headline", "h1", "title")
_DATES = (
    *("article:published_time", "ld:datepublished", "itemprop:datepublished", "og:published_time", "article:published", "dc.date.issued", "dcterms.issued"),
    *("dcterms.created", "dc.date", "datepublished", "date.published", "publishdate", "publish-date", "pubdate", "parsely-pub-date", "sailthru.date", "date"),
    "time:pubdate",
)
_LANGUAGES = ("lang", "ld:inlanguage", "content-language", "og:locale")
_URLS = ("canonical", "og:url", "ld:url")
_SITES = ("og:site_name", "ld:publisher", "application-name")
_AUTHORS = ("ld:author", "author", "article:author", "dc.creator", "parsely-author", "byl")
_Valid = Callable[[str], str]
_ARTICLES = re2.compile(r"(?:Article|Posting|Report|Recipe|WebPage)$")
_DAY = re2.compile(r"^\d{4}-\d{2}-\d{2}")
_TAG = re2.compile(r"^[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,3}$")
_SEPARATORS = re2.compile(r"\s+[|\x{2013}\x{2014}\x{00B7}\x{00BB}:-]\s+")


@dataclass(frozen=True, slots=True)
class Facts:
    """What a page says of itself; "" where it says nothing, or nothing well formed. `published` is ISO 8601, `language` BCP 47 as declared."""

    title: str = ""
    published: str = ""
    language: str = ""
    url: str = ""
    site: str = ""
    author: str = ""


def page_facts(html: str) -> Facts:
    """Return what a page says of itself; never raises, in time linear in the page.

    >>> page_facts('<html lang="en"><title>Fire at the mill | Quayside Gazette</title><meta property="og:site_name" content="Quayside Gazette">').title
    'Fire at the mill'
    """
    said = _Head()
    parser = etree.HTMLParser(target=said, huge_tree=True)  # type: ignore[call-overload]  # lxml calls only the methods that a target has
    try:
        parser.feed(html[:MOST_CHARS].encode("utf-8", "replace").decode().replace("\0", " "))
        parser.close()
    except (etree.LxmlError, ValueError):  # an empty page, a character that no document may hold: what was read until there counts
        pass
    for block in said.blocks:
        for name, value in _linked_data(block):
            said.say(name, value)
    return _facts(said.said)


def _facts(said: dict[str, str]) -> Facts:
    site = _first(said, _SITES, _name)
    return Facts(
        title=_without_site(_first(said, _TITLES, _title), site),
        published=_first(said, _DATES, _day),
        language=_first(said, _LANGUAGES, lambda value: value.replace("_", "-") if _TAG.match(value) else ""),
        url=_first(said, _URLS, _address),
        site=site,
        author=_first(said, _AUTHORS, _name),
    )


def _first(said: dict[str, str], names: tuple[str, ...], valid: _Valid) -> str:
    return next((found for name in names if (found := valid(said.get(name, "")))), "")


def _title(value: str) -> str:
    return value if len(value) <= LONGEST_TITLE else ""


def _name(value: str) -> str:
    return value if len(value) <= LONGEST_NAME and "://" not in value and any(c.isalpha() for c in value) else ""


def _address(value: str) -> str:
    return value if value.startswith(("http://", "https://")) and len(value) <= LONGEST_URL and not any(c.isspace() for c in value) else ""


def _day(value: str) -> str:
    """Return a date in ISO 8601 as it was given, its day alone where the time is malformed, "" where it is no date."""
    if not _DAY.match(value):
        return ""
    try:
        datetime.fromisoformat(value)
    except ValueError:
        try:
            return date.fromisoformat(value[:10]).isoformat()
        except ValueError:
            return ""
    return value


def _without_site(title: str, site: str) -> str:
    """Cut the site's name off a title, which <title> has for the sake of bookmarks."""
    for cut in _SEPARATORS.finditer(title) if site else ():
        if title[cut.end() :].casefold() == site.casefold():
            return title[: cut.start()]
        if title[: cut.start()].casefold() == site.casefold():
            return title[cut.end() :]
    return title


def _linked_data(block: str) -> Iterator[tuple[str, str]]:
    """Yield what the articles of a block of JSON-LD say, breadth first."""
    try:
        queue = [json.loads(block, strict=False)]
    except (ValueError, RecursionError):
        return
    for seen, node in enumerate(queue):
        if seen >= MOST_NODES:
            return
        if isinstance(node, list):
            queue += node
        elif isinstance(node, dict):
            kinds = node.get("@type")
            kinds = kinds if isinstance(kinds, list) else [kinds]
            if any(isinstance(kind, str) and _ARTICLES.search(kind) for kind in kinds):
                for name in ("headline", "datePublished", "inLanguage", "url"):
                    yield f"ld:{name.lower()}", _words(node.get(name))
                yield "ld:author", _words(node.get("author"))
                yield "ld:publisher", _words(node.get("publisher"))
            queue += [node[name] for name in ("@graph", "mainEntity") if name in node]


def _words(value: object) -> str:
    """Return a value of JSON-LD as text: a string, the name of a thing, the names in a list."""
    if isinstance(value, list):
        return ", ".join(filter(None, (_words(one) for one in value[:10] if not isinstance(one, list))))
    if isinstance(value, dict):
        value = value.get("name")
    return value if isinstance(value, str) else ""


class _Head:
    """Collects what is said while the tags of a page go by; what is said first counts."""

    def __init__(self) -> None:
        self.said: dict[str, str] = {}
        self.blocks: list[str] = []
        self._inside = ""
        self._pieces: list[str] = []
        self._headings = self._json = 0

    def say(self, name: str, value: str) -> None:
        text = " ".join(value[: LONGEST_URL + 1].encode("utf-8", "replace").decode().replace("\0", " ").split())
        if text:
            self.said.setdefault(name, text)

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        match tag:
            case "html":
                self.say("lang", attributes.get("lang") or attributes.get("xml:lang") or "")
            case "meta":
                self._meta(attributes)
            case "link" if "canonical" in (attributes.get("rel") or "").lower().split():
                self.say("canonical", attributes.get("href") or "")
            case "time" if "pubdate" in attributes or (attributes.get("itemprop") or "").lower() == "datepublished":
                self.say("time:pubdate", attributes.get("datetime") or "")
            case "script" if (attributes.get("type") or "").lower().startswith("application/ld+json"):
                self._open("script")
            case "title" if "title" not in self.said:
                self._open("title")
            case "h1":
                self._heading()

    def end(self, tag: str) -> None:
        if tag != self._inside:
            return
        text = "".join(self._pieces)
        self._inside = ""
        if tag != "script":
            self.say(tag, text)
        elif len(text) + self._json <= MOST_JSON:
            self._json += len(text)
            self.blocks.append(text)

    def data(self, data: str) -> None:
        if self._inside:
            self._pieces.append(data)

    def close(self) -> None:
        self.end(self._inside)

    def _meta(self, attributes: dict[str, str]) -> None:
        for key in ("property", "name", "http-equiv", "itemprop"):
            if name := attributes.get(key):
                self.say(f"itemprop:{name.lower()}" if key == "itemprop" else name.lower(), attributes.get("content") or "")

    def _heading(self) -> None:
        self._headings += 1
        if self._headings == 1:
            self._open("h1")
        else:  # several headings of the first order: none of them is the title
            self.said.pop("h1", None)

    def _open(self, tag: str) -> None:
        self._inside = tag
        self._pieces.clear()
