"""All evidence of a line in one row of figures, and which kind of evidence each figure is.

The order of the columns is part of the model file, which names them: a file that was fitted with other columns is refused.
"""

from typing import Final

import numpy as np

from copydesk.boilerplate.model import context, echo, shape
from copydesk.boilerplate.model.forest import Matrix
from copydesk.boilerplate.model.known import Phrasebook, ask, line_hashes
from copydesk.boilerplate.model.shape import Column
from copydesk.boilerplate.model.text import Batch, Ints
from copydesk.boilerplate.model.words import Spoken, Weights, weigh

__all__ = ["KINDS", "kind", "matrix", "named"]

KINDS: Final = {
    "phrase": "known phrases in it or near it",
    "words": "its words",
    "around": "the words of the lines around it",
    "shape": "its shape",
    "neighbours": "the shape of the lines around it",
    "place": "its place in the document",
    "document": "what kind of document it is",
    "echo": "what the document says elsewhere",
    "length": "its length",
    "host": "other documents of the site",
}
"""The kinds of evidence, each as a reason names it. `length` is no question of a tree: a longer line must bring more (`score`)."""

_OWN_WORDS: Final = frozenset({"score", "known_share"})
_PREFIXES: Final = (
    ("phrase", ("phrase", "since_phrase", "since_heading", "until_phrase")),
    ("around", ("score_", "since_short")),
    ("neighbours", ("words_near", "words_to_end", "ends_", "text_near", "capital_before", "capital_behind", "capital_near", "starts_", "digit_near")),
    ("place", ("place", "words_before_share", "words_behind", "text_before", "text_behind", "since_text", "until_text")),
    ("document", ("document",)),
    ("echo", ("echo", "twin")),
)
_SIDES: Final = ("_1", "_2", "_8")


def kind(column: str) -> str:
    """Return the kind of evidence of a column.

    >>> kind("score"), kind("score_near_3"), kind("words_behind"), kind("words_behind_1"), kind("length")
    ('words', 'around', 'place', 'neighbours', 'shape')
    """
    if column in _OWN_WORDS:
        return "words"
    if column.startswith(("words_", "text_")) and column.endswith(_SIDES):
        return "neighbours"
    return next((name for name, starts in _PREFIXES if column.startswith(starts)), "shape")


def named(batch: Batch, spoken: Spoken, book: Phrasebook) -> tuple[dict[str, Column], Ints]:
    """Return all columns by name, and the length of each line in words."""
    seen = shape.look(batch)
    columns = {**seen.columns, **context.look(batch, seen, spoken, ask(batch, book)), **echo.look(batch, seen, line_hashes(batch))}
    return columns, seen.words


def matrix(batch: Batch, weights: Weights, book: Phrasebook) -> tuple[Matrix, Ints]:
    """Return all columns as the rows of a matrix, and the length of each line in words."""
    columns, words = named(batch, weigh(batch, weights), book)
    return np.stack(list(columns.values())), words
