"""How probable it is that an English text came out of a machine, where one text in ten does; and which sort of machine it reads like.

`judged` takes the documents of a shard at once, as numpy counts fast in bulk; a document's figures are the same in any company and alone (law 3). A document is
cut into windows of about 300 words; its score is the mean of theirs, held against what human documents of its length reach.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from copydesk.translation.model.characters import DIGIT, LETTER
from copydesk.translation.model.figures import Windows, counted, rates, windows
from copydesk.translation.model.file import HEADS, Heads, Model, shipped
from copydesk.translation.model.masked import buckets
from copydesk.translation.model.tokens import Ints, Tokens, read

__all__ = ["FEWEST_WORDS", "MOST_CHARACTERS", "Judged", "judged", "raw"]

FEWEST_WORDS: Final = 60
"""Shorter texts are not judged: nothing below was fitted or measured."""
MOST_CHARACTERS: Final = 60_000
"""Only so much of a text is judged, about 10,000 words or 33 windows; more of them would not change their mean."""
_CHUNK: Final = 100_000
_FEW_DISTINCT: Final = 0.2

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Judged:
    """`probability` at a base rate of one text in ten, and the head that spoke loudest, one of `HEADS`."""

    probability: float
    head: str


def judged(texts: Sequence[str], model: Model | None = None) -> list[Judged | None]:
    """Judge English texts; None for one that is too short, or mostly says the same again, which no human or translated text does.

    >>> judged(["Too short to tell."])
    [None]
    """
    model = model or shipped()
    return [found for low, high in _chunks(texts) for found in _judged([text[:MOST_CHARACTERS] for text in texts[low:high]], model)]


def raw(tokens: Tokens, model: Model) -> tuple[Floats, Ints, Floats]:
    """Return each document's score by each head (documents x heads), its words, and the share of its tokens that are distinct in their window."""
    spans = windows(tokens)
    counts, found, band = counted(tokens, spans, model.language, model.synonyms)
    masks = buckets(tokens, model.language.words.rank.take(found.slot), band)
    heads = model.heads
    figures = rates(counts, spans.tokens)
    scores = np.stack([(figures * column).sum(axis=1) for column in heads.weights.T], axis=1) + heads.bias
    scores += _weighed(masks, spans, heads) * heads.unit
    documents = np.bincount(spans.document, minlength=tokens.starts.size - 1)
    mean = np.stack([np.bincount(spans.document, column, documents.size) for column in scores.T], axis=1) / documents[:, None]
    word = np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum((tokens.classes & (LETTER | DIGIT)) > 0)))
    distinct = np.bincount(spans.document, counts[:, -2], documents.size) / np.maximum(np.diff(tokens.starts), 1)
    return mean, np.diff(word[tokens.starts]), distinct


def _weighed(masks: tuple[Ints, Ints, Ints], spans: Windows, heads: Heads) -> Floats:
    """Sum the weights of the n-grams of each window; integers, so that their order does not matter."""
    total = spans.document.size
    columns = []
    for table in heads.masked.T:
        each = table.take(masks[0]).astype(np.int32) + table.take(masks[1]) + table.take(masks[2])
        columns.append(np.bincount(spans.of, each, total))
    found: Floats = np.stack(columns, axis=1) / np.sqrt(3 * np.maximum(spans.tokens, 50))[:, None]
    return found


def _judged(texts: Sequence[str], model: Model) -> Iterator[Judged | None]:
    tokens = read(texts)
    scores, words, distinct = raw(tokens, model)
    heads = model.heads
    row = np.searchsorted(heads.bounds, words, side="right")
    beyond = (scores - heads.limit[row]) / heads.spread[row]
    loudest = beyond.argmax(axis=1)
    odds = heads.base[row] + heads.slope[row] * beyond.max(axis=1)
    chance = 1 / (1 + np.exp(-np.clip(odds, -30, 30)))
    known = (words >= FEWEST_WORDS) & (distinct >= _FEW_DISTINCT)
    for p, head, sure in zip(chance.tolist(), loudest.tolist(), known.tolist(), strict=True):
        yield Judged(p, HEADS[head]) if sure else None


def _chunks(texts: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Cut a shard so that the arrays of a part fit into a processor's cache."""
    first = size = 0
    for at, text in enumerate(texts):
        size += min(len(text), MOST_CHARACTERS)
        if size >= _CHUNK or at + 1 == len(texts):
            yield first, at + 1
            first, size = at + 1, 0
