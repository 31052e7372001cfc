"""A page as a list of lines, each with what the markup says of it.

Whether a line is the article's or the page's is judged line by line, so a page is read once as a stream of tags: that costs little, needs no tree, cannot be
nested too deep, and gives every visible line in its order. Each line knows the element that it stands in, how much of it is links, and what its ancestors
are called: designers name their boxes ("sidebar", "related", "entry-content"), and those names are the cheapest evidence there is.

A block element ends a line, <br> ends one inside a block. Short cells of one table row are joined to one line by " | ", so that a row stays a row.
"""

from dataclasses import dataclass, field

import re2
from lxml import etree

__all__ = ["HINTS", "MOST_CHARS", "PageLine", "Reading", "read"]

MOST_CHARS = 3_000_000
"""A larger page keeps the lines of the stream. The largest article page of the DEV half has 260,000 characters."""
MOST_TAGS = 30_000
"""As `MOST_CHARS`: some of trafilatura's steps compare each paragraph with those before it, so its time grows faster than the page."""
MOST_DEPTH = 200
"""lxml gives up at a depth of 256 and silently loses what is deeper; trafilatura recurses."""
MOST_INLINE = 1_000
"""As `MOST_TAGS`, of inline elements in one block: 29,000 <span> in one paragraph took trafilatura 2.3.1 95 s, and time grows with the square."""
LONGEST_NAME = 200
"""Characters of an element's class and id that are looked at."""
LONGEST_CELL = 200
"""A longer cell is a column of a page that is laid out as a table, not a cell of a row."""

HINTS = (
    ("comment", r"comment|disqus|respond|replies|reply|discuss|\bkommentar"),
    ("share", r"share|sharing|social|facebook|twitter|addthis|bookmark|print|email"),
    (
        "related",
        (
            r"relat|recommend|more-?(?:news|stories|articles|from)|read-?(?:more|also|next)|similar|popular|trending|most-?(?:read|view)|outbrain|taboola"
            r"|teaser|promo|latest"
        ),
    ),
    (
        "frame",
        (
            r"sidebar|side-bar|sidecol|widget|masthead|navi?\b|nav[-_]|navbar|menu|foot|breadcrumb|toolbar|topbar|header|rail\b|rightcol|leftcol|pagination"
            r"|pager|tabs?\b"
        ),
    ),
    (
        "notice",
        (
            r"cookie|consent|gdpr|newsletter|subscri|signup|sign-up|login|register|paywall|modal|popup|banner|sponsor|advert|\bads?[-_]|[-_]ads?\b|\bad\b"
            r"|copyright|legal|disclaim"
        ),
    ),
    ("meta", r"byline|author|\bdate|dateline|timestamp|published|posted|meta\b|\bmeta|\btags?\b|categor|caption|credit|vcard|\bbio\b"),
    ("body", r"article|entry|post[-_]?(?:body|content|text)?\b|content|story|\bbody|\btext|main|blog|hentry"),
)
"""Names of boxes and what they hold: the families that readability (Arc90, 2009) and its descendants look for, kept apart so that each has its own weight."""

_HIDDEN = frozenset({"script", "style", "noscript", "template", "head", "title", "svg", "math", "iframe", "object", "textarea"})
"""What these hold is never shown as text."""
_INLINE = frozenset(
    {"a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "dfn", "del", "em", "font", "i", "ins", "kbd", "label", "mark", "q", "s"}
    | {"samp", "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr", "img"}
)
_CONTROLS = frozenset({"button", "select"})
_ENDS_CONTROLS = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "article", "section", "main", "table", "footer"})
"""Pages leave buttons open (one publisher's all do); browsers close them, libxml2 does not, and all that followed was lost."""
_VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"})
_BOLD = frozenset({"b", "strong"})
_CELLS = frozenset({"td", "th"})
_ITEMS = {"li": "list", "dt": "terms", "dd": "terms", "td": "table", "th": "table", "tr": "table"}
_ROOTS = frozenset({"html", "body"})
_PLACES = frozenset({"nav", "aside", "footer", "header", "form", "article", "main", "figure", "blockquote", "section", "li", "table", "tr", "dl"})
_NONE: frozenset[str] = frozenset()


def _hint_set() -> re2.Set:
    options = re2.Options()
    options.case_sensitive = False
    patterns = re2.Set.SearchSet(options)
    for _, pattern in HINTS:
        patterns.Add(pattern)
    patterns.Compile()
    return patterns


_SET = _hint_set()


@dataclass(slots=True)
class PageLine:
    """One line of a page: its text, the block element that holds it, and what its ancestors are and are called.

    `block` numbers the block, so that lines between <br> know each other, and `parent` the element that the block stands in; `depth` counts the open block
    elements; `links` counts links, `linked` and `strong` the characters in links and in bold; `hints` are those of all boxes around it, `near` those of the
    block and the box around that; `gap` says whether a blank line stands before it.
    """

    text: str
    tag: str
    block: int
    parent: int
    depth: int
    links: int
    linked: int
    strong: int
    places: frozenset[str]
    hints: frozenset[str]
    near: frozenset[str]
    gap: bool


@dataclass(slots=True)
class Reading:
    """The lines of a page, and whether a tree of it can be worked on in reasonable time."""

    lines: list[PageLine] = field(default_factory=list)
    bounded: bool = True


def read(page: str) -> Reading:
    """Read a page; never raises, in time and memory linear in the page.

    >>> [(line.text, line.tag) for line in read("<h1>Fire</h1><p>No one was <b>hurt</b>.<script>x()</script>").lines]
    [('Fire', 'h1'), ('No one was hurt.', 'p')]
    """
    stream = _Stream()
    parser = etree.HTMLParser(target=stream, huge_tree=True)  # type: ignore[call-overload]  # lxml calls only the methods that a target has
    try:
        parser.feed(page)
        parser.close()
    except (etree.LxmlError, ValueError):  # an empty page, a character that no document may hold: what was read until there counts
        stream.close()
    return Reading(stream.lines, bounded=len(page) <= MOST_CHARS and stream.bounded)


class _Stream:
    """Collects the visible lines while the tags of a page go by; lxml calls `start`, `end`, `data` and `close`."""

    def __init__(self) -> None:
        self.lines: list[PageLine] = []
        self._tags = self._deepest = self._crowd = self._depth = self._hidden = self._inline = 0
        self._controls = self._links = self._bold = self._block = self._breaks = 0
        self._boxes: list[_Box] = [_Box("body", _NONE, _NONE, _NONE)]
        self._rows: list[int] = []
        self._open: list[int] = [0, 0]
        self._named: dict[str, frozenset[str]] = {}
        self._clear()

    @property
    def bounded(self) -> bool:
        return self._tags <= MOST_TAGS and self._deepest <= MOST_DEPTH and self._crowd <= MOST_INLINE

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._tags += 1
        self._hidden += tag in _HIDDEN
        self._controls = 0 if tag in _ENDS_CONTROLS else self._controls + (tag in _CONTROLS)
        if tag not in _VOID:
            self._depth += 1
            self._deepest = max(self._deepest, self._depth)
        if tag in _INLINE:
            self._inline += 1
            self._crowd = max(self._crowd, self._inline)
            self._links += tag == "a"
            self._anchors += tag == "a"
            self._bold += tag in _BOLD
            return
        self._end_of_line()
        if tag in _VOID:
            self._breaks += 1 if tag == "br" else 2
            return
        self._block += 1
        self._boxes.append(self._box(tag, attributes))
        self._open.append(self._block)
        if tag == "tr":
            self._rows.append(len(self.lines))

    def end(self, tag: str) -> None:
        self._hidden -= tag in _HIDDEN
        self._controls = max(0, self._controls - (tag in _CONTROLS))
        self._depth -= tag not in _VOID
        if tag in _INLINE:
            self._links -= tag == "a"
            self._bold -= tag in _BOLD
        elif tag not in _VOID:
            self._end_of_line()
            if tag == "tr" and self._rows:
                self._join_cells(self._rows.pop())
            self._block += 1
            if len(self._boxes) > 1:
                self._boxes.pop()
                self._open.pop()

    def data(self, data: str) -> None:
        if self._hidden or self._controls:
            return
        if self._boxes[-1].tag == "pre" and "\n" in data:
            head, *rest = data.split("\n")
            self._put(head)
            for line in rest:
                self._end_of_line()
                self._breaks += 1
                self._put(line)
        else:
            self._put(data)

    def close(self) -> None:
        self._end_of_line()

    def _put(self, data: str) -> None:
        self._pieces.append(data)
        size = len(data) - data.count(" ")
        self._linked += size if self._links > 0 else 0
        self._strong += size if self._bold > 0 else 0

    def _clear(self) -> None:
        self._pieces: list[str] = []
        self._anchors = self._linked = self._strong = 0

    def _end_of_line(self) -> None:
        text = " ".join("".join(self._pieces).split()) if self._pieces else ""
        if text:
            box, last = self._boxes[-1], self.lines[-1] if self.lines else None
            same = last is not None and last.block == self._block
            items = last is not None and box.tag in _ITEMS and _ITEMS[box.tag] == _ITEMS.get(last.tag)
            gap = self._breaks > 1 if same else last is not None and not items
            linked, strong = min(self._linked, len(text)), min(self._strong, len(text))
            place = (box.tag, self._block, self._open[-2], len(self._boxes))
            line = PageLine(text, *place, self._anchors, linked, strong, box.places, box.hints, box.near, gap)
            self.lines.append(line)
            self._breaks = 0
        self._clear()
        self._inline = 0

    def _box(self, tag: str, attributes: dict[str, str]) -> "_Box":
        above = self._boxes[-1]
        name = " ".join(filter(None, (attributes.get(key) for key in ("class", "id", "itemprop", "role"))))[:LONGEST_NAME].strip()
        own = _NONE
        if name and tag not in _ROOTS:
            found = self._named.get(name)
            if found is None:
                found = self._named[name] = frozenset(HINTS[i][0] for i in _SET.Match(name) or ())
            own = found
        places = above.places if tag not in _PLACES or tag in above.places else above.places | {tag}
        far = above.hints if own <= above.hints else above.hints | own
        near = own | above.last
        if places is above.places and far is above.hints and near == above.near and above.tag == tag and own == above.last:
            return above
        return _Box(tag, places, far, near, own)

    def _join_cells(self, first: int) -> None:
        cells = self.lines[first:]
        short = all(cell.tag in _CELLS and len(cell.text) <= LONGEST_CELL for cell in cells)
        if not short or len({cell.block for cell in cells}) < max(2, len(cells)):
            return
        row = cells[0]
        row.text = " | ".join(cell.text for cell in cells)
        row.tag = "tr"
        row.links, row.linked, row.strong = (sum(getattr(cell, name) for cell in cells) for name in ("links", "linked", "strong"))
        del self.lines[first + 1 :]


@dataclass(frozen=True, slots=True)
class _Box:
    """An open block element: what it is, and what it and its ancestors are called (`hints` all of them, `near` it and its parent, `last` itself)."""

    tag: str
    places: frozenset[str]
    hints: frozenset[str]
    near: frozenset[str]
    last: frozenset[str] = _NONE
