"""The main text of an HTML page, as lines.

trafilatura is the best of the free extractors on news (README of `bench/`), but it is a library of trees, and a page may be anything. So a page is first
read once as a stream of tags, which costs little, needs no tree and cannot be nested too deep; that gives all its visible lines, and its depth and size.
A page within bounds goes to trafilatura; one that is not, or that it finds nothing in, keeps the lines of the stream: too much text rather than none.

Nothing is remembered between pages: trafilatura's cache of seen paragraphs (`deduplicate`) is off, no address is given, and nothing is fetched.
"""

import trafilatura
from lxml import etree

from copydesk.document import Document, Edit

__all__ = ["RULE", "extract", "main_text"]

RULE = "html:main-text"

MOST_CHARS = 3_000_000
"""A larger page keeps the lines of the stream. The largest article page of the DEV half has 260,000 characters."""
MOST_TAGS = 30_000
"""As `MOST_CHARS`: some of trafilatura's steps compare each paragraph with those before it, so its time grows faster than the page."""
MOST_DEPTH = 200
"""lxml gives up at a depth of 256 and silently loses what is deeper; trafilatura recurses."""
MOST_INLINE = 1_000
"""As `MOST_TAGS`, of inline elements in one block: 29,000 <span> in one paragraph took trafilatura 2.3.1 95 s, and time grows with the square."""

_HIDDEN = frozenset({"script", "style", "noscript", "template", "head", "title", "svg", "math", "iframe", "object", "select", "textarea", "button"})
_INLINE = frozenset(
    {"a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "dfn", "del", "em", "font", "i", "ins", "kbd", "label", "mark", "q", "s"}
    | {"samp", "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr", "img"}
)
_VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"})


def extract(document: Document) -> tuple[Edit, ...]:
    """Replace a page by its main text, once: the ledger says whether it has been done, so an edit is made even where nothing changes."""
    done = any(edit.rule == RULE for edit in document.edits)
    if document.media != "html" or done or not document.text:
        return ()
    text = main_text(document.text)
    why = "the main text of the page, without its scripts, menus and comments"
    return (Edit("boilerplate", RULE, 0, len(document.text), document.text, text, why),)


def main_text(html: str, language: str = "") -> str:  # noqa: ARG001 - the signature of `bench/`; a target language makes trafilatura drop pages
    r"""Return the main text of a page, one line a paragraph, heading, list item or table row; never raises, and "" only if no text is there.

    >>> main_text("<html><body><script>x()</script><p>A fire broke out.<p>No one was hurt.</body></html>")
    'A fire broke out.\nNo one was hurt.'
    """
    page = html.encode("utf-8", "replace").decode().replace("\0", " ")
    stream = _read(page)
    if len(page) <= MOST_CHARS and stream.within_bounds:
        found = _trafilatura(page)
        if found:
            return found
    return "\n".join(stream.lines)


def _trafilatura(page: str) -> str:
    try:
        found = trafilatura.extract(page, output_format="txt", include_comments=False, include_tables=True, deduplicate=False, prune_xpath="//template")
    except Exception:  # noqa: BLE001 - law 9: whatever a page provokes in there, the lines of the stream remain
        return ""
    return "\n".join(line.rstrip() for line in found.splitlines() if line.strip()) if found else ""


def _read(page: str) -> "_Stream":
    stream = _Stream()
    parser = etree.HTMLParser(target=stream, huge_tree=True)  # type: ignore[call-overload]  # lxml calls only the methods that a target has
    try:
        parser.feed(page)
        parser.close()
    except (etree.LxmlError, ValueError):  # an empty page, a character that no document may hold: what was read until there counts
        stream.close()
    return stream


class _Stream:
    """Collects the visible lines of a page while its tags go by: a block ends a line, hidden elements are passed over."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._tags = self._deepest = self._crowd = 0
        self._depth = self._hidden = self._inline = 0
        self._line: list[str] = []

    @property
    def within_bounds(self) -> bool:
        """Whether a tree of this page can be worked on in reasonable time."""
        return self._tags <= MOST_TAGS and self._deepest <= MOST_DEPTH and self._crowd <= MOST_INLINE

    def start(self, tag: str, _attributes: dict[str, str]) -> None:
        self._tags += 1
        self._hidden += tag in _HIDDEN
        if tag not in _VOID:
            self._depth += 1
            self._deepest = max(self._deepest, self._depth)
        if tag in _INLINE:
            self._inline += 1
            self._crowd = max(self._crowd, self._inline)
        else:
            self._break()

    def end(self, tag: str) -> None:
        self._hidden -= tag in _HIDDEN
        self._depth -= tag not in _VOID
        if tag not in _INLINE:
            self._break()

    def data(self, data: str) -> None:
        if not self._hidden:
            self._line.append(data)

    def close(self) -> None:
        self._break()

    def _break(self) -> None:
        line = " ".join("".join(self._line).split())
        self._line.clear()
        self._inline = 0
        if line:
            self.lines.append(line)
