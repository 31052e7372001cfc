"""What of a line is said elsewhere in its document: an article comes back to its words, its headings take them up, and teasers speak of something else.

Also lines that are there twice (a title and its second copy, "Reply" under each comment), numbers written 0. Only words of `_LEAST` letters and more count;
in scripts without spaces, pairs of characters.
"""

import numpy as np
import numpy.typing as npt

from copydesk.boilerplate.model.characters import DIGIT, SINGLE
from copydesk.boilerplate.model.shape import Column, Shape
from copydesk.boilerplate.model.text import Batch, Hashes, Ints, mixed

__all__ = ["look"]

_LEAST = 4
_LONG = 14
_STEP = np.uint64(0x9E3779B97F4A7C15)
_NONE = -1.0
_LINE = np.uint64((1 << 24) - 1)
"""The lower bits of a key hold the line, so that one sort orders both; a batch has fewer lines (`columns`), and 40 bits are left for the word."""


def look(batch: Batch, shape: Shape, whole: Hashes) -> dict[str, Column]:
    """Return the columns of echoes; `whole` is a hash of each line.

    >>> import numpy as np
    >>> from copydesk.boilerplate.model.text import read
    >>> from copydesk.boilerplate.model.shape import look as shaped
    >>> batch = read([["Mill fire", "A fire broke out last night at the mill, but no one was hurt, the brigade said.", "Shoes"]])
    >>> look(batch, shaped(batch), np.arange(3, dtype=np.uint64))["echo_text"].tolist()
    [1.0, 0.0, 0.0]
    """
    line, keys = _content_words(batch)
    running = (shape.words >= _LONG) & shape.ends
    ordered = np.sort((keys & ~_LINE) | line.astype(np.uint64))
    lines = (ordered & _LINE).astype(np.int64)
    fresh = _fresh(ordered & ~_LINE, batch.document[lines])
    group = np.cumsum(fresh) - 1
    repeat = np.zeros(ordered.size, dtype=bool)
    repeat[1:] = ~fresh[1:] & (lines[1:] == lines[:-1])
    group_lines = _grouped(~repeat, group)
    in_text = _grouped(~repeat & running[lines], group)
    head = batch.starts[:-1][batch.document]
    in_title = _grouped(lines == head[lines], group)
    others = group_lines[group] > 1
    text = (in_text[group] - running[lines]) > 0
    title = (in_title[group] > 0) & (lines != head[lines])
    count = np.bincount(lines, minlength=batch.index.size)
    twins, first = _twins(batch, whole)
    columns = {
        "echo_any": _share(others, lines, count),
        "echo_text": _share(text, lines, count),
        "echo_title": _share(title, lines, count),
        "twins": twins,
        "twin_before": first,
    }
    return {name: column.astype(np.float32) for name, column in columns.items()}


def _content_words(batch: Batch) -> tuple[Ints, Hashes]:
    """Return the words that count, as the line of each and a hash of it."""
    tokens = batch.last - batch.first
    line = np.repeat(np.arange(batch.index.size), tokens)
    starting = batch.classes[batch.places]
    single = (starting & SINGLE) > 0
    pair = np.zeros(batch.hashes.size, dtype=bool)
    pair[:-1] = single[:-1] & single[1:] & (line[1:] == line[:-1])
    words = np.where(single, np.roll(batch.hashes, -1) * _STEP, np.uint64(0)) + batch.hashes
    counts = pair | ((batch.sizes >= _LEAST) & ((starting & DIGIT) == 0))
    line = line[counts]
    return line, mixed(words[counts])


def _twins(batch: Batch, whole: Hashes) -> tuple[Ints, npt.NDArray[np.bool_]]:
    """Return how many other lines of its document a line equals, and whether one of them stands before it."""
    line = np.arange(whole.size)
    ordered = np.sort((mixed(whole) & ~_LINE) | line.astype(np.uint64))
    order = (ordered & _LINE).astype(np.int64)
    fresh = _fresh(ordered & ~_LINE, batch.document[order])
    group = np.cumsum(fresh) - 1
    twins = np.empty(whole.size, dtype=np.int64)
    twins[order] = np.bincount(group)[group] - 1 if group.size else 0
    before = np.empty(whole.size, dtype=bool)
    before[order] = ~fresh
    return twins, before


def _fresh(keys: Hashes, documents: Ints) -> npt.NDArray[np.bool_]:
    """Say where a new group starts: another key, or another document, whose words are its own."""
    fresh = np.ones(keys.size, dtype=bool)
    fresh[1:] = (keys[1:] != keys[:-1]) | (documents[1:] != documents[:-1])
    return fresh


def _grouped(flags: npt.NDArray[np.bool_], group: Ints) -> Ints:
    return np.bincount(group[flags], minlength=int(group[-1]) + 1 if group.size else 0)


def _share(flags: npt.NDArray[np.bool_], lines: Ints, count: Ints) -> npt.NDArray[np.float64]:
    return np.where(count > 0, np.bincount(lines[flags], minlength=count.size) / np.maximum(1, count), _NONE)
