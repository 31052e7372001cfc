"""How deep a page's elements lie in each other: asked before any parser of trees sees the page.

Parsers look through all open elements at an end tag, so their time grows with tags times depth: 60,000 open elements before as many end tags kept
libxml2 busy for 9 s. Here each tag costs the same. The answer is an estimate of what a parser would make of the page: elements whose end tag may be left
out are closed as the standard says where it matters, everything else stays open until its end tag, as it does in libxml2.
"""

import re
from collections.abc import Iterator

__all__ = ["deeper_than"]

_TAG = re.compile(r"<(?:(!--)|(/?)([a-zA-Z][^\s/>]{0,40}))")
_VOID = frozenset(
    {"area", "base", "basefont", "br", "col", "embed", "frame", "hr", "img", "input", "keygen", "link", "meta", "param", "source", "track", "wbr"}
)
# What stands in these is text, whatever it looks like.
_RAW = frozenset({"script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes"})
_CELL, _ROW, _SECTION = frozenset({"td", "th"}), frozenset({"tr"}), frozenset({"thead", "tbody", "tfoot", "caption", "colgroup"})
_BLOCKS = frozenset(
    {"address", "article", "aside", "blockquote", "center", "dd", "details", "dir", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form"}
    | {"h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "menu", "nav", "ol", "p", "pre", "section", "table", "td", "th", "tr", "ul"}
)
# Which open element the start of another one closes (HTML standard, "optional tags").
_CLOSED_BY = {
    "p": _BLOCKS,
    "li": frozenset({"li"}),
    "dt": frozenset({"dt", "dd"}),
    "dd": frozenset({"dt", "dd"}),
    "option": frozenset({"option", "optgroup"}),
    "optgroup": frozenset({"optgroup"}),
    "td": _CELL | _ROW | _SECTION,
    "th": _CELL | _ROW | _SECTION,
    "tr": _ROW | _SECTION,
    "thead": _SECTION,
    "tbody": _SECTION,
    "tfoot": _SECTION,
    "head": frozenset({"body"}),
    "rt": frozenset({"rt", "rp"}),
    "rp": frozenset({"rt", "rp"}),
}


def deeper_than(page: str, limit: int) -> bool:
    """Say whether elements of this page lie more than `limit` deep; linear in the length of the page.

    >>> deeper_than("<div>" * 5 + "</div>" * 5, 4), deeper_than("<p>One.<p>Two.<p>Three.<br><p>Four.<p>Five.", 4)
    (True, False)
    """
    if page.count("<") <= limit:
        return False
    opened: list[str] = []
    counts: dict[str, int] = {}
    for closing, name in _tags(page):
        if not closing:
            while opened and name in _CLOSED_BY.get(opened[-1], ()):
                counts[opened.pop()] -= 1
            opened.append(name)
            counts[name] = counts.get(name, 0) + 1
            if len(opened) > limit:
                return True
        elif counts.get(name):
            while (last := opened.pop()) != name:
                counts[last] -= 1
            counts[name] -= 1
    return False


def _tags(page: str) -> Iterator[tuple[bool, str]]:
    """The tags in order, as (is it an end tag, name); not those in comments and scripts, and of a thing that has no end none is passed over."""
    beyond = 0
    endless: set[str] = set()
    for found in _TAG.finditer(page):
        if found.start() < beyond:
            continue
        comment, slash, name = found.groups()
        name = name.lower() if name else "!--"
        if not comment and name not in _VOID:
            yield bool(slash), name
        if (comment or name in _RAW) and not slash and name not in endless:
            beyond = _end_of(page, name, found.end())
            if beyond < 0:
                endless.add(name)


def _end_of(page: str, name: str, at: int) -> int:
    if name == "!--":
        return page.find("-->", at)
    found = re.compile(f"</{name}", re.IGNORECASE).search(page, at)
    return found.start() if found else -1
