"""What three maintained extractors keep of a page, as shares of its lines.

trafilatura, readability and resiliparse are built on different ideas (rules for known layouts, the box with the most prose, patterns over names), so they fail
on different pages. Each is asked for its text, and each line of the page gets the share of its 3-word shingles that this text holds. Where a line stands more
often on the page than in an extractor's text, the occurrences in the best company count, so that a headline does not vote for its copy in a list.

Nothing is remembered between pages (trafilatura's cache of seen paragraphs is off), no address is given, nothing is fetched. All three get one tree, or its
serialisation: resiliparse takes time with the square of the depth (100,000 open <div> took it more than ten minutes), and a tree of libxml2 within the bounds
of `copydesk.boilerplate.html.lines` has none of the open elements that an HTML5 parser would have to reopen in each paragraph.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from copy import deepcopy
from typing import Any

import numpy as np
import trafilatura
from lxml import html
from resiliparse.extract.html2text import extract_plain_text
from trafilatura.readability_lxml import Document as Readability

from copydesk.boilerplate.html.lines import read
from copydesk.boilerplate.html.words import Words, tokens

__all__ = ["VOTERS", "outputs", "shares"]

SHINGLE = 3
"""Words a shingle: two of them are too often by chance in another line, four say nothing of short lines."""
COMPANY = 5
"""Lines on each side whose kept words are counted when a line stands more often on the page than in the text."""

Array = np.ndarray[Any, np.dtype[np.float64]]


def outputs(page: str) -> dict[str, str]:
    """Return what each extractor gives for a page; "" where it fails or finds nothing. The page must be within bounds."""
    try:
        tree = trafilatura.load_html(page)
    except Exception:  # noqa: BLE001 - law 9: whatever a page provokes in there, the lines of the stream remain
        tree = None
    if tree is None:
        return dict.fromkeys(VOTERS, "")
    found = {}
    for name, extract in VOTERS.items():
        try:
            found[name] = extract(tree) or ""
        except Exception:  # noqa: BLE001 - as above: an extractor that fails has no vote
            found[name] = ""
    return found


def shares(lines: Sequence[Words], text: str) -> Array:
    """Return for each line (as tokens) the share of it that a text holds, 0 to 1."""
    whole: Counter[Words] = Counter()
    shingles: set[Words] = set()
    for line in text.split("\n"):
        words = tokens(line)
        if words:
            whole[words] += 1
            shingles.update(_shingles(words))
    found = np.array([_share(line, whole, shingles) for line in lines], dtype=float)
    _only_in_company(lines, found, whole)
    return found


def _share(line: Words, whole: Counter[Words], shingles: set[Words]) -> float:
    if len(line) < SHINGLE:
        return float(line in whole)
    parts = _shingles(line)
    return sum(part in shingles for part in parts) / len(parts)


def _only_in_company(lines: Sequence[Words], found: Array, whole: Counter[Words]) -> None:
    places: defaultdict[Words, list[int]] = defaultdict(list)
    for i, line in enumerate(lines):
        if found[i] > 0:
            places[line].append(i)
    kept = np.concatenate([[0.0], np.cumsum(found * np.array([len(line) for line in lines], dtype=float))])
    for line, at in places.items():
        most = max(1, whole[line])
        if len(at) > most:
            company = {i: kept[min(len(lines), i + COMPANY + 1)] - kept[max(0, i - COMPANY)] for i in at}
            for i in sorted(at, key=lambda i: (-company[i], i))[most:]:
                found[i] = 0.0


def _shingles(words: Words) -> list[Words]:
    return list(zip(words, words[1:], words[2:], strict=False))


def _trafilatura(tree: html.HtmlElement) -> str | None:
    found: str | None = trafilatura.extract(
        deepcopy(tree), output_format="txt", include_comments=False, include_tables=True, deduplicate=False, prune_xpath="//template"
    )
    return found


def _readability(tree: html.HtmlElement) -> str:
    return "\n".join(line.text for line in read(Readability(deepcopy(tree), min_text_length=25).summary()).lines)


def _resiliparse(tree: html.HtmlElement) -> str:
    page = html.tostring(tree, encoding="unicode")
    return extract_plain_text(page, main_content=True, preserve_formatting=True, alt_texts=False, comments=False)


VOTERS: dict[str, Callable[[html.HtmlElement], str | None]] = {"trafilatura": _trafilatura, "readability": _readability, "resiliparse": _resiliparse}
"""readability is the copy that trafilatura carries (Apache-2.0): readability-lxml 0.9 wants chardet below 6, this project reads bytes with 7."""
