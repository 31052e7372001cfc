"""Where a line stands and what stands around it: pages print their furniture in runs, and the words of the neighbours betray a line better than its own.

Windows never reach over the ends of a document. All sums are running sums of integers, so that a document gives the same figures in any company.
"""

import numpy as np
import numpy.typing as npt

from copydesk.boilerplate.model.known import HEADING, Known
from copydesk.boilerplate.model.shape import Column, Shape
from copydesk.boilerplate.model.text import Batch, Ints, summed
from copydesk.boilerplate.model.words import Spoken

__all__ = ["look"]

_LONG = 14
"""From so many words on, a line that ends like a sentence counts as running text."""
_HEADING = 8
"""The most words of a line that can be the heading of what follows it."""
_ABSENT = -9999.0


class _Windows:
    """The extent of each line's document, and sums over windows inside it."""

    def __init__(self, batch: Batch) -> None:
        self.line = np.arange(batch.index.size)
        self.start = batch.starts[:-1][batch.document]
        self.stop = batch.starts[1:][batch.document]

    def mean(self, values: npt.NDArray[np.generic], before: int, behind: int) -> npt.NDArray[np.float64]:
        """Return the mean from `before` lines before a line to `behind` lines behind it, itself included."""
        low, high = np.maximum(self.start, self.line - before), np.minimum(self.stop, self.line + behind + 1)
        found: npt.NDArray[np.float64] = summed(values, low, high) / (high - low)
        return found

    def side(self, values: npt.NDArray[np.generic], first: int, last: int) -> npt.NDArray[np.float64]:
        """Return the mean of the lines from offset `first` to offset `last`, or a figure that no mean has where there are none."""
        low = np.clip(self.line + first, self.start, self.stop)
        high = np.clip(self.line + last + 1, self.start, self.stop)
        return np.where(high > low, summed(values, low, high) / np.maximum(1, high - low), _ABSENT)

    def at(self, values: npt.NDArray[np.generic], offset: int) -> npt.NDArray[np.float64]:
        """Return the value of the line at an offset."""
        spot = self.line + offset
        inside = (spot >= self.start) & (spot < self.stop)
        return np.where(inside, values[np.where(inside, spot, 0)], _ABSENT)

    def whole(self, values: npt.NDArray[np.generic]) -> Ints:
        return summed(values, self.start, self.stop)

    def since(self, flags: npt.NDArray[np.bool_]) -> Ints:
        """Return how many lines ago a flag was last set, in the same document; -1 where it was not."""
        last = np.maximum.accumulate(np.where(flags, self.line, -1))
        return np.where(last >= self.start, self.line - last, -1)

    def until(self, flags: npt.NDArray[np.bool_]) -> Ints:
        """Return in how many lines a flag is set next; -1 where it is not."""
        following = np.minimum.accumulate(np.where(flags, self.line, flags.size)[::-1])[::-1]
        return np.where(following < self.stop, following - self.line, -1)


def look(batch: Batch, shape: Shape, spoken: Spoken, known: Known) -> dict[str, Column]:
    """Return the columns of place, of the document, of phrases, of words and of the neighbours, by name."""
    window = _Windows(batch)
    running = (shape.words >= _LONG) & shape.ends
    columns = {
        **_place(window, shape, running),
        **_document(window, shape, spoken, known, running),
        **_phrases(window, known),
        **_words(window, shape, spoken, running),
        **_neighbours(window, shape, running),
    }
    return {name: column.astype(np.float32) for name, column in columns.items()}


def _place(window: _Windows, shape: Shape, running: npt.NDArray[np.bool_]) -> dict[str, npt.NDArray[np.generic]]:
    words = np.maximum(1, window.whole(shape.words))
    before = summed(shape.words, window.start, window.line)
    ago, ahead = window.since(running), window.until(running)
    text = window.whole(np.where(running, shape.words, 0))
    return {
        "place": window.line - window.start,
        "place_from_end": window.stop - 1 - window.line,
        "place_share": (window.line - window.start) / np.maximum(1, window.stop - window.start - 1),
        "words_before_share": before / words,
        "words_behind": words - before,
        "text_before": summed(np.where(running, shape.words, 0), window.start, window.line) / np.maximum(1, text),
        "text_behind": summed(np.where(running, shape.words, 0), np.minimum(window.line + 1, window.stop), window.stop),
        "since_text": ago,
        "until_text": ahead,
    }


def _document(window: _Windows, shape: Shape, spoken: Spoken, known: Known, running: npt.NDArray[np.bool_]) -> dict[str, npt.NDArray[np.generic]]:
    lines = window.stop - window.start
    return {
        "document_lines": lines,
        "document_words": window.whole(shape.words),
        "document_line_words": window.whole(shape.words) / lines,
        "document_ends": window.whole(shape.ends) / lines,
        "document_text": window.whole(np.where(running, shape.words, 0)) / np.maximum(1, window.whole(shape.words)),
        "document_score": window.whole(spoken.score) / lines,
        "document_known": window.whole(spoken.known) / np.maximum(1, window.whole(spoken.counted)),
        "document_phrases": window.whole(known.whole > 0) / lines,
    }


def _phrases(window: _Windows, known: Known) -> dict[str, npt.NDArray[np.generic]]:
    hit = known.whole > 0
    strong = known.whole > 1
    return {
        "phrase": known.whole,
        "phrase_opening": known.opening,
        "phrase_words": known.words,
        "phrase_before": window.side(hit, -1, -1),
        "phrase_behind": window.side(hit, 1, 1),
        "phrases_near": window.mean(hit, 3, 3),
        "phrases_before": window.side(strong, -8, -1),
        "phrases_behind": window.side(strong, 1, 8),
        "phrases_to_end": summed(hit, window.line, window.stop) / (window.stop - window.line),
        "since_phrase": window.since(strong),
        "since_heading": window.since(known.whole == HEADING),
        "until_phrase": window.until(strong),
    }


def _words(window: _Windows, shape: Shape, spoken: Spoken, running: npt.NDArray[np.bool_]) -> dict[str, npt.NDArray[np.generic]]:
    score = spoken.score
    heading = (shape.words <= _HEADING) & ~running
    ago = window.since(np.concatenate((np.zeros(1, dtype=bool), heading[:-1])) & (window.line > window.start)) + 1
    above = np.where(ago > 0, score[np.maximum(window.line - np.maximum(ago, 0), 0)], _ABSENT)
    return {
        "score": score,
        "known_share": spoken.known / np.maximum(1, spoken.counted),
        "score_before_1": window.at(score, -1),
        "score_before_2": window.at(score, -2),
        "score_behind_1": window.at(score, 1),
        "score_behind_2": window.at(score, 2),
        "score_near_1": window.mean(score, 1, 1),
        "score_near_3": window.mean(score, 3, 3),
        "score_near_8": window.mean(score, 8, 8),
        "score_before_3": window.side(score, -3, -1),
        "score_behind_3": window.side(score, 1, 3),
        "score_before_8": window.side(score, -8, -1),
        "score_behind_8": window.side(score, 1, 8),
        "score_to_end": summed(score, window.line, window.stop) / (window.stop - window.line),
        "score_from_start": summed(score, window.start, window.line + 1) / (window.line + 1 - window.start),
        "score_heading": above,
    }


def _neighbours(window: _Windows, shape: Shape, running: npt.NDArray[np.bool_]) -> dict[str, npt.NDArray[np.generic]]:
    words, ends = shape.words, shape.ends
    capital = np.rint(shape.columns["capital_share"] * 100).astype(np.int64)
    capped = np.minimum(words, 40)
    return {
        "words_before_1": window.at(words, -1),
        "words_before_2": window.at(words, -2),
        "words_behind_1": window.at(words, 1),
        "words_behind_2": window.at(words, 2),
        "words_near_3": window.mean(capped, 3, 3),
        "words_before_8": window.side(capped, -8, -1),
        "words_behind_8": window.side(capped, 1, 8),
        "words_to_end": summed(capped, window.line, window.stop) / (window.stop - window.line),
        "ends_before": window.at(ends, -1),
        "ends_behind": window.at(ends, 1),
        "ends_near_3": window.mean(ends, 3, 3),
        "ends_behind_8": window.side(ends, 1, 8),
        "ends_before_8": window.side(ends, -8, -1),
        "text_near_3": window.mean(running, 3, 3),
        "text_behind_8": window.side(running, 1, 8),
        "text_before_8": window.side(running, -8, -1),
        "capital_before": window.at(capital, -1),
        "capital_behind": window.at(capital, 1),
        "capital_near_3": window.mean(capital, 3, 3),
        "starts_before": window.at(shape.columns["starts"], -1),
        "starts_behind": window.at(shape.columns["starts"], 1),
        "digit_near_3": window.mean(np.rint(shape.columns["digit_share"] * 100).astype(np.int64), 3, 3),
    }
