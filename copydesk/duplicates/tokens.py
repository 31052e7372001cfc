"""The words of a text as numbers, many texts at a time: the one costly step of finding copies, so no Python code runs for each word.

Copies differ in white space, case, quotes and the way characters are encoded, and agree in their words. So a text is folded (NFKC, case) and cut:

* Punctuation and symbols separate words and are otherwise dropped. Apostrophes and invisible format characters (soft hyphen, joiners)
  are dropped without separating: "don't" is one word however it is quoted.
* Scripts written without spaces between words (Han, kana, Thai, Lao, Khmer, Myanmar) give one token for each character.

For nearly every character the outcome does not depend on its neighbours, so a table gives it. A text that holds any of the others (combining marks, characters
that fold to several, those beyond the first two planes) is folded by the standard library and then looked up. The numbers are part of the published table's
format, so nothing here may change without a new stage version; they depend on no seed of the process. Python 3.11 to 3.13 know different versions of
Unicode, so a text in characters assigned after version 14 may differ between them.

Cost is linear in the text: it is worked through in pieces of `PIECE` characters cut at white space, and runs of combining marks are cut
at 30 first (the bound of Unicode's stream-safe text format, UAX 15 section 13), because normalising longer ones takes quadratic time.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from copydesk.duplicates.characters import FOLDED, KINDS, MARKS, ODD_ONES, SEPARATES, SINGLE, UNSPACED, VANISHES, WORD

__all__ = [
    "ODD",
    "PIECE",
    "Codes",
    "Places",
    "Tokens",
    "classified",
    "code_points",
    "distinct",
    "hashed",
    "parted",
    "pieces",
    "plain",
    "scrambled",
    "standard",
    "tokens",
    "unpiled",
]

Numbers = NDArray[np.uint64]
Places = NDArray[np.int64]
Codes = NDArray[np.uint32]

Values = TypeVar("Values", NDArray[np.uint64], NDArray[np.int64])

PIECE: Final = 1 << 15
"""So many characters are worked on at a time: their products then stay within a core's own cache (2 MB)."""

_MOST_MARKS: Final = 30
_LONGEST_TOKEN: Final = 64

ODD: Final = 0x9E3779B97F4A7C15


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of some texts, one after the other.

    `hashes` in order, `single` where one is a character of a script without spaces (None: none is), `ends` the number of tokens up to the end of each text.
    """

    hashes: Numbers
    single: NDArray[np.bool_] | None
    ends: Places


def scrambled(values: Numbers) -> Numbers:
    """Spread values over all 64 bits (the finaliser of splitmix64; Steele, Lea and Flood 2014)."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


def distinct(values: Values) -> Values:
    """Return the values that are there, ascending, each once: what np.unique returns, which takes ten times as long since it counts in hash tables.

    >>> distinct(np.array([4, 1, 4])).tolist()
    [1, 4]
    """
    values = np.sort(values)
    first = np.empty(len(values), dtype=np.bool_)
    first[:1] = True
    np.not_equal(values[1:], values[:-1], out=first[1:])
    return values[first]


def _powers(base: int, count: int) -> Numbers:
    """The first powers of a number, modulo 2^64."""
    return np.cumprod(np.concatenate([np.ones(1, dtype=np.uint64), np.full(count - 1, base, dtype=np.uint64)]), dtype=np.uint64)


_INVERSE: Final = pow(ODD, -1, 1 << 64)
_AHEAD: Final = PIECE * 2
_POWERS: Final = _powers(ODD, _AHEAD)
_INVERSES: Final = _powers(_INVERSE, _AHEAD)


def pieces(text: str) -> list[str]:
    """Cut a text at white space into pieces that fit; where a piece has no white space it is cut where it ends."""
    found, at = [], 0
    while at < len(text):
        end = min(at + PIECE, len(text))
        if end < len(text):
            end = max(text.rfind(" ", at, end), text.rfind("\n", at, end), at) + 1
            end = end if end > at + 1 else at + PIECE
        found.append(text[at:end])
        at = end
    return found


def tokens(texts: Sequence[str]) -> Tokens:
    """Hash the tokens of some texts of at most `PIECE` characters together.

    A token's hash is the sum of its code points, weighted by powers of an odd constant, scrambled. The weights run on over all texts, and are taken back to
    the token's first character by the inverse of the power there, which an odd number has.
    A token longer than `_LONGEST_TOKEN` code points counts as several.

    >>> two = tokens(["The ferry, the FERRY", "o'clock"])
    >>> two.ends.tolist(), len(set(two.hashes.tolist()))
    ([4, 5], 3)
    """
    codes, ends = _joined(texts)
    starts, _, single = parted(codes)
    return Tokens(hashed(codes, starts), single, np.searchsorted(starts, ends))


def parted(codes: Codes) -> tuple[Places, Places, NDArray[np.bool_] | None]:
    """Return where the tokens of folded code points start and stop, and which are single characters; a separator stands at either end."""
    inside = codes != SEPARATES
    edges = np.flatnonzero(inside[1:] != inside[:-1]) + 1
    starts, stops = edges[0::2], edges[1::2]
    alone = np.flatnonzero(codes >= UNSPACED)
    alone = alone[KINDS.take(codes[alone]) == SINGLE]
    if len(alone):
        cuts = distinct(np.concatenate([alone, alone + 1]))
        starts, stops = _cut(starts, stops, cuts[inside[cuts] & inside[cuts - 1]])
    more = (stops - starts - 1) // _LONGEST_TOKEN
    if more.any():
        step = np.arange(1, int(more.sum()) + 1) - np.repeat(np.cumsum(more) - more, more)
        starts, stops = _cut(starts, stops, np.repeat(starts, more) + step * _LONGEST_TOKEN)
    return starts, stops, KINDS.take(codes[starts]) == SINGLE if len(alone) else None


def _cut(starts: Places, stops: Places, cuts: Places) -> tuple[Places, Places]:
    """Part runs at places inside them."""
    return np.sort(np.concatenate([starts, cuts])), np.sort(np.concatenate([stops, cuts]))


def hashed(codes: Codes, starts: Places) -> Numbers:
    """Hash what stands between one start and the next; separators weigh nothing."""
    count = len(codes)
    powers, inverses = (_POWERS, _INVERSES) if count <= _AHEAD else (_powers(ODD, count), _powers(_INVERSE, count))
    return scrambled(np.add.reduceat(powers[:count] * codes, starts) * inverses[starts])


def _joined(texts: Sequence[str]) -> tuple[Codes, Places]:
    """Fold texts and join them, a separator before and after each; also the place at which each ends."""
    codes = code_points("\n" + "\n".join(texts) + "\n")
    ends = np.cumsum(np.fromiter((len(text) + 1 for text in texts), np.int64, len(texts)))
    folded = FOLDED.take(codes, mode="clip")
    odd = np.flatnonzero(folded == ODD_ONES)
    if len(odd):
        folded, ends = _mended(texts, folded, ends, distinct(np.searchsorted(ends, odd)))
    gone = np.flatnonzero(folded == VANISHES)
    if len(gone):
        folded = folded[folded != VANISHES]
        ends = ends - np.searchsorted(gone, ends)
    return folded, ends


def _mended(texts: Sequence[str], folded: Codes, ends: Places, odd: Places) -> tuple[Codes, Places]:
    """Put in the texts that the table could not fold."""
    parts, sizes, at = [], np.diff(ends, prepend=0), 0
    for number in odd.tolist():
        stop = int(ends[number])
        parts += [folded[at : stop - len(texts[number])], _normal(texts[number])]
        sizes[number] = len(parts[-1]) + 1
        at = stop
    return np.concatenate([*parts, folded[at:]]), np.cumsum(sizes)


def _normal(text: str) -> Codes:
    codes = code_points(text)
    few = unpiled(codes)
    return classified(standard(text if few is None else plain(codes[few])))


def unpiled(codes: Codes) -> Places | None:
    """Return the places of the code points that stay when runs of combining marks are cut short, or None where all do."""
    mark = MARKS.take(codes, mode="clip")
    if int(mark.sum()) <= _MOST_MARKS:
        return None
    place = np.arange(len(codes))
    return np.flatnonzero(place - np.maximum.accumulate(np.where(mark, -1, place)) <= _MOST_MARKS)


def standard(text: str) -> str:
    """Fold a text by the book."""
    return unicodedata.normalize("NFKC", text).casefold()


def classified(text: str) -> Codes:
    """Return the code points of a folded text; what separates or vanishes is named so."""
    codes = code_points(text)
    kinds = KINDS.take(codes, mode="clip")
    return np.where(kinds >= WORD, codes, kinds)


def code_points(text: str) -> Codes:
    """Return the code points of any text, lone surrogates among them."""
    codes: Codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    return codes


def plain(codes: Codes) -> str:
    """Return the text of code points."""
    return codes.tobytes().decode("utf-32-le", "surrogatepass")
