"""The exact comparison of proposed pairs: what the threshold is applied to and what goes on record.

Sketches only propose. A pair is a match where its score reaches the threshold: how much of the shorter text stands in the other in the same order, less twice
the longest passage that does not (`copydesk.duplicates.compare`). Jaccard and containment of the shingles are recorded beside it.

A text of few words must agree nearly wholly, because so much may agree by chance: with `n` words 14 / n is added
to the threshold, and .9 is asked at most. At 40 words that asks for .75, at 300 for .45.

The *relation* says what kind of copy it is:

* `update`: both are of one site, and the later of the two is another state of the earlier (`copydesk.duplicates.updates`);
* `embedded`: the shorter stands in the longer, which is more than twice as long: its containment reaches the setting of that name;
* `copy`: any other.

A pair may reach the threshold and be no copy: then `refused` says why (`copydesk.duplicates.templates`, `copydesk.duplicates.rewrites`).

Texts are asked for in batches, and what is known of them is held up to a fixed budget, the least recently used leaving first: pairs sorted so that
those of a component lie together read each text about once.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from copydesk.duplicates.compare import Anchors, align, anchors, shared
from copydesk.duplicates.rewrites import rewritten
from copydesk.duplicates.shingles import Shingles, read
from copydesk.duplicates.templates import Figures, figures, template
from copydesk.duplicates.tokens import distinct
from copydesk.duplicates.updates import grown
from copydesk.errors import StoreError
from copydesk.settings import DuplicatesSettings

__all__ = ["Match", "Relation", "TextOf", "verify"]

TextOf = Callable[[Sequence[str]], Mapping[str, str]]
"""Gives the texts of some ids; it is asked for at most two ids per pair of a batch of `_BATCH` pairs."""

Relation = Literal["copy", "embedded", "update"]

_BATCH: Final = 256
_HELD_SHINGLES: Final = 2_000_000  # about 100 MB: some 5,000 articles

# Fewer shingles in common than this share of the smaller set cannot come from a copy: with every second word replaced, 99 of 100 copies share .06.
_LEAST_SHARED: Final = 0.05
_FEW_WORDS: Final = 14
_NEARLY_ALL: Final = 0.9


@dataclass(frozen=True, slots=True)
class Match:
    """A pair whose score is at or above its threshold, `a` before `b` in rank; `refused` says why it is no copy all the same.

    `jaccard` and `containment` are exact, of shingles of `shingle_words` words. `threshold` is the setting and what is added for a short text.
    """

    a: str
    b: str
    jaccard: float
    containment: float
    relation: Relation = "copy"
    refused: str = ""
    score: float = 1.0
    threshold: float = 0.0


@dataclass(frozen=True)
class _Read:
    """What is remembered of a text; what few pairs ask for is worked out when one does."""

    text: str
    tokens: NDArray[np.uint64]
    shingles: Shingles

    @cached_property
    def anchors(self) -> Anchors:
        return anchors(self.tokens)

    @cached_property
    def figures(self) -> Figures:
        return figures(self.text)


def verify(pairs: pa.Table, text_of: TextOf, settings: DuplicatesSettings) -> list[Match]:
    """Compare each pair (columns a, b) exactly and return those at or above the threshold, in the order given.

    A column `later`, as `copydesk.duplicates.updates.later` gives it, says which of the two is the later of one site: without it no pair is an `update`.

    Raises `StoreError` where `text_of` does not give a text that it was asked for.

    >>> texts = {"x": "The ferry sailed at dawn.", "y": "THE FERRY sailed at dawn", "z": "The ferry sank at dawn"}
    >>> pairs = pa.table({"a": ["x", "x"], "b": ["y", "z"]})
    >>> verify(pairs, lambda ids: {i: texts[i] for i in ids}, DuplicatesSettings())
    [Match(a='x', b='y', jaccard=1.0, containment=1.0, relation='copy', refused='', score=1.0, threshold=0.9)]
    """
    held = _Held(text_of, settings)
    found = []
    for batch in _batches(pairs):
        texts = held.take({identity for a, b, _ in batch for identity in (a, b)})
        found += [match for a, b, later in batch if (match := _compared(a, b, texts[a], texts[b], later, settings))]
    return found


def _batches(pairs: pa.Table) -> Iterator[list[tuple[str, str, int]]]:
    if "later" not in pairs.column_names:
        pairs = pairs.append_column("later", pa.array(np.zeros(len(pairs), dtype=np.int8)))
    for batch in pairs.select(["a", "b", "later"]).to_batches(max_chunksize=_BATCH):
        yield [(str(a), str(b), int(later)) for a, b, later in zip(*(column.to_pylist() for column in batch.columns), strict=True)]


class _Held:
    """What was read of texts: what is wanted now, and of the rest the most recently used within the budget."""

    def __init__(self, text_of: TextOf, settings: DuplicatesSettings) -> None:
        self._text_of, self._words = text_of, settings.shingle_words
        self._held: dict[str, _Read] = {}
        self._size = 0

    def take(self, wanted: set[str]) -> Mapping[str, _Read]:
        """Return what is held, in which what is wanted now stands."""
        for identity in sorted(wanted & self._held.keys()):
            self._held[identity] = self._held.pop(identity)
        while self._size > _HELD_SHINGLES and (oldest := next(iter(self._held))) not in wanted:
            self._size -= len(self._held.pop(oldest).shingles)
        missing = sorted(wanted - self._held.keys())
        texts = self._text_of(missing) if missing else {}
        if absent := [identity for identity in missing if identity not in texts]:
            msg = f"the text of {absent[0]} is not where the index says it is ({len(absent)} missing)"
            raise StoreError(msg)
        for identity, (hashes, sequence) in zip(missing, read((texts[identity] for identity in missing), self._words), strict=True):
            self._held[identity] = _Read(texts[identity], hashes.copy(), distinct(sequence))  # a view would hold the tokens of all texts of its batch
            self._size += len(self._held[identity].shingles)
        return self._held


def _compared(a: str, b: str, first: _Read, second: _Read, later: int, settings: DuplicatesSettings) -> Match | None:
    fewer, more = sorted((len(first.shingles), len(second.shingles)))
    common = shared(first.shingles, second.shingles)
    if not common or common < _LEAST_SHARED * fewer:
        return None
    alignment = align(first.tokens, second.tokens, first.anchors, second.anchors)
    threshold = max(settings.threshold, min(_NEARLY_ALL, settings.threshold + _FEW_WORDS / max(alignment.tokens, 1)))
    if alignment.score < threshold:
        return None
    jaccard, containment = common / (fewer + more - common), common / fewer
    refused = rewritten(alignment, containment, settings.shingle_words) or template(alignment, lambda: (first.figures, second.figures))
    if later and not refused and grown(*((text.tokens, text.anchors, text.figures) for text in ((first, second) if later > 0 else (second, first)))):
        relation: Relation = "update"
    else:
        relation = "embedded" if containment >= settings.containment and 2 * fewer < more else "copy"
    return Match(a, b, jaccard, containment, relation, refused, alignment.score, threshold)
