"""How likely each line of a page is its article's: an additive model, so that each part of the evidence has one weight that can be read.

Logistic regression over the figures of `copydesk.boilerplate.html.features`. There are two sets of weights: for pages on which extractors vote, and for those
that no extractor was asked about or found anything in. They were fitted by `bench/fit_html.py` on pages whose sets may be used for that (wcxb, CC BY 4.0;
trafilatura's evaluation pages, Apache-2.0; CleanEval); `weights.json` says on how many.
"""

import json
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any

import numpy as np

from copydesk.boilerplate.html.features import features
from copydesk.boilerplate.html.lines import PageLine
from copydesk.boilerplate.html.votes import shares
from copydesk.boilerplate.html.words import tokens

__all__ = ["probabilities"]

Array = np.ndarray[Any, np.dtype[np.float64]]

_WEIGHTS = json.loads(files("copydesk.boilerplate.html").joinpath("weights.json").read_text("utf-8"))


def probabilities(lines: Sequence[PageLine], outputs: Mapping[str, str]) -> Array:
    """Return for each line of a page how likely it is its article's, 0 to 1, given what the extractors made of the page.

    >>> from copydesk.boilerplate.html.lines import read
    >>> page = read("<nav><a href='/'>Home</a></nav><p>A fire broke out at the mill on Monday night, police said, and nobody was hurt in it.").lines
    >>> menu, story = probabilities(page, {})
    >>> bool(menu < story)
    True
    """
    if not lines:
        return np.zeros(0)
    words = [tokens(line.text) for line in lines]
    votes = {name: shares(words, text) for name, text in outputs.items()} if any(outputs.values()) else {}
    weights = _WEIGHTS["voted" if votes else "alone"]
    found = features(lines, words, votes)
    total = np.full(len(lines), weights["bias"])
    for name, weight in weights["weights"].items():
        total += weight * found[name]
    chances: Array = 1 / (1 + np.exp(-np.clip(total, -30, 30)))
    return chances
