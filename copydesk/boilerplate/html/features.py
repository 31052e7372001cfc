"""What is seen of each line of a page, as figures: itself, its place in the markup, its neighbours, and the votes of the extractors.

No feature knows a language. Windows are means over the words of the lines before and behind; "good" words stand in lines that end like sentences, have ten
words or more, and few links: prose, by the oldest rule there is (Finn, Kushmerick and Smyth 2001; Kohlschuetter, Fankhauser and Nejdl 2010). All work is
linear in the page.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from copydesk.boilerplate.html.lines import HINTS, PageLine
from copydesk.boilerplate.html.words import Words

__all__ = ["features"]

Array = np.ndarray[Any, np.dtype[np.float64]]

_KINDS = {"p": "p", "h1": "h1", "li": "li", "blockquote": "quote", "pre": "pre", "dt": "dl", "dd": "dl"} | dict.fromkeys(("td", "th", "tr"), "cell")
_KINDS |= dict.fromkeys(("h2", "h3", "h4", "h5", "h6"), "h")
_PLACES = ("nav", "aside", "footer", "header", "form", "article", "main", "figure", "blockquote", "section", "li", "table", "dl")
_ENDS = (
    *(".", "!", "?", '"', ":", "\N{HORIZONTAL ELLIPSIS}", "\N{IDEOGRAPHIC FULL STOP}", "\N{FULLWIDTH EXCLAMATION MARK}", "\N{FULLWIDTH QUESTION MARK}"),
    *("\N{RIGHT DOUBLE QUOTATION MARK}", "\N{RIGHT-POINTING DOUBLE ANGLE QUOTATION MARK}"),
)
_COMMAS = str.maketrans(dict.fromkeys(",;\N{ARABIC COMMA}\N{FULLWIDTH COMMA}\N{IDEOGRAPHIC COMMA}", ""))
_ARROW = "\N{RIGHT-POINTING DOUBLE ANGLE QUOTATION MARK}"
_BARS = str.maketrans(dict.fromkeys(_ARROW + "|/\N{MIDDLE DOT}\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}\N{COPYRIGHT SIGN}", ""))
_DIGITS = str.maketrans(dict.fromkeys("0123456789", ""))
_PROSE_WORDS, _PROSE_LINKS = 10, 0.3
_TINY = 1e-9


def features(lines: Sequence[PageLine], words: Sequence[Words], votes: Mapping[str, Array]) -> dict[str, Array]:
    """Return named columns with a figure for each line; without votes, those that need none."""
    count = np.array([len(line) for line in words], dtype=float)
    found = _shape(lines, count) | _markup(lines) | _page(words, count)
    link = found["link"]
    good: Array = ((count >= _PROSE_WORDS) & (link < _PROSE_LINKS)).astype(np.float64)
    signals = {"link": link, "prose": good * found["end"]}
    if votes:
        found |= _votes(votes, count)
        signals["vote"] = found["vote_mean"]
    for name, signal in signals.items():
        for reach in (1, 3, 8):
            found[f"before{reach}_{name}"], found[f"behind{reach}_{name}"] = _sides(signal, count + 0.5, reach)
    for reach in (1, 3):
        before, behind = _sides(count, np.ones(len(count)), reach)
        found[f"before{reach}_words"], found[f"behind{reach}_words"] = np.log1p(before), np.log1p(behind)
    return found | _boxes(lines, count, good, link, found.get("vote_mean"))


def _shape(lines: Sequence[PageLine], count: Array) -> dict[str, Array]:
    size = np.array([max(1, len(line.text.replace(" ", ""))) for line in lines], dtype=float)
    link = np.minimum(1, np.array([line.linked for line in lines]) / size)
    texts = [line.text for line in lines]
    pieces = [text.split() for text in texts]
    return {
        "words": np.log1p(count),
        "long": (count > 40) * 1.0,  # noqa: PLR2004 - a paragraph
        "middling": ((count >= _PROSE_WORDS) & (count <= 40)) * 1.0,  # noqa: PLR2004 - as above
        "short": (count < 4) * 1.0,  # noqa: PLR2004 - a label
        "link": link,
        "all_link": (link > 0.9) * 1.0,  # noqa: PLR2004 - but for a bullet
        "no_link": (link == 0) * 1.0,
        "links": np.array([line.links for line in lines]) / (count + 0.5),
        "strong": np.minimum(1, np.array([line.strong for line in lines]) / size),
        "end": np.array([text.endswith(_ENDS) for text in texts], dtype=float),
        "commas": np.array([len(text) - len(text.translate(_COMMAS)) for text in texts]) / (count + 0.5),
        "bars": np.array([len(text) - len(text.translate(_BARS)) for text in texts]) / (count + 0.5),
        "digits": np.array([len(text) - len(text.translate(_DIGITS)) for text in texts]) / size,
        "capitals": np.array([sum(piece[0].isupper() for piece in line) / len(line) for line in pieces]),
        "gap": np.array([line.gap for line in lines], dtype=float),
    }


def _markup(lines: Sequence[PageLine]) -> dict[str, Array]:
    kinds = [_KINDS.get(line.tag, "") for line in lines]
    found = {f"tag_{kind}": np.array([each == kind for each in kinds], dtype=float) for kind in dict.fromkeys(_KINDS.values())}
    found |= {f"in_{place}": np.array([place in line.places for line in lines], dtype=float) for place in _PLACES}
    for hint, _ in HINTS:
        found[f"far_{hint}"] = np.array([hint in line.hints for line in lines], dtype=float)
        found[f"near_{hint}"] = np.array([hint in line.near for line in lines], dtype=float)
    return found


def _page(words: Sequence[Words], count: Array) -> dict[str, Array]:
    whole = count.sum() + _TINY
    numbers: dict[Words, int] = {}
    number = np.array([numbers.setdefault(line, len(numbers)) for line in words])
    return {
        "place": (np.cumsum(count) - count / 2) / whole,
        "copies": np.log(np.bincount(number)[number]),
        "page_lines": np.full(len(count), np.log1p(len(count))),
        "page_words": np.full(len(count), np.log1p(whole)),
    }


def _votes(votes: Mapping[str, Array], count: Array) -> dict[str, Array]:
    names, cast = list(votes), list(votes.values())
    mean = np.sum(cast, axis=0) / len(cast)
    found = {f"vote_{name}": vote for name, vote in votes.items()}
    kept = np.cumsum(mean * count)
    total = kept[-1] + _TINY
    found |= {"vote_mean": mean, "vote_least": np.minimum.reduce(cast), "vote_most": np.maximum.reduce(cast)}
    found |= {"voted_before": (kept - mean * count) / total, "voted_behind": (total - kept) / total}
    found |= {"page_voted": np.full(len(count), total / (count.sum() + _TINY)), "page_voted_words": np.full(len(count), np.log1p(total))}
    for i, one in enumerate(cast):
        found[f"page_{names[i]}"] = np.full(len(count), (one * count).sum() / (count.sum() + _TINY))
        for j in range(i):
            both, either = (np.minimum(one, cast[j]) * count).sum(), ((one + cast[j]) * count).sum()
            found[f"agree_{names[j]}_{names[i]}"] = np.full(len(count), 2 * both / (either + _TINY))
    return found


def _boxes(lines: Sequence[PageLine], count: Array, good: Array, link: Array, vote: Array | None) -> dict[str, Array]:
    """Say what else stands in the box and in the block of each line."""
    box, block = (np.unique([getattr(line, name) for line in lines], return_inverse=True)[1] for name in ("parent", "block"))
    prose = good * count
    in_box = np.bincount(box, prose)[box]
    weight = np.bincount(box, count + 0.5)[box]
    depth = np.array([line.depth for line in lines], dtype=float)
    total = prose.sum() + _TINY
    before = (np.cumsum(prose) - prose) / total
    found = {
        "box_prose": np.log1p(in_box),
        "box_share": in_box / (in_box.max() + _TINY),
        "box_link": np.bincount(box, link * (count + 0.5))[box] / weight,
        "box_lines": np.log1p(np.bincount(box)[box]),
        "block_words": np.log1p(np.bincount(block, count)[block]),
        "prose_before": before,
        "prose_behind": 1 - before - prose / total,
        "depth": np.clip(depth - depth[np.argmax(in_box)], -8, 8),
    }
    if vote is not None:
        found["box_vote"] = np.bincount(box, vote * (count + 0.5))[box] / weight
        found["block_vote"] = np.bincount(block, vote * (count + 0.5))[block] / np.bincount(block, count + 0.5)[block]
    return found


def _sides(signal: Array, weight: Array, reach: int) -> tuple[Array, Array]:
    """Return the weighted mean of a signal over the lines before each line and over those behind it."""
    size = len(signal)
    at = np.arange(size)
    sums = np.concatenate([[0.0], np.cumsum(signal * weight)])
    weights = np.concatenate([[0.0], np.cumsum(weight)])
    first, last = np.maximum(0, at - reach), np.minimum(size, at + 1 + reach)
    before = (sums[at] - sums[first]) / (weights[at] - weights[first] + _TINY)
    behind = (sums[last] - sums[at + 1]) / (weights[last] - weights[at + 1] + _TINY)
    return before, behind
