"""Count n-grams of human news and make the language model of them: interpolated Kneser-Ney with three discounts, pruned, quantised, hashed."""

import io
import itertools
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import zstandard

from bench.data import folder
from bench.translation_tables import table
from copydesk.translation.model.language import PAIR_BITS, ROOM_BITS, ROOM_STEPS, STEP, STEPS, TRIPLE_BITS, Language, pair, triple
from copydesk.translation.model.table import Table
from copydesk.translation.model.tokens import Hashes, Ints, read
from copydesk.translation.model.vocabulary import Vocabulary, slots

__all__ = ["Counts", "counted", "fitted", "human_news", "vocabulary"]

FEWEST = 3
COMMON = 1_000
_SLOTS = 1 << 18
_BATCH = 500
_KICKS = 500
_ENGLISH = frozenset(
    {"the", "of", "and", "to", "that", "for", "with", "by", "it", "at", "from", "is", "on", "are", "his", "was", "has", "he", "this", "not", "be"}
)

Floats = npt.NDArray[np.float64]
_Number = TypeVar("_Number", bound=np.generic)


def human_news() -> Iterator[str]:
    """Yield the human news texts; pages that lack the function words of English (the set holds some in Chinese, and code) are passed over."""
    with folder("translation", "human_english.jsonl.zst").open("rb") as packed:
        for line in io.TextIOWrapper(zstandard.ZstdDecompressor(max_window_size=2**31).stream_reader(packed), encoding="utf-8"):
            text = json.loads(line)["text"]
            words = text.lower().split()
            if sum(word in _ENGLISH for word in words) >= 0.12 * len(words):
                yield text


@dataclass(frozen=True, slots=True)
class Counts:
    """Distinct words by hash with their counts; the text as word numbers (-1 between documents)."""

    words: Hashes
    counts: Ints
    text: Ints


def counted(texts: Iterator[str]) -> Counts:
    """Read texts into word numbers."""
    parts: list[Hashes] = []
    gap = np.zeros(2, dtype=np.uint64)
    for batch in itertools.batched(texts, _BATCH) if hasattr(itertools, "batched") else _batched(texts):
        found = read(batch)
        for first, last in itertools.pairwise(found.starts.tolist()):
            parts += [found.hashes[first:last], gap]
    everything = np.concatenate(parts)
    words, numbers, counts = np.unique(everything, return_inverse=True, return_counts=True)
    return Counts(words[1:], counts[1:], numbers - 1)


def _batched(texts: Iterator[str]) -> Iterator[Sequence[str]]:
    while batch := tuple(itertools.islice(texts, _BATCH)):
        yield batch


def _ngrams(text: Ints, length: int, base: int) -> tuple[Ints, Ints]:
    """Return the distinct n-grams as numbers in base `base`, ascending, and how often each occurs; none runs over a gap."""
    rows = [text[step : text.size - length + 1 + step] for step in range(length)]
    whole = np.logical_and.reduce([row >= 0 for row in rows])
    key = np.zeros(int(whole.sum()), dtype=np.int64)
    for row in rows:
        key = key * base + row[whole]
    found, counts = np.unique(key, return_counts=True)
    return found, counts


def _discounts(counts: Ints) -> Floats:
    """Return what is taken off counts of 0, 1, 2, and 3 and more (Chen and Goodman 1999, equation 26)."""
    n1, n2, n3, n4 = (int((counts == n).sum()) for n in (1, 2, 3, 4))
    y = n1 / (n1 + 2 * n2)
    return np.array([0, 1 - 2 * y * n2 / n1, 2 - 3 * y * n3 / n2, 3 - 4 * y * n4 / n3])


def fitted(counts: Counts, *, most_triples: int, rank: Mapping[int, int], others: Mapping[int, int]) -> Language:
    """Make the model of all pairs and the most telling triples; `rank` and `others` are columns of the vocabulary, by word hash."""
    base = int(counts.words.size)
    kept = counts.counts >= FEWEST
    text = np.where((counts.text >= 0) & kept[np.maximum(counts.text, 0)], counts.text, np.where(counts.text >= 0, base, -1))
    width = base + 1  # the last number stands for all rare words
    triples, triple_counts = _ngrams(text, 3, width)
    tail = triples % (width * width)
    pairs, _ = _ngrams(text, 2, width)
    # Kneser-Ney: shorter n-grams count by what precedes them.
    heads = np.bincount(np.searchsorted(pairs, np.sort(tail)), minlength=pairs.size).astype(np.int64)
    heads = np.maximum(heads, 1)  # a pair at the beginning of a document
    last = pairs % width
    words = np.bincount(last, minlength=width).astype(np.float64)
    p_word = (words + 0.5) / (words + 0.5).sum()
    p_pair, room_word = _interpolated(pairs // width, heads, p_word[last], width)
    context = np.searchsorted(pairs, triples // width)
    p_triple, room_pair = _interpolated(context, triple_counts, p_pair[np.searchsorted(pairs, tail)], pairs.size)
    hashes = np.concatenate((counts.words, np.zeros(1, dtype=np.uint64)))
    known = (pairs // width != base) & (last != base)
    pair_hash = pair(hashes[pairs // width], hashes[last])
    room = np.clip(np.rint(-np.log(np.maximum(room_pair, 1e-9)) / STEP / ROOM_STEPS), 0, (1 << ROOM_BITS) - 1).astype(np.int64)
    cost = np.clip(np.rint(-np.log(p_pair) / STEP / STEPS / 1), 0, (1 << PAIR_BITS - ROOM_BITS) - 1).astype(np.int64)
    made_pairs = table(pair_hash[known], (cost << ROOM_BITS | room)[known], PAIR_BITS)
    made_triples = _triples(triples, triple_counts, p_triple, hashes, width, most_triples)
    return Language(_vocabulary(counts, p_word, room_word, rank, others), made_pairs, made_triples)


def _triples(triples: Ints, counts: Ints, p: Floats, hashes: Hashes, width: int, most: int) -> Table:
    """Keep the triples seen most often; of those seen once the likeliest ones, for they are phrases rather than names."""
    u, v, w = triples // width // width, triples // width % width, triples % width
    chosen = np.flatnonzero((u != width - 1) & (v != width - 1) & (w != width - 1))
    order = np.lexsort((triples[chosen], -p[chosen], -np.minimum(counts[chosen], 2)))
    chosen = np.sort(chosen[order[:most]])
    cost = np.clip(np.rint(-np.log(p[chosen]) / STEP / STEPS), 0, (1 << TRIPLE_BITS) - 1).astype(np.int64)
    return table(triple(hashes[u[chosen]], hashes[v[chosen]], hashes[w[chosen]]), cost, TRIPLE_BITS)


def _interpolated(context: Ints, counts: Ints, lower: Floats, contexts: int) -> tuple[Floats, Floats]:
    """Return the probability of each n-gram, and the room that each context leaves."""
    off = _discounts(counts)[np.minimum(counts, 3)]
    total = np.maximum(np.bincount(context, weights=counts, minlength=contexts), 1)
    room = np.bincount(context, weights=off, minlength=contexts) / total
    return (counts - off) / total[context] + room[context] * lower, room


def _vocabulary(counts: Counts, p: Floats, room: Floats, rank: Mapping[int, int], others: Mapping[int, int]) -> Vocabulary:
    known = counts.counts >= FEWEST
    steps = [np.clip(np.rint(-np.log(np.maximum(values, 1e-9)) / STEP), 0, 255).astype(np.uint8) for values in (p, room)]
    rarity, left = (values[:-1][known] for values in steps)
    return vocabulary(counts.words[known], rarity, left, rank, others, int(steps[0][-1]))


def vocabulary(
    words: Hashes, rarity: npt.NDArray[np.uint8], room: npt.NDArray[np.uint8], rank: Mapping[int, int], others: Mapping[int, int], unknown: int
) -> Vocabulary:
    """File words in a cuckoo table (Pagh and Rodler 2001), the commonest first."""
    first, second, check = (column.tolist() for column in slots(words, _SLOTS))
    held = [-1] * _SLOTS
    for word in range(words.size):
        at, moved = first[word], word
        for _ in range(_KICKS):
            held[at], moved = moved, held[at]
            if moved < 0:
                break
            at = second[moved] if at == first[moved] else first[moved]
        else:
            msg = "the vocabulary does not fit its table"
            raise ValueError(msg)
    filed = np.array(held)
    full = filed >= 0
    mine = filed[full]
    hashes = words.tolist()
    spread = partial(_spread, full=full, mine=mine)
    rare = spread(rarity)
    rare[-1] = min(255, unknown + 40)
    checks = spread(np.array(check, dtype=np.uint32))
    return Vocabulary(checks, rare, spread(room), spread(_column(hashes, rank)), spread(_column(hashes, others)))


def _spread(values: npt.NDArray[_Number], full: npt.NDArray[np.bool_], mine: Ints) -> npt.NDArray[_Number]:
    """Lay the values of words into the slots that they fill."""
    column = np.zeros(_SLOTS + 1, dtype=values.dtype)
    column[:-1][full] = values[mine]
    return column


def _column(words: Sequence[int], values: Mapping[int, int]) -> npt.NDArray[np.uint16]:
    return np.array([values.get(word, 0) for word in words], dtype=np.uint16)
