"""How much each line of a text reads like furniture of its page, and which evidence says so.

`judged` takes the documents of a shard at once, as numpy counts fast in bulk; a document's scores are the same in any company and alone (law 3). A score is
in logits: 0 is even odds as the training data had them, more is furniture. Which score is enough to act is not said here.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from copydesk.boilerplate.model import columns
from copydesk.boilerplate.model.file import Model, shipped
from copydesk.boilerplate.model.forest import UNIT, Matrix
from copydesk.boilerplate.model.known import Phrasebook
from copydesk.boilerplate.model.text import Batch, Ints, read

__all__ = ["Judged", "judged", "price", "trust"]

_CHUNK: Final = 200_000
"""So many characters are looked at together: their arrays fit into a processor's cache, which makes them a third faster than a whole shard at once."""
_LINES: Final = 12_000
"""So many lines are put to the forest together: its passes are short, and each costs a call."""
_MOST_WORDS: Final = 1_000
_NEARLY_ALL: Final = 0.94
_FEW: Final = 0.75
_FOREIGN: Final = 0.5
_SURE: Final = UNIT // 2
_UNSURE: Final = -UNIT // 2
_CAREFUL: Final = 3 * UNIT // 4
_UNSPACED: Final = 9 * UNIT // 4


@dataclass(frozen=True, slots=True)
class Judged:
    """The scores of one document's lines as given (blank lines: minus infinity), and the evidence of those that reach the score that was asked for.

    `evidence` has a row by the number of its line, one figure in logits for each of `kinds`; with the constant `base` it adds up to the line's score.
    """

    scores: npt.NDArray[np.float64]
    evidence: Mapping[int, npt.NDArray[np.float64]]
    kinds: tuple[str, ...]
    base: float

    def reasons(self, line: int, most: int = 2) -> list[tuple[str, float]]:
        """Return the kinds of evidence that spoke most for a line being furniture, in words, with what each brought; the strongest first."""
        row = self.evidence[line]
        order = sorted(range(row.size), key=lambda k: (-row[k], k))
        return [(columns.KINDS[self.kinds[k]], float(row[k])) for k in order[:most] if row[k] > 0]


def judged(
    documents: Sequence[Sequence[str]],
    book: Phrasebook,
    *,
    least: float = np.inf,
    model: Model | None = None,
) -> Iterator[Judged]:
    """Judge documents, each a sequence of lines.

    Lines that score `least` and more come with their evidence.
    """
    model = model or shipped()
    waiting: list[tuple[Batch, Matrix, Ints]] = []
    first = lines = 0
    for low, high in _chunks(documents):
        batch = read(documents[low:high])
        if batch.index.size:
            waiting.append((batch, *columns.matrix(batch, model.weights, book)))
        else:
            waiting.append((batch, np.zeros((len(model.columns), 0), dtype=np.float32), np.zeros(0, dtype=np.int64)))
        lines += batch.index.size
        if lines >= _LINES or high == len(documents):
            yield from _weighed(waiting, documents[first:high], least, model)
            waiting, first, lines = [], high, 0


def _weighed(
    waiting: Sequence[tuple[Batch, Matrix, Ints]],
    documents: Sequence[Sequence[str]],
    least: float,
    model: Model,
) -> Iterator[Judged]:
    """Ask the forest about the lines of some batches, which are those of the documents, and share the answers out."""
    figures = np.concatenate([found for _, found, _ in waiting], axis=1)
    words = np.concatenate([found for _, _, found in waiting])
    index = np.concatenate([batch.index for batch, _, _ in waiting])
    stops = np.cumsum(np.concatenate([np.diff(batch.starts) for batch, _, _ in waiting]))
    starts = np.concatenate(([0], stops[:-1]))
    reached = model.forest.reached(figures)
    added = np.zeros((index.size, len(model.kinds)), dtype=np.int64)
    added[:, model.kinds.index("length")] = -price(words, model.per_log_word)
    added[:, model.kinds.index("document")] = trust(*(figures[model.columns.index(name)] for name in ("document_known", "unspaced")))
    totals = model.forest.total(reached) + added.sum(axis=1)
    chosen = np.flatnonzero(totals >= least * UNIT)
    rows = model.forest.evidence(reached[:, chosen]) + added[chosen]
    bounds = np.searchsorted(chosen, np.stack((starts, stops))).T.tolist()
    count = np.fromiter(map(len, documents), dtype=np.int64, count=len(documents))
    ends = np.cumsum(count)
    scores = np.full(int(count.sum()), -np.inf)
    scores[index + np.repeat(ends - count, stops - starts)] = totals / UNIT
    told, evidence, base = index[chosen].tolist(), rows / UNIT, model.forest.base / UNIT
    for (low, high), end, size in zip(bounds, ends.tolist(), count.tolist(), strict=True):
        yield Judged(scores[end - size : end], {told[k]: evidence[k] for k in range(low, high)}, model.kinds, base)


def price(words: Ints, per_log_word: int) -> Ints:
    """Return what lines of so many words must bring more, in steps."""
    table: Ints = np.rint(per_log_word * np.log(np.maximum(1, np.arange(_MOST_WORDS + 1)))).astype(np.int64)
    return table[np.minimum(words, _MOST_WORDS)]


def trust(known: npt.NDArray[np.floating], unspaced: npt.NDArray[np.floating]) -> Ints:
    """Return what is added for how well a document's language is known, in steps, so that one threshold costs all languages about as many words.

    `known` is the share of its words that the model knows, `unspaced` whether a line is written without spaces. English has 1,000 pages and the surest scores;
    French and Swedish, with 160 each, are the measure; a language with few pages, or related to such, costs more and must bring more. In scripts that the
    model never saw the trees are careful by themselves, in Chinese most of all. Read off the thresholds that would lose 2 % of each on the DEV pages.
    """
    by_words = np.select([known >= _NEARLY_ALL, known < _FOREIGN, known < _FEW], [_SURE, _CAREFUL, _UNSURE], 0)
    return np.where(unspaced > 0, _UNSPACED, by_words).astype(np.int64)


def _chunks(documents: Sequence[Sequence[str]]) -> Iterator[tuple[int, int]]:
    first = size = 0
    for at, lines in enumerate(documents):
        size += sum(map(len, lines))
        if size >= _CHUNK or at + 1 == len(documents):
            yield first, at + 1
            first, size = at + 1, 0
