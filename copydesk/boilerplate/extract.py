"""The main text of an HTML page: its paragraphs, headings, lists and tables, without menus, teasers, notices and, unless they are wanted, comments.

No single extractor is best on all pages, so none decides alone: a page is read as lines (`html.lines`), three maintained extractors vote on each
(`html.votes`), and a small additive model weighs their votes against what the markup and the neighbours say (`html.features`, `html.model`). The text is
always put together from the page's own lines, so that its layout is the same whoever was right:

* paragraphs, headings, lists, tables and quotes stand apart by a blank line, so that a block is a block;
* items of a list, rows of a table and lines between <br> are lines; the cells of a row are separated by " | ".

A page that would be too dear for the extractors (`html.lines` has the bounds), or in which they find nothing, is judged by the markup alone; if nothing is
left of that, all its visible lines stay: too much text rather than none. Nothing is remembered between pages and nothing is fetched.
"""

from copydesk.boilerplate.html.lines import PageLine, read
from copydesk.boilerplate.html.model import probabilities
from copydesk.boilerplate.html.votes import outputs
from copydesk.document import Document, Edit

__all__ = ["KEEP", "RULE", "extract", "main_text"]

RULE = "html:main-text"

KEEP = 0.65
"""From this chance on a line is kept. On sites that were not fitted word F1 is flat between .6 and .7; below, boilerplate comes in, above, words are lost."""

MOST_LINES = 50_000
"""A page of more lines keeps them all: the longest article page of the DEV half has 4,000, and 500,000 lines took 12 s and half a gigabyte to judge."""


def extract(document: Document, *, comments: bool = False) -> tuple[Edit, ...]:
    """Replace a page by its main text, once: the ledger says whether it has been done, so an edit is made even where nothing changes."""
    done = any(edit.rule == RULE for edit in document.edits)
    if document.media != "html" or done or not document.text:
        return ()
    text = main_text(document.text, comments=comments)
    why = "the main text of the page, without its scripts and menus" + (", with its comments" if comments else " and comments")
    return (Edit("boilerplate", RULE, 0, len(document.text), document.text, text, why),)


def main_text(html: str, language: str = "", *, comments: bool = False) -> str:  # noqa: ARG001 - the signature of `bench/`; no evidence asks for a language
    r"""Return the main text of a page; never raises, and "" only if no text is there.

    >>> main_text("<html><body><script>x()</script><p>A fire broke out.<p>No one was hurt.</body></html>")
    'A fire broke out.\n\nNo one was hurt.'
    """
    page = html.encode("utf-8", "replace").decode().replace("\0", " ")
    reading = read(page)
    if len(reading.lines) > MOST_LINES:
        return _joined(reading.lines)
    chances = probabilities(reading.lines, outputs(page) if reading.bounded else {})
    kept = [line for line, chance in zip(reading.lines, chances, strict=True) if chance >= KEEP or (comments and _comment(line))]
    return _joined(kept or reading.lines)


def _comment(line: PageLine) -> bool:
    """Say whether a line is a reader's comment, as the names of its boxes have it: neither the form below nor a line of links."""
    return "comment" in line.hints and "form" not in line.places and 2 * line.linked < len(line.text)


def _joined(lines: list[PageLine]) -> str:
    """Put lines together, each block apart from the one before it."""
    pieces: list[str] = []
    for line in lines:
        if pieces:
            pieces.append("\n\n" if line.gap else "\n")
        pieces.append(line.text)
    return "".join(pieces)
